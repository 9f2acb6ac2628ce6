"""A request that Chromium sent, copied by DevTools' own generators, is read as what was copied and written as what was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

import why403
from tests.wire import devtools, play
from tests.wire.server import Sent, Server
from why403.model import Request
from why403.readers.choose import read_text

Pairs = list[tuple[str, str]]
LEFT_OUT = {  # fields that DevTools does not copy, by form; the client writes its own
    "bash": {"accept-encoding", "host"},
    "cmd": {"accept-encoding", "host"},
    "powershell": {"host", "connection", "content-length", "expect", "range"},
}


class Chromium:
    """What Chromium recorded of its requests, and what came over the wire."""

    def __init__(
        self, entries: list[dict[str, Any]], seen: dict[int, list[Sent]], copied: list[dict[str, str]]
    ) -> None:
        self.entries, self.seen, self.copied = entries, seen, copied


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(server: Server) -> Chromium:
    where = devtools.sources()
    if where is None:
        pytest.skip("DevTools' source could not be fetched: npm or its registry is not at hand")
    entries = devtools.recorded(server)
    assert len(entries) == len(devtools.CALLS) >= 20
    return Chromium(entries, server.take(), devtools.copied(entries, where))


def read(text: str) -> Request:
    case = read_text(text, "-")
    assert len(case.exchanges) == 1, text
    request = case.exchanges[0].request
    assert request is not None
    return request


def pairs(request: Request) -> Pairs:
    assert request.headers is not None
    return sorted((name.lower(), value) for name, value in request.headers)


def kept(entry: dict[str, Any], form: str) -> Pairs:
    """The fields that DevTools copies."""
    left = LEFT_OUT[form] | ({"content-length"} if "postData" in entry["request"] else set())
    fields = [(field["name"].lower(), field["value"]) for field in entry["request"]["headers"]]
    return sorted(pair for pair in fields if pair[0] not in left)


def posted(entry: dict[str, Any]) -> bytes | None:
    text = entry["request"].get("postData", {}).get("text")
    return text.encode() if text else None


def on_windows(text: str) -> str:
    """What curl.exe gets of DevTools' quoting for cmd: it doubles every backslash, and the C runtime halves those before a quote only."""
    told = re.sub(
        r"[^ -~\r\n]", lambda char: " " * (len(char[0].encode("utf-16-le")) // 2), text
    )  # blanks, by DevTools
    return re.sub(r'\\+(?!\\*(?:"|$))', lambda run: run[0] * 2, re.sub(r"\r\n?", "\n", told))


def test_bash(chromium: Chromium) -> None:
    for entry, made in zip(chromium.entries, chromium.copied, strict=True):
        request = read(made["bash"])
        asked = entry["request"]
        assert (request.method, request.url, request.body) == (asked["method"], asked["url"], posted(entry)), made[
            "bash"
        ]
        ours = [
            pair for pair in pairs(request) if pair[0] not in ("host", "content-length") or pair in kept(entry, "bash")
        ]
        assert ours == kept(entry, "bash"), made["bash"]


def test_cmd(chromium: Chromium) -> None:
    for entry, made in zip(chromium.entries, chromium.copied, strict=True):
        request = read(made["cmd"])
        asked = entry["request"]
        body = posted(entry)
        assert request.method == asked["method"]
        assert request.url == on_windows(asked["url"]), made["cmd"]
        assert request.body == (None if body is None else on_windows(body.decode()).encode()), made["cmd"]
        ours = [
            pair for pair in pairs(request) if pair[0] not in ("host", "content-length") or pair in kept(entry, "cmd")
        ]
        assert ours == sorted((name, on_windows(value)) for name, value in kept(entry, "cmd")), made["cmd"]


def test_powershell(chromium: Chromium) -> None:
    for entry, made in zip(chromium.entries, chromium.copied, strict=True):
        request = read(made["powershell"])
        asked = entry["request"]
        assert (request.method, request.url, request.body) == (asked["method"], asked["url"], posted(entry)), made[
            "powershell"
        ]
        ours = pairs(request)
        if not any(field["name"].lower() == "content-type" for field in asked["headers"]):
            ours = [pair for pair in ours if pair[0] != "content-type"]  # PowerShell gives a POST its type
        assert ours == kept(entry, "powershell"), made["powershell"]


@pytest.mark.parametrize("form", ["fetch", "fetch-edit", "fetch-node"])
def test_fetch(chromium: Chromium, form: str) -> None:
    for entry, made in zip(chromium.entries, chromium.copied, strict=True):
        request = read(made[form])
        asked = entry["request"]
        assert (request.method, request.url, request.body) == (asked["method"], asked["url"], posted(entry)), made[form]
        sent = {field["name"].lower(): field["value"] for field in asked["headers"]}
        ours = pairs(request)
        assert all(sent.get(name, value) == value for name, value in ours), made[form]
        own = {"accept", "content-type", "authorization", "if-match", "depth"} | {
            name for name in sent if name.startswith("x-")
        }
        assert {name for name, _ in ours} >= own & set(sent), made[form]


@pytest.mark.parametrize(
    ("form", "to"), [("bash", "curl"), ("cmd", "curl-cmd"), ("powershell", "powershell"), ("fetch-node", "fetch-node")]
)
def test_written_again_in_the_same_form_it_says_the_same(chromium: Chromium, form: str, to: str) -> None:
    for made in chromium.copied:
        first = read(made[form])
        again = why403.convert(made[form], to=to)
        second = read(again.text)
        assert (second.method, second.url, second.body) == (first.method, first.url, first.body), again.text
        lost = "the body is not known" in again.remarks
        assert pairs(second) == [pair for pair in pairs(first) if not (lost and pair[0] == "content-length")], (
            again.text
        )


def test_the_recording_as_curl_is_what_chromium_sent(server: Server, chromium: Chromium) -> None:
    """Field for field and byte for byte; the order is the recording's: Chromium's events sort the fields by name."""
    har = json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": chromium.entries}}
    ).encode()
    made = [why403.convert(har, index=number) for number in range(len(chromium.entries))]
    play.bash([one.data for one in made])
    seen = server.take()
    for number, one in enumerate(made):
        (replayed,), (first,) = seen[number], chromium.seen[number]
        if "postData" not in chromium.entries[number]["request"] and first.body:
            assert "the body is not known" in one.remarks  # Chromium's events leave out a body with a file in it
            continue
        assert (replayed.method, replayed.target, replayed.body) == (first.method, first.target, first.body), one.text
        assert sorted(replayed.fields) == sorted(first.fields), one.text
        recorded = [pair for pair in devtools.of_entry(chromium.entries[number]).fields if pair[0] != "Host"]
        assert list(replayed.fields)[1:] == recorded, one.text
