"""The call says the request: the reader understands it so, and Node.js sends it so."""

from __future__ import annotations

import shutil

from hypothesis import given, settings

from tests.readers.wire import Recorder
from tests.writers.requests import requests, settled
from why403.model import Headers, Request
from why403.readers import fetch as reader
from why403.writers import fetch

OWN = ("content-type", "referer")


def read_back(call: str) -> Request:
    case = reader.read(call, "-")
    assert len(case.exchanges) == 1, call
    assert case.remarks == (), call
    request = case.exchanges[0].request
    assert request is not None
    return request


@settings(max_examples=300)
@given(requests())
def test_the_reader_understands_what_is_written(request_: Request) -> None:
    call = fetch.write(request_, form="fetch-node")
    back = read_back(call)
    assert back.headers is not None
    assert request_.headers is not None
    if not request_.headers.has("content-type"):  # fetch gives a text its type
        back = back._replace(headers=back.headers.without("content-type"))
    assert settled(back, *OWN) == settled(request_, *OWN), call


def test_a_browsers_own_fields_are_left_out_and_named() -> None:
    headers = Headers(
        [("Cookie", "a=b"), ("Origin", "https://a.example"), ("Referer", "https://a.example/p"), ("X-A", "1")]
    )
    request = Request("POST", "https://b.example/", headers, b"{}")
    call = fetch.write(request)
    back = read_back(call)
    assert back.headers is not None
    assert back.headers.without("content-type") == (("X-A", "1"), ("Referer", "https://a.example/p"))
    assert dict(back.options) == {"credentials": "include"}
    said = fetch.unsaid(request)
    assert [line for line in said if "set by the client itself" in line] == [
        "the field 'Cookie' is set by the client itself",
        "the field 'Origin' is set by the client itself",
    ]
    assert any("User-Agent" in line and "of its own" in line for line in said)
    assert "Referer is sent only where the page has the same origin" in said
    assert "</" not in fetch.write(Request("POST", "https://b.example/", None, b"</script>"))


def test_node_sends_what_is_written() -> None:
    assert shutil.which("node"), "the oracle is Node.js"
    bodies = [b'it\'s "quoted" \\ \n $x `y` \xc3\xa9', b"\x00\xff\x80", None]
    with Recorder() as recorder:
        for body in bodies:
            headers = Headers(
                [("X-A", 'it\'s "a"'), ("X-B", "1"), ("X-B", "2"), ("Cookie", "a=b"), ("Content-Type", "x/y")]
            )
            request = Request("GET" if body is None else "POST", f"http://{recorder.host}/a?b='c'", headers, body)
            (sent,) = recorder.run(fetch.write(request, form="fetch-node"), "node")
            got = {name.lower(): value for name, value in sent.headers}
            assert (sent.method, sent.target, sent.body) == (request.method, "/a?b=%27c%27", body or b"")
            assert (got["x-a"], got["x-b"], got["cookie"], got["content-type"]) == ('it\'s "a"', "1, 2", "a=b", "x/y")
