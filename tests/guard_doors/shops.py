"""The example applications under their real servers, each started by the command that docs/guard.md gives."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

ROOT = Path(__file__).parents[2]
COMMANDS = {
    "fastapi": "uvicorn examples.guard.fastapi.app:app --no-proxy-headers --port {port}",
    "flask": "gunicorn examples.guard.flask.app:app --threads 4 --bind 127.0.0.1:{port}",
    "django": "gunicorn examples.guard.django.wsgi:application --threads 4 --bind 127.0.0.1:{port}",
    "django-asgi": "uvicorn examples.guard.django.asgi:application --no-proxy-headers --port {port}",
}
READY = 60.0  # seconds
FIELD = re.compile(r'name="csrf_token" value="([^"]+)"')


class Shop(NamedTuple):
    """A running example."""

    name: str
    port: int
    log: Path

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def logged(self, words: str) -> str:
        """The last line of its log with these words, waiting for it a moment."""
        end = time.monotonic() + 5
        while time.monotonic() < end:
            lines = [line for line in self.log.read_text(errors="replace").splitlines() if words in line]
            if lines:
                return lines[-1]
            time.sleep(0.05)
        raise AssertionError(f"{words!r} is not in the log of {self.name}")


@contextmanager
def running(name: str, folder: Path, env: Mapping[str, str]) -> Iterator[Shop]:
    """An example for as long as the block lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    words = COMMANDS[name].format(port=port).split()
    shop = Shop(name, port, folder / f"{name}.log")
    with shop.log.open("wb") as log:
        process = subprocess.Popen(
            [str(Path(sys.executable).parent / words[0]), *words[1:]],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            env={
                **os.environ,
                "TMPDIR": str(folder),
                "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
                **env,
            },
        )
        try:
            _await(shop, process)
            yield shop
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(shop: Shop, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{shop.url}/", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"{shop.name} does not start: {shop.log.read_text(errors='replace')[-2000:]}")


def page_token(client: httpx.Client) -> str:
    """The token in the form of the shop's page."""
    found = FIELD.search(client.get("/").text)
    assert found is not None
    return found.group(1)


def log_in(client: httpx.Client, name: str) -> None:
    """As a browser does: the page's form, its token, the cookies."""
    answer = client.post("/login", data={"name": name, "csrf_token": page_token(client)})
    assert answer.json() == {"who": name}, answer.text


def finding(report: Any) -> tuple[str, str]:
    """Cause and confidence of the first finding."""
    first = report.report.refusals[0].findings[0]
    return first.cause, str(getattr(first.confidence, "value", first.confidence))
