"""A lab that ends, however it ends, leaves nothing running and nothing lying about."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from lab.install import lacks
from lab.keeper import apart, kept, run
from lab.table import Bench
from lab.workplace import workplace

from tests.lab.small import (
    ISOLATIONS,
    ROOT,
    closed,
    descendants,
    lab_process,
    left_of,
    load_of_the_project,
    scenario,
)


class TestLeftovers:
    """A lab that ends, however it ends, leaves nothing running."""

    @pytest.mark.parametrize("what", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda what: what.name)
    def test_servers_end_with_the_lab(
        self, product: Callable[..., Bench], tmp_path: Path, isolation: str, what: signal.Signals
    ) -> None:
        """A server with workers of another user, and one that makes a daemon of itself."""
        product("daemon", "daemon")
        names = ["daemon"]
        for script in ("webroot.py", "certificates.py"):
            (tmp_path / script).symlink_to(ROOT / "lab" / script)
        for name in ("nginx", "apache"):
            if not lacks(load_of_the_project(name)):
                (tmp_path / name).symlink_to(ROOT / "lab" / name)
                names.append(name)
        with lab_process(tmp_path, isolation, "start", *names) as process:
            assert process.stdout is not None
            rows = [process.stdout.readline().split() for _ in names]
            ports = [int(row[1].rpartition(":")[2]) for row in rows]
            started = descendants(process)
            assert len(started) >= 3 * len(names)
            assert not any(closed(port) for port in ports)
            process.send_signal(what)
            process.wait(60)
            assert left_of(started) == []
            assert all(closed(port) for port in ports)
        with workplace():  # what a killed lab could not remove, the next one removes
            assert not any(Path(row[2]).parent.exists() for row in rows)

    @pytest.mark.parametrize(("when", "what"), [
        ("setup", signal.SIGKILL), ("server", signal.SIGKILL), ("server", signal.SIGINT), ("server", signal.SIGTERM),
        ("server", signal.SIGHUP),
    ])  # fmt: skip
    def test_a_recording_that_is_interrupted(
        self, product: Callable[..., Bench], tmp_path: Path, isolation: str, what: signal.Signals, when: str
    ) -> None:
        """In the middle of a setup, and of a request that is not answered."""
        setup = 'setup = ["sh", "-c", "setsid sleep 599 & sleep 599"]' if when == "setup" else ""
        product("slow", more=setup, scenarios=scenario(asks="403/hang"))
        with lab_process(tmp_path, isolation, "record", "slow") as process:
            started = descendants(process, "sleep 599" if when == "setup" else "403/hang")
            process.send_signal(what)
            process.wait(60)
            assert left_of(started) == []

    def test_a_browser_ends_with_the_lab(self, product: Callable[..., Bench], tmp_path: Path, isolation: str) -> None:
        """Chromium is a dozen processes."""
        page = '\n[[scenario]]\nid = "page"\ndoes = "a rule"\ncause = "deny-rule"\nsays = "unknown"\nopen = "{url}/200/hang"\n'
        if absent := lacks(product("page", scenarios=page)):
            pytest.skip(f"NOT RUN LIVE: {absent} is not installed")
        with lab_process(tmp_path, isolation, "record", "page") as process:
            started = descendants(process, "--type=renderer")
            process.kill()
            process.wait(60)
            assert left_of(started) == []

    @pytest.mark.skipif(not apart(), reason="NOT RUN: PID namespaces are not permitted here")
    def test_a_keeper_that_is_killed_takes_all_with_it(self, product: Callable[..., Bench], tmp_path: Path) -> None:
        """Where the kernel ends a namespace with its first process."""
        product("daemon", "stubborn")
        with lab_process(tmp_path, ISOLATIONS[0], "start", "daemon") as process:
            assert process.stdout is not None
            process.stdout.readline()
            started = descendants(process)
            for one in (psutil.Process(process.pid), *psutil.Process(process.pid).children()):
                one.kill()
            process.wait(60)
            assert left_of(started) == []

    def test_a_program_and_its_status(self, isolation: str) -> None:
        assert run(["sh", "-c", "echo out; echo err >&2; exit 7"], 30) == (7, "out\n", "err\n")
        assert run(["sh", "-c", "kill -KILL $$"], 30)[0] == 128 + signal.SIGKILL
        assert run(["no-such-program"], 30)[0] == 127
        with pytest.raises(subprocess.TimeoutExpired):
            run(["sh", "-c", "setsid sleep 598 & sleep 598"], 0.5)

    def test_a_program_that_will_not_end_is_ended(self, isolation: str) -> None:
        """Asked first, then made to."""
        with kept(
            ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"], subprocess.DEVNULL, patience=0.5
        ) as process:
            time.sleep(0.5)
            began = time.monotonic()
        assert process.poll() is not None
        assert time.monotonic() - began < 60

    def test_a_folder_that_is_in_use_stays(self) -> None:
        with workplace() as one, workplace() as other:
            assert one.exists()
            assert other.exists()
        assert not one.exists()
        assert not other.exists()
