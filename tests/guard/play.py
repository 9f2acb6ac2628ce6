"""One request, played over ASGI and over WSGI against an application behind a guard, and what came back."""

from __future__ import annotations

import asyncio
import io
import logging
from typing import Any, NamedTuple

from why403.guard import Guard, Identity, Request
from why403.model import Case, Exchange, Headers
from why403.model import Request as Asked
from why403.model import Response as Answered

KEY = "Zm9yIHRlc3RzIG9ubHksIHRoaXJ0eS10d28gYnl0ZXM"  # "for tests only, thirty-two bytes"
NOW = 1_795_000_000
DOORS = ("asgi", "wsgi")
logging.getLogger("why403.guard").setLevel(logging.CRITICAL)


class Came(NamedTuple):
    """An answer, and how often the application behind the guard was asked."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    asked: list[str]

    def header(self, name: str) -> str | None:
        return next((value for field, value in self.headers if field.lower() == name.lower()), None)

    def all(self, name: str) -> list[str]:
        return [value for field, value in self.headers if field.lower() == name.lower()]


def clock() -> float:
    return NOW


def who(request: Request) -> Identity | None:
    """The identity of a test: `X-Who: ada roles=admin,editor scopes=read`."""
    words = (request.header("x-who") or "").split()
    if not words:
        return None
    held = dict(word.partition("=")[::2] for word in words[1:])
    roles, scopes = (frozenset(held.get(name, "").split(",")) - {""} for name in ("roles", "scopes"))
    return Identity(words[0], roles, scopes)


def guard(*rules: Any, **settings: Any) -> Guard:
    return Guard(*rules, **{"key": KEY, "identity": who, "clock": clock, **settings})


def request(
    method: str = "GET",
    url: str = "https://shop.example/here",
    headers: Any = (),
    body: bytes = b"",
    client: str = "192.0.2.1",
) -> Request:
    return Request.of(method, url, headers, body, client)


def pages(path: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """The application: a page under /here, its own 404 elsewhere."""
    if path.startswith("/here"):
        return 200, [("Content-Type", "text/plain")], b"here it is"
    page = f"<h1>No page {path}</h1>".encode()
    return 404, [("Content-Type", "text/html"), ("X-Powered-By", "tests"), ("Content-Length", str(len(page)))], page


def over_asgi(guarded: Guard, asked: Request, app: Any = None, chunks: list[bytes] | None = None) -> Came:
    seen: list[str] = []
    sent: list[dict[str, Any]] = []
    parts = [asked.body] if chunks is None else chunks

    async def plain(scope: Any, receive: Any, send: Any) -> None:
        seen.append(f"{scope['method']} {scope['path']}")
        more, body = True, b""
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        seen.append(body.decode("latin-1"))
        status, headers, page = pages(scope["path"])
        raw = [(name.lower().encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else page})

    async def receive() -> Any:
        if parts:
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": asked.method, "path": asked.path, "headers": asked.raw, "scheme": asked.scheme, "http_version": "1.1",
        "client": (asked.peer, 40000) if asked.peer else None, "query_string": asked.query_string, "asgi": {"version": "3.0"},
    }  # fmt: skip
    asyncio.run(guarded.asgi(app or plain)(scope, receive, send))
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in sent[0]["headers"]]
    return Came(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]), seen)


def over_wsgi(guarded: Guard, asked: Request, app: Any = None) -> Came:
    seen: list[str] = []
    started: list[Any] = []

    def plain(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        seen.append(f"{environ['REQUEST_METHOD']} {path}")
        seen.append(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode("latin-1"))
        status, headers, page = pages(path)
        start_response(f"{status} Status", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [page]

    environ: dict[str, Any] = {
        "REQUEST_METHOD": asked.method, "PATH_INFO": asked.path.encode("utf-8", "surrogateescape").decode("latin-1"), "SCRIPT_NAME": "",
        "QUERY_STRING": asked.query_string.decode("latin-1"), "wsgi.url_scheme": asked.scheme, "wsgi.input": io.BytesIO(asked.body),
        "SERVER_PROTOCOL": "HTTP/1.1", "CONTENT_LENGTH": str(len(asked.body)),
    }  # fmt: skip
    if asked.peer:
        environ["REMOTE_ADDR"] = asked.peer
    for name, value in asked.raw:
        field = name.decode("latin-1").upper().replace("-", "_")
        field = field if field in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{field}"
        text = value.decode("latin-1")
        environ[field] = f"{environ[field]},{text}" if field in environ and field.startswith("HTTP_") else text
    body = b"".join(
        guarded.wsgi(app or plain)(environ, lambda status, headers, *rest: started.append((status, headers)))
    )
    status, headers = started[-1]
    return Came(int(status[:3]), headers, body, seen)


def play(door: str, guarded: Guard, asked: Request) -> Came:
    return (over_asgi if door == "asgi" else over_wsgi)(guarded, asked)


def case_of(asked: Request, came: Came) -> Case:
    """The exchange as why403 explains it."""
    fields = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in asked.raw)
    url = f"{asked.scheme}://{asked.header('host') or 'shop.example'}{asked.path}?{asked.query_string.decode('latin-1')}".rstrip(
        "?"
    )
    exchange = Exchange(
        Asked(asked.method, url, fields, asked.body), Answered(came.status, None, Headers(came.headers), came.body), 0
    )
    return Case("case", "object", (exchange,))
