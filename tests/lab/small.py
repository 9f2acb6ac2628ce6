"""A product of the lab in a few lines, a lab in a process of its own, and what is left of one."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import lab.keeper
import lab.table
import psutil
import pytest
from lab.table import Bench, load

ROOT = Path(lab.table.__file__).parent.parent
ISOLATIONS = ("in a PID namespace", "by a subreaper")

# a server of a few lines: what it answers stands in the path, how it behaves in the arguments after the port
SERVER = r"""
import http.server, os, subprocess, sys, time
port, how = int(sys.argv[1]), sys.argv[2]
began = time.monotonic()

class Answers(http.server.BaseHTTPRequestHandler):
    last = float("-inf")
    def do_GET(self):
        status = int(self.path.split("/")[1] or 200)
        if self.path.startswith("/200/late"):
            status = 503 if time.monotonic() - began < 1 else 200
        if self.path.endswith("/limited"):  # one a second, and who asks earlier waits anew
            status = 429 if time.monotonic() - Answers.last < 1 else status
            Answers.last = time.monotonic()
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


def load_of_the_project(name: str) -> Bench:
    """A product of the project's own lab, though the tests have put another in its place."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lab.table, "HERE", ROOT / "lab")
        return load(name)


def folders_of_the_project() -> list[str]:
    return [path.parent.name for path in (ROOT / "lab").glob("*/scenarios.toml")]
