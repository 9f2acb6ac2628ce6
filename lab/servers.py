"""Starts and stops the real servers: each on loopback with free ports, in a folder of its own, gone when the lab is gone."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from lab.install import CACHE, python_of
from lab.table import HERE, Bench

PORTS = ("port", "port_b", "port_c")
DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
LIBC = ctypes.CDLL(None, use_errno=True)


class NotRun(Exception):
    """A product that is not here or does not start, with the reason."""


class Server(NamedTuple):
    """A running server."""

    bench: Bench
    run: Path  # its folder: configuration, log, document root
    places: dict[str, str]  # what {port}, {run}, ... stand for
    version: str

    @property
    def log(self) -> Path:
        """Its log."""
        return self.run / (self.bench.log or "out.txt")

    def fill(self, text: str, more: Mapping[str, str] = {}) -> str:
        """A text with its placeholders filled in."""
        return fill(text, {**self.places, **more})


def fill(text: str, places: Mapping[str, str]) -> str:
    """Put values for {name}; other braces stay."""
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def places_of(bench: Bench, run: Path, values: Mapping[str, str]) -> dict[str, str]:
    """What the placeholders of a product's files and commands stand for."""
    ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
    found = {
        **ports, "run": str(run), "here": str(bench.path), "lab": str(HERE), "cache": str(CACHE / bench.folder),
        "python": python_of(bench), "url": f"http://127.0.0.1:{ports['port']}", "host": f"127.0.0.1:{ports['port']}",
    }  # fmt: skip
    for name, value in {**bench.values, **values}.items():
        found[name] = fill(value, found)
    return found


def _env(places: Mapping[str, str]) -> dict[str, str]:
    path = (
        f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:{places['cache']}/venv/bin:{places['cache']}/node_modules/.bin"
    )
    more = {name.upper(): value for name, value in places.items() if name.startswith(("port", "run", "cache"))}
    return {
        **os.environ,
        "PATH": path,
        "LANG": "C.UTF-8",
        "NODE_PATH": f"{places['cache']}/node_modules",
        "TZ": "UTC",
        **more,
    }


def _version(bench: Bench, places: Mapping[str, str], env: Mapping[str, str]) -> str:
    command = [fill(word, places) for word in bench.version]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(env), timeout=60)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise NotRun(f"{command[0]}: {fault}") from None
    words = (done.stdout + done.stderr).replace("/", " ").replace(",", " ").split()
    return next(
        (word.lstrip("v").rstrip("),") for word in words if word.lstrip("v")[:1].isdigit() and "." in word), "unknown"
    )


def _die_with_parent() -> None:
    LIBC.prctl(DIES_WITH_PARENT, signal.SIGKILL)


def _answers(server: Server) -> bool:
    if server.bench.ready == "tcp":
        try:
            with socket.create_connection(("127.0.0.1", int(server.places["port"])), 1):
                return True
        except OSError:
            return False
    try:
        with urllib.request.urlopen(server.fill(server.bench.ready), timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False


def _await(server: Server, process: subprocess.Popen[bytes], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise NotRun(f"ended at once with status {process.returncode}: {_last_words(server)}")
        if _answers(server):
            return
        time.sleep(0.05)
    raise NotRun(f"does not answer after {seconds:.0f} s: {_last_words(server)}")


def _last_words(server: Server) -> str:
    out = server.run / "out.txt"
    lines = out.read_text(errors="replace").splitlines() if out.exists() else []
    return lines[-1][:200] if lines else "it said nothing"


def _stop(process: subprocess.Popen[bytes]) -> None:
    for what, seconds in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0)):
        try:
            os.killpg(process.pid, what)
        except ProcessLookupError:
            pass
        try:
            process.wait(seconds)
            break
        except subprocess.TimeoutExpired:
            continue
    try:  # what the server started and left behind
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


@contextmanager
def running(bench: Bench, folder: Path, values: Mapping[str, str] = {}, seconds: float = 90.0) -> Iterator[Server]:
    """A server for as long as the block lasts; stopped whatever happens in it. Raises NotRun with the reason."""
    folder.chmod(0o755)
    run = folder / f"{bench.folder}-{len(list(folder.iterdir()))}"
    run.mkdir()
    run.chmod(0o755)
    places = places_of(bench, run, values)
    env = _env(places)
    for program in bench.programs:
        if shutil.which(program, path=env["PATH"]) is None:
            raise NotRun(f"{program} is not installed")
    version = _version(bench, places, env)
    for name in bench.files:
        target = run / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(fill((bench.path / name).read_text(encoding="utf-8"), places), encoding="utf-8")
        target.chmod(0o644)
    server = Server(bench, run, places, version)
    if bench.setup:
        command = [fill(word, places) for word in bench.setup]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=run, env=env, timeout=300)
        if done.returncode:
            raise NotRun(f"setup: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    command = [fill(word, places) for word in bench.start]
    with (run / "out.txt").open("wb") as out:
        try:
            process = subprocess.Popen(
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True, env=env, cwd=run,
                preexec_fn=_die_with_parent,
            )  # fmt: skip
        except OSError as fault:
            raise NotRun(f"{command[0]}: {fault.strerror}") from None
        try:
            _await(server, process, seconds)
            yield server
        finally:
            _stop(process)
