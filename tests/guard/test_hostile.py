"""Hostile input: a right decision or a refusal, in bounded time and memory, never an exception and never a 500."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.guard.play import DOORS, guard, over_asgi, over_wsgi, play, request
from tests.guard.situations import API_KEY, SECRET, token
from why403.guard import (
    AllowAddresses,
    ApiKey,
    AsgiGuard,
    Bearer,
    Csrf,
    DenyAddresses,
    Guard,
    Hosts,
    Https,
    Methods,
    Owner,
    Preflight,
    RateLimit,
    Request,
    RequireHeader,
    Role,
    Rule,
    Scope,
    Session,
    proxies,
)  # fmt: skip
from why403.guard import asgi as asgi_door

EVERY: list[Rule] = [
    Https(), Hosts("shop.example"), Methods("GET", "POST"), AllowAddresses("192.0.2.0/24"), DenyAddresses("192.0.2.66"),
    RequireHeader("X-Workspace"), RateLimit("100000/second"), Csrf(["https://admin.example"], session="sid"), Role("admin"), Scope("read"),
]  # fmt: skip
KNOWING = (
    Bearer(SECRET, algorithms=["HS256"]) | ApiKey({ApiKey.hashed(API_KEY): "robot"}) | Session({"s": "ada"}.get, "sid")
)


def all_of_them(**more: Any) -> Guard:
    return guard(Preflight(["https://app.example"]), *EVERY, identity=KNOWING, **more)


def soon(started: float) -> bool:
    return time.perf_counter() - started < 60


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", ["X-Workspace", "Cookie", "Authorization", "Origin", "Referer", "Accept", "X-CSRF-Token", "Host",
"Sec-Fetch-Site",
                                  "X-Forwarded-For", "Forwarded", "Content-Type", "Access-Control-Request-Headers",
                                  "X-Anything"])  # fmt: skip
def test_a_header_of_a_megabyte(door: str, name: str) -> None:
    """Each field that any rule reads, full of what it parses."""
    started = time.perf_counter()
    trusted = proxies("192.0.2.1", field="Forwarded" if name == "Forwarded" else "X-Forwarded-For")
    for piece in ("a", "a=b; ", "1.2.3.4, ", "for=1.2.3.4;", "Bearer ", '"', "a.", "https://a/"):
        asked = request("POST", headers={name: (piece * (1 << 20))[: 1 << 20]})
        assert play(door, all_of_them(proxies=trusted), asked).status in (400, 401, 403, 405, 421)
    assert time.perf_counter() - started < 60


@pytest.mark.parametrize("door", DOORS)
def test_ten_thousand_cookies(door: str) -> None:
    """The right one among them is found, and none of them is mistaken for it."""
    started = time.perf_counter()
    crowd = "; ".join(f"sid{number}=x" for number in range(10_000))
    known = guard(Role("admin"), identity=Session({"s": {"id": "ada", "roles": ["admin"]}}.get, "sid"))
    assert play(door, known, request(headers={"Cookie": f"{crowd}; sid=s"})).status == 200
    assert play(door, known, request(headers={"Cookie": crowd})).header("why403-cause") == "credentials-missing"
    assert soon(started)


def test_ten_thousand_headers() -> None:
    """Different ones, and the same again and again."""
    started = time.perf_counter()
    asked = request(headers=[(f"x-{number}", "v") for number in range(10_000)] + [("x-again", "v")] * 10_000)
    assert over_asgi(all_of_them(), asked).status == 400
    assert soon(started)


@pytest.mark.parametrize(
    "values",
    [
        [f"Bearer {token()}"] * 2, [f"Bearer {token()}", "Basic eDp5"], ["Bearer"], ["Bearer  "], [""], [" "], ["Bearer\t" + "x"],
        ["Bearer a b"],
        ["Bearer ...."], ["Bearer e30.e30."], ["Bearer e30.e30.e30"], ["Bearer " + "." * 5000], ["bearer\x00x"], ["Bearer \xff\xfe"],
        ["Bearer eyJhbGciOlt7fV19.e30.x"], ["Bearer " + "W" * 3000 + ".e30.x"], [f"Bearer {token()}\xe9"], ["Digest " + "a=b," * 1000],
        ["Basic %%%"],
    ],
)  # fmt: skip
def test_malformed_authorization(values: list[str]) -> None:
    """Twice, empty, of the wrong form: a 400 or 401 that names credentials."""
    asked = Request.of("GET", "https://shop.example/here")
    asked.raw += [(b"authorization", value.encode("latin-1")) for value in values]
    came = over_asgi(guard(Bearer(SECRET, algorithms=["HS256"])), asked)
    assert came.status in (400, 401)
    assert came.header("why403-cause") in ("credentials-malformed", "credentials-missing", "token-invalid")


def posted(receive: Callable[[], Awaitable[dict[str, Any]]]) -> list[Any]:
    """What is answered to a form without a token whose body comes from `receive`."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    form = {
        "Origin": "https://shop.example",
        "Cookie": "__Host-csrf=c",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    scope = {
        "type": "http", "method": "POST", "path": "/here", "headers": request("POST", headers=form).raw, "scheme": "https",
        "client": ("192.0.2.1", 1),
    }  # fmt: skip
    asyncio.run(guard(Csrf()).asgi(None)(scope, receive, send))
    return sent


def test_a_body_that_streams_for_ever() -> None:
    """The field is looked for in the first 64 KiB; what comes after is never asked for, unless the application does."""
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 8192
        return {"type": "http.request", "body": b"a=" + b"x" * 8190, "more_body": True}

    assert posted(receive)[0]["status"] == 403
    assert read <= 65_536 + 8192


def test_a_body_that_drips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends a byte now and then is waited for no longer than anybody."""
    monkeypatch.setattr(asgi_door, "SECONDS", 0.2)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    started = time.perf_counter()
    assert posted(receive)[0]["status"] == 403
    assert soon(started)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"), ("multipart/form-data; boundary=", b"----\r\n"), ("multipart/form-data; boundary=x", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=csrf_token\r\n\r\nv\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n: \r\n\r\n" * 2000), ("multipart/form-data; boundary=x", b"\x00" * 70_000),
        ("multipart/form-data; boundary=" + "x" * 5000, b"--x"), ("multipart/form-data; boundary=x", b"--x\r\n" + b"A: b\r\n" * 10_000),
        ("application/x-www-form-urlencoded", b"&" * 65_000), ("application/x-www-form-urlencoded", b"csrf_token=%ff%fe%zz"),
        ("application/x-www-form-urlencoded", b"csrf_token" * 6000), ("application/json", b"[" * 65_000),
        ("application/json", b'{"csrf_token": 1}'),
        ("application/json", b'{"csrf_token": {"a": 1}}'), ("application/json", b"\xff\xfe\x00"), ("application/json", b'{"a":' * 10_000),
        ("text/plain", b"null"), ("text/plain; charset=\xff", b"csrf_token=x"),
    ],
)  # fmt: skip
def test_a_malformed_body(door: str, kind: Any, body: bytes) -> None:
    """No token is taken out of what cannot be read, and the refusal says that there is none."""
    asked = request("POST", headers={"Origin": "https://shop.example", "Cookie": "__Host-csrf=c"}, body=body)
    asked.raw.append((b"content-type", kind if isinstance(kind, bytes) else kind.encode("latin-1")))
    started = time.perf_counter()
    came = play(door, guard(Csrf()), asked)
    assert (came.status, came.header("why403-cause")) in ((403, "csrf-token-missing"), (403, "csrf-token-invalid"))
    assert soon(started)


@pytest.mark.parametrize("door", DOORS)
def test_no_host(door: str) -> None:
    """HTTP/1.0 without Host: no host is the application's, and no origin its own."""
    asked = request("POST", headers={"Origin": "https://shop.example"})
    asked.raw = [pair for pair in asked.raw if pair[0] != b"host"]
    assert play(door, guard(Hosts("shop.example")), asked).header("why403-cause") == "host-refused"
    assert play(door, guard(Csrf()), asked).header("why403-cause") == "csrf-origin-mismatch"


def handshake(guarded: AsgiGuard, extensions: Any = None, **headers: str) -> list[Any]:
    sent: list[Any] = []
    raw = [
        (b"host", b"shop.example"),
        *((name.lower().replace("_", "-").encode(), value.encode()) for name, value in headers.items()),
    ]
    scope = {
        "type": "websocket",
        "path": "/ws",
        "headers": raw,
        "scheme": "wss",
        "client": ("192.0.2.1", 1),
        "extensions": extensions or {},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(guarded(scope, receive, send))
    return sent


async def accepting(scope: Any, receive: Any, send: Any) -> None:
    assert scope["why403"].kind == "websocket"
    await send({"type": "websocket.accept"})


def test_websocket() -> None:
    """A handshake is judged like a request; it is closed before it is accepted, or answered where the server can."""
    door = guard(Csrf(), Role("admin")).asgi(accepting)
    assert handshake(door, Origin="https://shop.example", X_Who="ada roles=admin")[0]["type"] == "websocket.accept"
    assert handshake(door, Origin="https://evil.example", X_Who="ada roles=admin")[0]["type"] == "websocket.close"
    assert handshake(door, Origin="https://shop.example")[0]["type"] == "websocket.close"
    start, body = handshake(door, {"websocket.http.response": {}}, Origin="https://evil.example")
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 403)
    assert b"csrf-origin-mismatch" in body["body"]


BYTES = st.binary(max_size=60)
NAMES = st.sampled_from([b"host", b"cookie", b"authorization", b"origin", b"referer", b"accept", b"content-type", b"x-forwarded-for",
b"x-csrf-token",
                         b"sec-fetch-site", b"x-workspace", b"access-control-request-method", b"content-length", b"x-api-key",
                         b"forwarded"])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=12), st.text(max_size=40), st.lists(st.tuples(NAMES, BYTES), max_size=14), BYTES, st.binary(max_size=300),
    st.sampled_from(["http", "https", "ws", ""]), st.sampled_from(["192.0.2.1", "", "unix", "::1", "10.0.0.1"]),
)  # fmt: skip
def test_whatever_comes(
    method: str, path: str, headers: list[tuple[bytes, bytes]], query: bytes, body: bytes, scheme: str, peer: str
) -> None:
    """Any bytes in any place: an answer of one of these statuses, over both doors the same cause."""
    asked = Request(method, path, headers, query_string=query, scheme=scheme, peer=peer, body=body)
    came = over_asgi(all_of_them(proxies=["10.0.0.0/8"]), asked)
    assert came.status in (200, 204, 400, 401, 403, 404, 405, 421, 429)
    assert came.status < 400 or came.header("why403-denial") or came.status == 404
    for _, value in came.headers:
        assert value.isascii()
        assert value.isprintable()


def test_invalid_utf_8() -> None:
    """In the path, in the query, in a cookie: as far as the application itself gets it."""
    asked = request(headers={"Cookie": "\udcff=\udcfe", "X-Who": "ada roles=admin"})
    asked.path, asked.query_string = "/here\udcff\udcfe", b"\xff=\xfe"
    assert over_asgi(guard(Role("admin")), asked).status == 200
    assert over_wsgi(guard(Role("admin")), asked).status == 200
    refused = over_wsgi(guard(Role("owner")), asked)
    assert refused.header("why403-cause") == "role-missing"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "fault",
    [
        ValueError("x"),
        KeyError("x"),
        RecursionError(),
        MemoryError(),
        UnicodeDecodeError("utf-8", b"x", 0, 1, "y"),
        StopIteration(),
    ],
)
def test_a_rule_that_raises_refuses(door: str, fault: Exception) -> None:
    """Whatever it raises; the application is not asked."""

    def raising(asked: Request) -> str:
        raise fault

    came = play(door, guard(Owner(raising)), request(headers={"X-Who": "ada"}))
    assert (came.status, came.header("why403-cause"), came.asked) == (403, "policy-denied", [])


def test_an_identity_that_raises_refuses() -> None:
    def raising(asked: Request) -> None:
        raise OSError("the database is gone")

    decision = guard(Role("admin"), identity=raising).decide(request())
    assert (decision.cause, decision.reason) == ("policy-denied", "rule-failed")
    assert "OSError at guard/test_hostile.py:" in (decision.explanation.seen if decision.explanation else "")


def test_an_endless_input_of_wsgi() -> None:
    """Content-Length is believed as far as 64 KiB; without one nothing is read."""

    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size: int = -1) -> bytes:
            assert size >= 0
            self.asked += size
            return b"x" * size

    source = Endless()
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.url_scheme": "https", "HTTP_HOST": "shop.example", "HTTP_ORIGIN": "https://shop.example",
        "HTTP_COOKIE": "__Host-csrf=c", "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(1 << 40),
        "wsgi.input": source,
        "REMOTE_ADDR": "192.0.2.1",
    }  # fmt: skip
    started: list[str] = []
    guard(Csrf()).wsgi(lambda *_: [b""])(environ, lambda status, headers: started.append(status))
    assert (started, source.asked) == (["403 Forbidden"], 65_536)
    for length in ("", "-5", "x"):
        guard(Csrf()).wsgi(lambda *_: [b""])(
            {**environ, "CONTENT_LENGTH": length}, lambda status, headers: started.append(status)
        )
    assert source.asked == 65_536


def test_what_is_remembered_is_bounded() -> None:
    """A thousand hosts, origins and peers of a hundred kilobytes each leave nothing behind."""
    import tracemalloc

    known = guard(Hosts("shop.example"), Csrf(), AllowAddresses("10.0.0.0/8"), proxies=["10.0.0.0/8"])
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(1000):
        long = f"{number:06}" + "x" * 100_000
        for header in ("Host", "Origin", "Referer", "X-Forwarded-For"):
            assert not known.decide(request("POST", headers={header: long}, client="10.0.0.1")).admitted
        assert not known.decide(request("POST", headers={"Origin": f"https://{long}"}, client=long)).admitted
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 5_000_000
