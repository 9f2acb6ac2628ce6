"""HAR as recorders write it: what is read, what is said about what is not, and that both ways of reading agree."""

from __future__ import annotations

import base64
import gzip
import json
import mmap
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.model import Case, UnreadableInput
from why403.readers import har
from why403.readers.choose import read_text
from why403.readers.har_glance import KEEP_ALL

Entry = dict[str, object]


def entry(
    url: str = "https://shop.example/api",
    status: object = 200,
    method: str = "GET",
    mime: str = "application/json",
    text: str | None = "{}",
    asks: dict[str, str] | None = None,
    answers: dict[str, str] | None = None,
    at: str | None = "2026-11-20T10:00:00.000Z",
    content: dict[str, object] | None = None,
    **more: object,
) -> Entry:
    held: dict[str, object] = {"mimeType": mime, "size": len(text or "")}
    if text is not None:
        held["text"] = text
    made: Entry = {
        "request": {"method": method, "url": url, "httpVersion": "h2", "headers": pairs(asks), "bodySize": 0},
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "h2",
            "headers": pairs(answers),
            "content": held | (content or {}),
        },
        **more,
    }
    if at is not None:
        made["startedDateTime"] = at
    return made


def pairs(fields: dict[str, str] | None) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in (fields or {}).items()]


def recording(*entries: object, creator: str = "test") -> bytes:
    log = {"version": "1.2", "creator": {"name": creator, "version": "1"}, "entries": list(entries)}
    return json.dumps({"log": log}).encode()


def read(data: bytes, **how: object) -> Case:
    return har.read_bytes(data, "x.har", **how)  # type: ignore[arg-type]


def test_an_entry_becomes_an_exchange() -> None:
    case = read(
        recording(
            entry(
                status=403,
                method="POST",
                text='{"detail": "no"}',
                asks={":authority": "shop.example", "X-Token": "a", "x-token": "b"},
                answers={"Server": "nginx"},
                _resourceType="xhr",
                _initiator={"type": "script", "url": "https://shop.example/app.js"},
                pageref="page_1",
                serverIPAddress="[2001:db8::1]",
            )
        )
    )
    (exchange,) = case.exchanges
    assert (case.name, case.kind, exchange.index, exchange.status, exchange.method) == ("x.har", "har", 0, 403, "POST")
    assert exchange.request is not None
    assert exchange.request.headers == (("X-Token", "a"), ("x-token", "b"))
    assert exchange.request.version == "HTTP/2"
    assert exchange.request.body == b""
    assert exchange.response is not None
    assert exchange.response.body == b'{"detail": "no"}'
    assert exchange.at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert exchange.facts == (
        ("type", "xhr"),
        ("initiator", "script https://shop.example/app.js"),
        ("page", "page_1"),
        ("remote", "2001:db8::1"),
    )


def test_a_bare_entry_is_not_filled_up() -> None:
    (exchange,) = read(recording({"request": {}, "response": {"status": 403}})).exchanges
    assert exchange.request is None
    assert exchange.response is not None
    assert exchange.response.headers is None
    assert exchange.response.body is None
    assert exchange.at is None


@pytest.mark.parametrize(
    ("content", "answers", "want"),
    [
        ({"text": "", "size": 0}, {}, b""),
        ({"text": "", "size": 0}, {"content-length": "0"}, b""),
        ({"text": "", "size": 0}, {"content-length": "12"}, None),
        ({"text": "", "size": 12}, {}, None),
        ({"text": "aGk=", "encoding": "base64"}, {}, b"hi"),
        ({"text": "no*base64!", "encoding": "base64"}, {}, None),
    ],
)
def test_absent_is_not_empty(content: dict[str, object], answers: dict[str, str], want: bytes | None) -> None:
    (exchange,) = read(recording(entry(status=403, content=content, answers=answers))).exchanges
    assert exchange.response is not None
    if content["text"] == "no*base64!":
        assert exchange.response.body is not None
    else:
        assert exchange.response.body == want


@pytest.mark.parametrize(
    ("packed", "coding"),
    [
        (gzip.compress(b"<html>no</html>"), "gzip"),
        (zlib.compress(b"<html>no</html>"), "deflate"),
        (zlib.compress(b"<html>no</html>")[2:-4], "deflate"),
    ],
)
def test_a_compression_left_on_is_undone(packed: bytes, coding: str) -> None:
    content: dict[str, object] = {"text": base64.b64encode(packed).decode(), "encoding": "base64"}
    (exchange,) = read(recording(entry(status=403, content=content, answers={"Content-Encoding": coding}))).exchanges
    assert exchange.response is not None
    assert exchange.response.body == b"<html>no</html>"


def test_a_compression_without_a_decoder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    content: dict[str, object] = {"text": base64.b64encode(b"\x8b\x07\x80\xff\xfe").decode(), "encoding": "base64"}
    case = read(recording(entry(status=403, content=content, answers={"content-encoding": "br"})))
    assert case.exchanges[0].response is not None
    assert case.exchanges[0].response.body is None
    assert "br" in case.remarks[0]


def test_decompression_is_bounded() -> None:
    bomb = gzip.compress(b"\0" * 64_000_000)
    content: dict[str, object] = {"text": base64.b64encode(bomb).decode(), "encoding": "base64"}
    case = read(recording(entry(status=403, content=content)))
    assert case.exchanges[0].response is not None
    assert case.exchanges[0].response.body is not None
    assert len(case.exchanges[0].response.body) == 8 * 1024 * 1024
    assert "first 8 MB" in case.remarks[0]


@pytest.mark.parametrize(
    ("response", "error"),
    [
        ({"status": 0, "_error": "net::ERR_FAILED"}, "net::ERR_FAILED"),
        ({"status": -1, "_failureText": "net::ERR_ABORTED"}, "net::ERR_ABORTED"),
        ({"status": 0}, None),
        ({}, None),
    ],
)
def test_no_answer_came(response: dict[str, object], error: str | None) -> None:
    held = entry()
    held["response"] = response
    (exchange,) = read(recording(held)).exchanges
    assert exchange.response is None
    assert exchange.error == error


def test_preflights_are_marked() -> None:
    asked = {"Access-Control-Request-Method": "PUT"}
    case = read(
        recording(
            entry(method="OPTIONS", asks=asked),
            entry(method="OPTIONS"),
            entry(method="OPTIONS", _resourceType="preflight"),
        )
    )
    assert [exchange.fact("preflight") for exchange in case.exchanges] == ["", None, ""]


def test_order_is_that_of_time_and_index_that_of_the_file() -> None:
    stamps = ["2026-11-20T10:00:02Z", None, "2026-11-20T12:00:01+02:00"]
    case = read(recording(*(entry(at=stamp) for stamp in stamps)))
    assert [exchange.index for exchange in case.exchanges] == [2, 0, 1]


def test_form_fields_without_text_become_the_body() -> None:
    held = entry(status=403, method="POST")
    request = held["request"]
    assert isinstance(request, dict)
    request["postData"] = {
        "mimeType": "application/x-www-form-urlencoded",
        "params": [{"name": "a b", "value": "1&2"}, {"name": "c", "value": ""}],
    }
    (exchange,) = read(recording(held)).exchanges
    assert exchange.request is not None
    assert exchange.request.body == b"a+b=1%262&c="


def test_a_stripped_chrome_recording_is_told() -> None:
    plain = read(recording(entry(status=401), creator="WebInspector"))
    assert plain.exchanges[0].fact("credentials") == "perhaps left out"
    assert "Chrome leaves them out" in " ".join(plain.remarks)
    full = read(recording(entry(status=401, asks={"Cookie": "a=b"}), creator="WebInspector"))
    assert full.exchanges[0].fact("credentials") is None


@pytest.mark.parametrize(
    "shape", ["bare entry", "list of entries", "list of recordings", "bom", "utf-16", "entries on top"]
)
def test_other_shapes(shape: str) -> None:
    one = entry(status=403)
    data = {
        "bare entry": json.dumps(one).encode(),
        "list of entries": json.dumps([one]).encode(),
        "list of recordings": b"[" + recording(one) + b"]",
        "bom": b"\xef\xbb\xbf" + recording(one),
        "utf-16": b"\xff\xfe" + recording(one).decode().encode("utf-16-le"),
        "entries on top": json.dumps({"entries": [one]}).encode(),
    }[shape]
    for small in (0, 1 << 20):
        case = read(data, small=small)
        assert [exchange.status for exchange in case.exchanges] == [403]
    assert har.likeness_bytes(data) > 0.5


@pytest.mark.parametrize("small", [0, 1 << 20])
def test_a_truncated_recording_gives_what_is_whole(small: int) -> None:
    data = recording(entry(status=403), entry(status=401), entry())
    cut = data[: data.rindex(b'"request"')]
    case = read(cut, small=small)
    assert [exchange.status for exchange in case.exchanges] == [403, 401]
    assert "2 whole entries" in case.remarks[0]
    assert "byte" in case.remarks[0]
    with pytest.raises(UnreadableInput, match="breaks off"):
        read(data[:200], small=small)


@pytest.mark.parametrize("small", [0, 1 << 20])
@pytest.mark.parametrize(
    "data", [b"{}", b"[]", b'{"log": 1}', b'{"message": "no"}', b"[1, 2]", b'{"log": {"entries": 3}}']
)
def test_json_that_is_no_recording(data: bytes, small: int) -> None:
    with pytest.raises(UnreadableInput, match="no HAR"):
        read(data, small=small)


def test_an_ordinary_json_error_is_not_taken_for_a_recording() -> None:
    assert har.likeness_bytes(b'{"error": {"status": 403, "message": "no", "request": "abc"}}') == 0
    assert har.likeness_bytes(b"plain words") == 0
    assert har.likeness_bytes(b"") == 0


def many(refused: dict[int, Entry]) -> bytes:
    return recording(
        *(
            refused.get(
                number,
                entry(
                    url=f"https://{'shop' if number % 2 else 'cdn'}.example/{number % 50}?n={number}",
                    at=None,
                    answers={"set-cookie": "a=b"} if number % 31 == 0 else None,
                    mime="text/html" if number % 100 == 0 else "application/json",
                ),
            )
            for number in range(900)
        )
    )


CHALLENGE = "<!DOCTYPE html><title>Just a moment...</title>"
GRAPHQL = '{"errors": [{"message": "no", "extensions": {"code": "FORBIDDEN"}}]}'


@pytest.mark.parametrize(
    "refused",
    [
        entry(url="https://shop.example/7?x", status=403),
        entry(url="https://shop.example/7?x", status="403"),
        entry(url="https://shop.example/7", status=0),
        entry(url="https://shop.example/7", mime="text/html", text=CHALLENGE),
        entry(url="https://shop.example/7", text=GRAPHQL),
        entry(
            url="https://shop.example/7",
            content={"text": base64.b64encode(GRAPHQL.encode()).decode(), "encoding": "base64"},
        ),
        entry(url="https://shop.example/7", mime="text/html", text="<p>", answers={"CF-Mitigated": "challenge"}),
    ],
)
def test_a_long_recording_keeps_the_refused_and_its_surroundings(refused: Entry) -> None:
    data = many({500: refused | {"startedDateTime": None}})
    case = read(data)
    indexes = [exchange.index for exchange in case.exchanges if exchange.index is not None]
    assert 500 in indexes
    assert {407, 457, 507} <= set(indexes)  # the same URL, answered
    assert 465 in indexes  # set a cookie for this origin
    assert 496 not in indexes  # set one for another
    assert len(indexes) < 40
    assert {exchange.index for exchange in case.exchanges if exchange.fact("context") is None} == {500}
    assert "1 of 900 entries were refused" in case.remarks[0]
    assert len(read(data, everything=True).exchanges) == 900


def test_a_page_that_merely_mentions_a_mark_is_no_refusal() -> None:
    case = read(many({500: entry(text='{"text": "Just a moment"}'), 501: entry(text='{"errors": [], "a": "b"}')}))
    assert case.exchanges == ()


def test_a_map_of_a_file_is_read_in_place(tmp_path: Path) -> None:
    path = tmp_path / "long.har"
    path.write_bytes(many({500: entry(status=403)}))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        assert har.read_bytes(data, "long.har", small=0) == har.read_bytes(path.read_bytes(), "long.har")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["log", "entries", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = [
    "status",
    "headers",
    "content",
    "text",
    "mimeType",
    "encoding",
    "url",
    "method",
    "_resourceType",
    "name",
    "value",
]
STATUS = st.sampled_from([0, 200, 401, 403, "403", 403.0, None, -1, 503]) | JSON
FIELDS = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from(["Set-Cookie", "A", ""]), "value": st.text(max_size=5)})
)
CONTENT = st.fixed_dictionaries(
    {},
    optional={
        "mimeType": st.sampled_from(["text/html", "application/json", "", None]) | JSON,
        "text": st.sampled_from([CHALLENGE, GRAPHQL, "", "PGh0bWw+"]) | JSON,
        "encoding": st.sampled_from(["base64", ""]) | JSON,
        "size": STATUS,
    },
)
ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "request": st.fixed_dictionaries(
            {},
            optional={
                "url": st.sampled_from(["https://a.example/x?y", "https://b.example/"]) | JSON,
                "headers": FIELDS | JSON,
            },
        )
        | JSON,
        "response": st.fixed_dictionaries(
            {}, optional={"status": STATUS, "headers": FIELDS | JSON, "content": CONTENT | JSON, "_error": JSON}
        )
        | JSON,
        "_resourceType": st.sampled_from(["document", "xhr"]) | JSON,
        "startedDateTime": st.sampled_from(["2026-11-20T10:00:00Z", "9999-12-31T23:59:59-12:00", "x"]) | JSON,
        "_initiator": JSON,
        "pageref": JSON,
    },
)


def outcome(data: bytes, small: int) -> Case | str:
    try:
        return read(data, small=small)
    except UnreadableInput as error:
        return error.message.partition("(")[0].partition(" at ")[0]


@settings(max_examples=150, deadline=2000)
@given(st.lists(ENTRY | JSON, max_size=5), st.booleans())
def test_both_ways_of_reading_agree(entries: list[object], long: bool) -> None:
    if long:  # so that the recording is thinned
        entries = entries + [entry(url="https://a.example/x?z", at=None)] * KEEP_ALL + entries
    data = recording(*entries)
    assert outcome(data, 0) == outcome(data, 1 << 30)


@settings(max_examples=200, deadline=2000)
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()), st.sampled_from([0, 1 << 30]))
def test_nothing_but_unreadable_input_is_raised(data: bytes, small: int) -> None:
    assert 0 <= har.likeness_bytes(data) <= 1
    try:
        read(data, small=small)
    except UnreadableInput as error:
        assert "\n" not in str(error)


@settings(max_examples=60, deadline=2000)
@given(st.data(), st.sampled_from([0, 1 << 30]))
def test_any_cut_or_flipped_recording_ends_quietly(data: st.DataObject, small: int) -> None:
    whole = recording(entry(status=403), entry(status=401))
    at = data.draw(st.integers(0, len(whole)))
    cut = whole[:at] + data.draw(st.binary(max_size=3)) + whole[at + data.draw(st.integers(0, len(whole))) :]
    try:
        read(cut, small=small)
    except UnreadableInput:
        pass


@pytest.mark.parametrize("small", [0, 1 << 30])
@pytest.mark.parametrize(
    "data", [b"[" * 100_000, b'{"log":' * 50_000, b'{"entries": [' * 50_000, b'{"log": {"entries": [' + b"[" * 90_000]
)
def test_depth_is_no_danger(data: bytes, small: int) -> None:
    with pytest.raises(UnreadableInput):
        read(data, small=small)


def test_a_recording_given_as_text_is_read_as_one() -> None:
    assert read_text(recording(entry(status=403)).decode(), "-").kind == "har"
