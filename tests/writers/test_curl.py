"""The command says the request: the reader understands it so, and real curl sends it so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings

from tests.readers.wire import Recorder, Wire
from tests.writers.requests import requests, settled
from why403.model import Headers, Request
from why403.readers import curl as reader
from why403.writers import curl

OWN = ("user-agent", "accept", "content-type", "accept-encoding")
TRICKY = Request(
    "POST",
    "http://shop.example/it's/[1]?a={b}&c=!x",
    Headers(
        [
            ("Host", "other.example"),
            ("X-Empty", ""),
            ("X-Two", "a"),
            ("X-Two", 'it\'s "!" $HOME `id`'),
            ("Cookie", "a=b; c"),
        ]
    ),
    b"\x00\xff%'\\\n\r\ttext",
)


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as running:
        yield running


def read_back(command: str) -> Request:
    case = reader.read(command, "-")
    assert len(case.exchanges) == 1, command
    assert not [remark for remark in case.remarks if "option" in remark or "aside" in remark], (command, case.remarks)
    request = case.exchanges[0].request
    assert request is not None
    return request


@settings(max_examples=300)
@given(requests())
@example(TRICKY)
def test_the_reader_understands_what_is_written(request_: Request) -> None:
    command = curl.write(request_)
    back = read_back(command)
    assert settled(back, *OWN) == settled(request_, *OWN), command
    assert back.headers is not None
    assert request_.headers is not None
    assert back.headers.first("host") == (request_.headers.first("host") or "shop.example")


@settings(max_examples=300)
@given(requests(text=True))
def test_the_reader_understands_what_is_written_for_cmd(request_: Request) -> None:
    if curl.unsaid(request_, form="curl-cmd"):
        return
    command = curl.write(request_, form="curl-cmd")
    assert reader.read(command + "\n", "-").form in ("curl-cmd", "curl")
    if "^" in command:
        assert settled(read_back(command), *OWN) == settled(request_, *OWN), command


def on_the_wire(wire: Wire, host: str) -> Request:
    fields = [(name, "curl/8" if value.startswith("curl/7") else value) for name, value in wire.headers]
    return Request(wire.method, f"http://{host}{wire.target}", Headers(fields), wire.body)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests())
@example(TRICKY)
def test_real_curl_sends_what_is_written(recorder: Recorder, request_: Request) -> None:
    assert request_.url is not None
    local = request_._replace(url=request_.url.replace("shop.example", recorder.host))
    sent = recorder.run(curl.write(local))
    assert len(sent) == 1, curl.write(local)
    real, wanted = settled(on_the_wire(sent[0], recorder.host), *OWN), settled(local, *OWN)
    assert real._replace(body=real.body or b"") == wanted._replace(body=wanted.body or b""), curl.write(local)


def test_a_large_body_goes_by_the_standard_input(recorder: Recorder) -> None:
    body = b"0123456789\n" * 30_000
    request = Request("PUT", f"http://{recorder.host}/", Headers([("Content-Type", "text/plain")]), body)
    command = curl.write(request)
    assert recorder.run(command)[0].body == body
    assert read_back(command).body == body


def test_what_curl_does_anyway_is_left_to_it() -> None:
    plain = Headers([("Host", "shop.example"), ("User-Agent", "curl/8"), ("Accept", "*/*")])
    assert curl.write(Request("GET", "https://shop.example/", plain)) == "curl https://shop.example/"
    assert curl.write(Request("HEAD", "https://shop.example/", plain)) == "curl https://shop.example/ -I"
    form = Headers([*plain, ("Content-Length", "3"), ("Content-Type", "application/x-www-form-urlencoded")])
    assert (
        curl.write(Request("POST", "https://shop.example/", form, b"a=b"))
        == "curl https://shop.example/ --data-raw a=b"
    )
    assert curl.write(Request("GET", "https://shop.example/")) == "curl https://shop.example/"


def test_options_come_back() -> None:
    options = (
        ("insecure", ""),
        ("follow", ""),
        ("max-redirs", "3"),
        ("resolve", "a.example:443:192.0.2.1"),
        ("cert", "my cert.pem"),
        ("key", "key.pem"),
        ("proxy", "http://proxy.example:3128"),
        ("proxy-user", "user:it's"),
        ("auth", "digest"),
        ("user", "name:pass word"),
        ("ipv4", ""),
        ("compressed", ""),
    )
    headers = Headers([("User-Agent", "x"), ("Accept", "*/*"), ("Accept-Encoding", "deflate, gzip, br, zstd")])
    request = Request("GET", "https://shop.example/", headers, None, "HTTP/2", options)
    back = read_back(curl.write(request))
    assert set(back.options) == set(options)
    assert back.version == "HTTP/2"
    assert settled(back, *OWN) == settled(request, *OWN)
    assert curl.unsaid(request) == ()


def test_what_cannot_be_said_is_said_so() -> None:
    headers = Headers([(":authority", "a"), ("bad name", "x"), ("x-line", "a\r\nb"), ("content-length", "12")])
    said = curl.unsaid(Request("POST", "/path", headers, None, None, (("mode", "cors"),)))
    assert len(said) == 4
    assert "a\r\nb" not in curl.write(Request("POST", "/path", headers))
    assert curl.unsaid(Request("POST", "https://a.example/", None, b"\0"), form="curl-cmd")
    assert "<host>" in curl.write(Request("GET"))


def test_nothing_that_a_terminal_obeys_is_in_a_command() -> None:
    headers = Headers([("X-A", "a\u202eb\u200b\u00a0\x9b31m"), ("X-B", "\x1b[31m"), ("X-C", "é日")])
    request = Request("POST", "https://a.example/", headers, "\x1b]0;t\x07\u2028".encode())
    command = curl.write(request)
    assert all(char.isprintable() or char == "\n" for char in command)
    assert "'X-C: é日'" in command
    back = read_back(command)
    assert back.headers is not None
    assert [pair for pair in back.headers if pair[0].startswith("X")] == list(headers)
    assert back.body == request.body
