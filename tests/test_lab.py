"""The lab itself: what it leaves behind, takes for ready and calls wrong, and what it does where something is not to be had."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import lab.__main__
import lab.install
import lab.keeper
import lab.record
import lab.servers
import lab.table
import psutil
import pytest
from lab.install import NotInstalled, lacks
from lab.keeper import apart, kept, run
from lab.neutral import fitted, refitted
from lab.record import Failure, keep, record
from lab.servers import NotRun, running
from lab.table import BadScenario, Bench, load
from lab.wire import ask
from lab.workplace import workplace

from why403.products.table import register

ROOT = Path(lab.table.__file__).parent.parent
ISOLATIONS = ("in a PID namespace", "by a subreaper")

# a server of a few lines: what it answers stands in the path, how it behaves in the arguments after the port
SERVER = r"""
import http.server, os, subprocess, sys, time
port, how = int(sys.argv[1]), sys.argv[2]
began = time.monotonic()

class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status = int(self.path.split("/")[1] or 200)
        if self.path.startswith("/200/late"):
            status = 503 if time.monotonic() - began < 1 else 200
        if self.path.endswith("/hang"):
            time.sleep(600)
        body = self.path.encode() + b" says it\n"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words):
        pass

def serve():
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Answers).serve_forever()

if how == "ends":
    sys.exit("the configuration is wrong")
elif how == "silent":
    time.sleep(600)
elif how == "patient":  # goes on although it has no port
    try:
        serve()
    except OSError:
        time.sleep(600)
elif how in ("daemon", "stubborn"):  # in a session of its own, its first process gone, with a child that may ignore what it is asked
    if os.fork():
        sys.exit(0)
    os.setsid()
    ignore = "trap '' TERM; " if how == "stubborn" else ""
    subprocess.Popen(["sh", "-c", ignore + "while :; do sleep 1; done"], start_new_session=True)
    serve()
else:
    serve()
"""

TABLE = """
product = "{name}"
layer = "app"
{version}
start = ["{{python}}", "{{here}}/server.py", "{{port}}", "{how}"]
{more}
"""

VERSION = """version = ["sh", "-c", "echo 1.2.3"]"""

SCENARIO = """
[[scenario]]
id = "{id}"
does = "a rule"
cause = "deny-rule"
says = "unknown"
asks = ["{{url}}/{asks}"]
{more}
"""


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bench]:
    """Makes a product of the lab of that server."""
    monkeypatch.setattr(lab.table, "HERE", tmp_path)

    def make(name: str = "shop", how: str = "serves", more: str = "", scenarios: str = "") -> Bench:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "server.py").write_text(SERVER)
        (folder / "scenarios.toml").write_text(
            TABLE.format(name=name, how=how, more=more, version="" if "version" in more else VERSION) + scenarios
        )
        return load(name)

    return make


def scenario(name: str = "denied", asks: str = "403/file", more: str = "") -> str:
    return SCENARIO.format(id=name, asks=asks, more=more)


def silent(_: str) -> None:
    """No progress."""


def words_of(one: psutil.Process) -> str:
    """Its command line, "" where it has ended, be it that its new parent has not buried it yet."""
    try:
        return " ".join(one.cmdline()) if one.is_running() and one.status() != psutil.STATUS_ZOMBIE else ""
    except psutil.NoSuchProcess:
        return ""


def left_of(processes: list[psutil.Process]) -> list[str]:
    """What still runs of them after a while."""
    end = time.monotonic() + 30
    while (left := [words for one in processes if (words := words_of(one))]) and time.monotonic() < end:
        time.sleep(0.05)
    return left


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """Whatever a test does: none of its processes is left after it."""
    yield
    assert left_of(psutil.Process().children(recursive=True)) == []


@pytest.fixture(params=ISOLATIONS)
def isolation(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to keep a program; the first is the second where namespaces are not permitted."""
    if request.param == ISOLATIONS[1]:
        monkeypatch.setattr(lab.keeper, "apart", tuple)
    return str(request.param)


@contextmanager
def lab_process(folder: Path, isolation: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m lab` with the products of a folder."""
    code = f"""
import pathlib, sys, lab.keeper, lab.table
lab.table.HERE = pathlib.Path(sys.argv.pop(1))
if {isolation == ISOLATIONS[1]}:
    lab.keeper.apart = tuple
from lab.__main__ import guarded
sys.exit(guarded())
"""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def descendants(process: subprocess.Popen[str], what: str = "") -> list[psutil.Process]:
    """All that a process started, once a word stands in the command line of one of them."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = psutil.Process(process.pid).children(recursive=True)
        if any(what in words_of(one) for one in found):
            return found
        time.sleep(0.1)
    raise AssertionError(
        f"no {what} was started: {process.communicate(timeout=5) if process.poll() is not None else ''}"
    )


def closed(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


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
        assert time.monotonic() - began < 20

    def test_a_folder_that_is_in_use_stays(self) -> None:
        with workplace() as one, workplace() as other:
            assert one.exists()
            assert other.exists()
        assert not one.exists()
        assert not other.exists()


def load_of_the_project(name: str) -> Bench:
    """A product of the project's own lab, though the tests have put another in its place."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lab.table, "HERE", ROOT / "lab")
        return load(name)


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


def folders_of_the_project() -> list[str]:
    return [path.parent.name for path in (ROOT / "lab").glob("*/scenarios.toml")]


def test_the_lab_is_as_large_as_it_is_said_to_be() -> None:
    benches = [load_of_the_project(name) for name in folders_of_the_project()]
    assert len({bench.product for bench in benches}) >= 35
    assert sum(len(bench.scenarios) for bench in benches) >= 200
