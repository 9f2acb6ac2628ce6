"""The transport on real sockets: what goes over the wire, and what hostile servers may cost."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import brotli
import h2.config
import h2.connection
import h2.events
import pytest

from tests.probes.certificates import Certificates, certificates
from why403.model import BadCall, Headers, NetworkFailed, Request
from why403.net.coding import decoded, readable
from why403.net.send import BODY, Sender, Way

__all__ = ["certificates"]
CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": partial(gzip.compress, compresslevel=1),
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=1),
}
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class Raw:
    """A server that keeps every byte it gets, and answers as it is told."""

    def __init__(self, answer: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> None:
        self.got: list[bytes] = []
        self.answer, self.context = answer, context
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.listening.settimeout(0.02)
        self.port = self.listening.getsockname()[1]
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.port}/a"
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self.listening.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                try:
                    if self.context:
                        connection = self.context.wrap_socket(connection, server_side=True)
                    self.got.append(connection.recv(65_536))
                    if self.got[-1].startswith(b"POST") and self.got[-1].endswith(b"\r\n\r\n"):
                        self.got[-1] += connection.recv(65_536)  # a body in a packet of its own
                    self.answer(connection)
                except OSError:
                    pass
                finally:
                    connection.close()

    def close(self) -> None:
        self.over.set()
        self.listening.close()
        self.thread.join(10)


@contextmanager
def raw(answer: Callable[[socket.socket], None] | bytes, context: ssl.SSLContext | None = None) -> Iterator[Raw]:
    server = Raw((lambda connection: connection.sendall(answer)) if isinstance(answer, bytes) else answer, context)
    try:
        yield server
    finally:
        server.close()


def drip(head: bytes, piece: bytes, pause: float = 0.05) -> Callable[[socket.socket], None]:
    """An answer that never ends, a piece at a time."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return answer


FIELDS = [
    ("accept", "*/*"), ("X-ODD-Case", "1"), ("HOST", "shop.example"), ("x-odd-case", "2"), ("User-Agent", "example/1"),
    ("cookie", "a=1; b=2"), ("X-Empty", ""),
]  # fmt: skip


class TestWire:
    """What a raw server gets."""

    def test_fields_in_the_order_case_and_repetition_given(self) -> None:
        with raw(OK) as server, Sender() as sender:
            done = sender.send(Request("GET", server.url + "?q=%7E~#top", Headers(FIELDS), b""))
        assert server.got == [
            b"GET /a?q=%7E~ HTTP/1.1\r\naccept: */*\r\nX-ODD-Case: 1\r\nHOST: shop.example\r\nx-odd-case: 2\r\nUser-Agent: example/1\r\n"
            b"cookie: a=1; b=2\r\nX-Empty: \r\n\r\n"
        ]
        assert (done.status, done.fact("remote")) == (200, "127.0.0.1")

    def test_nothing_is_added_but_host_and_length(self) -> None:
        with raw(OK) as server, Sender() as sender:
            sender.send(
                Request(
                    "POST",
                    server.url,
                    Headers([("A", "1"), ("Transfer-Encoding", "chunked"), ("Expect", "100-continue")]),
                    b"x=1",
                )
            )
        host = f"127.0.0.1:{server.port}".encode()
        assert server.got[0] == b"POST /a HTTP/1.1\r\nHost: " + host + b"\r\nA: 1\r\nContent-Length: 3\r\n\r\nx=1"

    def test_a_length_that_lies_is_set_right(self) -> None:
        with raw(OK) as server, Sender() as sender:
            sender.send(Request("POST", server.url, Headers([("Host", "a"), ("Content-Length", "99")]), b"x=1"))
        assert server.got[0] == b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nx=1"

    def test_a_redirect_is_an_answer(self) -> None:
        with (
            raw(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/b\r\nContent-Length: 0\r\n\r\n") as server,
            Sender() as sender,
        ):
            done = sender.send(Request("GET", server.url, Headers([("Authorization", "Bearer example")]), b""))
        assert (done.status, len(server.got)) == (302, 1)

    def test_codings_that_are_not_read_here_are_not_asked_for(self) -> None:
        with raw(OK) as server, Sender() as sender:
            sender.send(Request("GET", server.url, Headers([("Accept-Encoding", "gzip, zstd, br;q=0.5")]), b""))
        assert b"Accept-Encoding: gzip, br;q=0.5\r\n" in server.got[0]
        assert readable("zstd, exi") == "identity"

    @pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\x00b"])
    def test_a_field_cannot_smuggle_another(self, value: str) -> None:
        with raw(OK) as server, Sender() as sender:
            with pytest.raises(BadCall, match="cannot be sent as it stands"):
                sender.send(Request("GET", server.url, Headers([("X-A", value)]), b""))
            assert server.got in ([], [b""])

    @pytest.mark.parametrize(
        "url", ["", "/a", "ftp://shop.example/", "http://", "http://shop.example:99999/", "http://[::1"]
    )
    def test_what_is_no_whole_url(self, url: str) -> None:
        with Sender() as sender, pytest.raises(BadCall, match="no whole URL"):
            sender.send(Request("GET", url, Headers(), b""))


class TestBounds:
    """Time, size and decompression."""

    @pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nX-A: "])
    def test_a_head_that_drips_ends_with_the_time(self, head: bytes) -> None:
        with (
            raw(drip(head, b"a" if head.endswith(b" ") else b"X-A: b\r\n")) as server,
            Sender(Way(seconds=0.6)) as sender,
        ):
            begun = time.monotonic()
            with pytest.raises(NetworkFailed):
                sender.send(Request("GET", server.url, Headers(), b""))
            assert time.monotonic() - begun < 60

    def test_a_body_that_drips_is_cut_with_the_time(self) -> None:
        with (
            raw(drip(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 99999\r\n\r\n", b"no ")) as server,
            Sender(Way(seconds=0.6)) as sender,
        ):
            begun = time.monotonic()
            done = sender.send(Request("GET", server.url, Headers(), b""))
        assert time.monotonic() - begun < 60
        assert done.status == 403
        assert done.response is not None
        assert (done.response.body or b"").startswith(b"no no ")
        assert (done.fact("cut") or "").startswith("after ")

    @pytest.mark.parametrize(
        "head", [b"Transfer-Encoding: chunked", b"Content-Length: 99999999999", b"Connection: close"]
    )
    def test_a_body_without_end_is_cut(self, head: bytes) -> None:
        piece = b"a" * 65_536
        chunk = b"10000\r\n" + piece + b"\r\n" if head.startswith(b"T") else piece
        with (
            raw(drip(b"HTTP/1.1 403 Forbidden\r\n" + head + b"\r\n\r\n", chunk, 0)) as server,
            Sender(Way(seconds=20)) as sender,
        ):
            done = sender.send(Request("GET", server.url, Headers(), b""))
        assert done.response is not None
        assert len(done.response.body or b"") == BODY
        assert done.fact("cut") == f"after {BODY} bytes"

    def test_a_flood_of_fields_and_of_first_answers(self) -> None:
        for flood in (
            drip(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"b" * 60_000 + b"\r\n", 0),
            drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0),
        ):
            with raw(flood) as server, Sender(Way(seconds=5)) as sender:
                begun = time.monotonic()
                with pytest.raises(NetworkFailed):
                    sender.send(Request("GET", server.url, Headers(), b""))
                assert time.monotonic() - begun < 60

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"SSH-2.0-example\r\n",
            b"HTTP/1.1 999999 No\r\n\r\n",
            b"\x00" * 500,
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        ],
    )
    def test_what_is_no_http_is_no_answer(self, answer: bytes) -> None:
        with raw(answer) as server, Sender(Way(seconds=2)) as sender, pytest.raises(NetworkFailed):
            sender.send(Request("GET", server.url, Headers(), b""))

    @pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, gzip", "br, gzip"])
    def test_bombs(self, coding: str) -> None:
        body = b"a" * (24 << 20)
        for one in coding.split(", "):
            body = CODERS[one](body)
        assert len(body) < 2 << 20
        head = f"HTTP/1.1 403 Forbidden\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
        with raw(head.encode() + body) as server, Sender() as sender:
            done = sender.send(Request("GET", server.url, Headers(), b""))
        assert done.response is not None
        assert 0 < len(done.response.body or b"") <= BODY
        assert done.fact("body") == f"only its first {BODY} bytes were undone"

    def test_what_is_damaged_or_unknown_stays_as_it_came(self) -> None:
        assert decoded(b"not gzip", ["gzip"], 100) == (b"not gzip", "gzip is not undone")
        assert decoded(b"data", ["zstd"], 100) == (b"data", "zstd is not undone")
        assert decoded(gzip.compress(b"plain"), ["identity, gzip"], 100) == (b"plain", "")
        assert decoded(brotli.compress(b"plain"), ["br"], 100) == (b"plain", "")
        assert decoded(brotli.compress(b"plain")[:-3], ["br"], 100)[0] in (b"", b"plain", b"pla", b"plai")

    def test_nobody_listens(self) -> None:
        with Sender() as sender, pytest.raises(NetworkFailed):
            sender.send(Request("GET", "http://127.0.0.1:1/", Headers(), b""))


def proxied(server: Raw, environment: dict[str, str], url: str = "http://shop.example/a") -> bytes:
    with Sender(Way(), environment) as sender:
        sender.send(Request("GET", url, Headers(), b""))
    return server.got[-1].split(b"\r\n")[0]


class TestWay:
    """Addresses, proxies, certificates."""

    def test_proxies_of_the_environment(self) -> None:
        with raw(OK) as server:
            proxy = f"http://ann:example@127.0.0.1:{server.port}"
            assert proxied(server, {"http_proxy": proxy}) == b"GET http://shop.example/a HTTP/1.1"
            assert b"Proxy-Authorization: Basic " in server.got[-1]
            assert proxied(server, {"ALL_PROXY": proxy}) == b"GET http://shop.example/a HTTP/1.1"
            with pytest.raises(NetworkFailed):
                proxied(server, {"http_proxy": proxy, "no_proxy": "other.example, .example"}, "http://127.0.0.1:1/")
            for left in (
                {"HTTP_PROXY": proxy},
                {"http_proxy": proxy, "NO_PROXY": "invalid"},
                {"http_proxy": proxy, "no_proxy": "*"},
            ):
                with pytest.raises(NetworkFailed):  # a name that nobody has, asked without the proxy
                    proxied(server, left, "http://shop.invalid/")

    def test_a_proxy_that_is_not_spoken(self) -> None:
        with Sender(Way(proxy="socks5://127.0.0.1:1")) as sender, pytest.raises(BadCall, match="socks5"):
            sender.send(Request("GET", "http://shop.example/", Headers(), b""))

    def test_another_address_for_the_host(self) -> None:
        with raw(OK) as server:
            for way, options in (
                (Way(resolve=(("shop.example", "127.0.0.1"),)), ()),
                (Way(), (("resolve", f"shop.example:{server.port}:127.0.0.1"),)),
            ):
                with Sender(way) as sender:
                    done = sender.send(
                        Request("GET", f"http://shop.example:{server.port}/a", Headers(), b"", options=options)
                    )
                assert (done.status, done.fact("remote")) == (200, "127.0.0.1")

    def test_certificates(self, certificates: Certificates) -> None:
        with raw(OK, certificates.server()) as server, Sender(Way(ca=str(certificates.authority))) as sender:
            done = sender.send(Request("GET", server.url, Headers(), b""))
            facts = dict(done.facts)
            assert (facts["tls"], facts["remote"]) == ("TLSv1.3", "127.0.0.1")
            assert facts["certificate"].startswith("shop.example until ")
        with raw(OK, certificates.server()) as server:
            with Sender() as sender, pytest.raises(NetworkFailed, match="CERTIFICATE_VERIFY_FAILED"):
                sender.send(Request("GET", server.url, Headers(), b""))
            with Sender() as sender:
                assert (
                    sender.send(Request("GET", server.url, Headers(), b"", options=(("insecure", ""),))).status == 200
                )

    def test_a_client_certificate_goes_with_the_request_that_names_it(self, certificates: Certificates) -> None:
        seen: list[object] = []

        def answer(connection: socket.socket) -> None:
            assert isinstance(connection, ssl.SSLSocket)
            seen.append(connection.getpeercert())
            connection.sendall(OK)

        mine = (("cert", str(certificates.client)), ("key", str(certificates.client_key)))
        with (
            raw(answer, certificates.server(asks=True)) as server,
            Sender(Way(ca=str(certificates.authority))) as sender,
        ):
            for options in ((), mine, ()):
                sender.send(Request("GET", server.url, Headers(), b"", options=options))
        assert [bool(one) for one in seen] == [False, True, False]

    def test_a_certificate_that_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(BadCall, match="the certificate cannot be used"):
            Sender(Way(ca=str(tmp_path / "absent.pem")))
        with Sender() as sender, pytest.raises(BadCall, match="the certificate cannot be used"):
            sender.send(
                Request(
                    "GET", "https://127.0.0.1:1/", Headers(), b"", options=(("cert", str(tmp_path / "absent.pem")),)
                )
            )

    def test_http_2(self, certificates: Certificates) -> None:
        """Fields in their order there too; lowered, as the protocol wants them (RFC 9113, section 8.2)."""
        seen: list[tuple[str, str]] = []

        def answer(connection: socket.socket) -> None:
            speaker = h2.connection.H2Connection(
                h2.config.H2Configuration(client_side=False, header_encoding="utf-8", normalize_inbound_headers=False)
            )
            speaker.initiate_connection()
            data = server.got[-1]
            while data:
                for event in speaker.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        seen.extend((str(name), str(value)) for name, value in event.headers)
                        speaker.send_headers(event.stream_id, [(":status", "403")])
                        speaker.send_data(event.stream_id, b"no", end_stream=True)
                connection.sendall(speaker.data_to_send())
                data = connection.recv(65_536)

        with (
            raw(answer, certificates.server(protocols=("h2", "http/1.1"))) as server,
            Sender(Way(ca=str(certificates.authority))) as sender,
        ):
            done = sender.send(Request("GET", server.url, Headers(FIELDS), b""))
        assert (done.status, done.fact("alpn"), done.response and done.response.version) == (403, "h2", "HTTP/2")
        assert seen == [
            (":method", "GET"), (":authority", "shop.example"), (":scheme", "https"), (":path", "/a"), ("accept", "*/*"),
            ("x-odd-case", "1"),
            ("x-odd-case", "2"), ("user-agent", "example/1"), ("cookie", "a=1; b=2"), ("x-empty", ""),
        ]  # fmt: skip

    def test_http_1_where_the_call_or_the_input_says_so(self, certificates: Certificates) -> None:
        with raw(OK, certificates.server(protocols=("h2", "http/1.1"))) as server:
            for http2, options, version in (
                (False, (), None),
                (True, (("http1.1", ""),), None),
                (True, (), "HTTP/1.1"),
            ):
                with Sender(Way(ca=str(certificates.authority), http2=http2)) as sender:
                    done = sender.send(Request("GET", server.url, Headers(), b"", version, options))
                assert (done.status, done.fact("alpn")) == (200, "http/1.1" if done.fact("alpn") != "none" else "none")
