"""Raw HTTP: what is well formed survives the trip, and nothing else does harm."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.model import Case, Headers, UnreadableInput
from why403.readers import http

REFUSED = """HTTP/1.1 403 Forbidden
Server: nginx
Content-Type: application/json

{"detail": "no"}
"""


def read(text: str) -> Case:
    return http.read(text, "x")


def test_an_answer() -> None:
    (exchange,) = read(REFUSED).exchanges
    assert exchange.request is None
    assert exchange.response is not None
    assert exchange.response == (
        403,
        "Forbidden",
        (("Server", "nginx"), ("Content-Type", "application/json")),
        b'{"detail": "no"}',
        "HTTP/1.1",
    )
    assert http.likeness(REFUSED) == 1


def test_a_request_and_its_answer() -> None:
    text = (
        "POST /a?b HTTP/1.1\r\nHost: api.example\r\nContent-Length: 3\r\n\r\na=b"
        + "\r\n"
        + REFUSED.replace("\n", "\r\n")
    )
    (exchange,) = read(text).exchanges
    assert exchange.request is not None
    assert exchange.request.body == b"a=b"
    assert exchange.url == "https://api.example/a?b"
    assert exchange.status == 403


def test_a_request_alone() -> None:
    (exchange,) = read("GET / HTTP/2\nhost: api.example\n\n").exchanges
    assert exchange.url == "https://api.example/"
    assert exchange.response is None
    assert exchange.request is not None
    assert exchange.request.body is None
    assert exchange.request.version == "HTTP/2"


@pytest.mark.parametrize(
    ("text", "headers", "body"),
    [
        ("HTTP/2 403", None, None),
        ("HTTP/2 403\n", None, None),
        ("HTTP/2 403 \r\n\r\n", (), None),
        ("HTTP/1.1 403 Forbidden\nA: b", (("A", "b"),), None),
        ("HTTP/1.1 403 Forbidden\nContent-Length: 0\n\n", (("Content-Length", "0"),), b""),
        ("HTTP/1.1 403 Forbidden\nA:\n\n", (("A", ""),), None),
        ("\n\nHTTP/1.1 403 Forbidden\nA: b\n c\n\n", (("A", "b c"),), None),
        ("HTTP/1.1 403 Forbidden\n\n<html>\n\nno</html>\n", (), b"<html>\n\nno</html>"),
        ("HTTP/1.1 403 Forbidden\nA: b\n\none\n\ntwo\n", (("A", "b"),), b"one\n\ntwo\n"),
    ],
)
def test_parts_that_are_missing_stay_missing(text: str, headers: object, body: bytes | None) -> None:
    (exchange,) = read(text).exchanges
    assert exchange.response is not None
    assert exchange.response.headers == headers
    assert exchange.response.body == body


def test_words_around_are_notes() -> None:
    case = read(f"Why?\n{REFUSED}\n$ echo\n")
    assert [(note.line, note.text) for note in case.notes] == [(1, "Why?"), (8, "$ echo")]


@pytest.mark.parametrize(
    "text", ["", "plain words", "HTTP", "HTTP/1.1", "GET /", '1.2.3.4 - - [x] "GET / HTTP/1.1" 403 5', "A: b\n\nc"]
)
def test_what_is_no_http(text: str) -> None:
    assert http.likeness(text) == 0
    with pytest.raises(UnreadableInput, match="no HTTP status line"):
        read(text)


TOKEN = st.from_regex(r"\A[A-Z][a-z]{1,9}(-[A-Z][a-z]{0,5}){0,2}\Z")
VALUE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=12).filter(
    lambda value: not value.startswith("//")
)
FIELDS = st.lists(st.tuples(TOKEN, VALUE), min_size=1, max_size=5).filter(
    lambda fields: (
        not any(
            name.lower()
            in (
                "body",
                "payload",
                "content-length",
                "status",
                "transfer-encoding",
                "host",
                "origin",
                "referer",
                "response",
            )
            or name.lower() in ("request", "note", "error", "http", "https", "file", "edit", "update")
            for name, _ in fields
        )
    )
)
BODY = st.binary(max_size=60).map(lambda data: data.decode("utf-8", "ignore").replace("\r", ""))
STATUS = st.sampled_from([200, 301, 401, 403, 407, 429, 451, 503])


@settings(deadline=2000)
@given(FIELDS, BODY, STATUS, st.sampled_from(["\n", "\r\n"]))
def test_a_well_formed_answer_survives(fields: list[tuple[str, str]], body: str, status: int, end: str) -> None:
    sent = body.encode()
    head = [*fields, ("Content-Length", str(len(sent)))]
    text = f"HTTP/1.1 {status} Some Reason{end}" + "".join(f"{name}: {value}{end}" for name, value in head) + end + body
    (exchange,) = read(text).exchanges
    assert exchange.response is not None
    assert exchange.response.status == status
    assert exchange.response.headers == Headers(head)
    assert exchange.response.body == sent


@settings(deadline=2000)
@given(FIELDS, st.sampled_from(["GET", "POST", "PROPFIND"]), st.sampled_from(["/", "/a?b=c", "https://x.example/"]))
def test_a_well_formed_request_survives(fields: list[tuple[str, str]], method: str, target: str) -> None:
    text = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
    (exchange,) = read(text + "HTTP/1.1 403 Forbidden\r\n\r\n").exchanges
    assert exchange.request is not None
    assert exchange.request.headers == Headers(fields)
    assert (exchange.method, exchange.url, exchange.status) == (method, target, 403)


@settings(deadline=2000, max_examples=200)
@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from([*REFUSED.split("\n"), "GET / HTTP/1.1", "Host: a", "{", "<", "\\r\\n", "> "])).map(
        "\n".join
    )
)
def test_any_text_ends_quietly(text: str) -> None:
    assert 0 <= http.likeness(text) <= 1
    try:
        case = read(text)
    except UnreadableInput:
        return
    assert case.kind == "http"
    assert case.exchanges


LINES = [
    "HTTP/1.1 403 Forbidden",
    "GET / HTTP/1.1",
    "A: b",
    "",
    "{",
    "[" * 50,
    "<html>",
    "> " * 100,
    "x" * 200,
    "Content-Length: 999999999999",
    "HTTP/1.1 403 Forbidden\n\n{",
    "HTTP/1.1 403 Forbidden\nContent-Length: 9\n\n<a>",
    "HTTP/1.1 403 F\n\nServer: a\n",
    " " * 200,
    "A" * 20 + " ",
]


@pytest.mark.parametrize("line", LINES)
def test_time_is_linear(line: str) -> None:
    for text in (f"{line}\n" * 20_000, f"HTTP/1.1 403 Forbidden\n\n{line}\n" + f"{line}\n" * 20_000, line * 20_000):
        begun = time.perf_counter()
        http.likeness(text)
        try:
            read(text)
        except UnreadableInput:
            pass
        assert time.perf_counter() - begun < 60
