"""Starts and stops the real servers: each on loopback with free ports, in a folder of its own, gone when the lab is gone."""

from __future__ import annotations

import http.client
import os
import random
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from lab.install import CACHE, python_of
from lab.keeper import kept, run
from lab.table import HERE, Bench

PORTS = ("port", "port_b", "port_c")
RANGE = range(20_000, 32_768)  # below those that the system gives to outgoing connections
READY, SET_UP, TOLD = 90.0, 300.0, 60.0  # seconds for a server to be ready, for its setup, for its version
NOT_FOUND = 127  # the status that the keeper gives where there is no such program


class NotRun(Exception):
    """A product that is not here, does not start or does not answer, with the reason."""


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
    found: list[int] = []
    for port in random.sample(RANGE, len(RANGE)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            break
    return found


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


def _env(places: Mapping[str, str], temporary: Path) -> dict[str, str]:
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
        "TMPDIR": str(temporary),
        **more,
    }


def _done(what: str, command: list[str], seconds: float, env: Mapping[str, str], cwd: Path) -> tuple[int, str]:
    """Run a program that prepares or tells something; its status and what it said."""
    try:
        status, out, err = run(command, seconds, env=env, cwd=str(cwd))
    except subprocess.TimeoutExpired:
        raise NotRun(f"{what}: not done after {seconds:.0f} s") from None
    return status, out + err


def _version(bench: Bench, places: Mapping[str, str], env: Mapping[str, str], cwd: Path) -> str:
    command = [fill(word, places) for word in bench.version]
    status, said = _done("version", command, TOLD, env, cwd)
    if status:
        raise NotRun(f"{command[0]} is not installed" if status == NOT_FOUND else f"version: {_last_line(said)}")
    words = said.replace("/", " ").replace(",", " ").split()
    return next(
        (word.lstrip("v").rstrip("),") for word in words if word.lstrip("v")[:1].isdigit() and "." in word), "unknown"
    )


def _answers(server: Server) -> bool:
    """Whether it is ready: it accepts connections, or its page answers, be it that one must log in. An error is no answer yet."""
    if server.bench.ready == "tcp":
        try:
            with socket.create_connection(("127.0.0.1", int(server.places["port"])), 1):
                return True
        except OSError:
            return False
    try:
        with urllib.request.urlopen(server.fill(server.bench.ready), timeout=2):
            return True
    except urllib.error.HTTPError as fault:
        fault.close()
        return fault.code < 500 and fault.code not in (404, 429)
    except (OSError, ValueError, http.client.HTTPException):
        return False


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether it is this program that listens on the port, not somebody else who was quicker."""
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return False
    for one in family:
        try:
            sockets = one.net_connections("tcp")
        except psutil.Error:
            continue
        if any(found.status == psutil.CONN_LISTEN and found.laddr.port == port for found in sockets):
            return True
    return False


def _await(server: Server, process: subprocess.Popen[bytes], seconds: float) -> None:
    end, port, reason = time.monotonic() + seconds, int(server.places["port"]), "does not answer"
    while time.monotonic() < end:
        if process.poll() is not None:
            raise NotRun(f"ended at once with status {process.returncode}: {_last_words(server)}")
        if _answers(server):
            if _listens(process, port):
                return
            reason = f"port {port} is another program's"
        time.sleep(0.05)
    raise NotRun(f"{reason}, after {seconds:.0f} s: {_last_words(server)}")


def _last_words(server: Server) -> str:
    out = server.run / "out.txt"
    return _last_line(out.read_text(errors="replace") if out.exists() else "")


def _last_line(said: str) -> str:
    return next(iter(said.strip().splitlines()[-1:]), "it said nothing")[:200]


def _folder(bench: Bench, folder: Path) -> Path:
    """A new folder of this server's own, named the same in every run."""
    made = next(path for number in range(10_000) if not (path := folder / f"{bench.folder}-{number}").exists())
    made.mkdir()
    made.chmod(0o755)
    return made


@contextmanager
def running(bench: Bench, folder: Path, values: Mapping[str, str] = {}, seconds: float = READY) -> Iterator[Server]:
    """A server for as long as the block lasts; stopped whatever happens in it. Raises NotRun with the reason."""
    folder.chmod(0o755)  # servers of other users enter it
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    temporary.chmod(0o1777)
    own = _folder(bench, folder)
    places = places_of(bench, own, values)
    env = _env(places, temporary)
    for program in bench.programs:
        if shutil.which(program, path=env["PATH"]) is None:
            raise NotRun(f"{program} is not installed")
    version = _version(bench, places, env, own)
    for name in bench.files:
        target = own / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(fill((bench.path / name).read_text(encoding="utf-8"), places), encoding="utf-8")
        target.chmod(0o644)
    server = Server(bench, own, places, version)
    if bench.setup:
        status, said = _done("setup", [fill(word, places) for word in bench.setup], SET_UP, env, own)
        if status:
            raise NotRun(f"setup: status {status}: {_last_line(said)}")
    command = [fill(word, places) for word in bench.start]
    with (own / "out.txt").open("wb") as out, kept(command, out, env=env, cwd=str(own)) as process:
        _await(server, process, seconds)
        yield server
