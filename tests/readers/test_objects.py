"""The real clients against a real server on loopback; what they hand their callers must read as what was exchanged."""

from __future__ import annotations

import asyncio
import http.client
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from why403.model import Case, Exchange
from why403.readers.objects import from_object

BODY = b'{"message": "Forbidden"}'


class Refuser(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/refused")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refuser)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def last(x: object, count: int = 1) -> Exchange:
    case = from_object(x)
    assert isinstance(case, Case)
    assert case.kind == "object"
    assert [exchange.index for exchange in case.exchanges] == list(range(count))
    return case.exchanges[-1]


def check(exchange: Exchange, url: str, body: bytes | None = BODY, method: str = "GET", cookies: int = 2) -> None:
    assert exchange.url == url
    assert exchange.method == method
    assert exchange.status == 403
    assert exchange.response is not None
    assert exchange.response.body == body
    assert exchange.response.headers is not None
    assert exchange.response.headers.has("content-type")
    assert len(exchange.response.headers.all("set-cookie")) == cookies


@pytest.mark.parametrize("library", ["requests", "niquests"])
def test_requests_and_niquests(library: str, site: str) -> None:
    client: Any = pytest.importorskip(library)
    with client.Session() as session:
        answer = session.post(f"{site}/refused", data="a=b", headers={"X-Own": "1"}, allow_redirects=True)
        exchange = last(answer)
        check(exchange, f"{site}/refused", method="POST")
        assert exchange.asked("x-own") == "1"
        assert exchange.request is not None
        assert exchange.request.body == b"a=b"
        assert exchange.response is not None
        assert exchange.response.version == "HTTP/1.1"
        with pytest.raises(client.HTTPError) as caught:
            answer.raise_for_status()
        check(last(caught.value), f"{site}/refused", method="POST")
        case = from_object(caught.value)
        assert case is not None
        assert "403" in case.notes[0].text
        moved = session.get(f"{site}/moved")
        check(last(moved, 2), f"{site}/refused")
        case = from_object(moved)
        assert case is not None
        assert case.exchanges[0].status == 302
        assert case.exchanges[0].answered("location") == "/refused"
        streamed = session.get(f"{site}/refused", stream=True)
        check(last(streamed), f"{site}/refused", body=None)
        assert streamed.content == BODY
        check(last(streamed), f"{site}/refused")
        with pytest.raises(client.ConnectionError) as failed:
            session.get("http://127.0.0.1:1/")
        nobody = last(failed.value)
        assert nobody.response is None
        assert nobody.error == type(failed.value).__name__
        assert nobody.url == "http://127.0.0.1:1/"


def test_httpx(site: str) -> None:
    httpx = pytest.importorskip("httpx")
    with httpx.Client(follow_redirects=True) as client:
        answer = client.post(f"{site}/refused", content="a=b", headers={"X-Own": "1"})
        exchange = last(answer)
        check(exchange, f"{site}/refused", method="POST")
        assert exchange.request is not None
        assert exchange.request.body == b"a=b"
        assert exchange.asked("X-Own") == "1"
        assert exchange.response is not None
        assert exchange.response.version == "HTTP/1.1"
        with pytest.raises(httpx.HTTPStatusError) as caught:
            answer.raise_for_status()
        check(last(caught.value), f"{site}/refused", method="POST")
        check(last(client.get(f"{site}/moved"), 2), f"{site}/refused")
        with client.stream("GET", f"{site}/refused") as streamed:
            check(last(streamed), f"{site}/refused", body=None)
            assert streamed.read() == BODY
            check(last(streamed), f"{site}/refused")
        with pytest.raises(httpx.ConnectError) as failed:
            client.get("http://127.0.0.1:1/")
        assert last(failed.value).error == "ConnectError"
    bare = httpx.Response(403, content=b"no")
    assert last(bare).request is None


def test_urllib3(site: str) -> None:
    urllib3 = pytest.importorskip("urllib3")
    with urllib3.PoolManager() as pool:
        answer = pool.request("GET", f"{site}/refused")
        exchange = last(answer)
        assert exchange.status == 403
        assert exchange.response is not None
        assert exchange.response.body == BODY
        assert exchange.response.headers is not None
        assert exchange.response.headers.all("Set-Cookie") == ("a=1", "b=2")
        moved = from_object(pool.request("GET", f"{site}/moved"))
        assert moved is not None
        assert [step.status for step in moved.exchanges] == [302, 403]
        streamed = pool.request("GET", f"{site}/refused", preload_content=False)
        unread = last(streamed)
        assert unread.response is not None
        assert unread.response.body is None
        assert streamed.read() == BODY
        streamed.release_conn()
        with pytest.raises(urllib3.exceptions.MaxRetryError) as failed:
            pool.request("GET", "http://127.0.0.1:1/", retries=0)
        assert last(failed.value).error == "MaxRetryError"


def test_aiohttp(site: str) -> None:
    aiohttp = pytest.importorskip("aiohttp")

    async def run() -> None:
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{site}/refused", data="a=b", headers={"X-Own": "1"}) as answer:
                check(last(answer), f"{site}/refused", body=None, method="POST")
                assert await answer.read() == BODY
                exchange = last(answer)
                check(exchange, f"{site}/refused", method="POST")
                assert exchange.asked("X-Own") == "1"
                assert exchange.response is not None
                assert exchange.response.version == "HTTP/1.1"
                assert exchange.response.reason == "Forbidden"
                with pytest.raises(aiohttp.ClientResponseError) as caught:
                    answer.raise_for_status()
                check(last(caught.value), f"{site}/refused", body=None, method="POST")
            async with session.get(f"{site}/moved") as moved:
                await moved.read()
                check(last(moved, 2), f"{site}/refused")
            with pytest.raises(aiohttp.ClientConnectorError) as failed:
                await session.get("http://127.0.0.1:1/")
            assert last(failed.value).error == "ClientConnectorError"

    asyncio.run(run())


def test_urllib(site: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{site}/refused")
    with caught.value as error:
        exchange = last(error)
        assert exchange.status == 403
        assert exchange.url == f"{site}/refused"
        assert exchange.response is not None
        assert exchange.response.reason == "Forbidden"
        assert exchange.response.body in (BODY, None)  # as much as has arrived
        assert exchange.response.headers is not None
        assert exchange.response.headers.all("set-cookie") == ("a=1", "b=2")
        assert error.read() == BODY  # nothing was taken away
    with pytest.raises(urllib.error.URLError) as failed:
        urllib.request.urlopen("http://127.0.0.1:1/")
    assert last(failed.value).error == "URLError"


def test_http_client(site: str) -> None:
    connection = http.client.HTTPConnection(site.removeprefix("http://"))
    connection.request("GET", "/refused")
    with connection.getresponse() as answer:
        exchange = last(answer)
        assert exchange.status == 403
        assert exchange.method == "GET"
        assert answer.read() == BODY
    connection.close()


def test_botocore() -> None:
    exceptions = pytest.importorskip("botocore.exceptions")
    error = exceptions.ClientError(
        {
            "Error": {"Code": "AccessDenied", "Message": "Access Denied"},
            "ResponseMetadata": {"HTTPStatusCode": 403, "HTTPHeaders": {"x-amz-request-id": "EXAMPLE"}},
        },
        "GetObject",
    )
    exchange = last(error)
    assert exchange.status == 403
    assert exchange.answered("X-Amz-Request-Id") == "EXAMPLE"
    assert exchange.fact("code") == "AccessDenied"
    assert exchange.fact("operation") == "GetObject"
    case = from_object(error)
    assert case is not None
    assert "AccessDenied" in case.notes[0].text
    assert last(exceptions.NoCredentialsError()).error == "NoCredentialsError"


@pytest.mark.parametrize(
    "x", [None, {}, {"status_code": 403}, 403, "text", object(), ValueError("403"), SimpleNamespace(status_code=403)]
)
def test_anything_else_is_nothing(x: object) -> None:
    assert from_object(x) is None


def test_an_object_that_refuses_to_be_read_raises_nothing() -> None:
    def bad(self: object) -> None:
        raise RuntimeError("no")

    hostile = type(
        "Response", (), {"__module__": "requests.models", "status_code": property(bad), "history": property(bad)}
    )
    assert from_object(hostile()) is None
    words = type("HTTPError", (Exception,), {"__module__": "requests", "__str__": bad})
    assert last(words()).error == "HTTPError"
