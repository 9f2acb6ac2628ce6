"""The guard over an ASGI 3 application: pure, nothing buffered but the first bytes of a body in which a form's token is looked for."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from .answer import Answer, Words, write
from .decision import GuardRefused
from .drive import waited
from .hidden import KEPT, paths, restored
from .request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from typing import Any

    from .guard import Guard

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Any, Any, Any], Awaitable[None]]

SECONDS = 10.0  # for the first bytes of a body to come
KEY = "why403"  # of scope and environ: the Request of the guard


class AsgiGuard:
    """An application behind a guard."""

    def __init__(self, app: Application, guard: Guard) -> None:
        """`guard.asgi(app)`, or `app.add_middleware(AsgiGuard, guard=guard)`."""
        self.app, self.guard = app, guard

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """One connection."""
        kind = scope["type"]
        if kind not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request = of_scope(scope)
        replay = _Replay(receive)
        steps = self.guard.steps(request)
        try:
            want = next(steps)
        except StopIteration as end:
            decision = end.value
        else:
            decision = await waited(steps, replay.prefix, want)
            receive = replay
        if decision.answer is not None and not decision.hidden:
            await _send(decision.answer, scope, receive, send)
            return
        more = self.guard.preflight is not None or self.guard.csrf is not None
        if more and kind == "http":
            send = self._sending(request, send)
        if decision.hidden:
            await self._hidden({**scope, KEY: request}, receive, send)
            return
        scope = {**scope, KEY: request}
        try:
            await self.app(scope, receive, send)
        except GuardRefused as refused:
            if refused.decision.hidden:
                await self._hidden(scope, receive, send)
            elif refused.decision.answer is not None:
                await _send(refused.decision.answer, scope, receive, send)

    def _sending(self, request: Request, send: Send) -> Send:
        """`send` with the CORS fields that the application does not set itself, and the cookies of its tokens."""
        guard = self.guard

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                fields = guard.cross_origin(request) if guard.preflight is not None else ()
                if fields or request.cookies_to_set:
                    message = {
                        **message,
                        "headers": merged(list(message.get("headers", ())), fields, request.cookies_to_set),
                    }
            await send(message)

        return sending

    async def _hidden(self, scope: Any, receive: Receive, send: Send) -> None:
        """The application's own 404: it is asked, by GET, for a path that surely is not there."""
        if scope["type"] == "websocket":
            await _send(write(Words(404, "Not Found"), "text"), scope, receive, send)
            return
        for path in paths(scope["path"]):
            messages: list[Message] = []
            size = 0

            async def keep(message: Message, messages: list[Message] = messages) -> None:
                nonlocal size
                size += len(message.get("body", b""))
                if size > KEPT:
                    raise _TooLarge
                messages.append(message)

            raw = path.encode("utf-8", "surrogateescape")
            asked = {**scope, "path": path, "raw_path": raw, "method": "HEAD" if scope["method"] == "HEAD" else "GET"}
            asked["headers"] = [
                (name, value)
                for name, value in scope["headers"]
                if name not in (b"content-length", b"transfer-encoding", b"content-type")
            ]
            with suppress(
                Exception
            ):  # what the application raises for a path that is not there: it has no page for that
                await self.app(asked, _nothing, keep)
            if messages and messages[0].get("status") == 404:
                for message in _page(messages, path, scope["path"]):
                    await send(message)
                return
        await _send(write(Words(404, "Not Found"), "text"), scope, receive, send)


class _TooLarge(Exception):
    """A page of 404 that is larger than any."""


class _Replay:
    """Gives the application what was read of the body before, then the rest."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.held: list[Message] = []

    async def __call__(self) -> Message:
        return self.held.pop(0) if self.held else await self.receive()

    async def prefix(self, limit: int) -> bytes:
        """The first bytes, at most `limit`, or those that came in time."""
        deadline = asyncio.get_running_loop().time() + SECONDS
        size = 0
        while size < limit:
            try:
                message = await asyncio.wait_for(self.receive(), deadline - asyncio.get_running_loop().time())
            except TimeoutError:
                break
            self.held.append(message)
            size += len(message.get("body", b""))
            if message["type"] != "http.request" or not message.get("more_body", False):
                break
        return b"".join(message.get("body", b"") for message in self.held)[:limit]


def of_scope(scope: Any) -> Request:
    """The request of an ASGI scope."""
    client = scope.get("client")
    return Request(
        scope.get("method", "GET"), scope["path"], scope["headers"], query_string=scope.get("query_string", b""),
        scheme=scope.get("scheme", "http"), peer=client[0] if client else "", kind=scope["type"], scope=scope,
    )  # fmt: skip


def merged(
    headers: list[tuple[bytes, bytes]], fields: tuple[tuple[str, str], ...], cookies: list[str]
) -> list[tuple[bytes, bytes]]:
    """A response's headers with more: CORS where the application has none of its own, each Vary beside the others, cookies."""
    has_cors = any(name.lower() == b"access-control-allow-origin" for name, _ in headers)
    for name, value in fields:
        if not has_cors or name == "vary":
            headers.append((name.encode(), value.encode("latin-1", "replace")))
    if cookies:
        headers += [(b"set-cookie", cookie.encode("latin-1", "replace")) for cookie in cookies]
        headers.append((b"vary", b"Cookie"))
    return headers


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(answer: Answer, scope: Any, receive: Receive, send: Send) -> None:
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in answer.headers]
    kind = "http.response"
    if scope["type"] == "websocket":
        if "websocket.http.response" not in (scope.get("extensions") or {}):
            await send({"type": "websocket.close", "code": 1008, "reason": answer.header("why403-denial") or ""})
            return
        kind = "websocket.http.response"
    await send({"type": f"{kind}.start", "status": answer.status, "headers": headers})
    await send({"type": f"{kind}.body", "body": b"" if scope.get("method") == "HEAD" else answer.body})


def _page(messages: list[Message], asked: str, real: str) -> list[Message]:
    """A whole answer in two messages, with the path that the caller asked for, and the length of that."""
    start, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
    page = restored(body, asked, real)
    if len(page) != len(body):
        length = str(len(page)).encode()
        headers = [
            (name, length if name.lower() == b"content-length" else value) for name, value in start.get("headers", ())
        ]
        start = {**start, "headers": headers}
    return [start, {"type": "http.response.body", "body": page}]
