"""A request that went over HTTP/2 goes over HTTP/2 again, with the pseudo fields that its URL and method make and its own in order."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

import why403
from tests.wire import play
from why403.writers.formats import FORMATS


class Listener:
    """Node's server, and the requests that it prints."""

    def __init__(self, lines: IO[str]) -> None:
        self.lines = lines
        self.host = f"127.0.0.1:{json.loads(lines.readline())}"

    def one(self) -> tuple[dict[str, str], list[tuple[str, str]], bytes]:
        """The next request: its pseudo fields, its fields in order, its body."""
        told = json.loads(self.lines.readline())
        pairs = list(zip(told["fields"][::2], told["fields"][1::2], strict=True))
        pseudo = {name: value for name, value in pairs if name.startswith(":")}
        return pseudo, [pair for pair in pairs if not pair[0].startswith(":")], told["body"].encode("latin-1")


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    words = ["node", str(Path(__file__).parent / "h2.mjs")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield Listener(server.stdout)
        finally:
            server.kill()


def recorded(host: str, method: str, body: str | None, fields: list[tuple[str, str]]) -> bytes:
    """As Chrome exports what went over HTTP/2: the pseudo fields stand among the others."""
    pseudo = [(":authority", host), (":method", method), (":path", "/a?b=c"), (":scheme", "http")]
    asked: dict[str, object] = {
        "method": method,
        "url": f"http://{host}/a?b=c",
        "httpVersion": "http/2.0",
        "headers": [{"name": name, "value": value} for name, value in (*pseudo, *fields)],
        "bodySize": len(body or ""),
    }
    if body is not None:
        asked["postData"] = {"mimeType": "", "text": body}
    entry = {"startedDateTime": "2026-11-20T10:00:00Z", "request": asked, "response": {"status": 403, "headers": []}}
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": [entry]}}
    ).encode()


CASES = [
    ("GET", None, [("accept", "*/*"), ("user-agent", "Mozilla/5.0"), ("cookie", "a=b")]),
    (
        "GET",
        None,
        [("user-agent", "Mozilla/5.0"), ("accept", "text/html"), ("x-empty", ""), ("x-two", "1"), ("x-two", "2")],
    ),
    ("POST", "it's", [("content-length", "4"), ("content-type", "text/plain"), ("accept", "*/*"), ("user-agent", "x")]),
    (
        "POST",
        "{}",
        [("content-type", "application/json"), ("accept", "*/*"), ("user-agent", "x"), ("content-length", "2")],
    ),
    (
        "DELETE",
        None,
        [("origin", "https://a.example"), ("accept-encoding", "gzip, br"), ("accept", "*/*"), ("user-agent", "x")],
    ),
]


@pytest.mark.parametrize("to", ["curl", "httpx"])
@pytest.mark.parametrize(("method", "body", "fields"), CASES)
def test_the_client_speaks_http2(
    listener: Listener, to: str, method: str, body: str | None, fields: list[tuple[str, str]]
) -> None:
    if to == "httpx":
        pytest.importorskip("h2")
    made = why403.convert(recorded(listener.host, method, body, fields), to=to)
    play.PLAYERS[to]([made.data])
    pseudo, sent, payload = listener.one()
    assert pseudo == {":method": method, ":authority": listener.host, ":scheme": "http", ":path": "/a?b=c"}
    assert sent == fields, made.text
    assert payload == (body or "").encode()


@pytest.mark.parametrize("to", [name for name in FORMATS if name != "har"])
def test_pseudo_fields_are_written_in_no_format(to: str) -> None:
    made = why403.convert(recorded("a.example", "GET", None, [("accept", "*/*")]), to=to)
    assert ":authority" not in made.text
    assert ":path" not in made.text
