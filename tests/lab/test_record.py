"""What the lab takes for ready, what it calls wrong, and what it does where something is not to be had."""

from __future__ import annotations

import socket
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import lab.__main__
import lab.install
import lab.record
import lab.servers
import pytest
from lab.install import NotInstalled, lacks
from lab.neutral import fitted, refitted
from lab.record import Failure, keep, record
from lab.servers import NotRun, running
from lab.table import BadScenario, Bench
from lab.wire import ask

from tests.lab.small import (
    ROOT,
    closed,
    folders_of_the_project,
    load_of_the_project,
    scenario,
    silent,
)
from why403.products.table import register


class TestReady:
    """What is taken for a server that is ready."""

    @pytest.mark.parametrize(("answer", "ready"), [
        (200, True), (204, True), (401, True), (403, True), (404, False), (429, False), (500, False), (502, False), (503, False),
    ])  # fmt: skip
    def test_an_answer_that_is_an_error_is_no_answer_yet(
        self, product: Callable[..., Bench], tmp_path: Path, answer: int, *, ready: bool
    ) -> None:
        bench = product(more=f'ready = "{{url}}/{answer}/"')
        try:
            with running(bench, tmp_path, seconds=1.5):
                assert ready
        except NotRun as fault:
            assert not ready
            assert str(fault) == "does not answer, after 2 s: it said nothing"

    def test_it_is_waited_for(self, product: Callable[..., Bench], tmp_path: Path) -> None:
        """503 for a second, then 200: the first request of a scenario meets the 200."""
        with running(product(more='ready = "{url}/200/late"'), tmp_path) as server:
            assert b" 200 OK" in ask([server.fill("{url}/200/late")], tmp_path / "jar").bytes_of("got")

    def test_a_daemon_is_a_server_and_ends_with_the_block(
        self, product: Callable[..., Bench], tmp_path: Path, isolation: str
    ) -> None:
        with running(product(how="stubborn"), tmp_path) as server:
            assert b" 403 " in ask([server.fill("{url}/403/")], tmp_path / "jar").bytes_of("got")
            port = int(server.places["port"])
        assert closed(port)


class TestWait:
    """What time alone lets through."""

    def test_the_same_request_is_let_through_after_the_wait(self, product: Callable[..., Bench]) -> None:
        limited = scenario("limited", "200/limited", 'times = 2\nadmits = ["{url}/200/limited"]\nwait = 1.1')
        [recording], failed = record(product(scenarios=limited), silent)
        assert failed == {}
        answers = [recording.data[part]["har"]["response"]["status"] for part in ("refused", "admitted")]
        assert answers == [429, 200]


class TestWrong:
    """A scenario that is not what it says is not recorded."""

    @pytest.mark.parametrize(("asks", "more", "reason"), [
        ("200/file", "", "what is to be refused is let through, with 200"),
        ("204/file", "", "what is to be refused is let through, with 204"),
        ("302/file", "", "what is to be refused is let through, with 302"),
        ("200/fine", 'words = "FAIL"', "what is to be refused is let through, with 200, without 'FAIL'"),
        ("403/file", 'admits = ["{url}/403/other"]', "what is to be let through is refused, with 403"),
        ("403/file", 'admits = ["{url}/500/other"]', "what is to be let through is refused, with 500"),
        ("200/FAIL", 'words = "FAIL"\nadmits = ["{url}/200/FAIL/again"]', "what is to be let through is refused, with 200"),
        ("403/file", 'mended = { other = "x" }', "what is to be let through is refused, with 403"),
    ])  # fmt: skip
    def test_what_is_let_through_or_refused_against_the_table(
        self,
        product: Callable[..., Bench],
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        asks: str,
        more: str,
        reason: str,
    ) -> None:
        """The others of the product are recorded; the exit status is 1."""
        good = scenario("good", "403/file", 'admits = ["{url}/200/file"]') + scenario(
            "told", "200/FAIL", 'words = "FAIL"'
        )
        bench = product(scenarios=scenario("bad", asks, more) + good)
        assert lab.__main__.recorded([bench], 1, write=True, kept=tmp_path / "kept") == 1
        told = capsys.readouterr()
        assert told.err == f"shop/bad: wrong: {reason}\n"
        assert told.out.endswith("2 run, 2 written, 0 changed, 0 not run, 1 wrong\n")
        assert {path.name for path in (tmp_path / "kept" / "shop").iterdir()} == {"good.json", "told.json"}

    def test_what_was_recorded_before_stays(self, product: Callable[..., Bench], tmp_path: Path) -> None:
        bench = product(scenarios=scenario("bad", "200/file"))
        old = tmp_path / "kept" / "shop" / "bad.json"
        old.parent.mkdir(parents=True)
        old.write_text("{}\n")
        assert lab.__main__.recorded([bench], 1, write=True, kept=tmp_path / "kept") == 1
        assert old.read_text() == "{}\n"

    def test_a_page_of_which_nothing_is_refused(self, product: Callable[..., Bench], tmp_path: Path) -> None:
        page = '\n[[scenario]]\nid = "page"\ndoes = "a rule"\ncause = "deny-rule"\nsays = "unknown"\nopen = "{url}/200/page"\n'
        bench = product(scenarios=page)
        if absent := lacks(bench):
            pytest.skip(f"NOT RUN LIVE: {absent} is not installed")
        assert record(bench, silent) == (
            [],
            {"page": Failure("wrong", "nothing that the page sends is refused: [200]")},
        )


class TestNotRun:
    """What cannot be had is named with its reason, and the rest goes on."""

    @pytest.mark.parametrize(("how", "more", "reason"), [
        ("ends", "", "ended at once with status 1: the configuration is wrong"),
        ("silent", "", "does not answer, after 1 s: it said nothing"),
        ("patient", 'ready = "{url}/200/hang"', "does not answer, after 1 s: it said nothing"),
        ("serves", 'setup = ["sh", "-c", "echo no database >&2; exit 3"]', "setup: status 3: no database"),
        ("serves", 'setup = ["sleep", "597"]', "setup: not done after 1 s"),
        ("serves", 'version = ["sh", "-c", "echo broken; exit 1"]', "version: broken"),
        ("serves", 'programs = ["no-such-server"]', "no-such-server is not installed"),
    ])  # fmt: skip
    def test_a_product_that_does_not_start(
        self, product: Callable[..., Bench], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
        how: str, more: str, reason: str,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(lab.servers, "SET_UP", 1.0)
        bad = product("bad", how, more, scenario("one") + scenario("two"))
        monkeypatch.setattr(
            lab.record, "running", lambda bench, folder: running(bench, folder, seconds=1.0 if bench is bad else 60.0)
        )
        good = product("good", scenarios=scenario())
        assert lab.__main__.recorded([bad, good], 1, write=True, kept=tmp_path / "kept") == 1
        told = capsys.readouterr()
        assert told.err.splitlines() == [f"bad/one: not run: {reason}", f"bad/two: not run: {reason}"]
        assert told.out.endswith("1 run, 1 written, 0 changed, 2 not run, 0 wrong\n")

    def test_a_product_that_cannot_be_installed(
        self,
        product: Callable[..., Bench],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """A Debian package and a Python package that are not to be had; one cannot keep the others from being installed."""

        def debian(packages: Any) -> None:
            if "no-such-package" in set(packages):
                raise NotInstalled("E: Unable to locate package no-such-package")

        def python(command: list[str], *_: Any) -> None:
            if "no-such-package" in command:
                lab.install._run(["sh", "-c", "echo looking; echo 'ERROR: No matching distribution' >&2; exit 1"])

        monkeypatch.setattr(lab.install, "debian", debian)
        monkeypatch.setattr(lab.install, "packages", lambda bench: python([*bench.pip]))
        monkeypatch.setattr(lab.install, "CACHE", tmp_path / "cache")
        benches = [
            product("deb", more='apt = ["no-such-package"]', scenarios=scenario()),
            product("pip", more='pip = ["no-such-package"]', scenarios=scenario()),
            product("good", scenarios=scenario()),
        ]
        assert lab.__main__.recorded(benches, 2, write=True, kept=tmp_path / "kept") == 1
        told = capsys.readouterr()
        assert sorted(told.err.splitlines()) == [
            "deb/denied: not run: E: Unable to locate package no-such-package",
            "pip/denied: not run: sh -c echo looking; echo 'ERROR: No matching distribution' >&2; exit 1: ERROR: No matching distribution",
        ]
        assert told.out.endswith("1 run, 1 written, 0 changed, 2 not run, 0 wrong\n")

    @pytest.mark.parametrize(("how", "reason"), [
        ("serves", "ended at once with status 1: OSError: [Errno 98] Address already in use"),
        ("patient", "port {port} is another program's, after 2 s: it said nothing"),
    ])  # fmt: skip
    def test_a_port_that_is_taken(
        self, product: Callable[..., Bench], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, reason: str
    ) -> None:
        """The answers of whoever has the port are not taken for the product's."""
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            monkeypatch.setattr(lab.servers, "free_ports", lambda _: [port, 1, 2])
            with pytest.raises(NotRun) as fault, running(product(how=how), tmp_path, seconds=1.5):
                raise AssertionError("it was taken for ready")
        assert str(fault.value) == reason.format(port=port)

    def test_a_server_that_hangs_is_asked_once(
        self, product: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What was recorded before is kept, what comes after is not tried."""
        monkeypatch.setattr(lab.record, "ask", partial(ask, seconds=1.0))
        bench = product(scenarios=scenario("first") + scenario("hung", "403/hang") + scenario("last"))
        done, failed = record(bench, silent)
        assert [one.scenario.id for one in done] == ["first"]
        assert failed == dict.fromkeys(("hung", "last"), Failure("not run", "does not answer within 1 s"))

    def test_a_server_that_goes_away(self, product: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch) -> None:
        """A connection that is refused is no answer."""
        bench = product(scenarios=scenario("gone", "403/").replace("{url}", "http://127.0.0.1:1"))
        assert record(bench, silent) == ([], {"gone": Failure("not run", "no answer (curl ended with status 7)")})

    def test_an_installation_that_was_interrupted_is_begun_anew(
        self, product: Callable[..., Bench], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ran: list[list[str]] = []
        monkeypatch.setattr(lab.install, "_run", lambda command, *_: ran.append(command))
        bench = product("half", more='pip = ["example==1"]', scenarios=scenario())
        cache = tmp_path / "cache"
        monkeypatch.setattr(lab.install, "CACHE", cache)
        (cache / "half" / "venv").mkdir(parents=True)
        (cache / "half" / "installed.json").write_text("")  # what a full disk or a kill leaves
        lab.install.packages(bench)
        assert [command[1:3] for command in ran] == [["-m", "venv"], ["-m", "pip"]]
        assert not (cache / "half" / "venv").exists()
        lab.install.packages(bench)  # and not a second time
        assert len(ran) == 2


def test_a_table_that_breaks_its_rules_is_one_line(
    product: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is installed or started for it."""
    product("sound")
    with pytest.raises(BadScenario):
        product("odd", more="colour = 1")
    monkeypatch.setattr(sys, "argv", ["lab", "record"])
    assert lab.__main__.main() == 2
    assert capsys.readouterr().err == "lab: lab/odd/scenarios.toml: unknown key 'colour'\n"


class TestTheSameInEveryRun:
    """Two recordings of one answer differ in nothing but their date."""

    def test_a_second_recording_writes_nothing(self, product: Callable[..., Bench], tmp_path: Path) -> None:
        bench = product(scenarios=scenario(more='admits = ["{url}/200/{port}"]'))
        for written in (True, False):
            done, failed = record(bench, silent)
            assert failed == {}
            assert [keep(one, tmp_path / "kept") for one in done] == [written]

    @pytest.mark.parametrize(("was", "header", "left"), [(70, "70", "9"), (70, "71", "71")])
    def test_the_size_of_a_body_that_was_made_shorter(self, was: int, header: str, left: str) -> None:
        """A Content-Length that was right stays right; one that lied still lies."""
        answer = {
            "headers": [{"name": "content-length", "value": header}],
            "content": {"size": was, "text": "/srv/lab\n"},
        }
        assert fitted(answer, was) == (70, 9)
        assert answer == {
            "headers": [{"name": "content-length", "value": left}],
            "content": {"size": 9, "text": "/srv/lab\n"},
        }

    def test_the_size_in_a_transcript_is_the_answers(self) -> None:
        text = "> Content-Length: 70\n\n< HTTP/1.1 403\n< Content-Length: 70\n<\n"
        assert refitted(text, "< ", 70, 9) == text.replace("< Content-Length: 70", "< Content-Length: 9")
        assert refitted(text, "< ", 71, 9) == text


def test_every_cause_is_provoked_or_it_is_said_why_not() -> None:
    """The register, but `unknown`, which is no cause."""
    tried = {one.cause for name in folders_of_the_project() for one in load_of_the_project(name).scenarios}
    reasons = tomllib.loads((ROOT / "lab" / "untried.toml").read_text(encoding="utf-8"))
    assert set(register()) - {"unknown"} == tried | set(reasons)
    assert tried & set(reasons) == set()
    assert len(tried) >= 37


def test_the_lab_is_as_large_as_it_is_said_to_be() -> None:
    benches = [load_of_the_project(name) for name in folders_of_the_project()]
    assert len({bench.product for bench in benches}) >= 35
    assert sum(len(bench.scenarios) for bench in benches) >= 200
