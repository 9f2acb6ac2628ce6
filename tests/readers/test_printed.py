"""The headers that a program printed as one object are the answer's; whose others are is left open."""

import time

import pytest

from why403.model import Headers
from why403.readers import printed
from why403.readers.choose import read_bytes

PRINTED = {
    "python": "Status code: 403\nHTTP headers: {'Date': 'Sat, 03 Jan 2026 08:45:20 GMT', 'Server': 'nginx', 'X-Cache': 'MISS'}",
    "requests": "403\nCaseInsensitiveDict({'Server': 'nginx', 'ETag': '\"1a\"', 'X-Frame-Options': 'DENY'})",
    "json": '403 Forbidden\n{"date": "Sat, 03 Jan 2026 08:45:20 GMT", "server": "nginx", "content-type": "text/html"}',
    "node": """AxiosError: Request failed with status code 403
    headers: Object [AxiosHeaders] {
      server: 'nginx',
      date: 'Sat, 03 Jan 2026 08:45:20 GMT',
      'set-cookie': [ 'a=1; path=/', 'b=2; path=/' ],
      'content-type': 'text/html',
    },""",
}


@pytest.mark.parametrize("kind", PRINTED)
def test_an_answers_headers_are_read(kind: str) -> None:
    answer = read_bytes(PRINTED[kind].encode()).exchanges[0].response
    assert answer
    assert answer.status == 403
    assert answer.headers
    assert answer.headers.first("server") == "nginx"
    assert len(answer.headers) >= 3


def test_what_stands_in_quotes_is_whole() -> None:
    assert printed.headers_of(PRINTED["requests"]) == Headers(
        (("Server", "nginx"), ("ETag", '"1a"'), ("X-Frame-Options", "DENY"))
    )
    node = printed.headers_of(PRINTED["node"])
    assert node
    assert node.first("set-cookie") == "a=1; path=/"
    assert node.first("content-type") == "text/html"


@pytest.mark.parametrize(
    "text",
    [
        # a request's
        "403 headers = {'User-Agent': 'a', 'Date': 'Sat, 03 Jan 2026 08:45:20 GMT', 'Content-Type': 'a/b', 'X-Api-Version': '2'}",
        # a body of some interface
        '403 {"error": "denied", "server": "eu-1", "date": "2026-01-03", "code": "E403"}',
        # two answers: which one was refused?
        "403 {'Server': 'a', 'Vary': 'b', 'X-Cache': 'c'} {'Server': 'b', 'Vary': 'b', 'X-Cache': 'c'}",
        # one field
        "403 from server: 'nginx'",
    ],
)
def test_what_may_be_anybodys_is_left(text: str) -> None:
    answer = read_bytes(text.encode()).exchanges[0].response
    assert answer
    assert not answer.headers


@pytest.mark.parametrize(
    "text",
    [
        "server: " + "a" * 140_000,
        ("server: " + "ab-" * 40 + " ") * 1_000,
        "date: '" + "\\a" * 70_000,
        "server: ['a', " * 9_000,
        "'date': '1', " + ("'a': '" + "b" * 3_999 + " ") * 35,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.perf_counter()
    printed.headers_of(text)
    assert time.perf_counter() - begun < 60
