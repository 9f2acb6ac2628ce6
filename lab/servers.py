"""Starts and stops the real servers, each on loopback with a free port, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
PROGRAMS = {"nginx": "nginx", "apache": "apache2", "django": sys.executable}


class NotRun(Exception):
    """A product that is not here or does not start, with the reason."""


class Server(NamedTuple):
    """A running server."""

    product: str
    port: int
    run: Path  # its folder: configuration, log, document root
    version: str

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """Its error log."""
        return self.run / "error.log"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def document_root(root: Path) -> None:
    """Files that can be served, and files that cannot."""
    for folder in ("denied", "basic", "nofile", "readonly", "links", "hot", "slow", "empty", "elsewhere", "rewritten"):
        (root / folder).mkdir(parents=True)
        if folder != "empty":
            (root / folder / "file.txt").write_text("hello\n")
    (root / "file.txt").write_text("hello\n")
    (root / "links" / "link.txt").symlink_to(root / "file.txt")
    secret = root / "secret.txt"
    secret.write_text("nobody reads this\n")
    secret.chmod(0)
    users = root / ".users"
    subprocess.run(["htpasswd", "-bc", str(users), "ann", "example"], check=True, capture_output=True)
    for path in (root, *root.rglob("*")):
        if not path.is_symlink() and path != secret:
            path.chmod(0o755 if path.is_dir() else 0o644)


def _command(product: str, run: Path, port: int) -> list[str]:
    if product == "django":
        return [sys.executable, str(HERE / "django" / "site.py"), str(port)]
    root = run / "www"
    document_root(root)
    conf = run / f"{product}.conf"
    source = (HERE / product / f"{product}.conf").read_text()
    for name, value in (("run", run), ("root", root), ("port", port)):
        source = source.replace(f"{{{name}}}", str(value))
    conf.write_text(source)
    if product == "nginx":
        return ["nginx", "-p", str(run), "-c", str(conf), "-e", str(run / "error.log")]
    return ["apache2", "-f", str(conf), "-D", "FOREGROUND"]


def _version(product: str) -> str:
    if product == "django":
        import django

        return str(django.__version__)
    done = subprocess.run([PROGRAMS[product], "-v"], capture_output=True, text=True, check=False)
    words = (done.stdout + done.stderr).replace("/", " ").split()
    return next((word for word in words if word[:1].isdigit()), "unknown")


def _await(port: int, process: subprocess.Popen[bytes], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise NotRun(f"ended at once with status {process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.05)
    raise NotRun(f"does not listen after {seconds:.0f} s")


@contextmanager
def running(product: str, folder: Path) -> Iterator[Server]:
    """A server for as long as the block lasts; stopped whatever happens in it. Raises NotRun with the reason."""
    if shutil.which(PROGRAMS[product]) is None:
        raise NotRun(f"{PROGRAMS[product]} is not installed (sh lab/install.sh)")
    folder.chmod(0o755)
    run = folder / product
    run.mkdir()
    run.chmod(0o755)
    port = free_port()
    command = _command(product, run, port)
    with (run / "out.txt").open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True, env=_env()
        )
        try:
            _await(port, process)
            yield Server(product, port, run, _version(product))
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                process.wait()


def _env() -> dict[str, str]:
    return {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin", "LANG": "C.UTF-8"}
