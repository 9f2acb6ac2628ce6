"""A driver for ASGI applications: a probe's requests go to the application in this process, and nothing leaves it (ASGI 3.0)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import unquote_to_bytes

from ..model import Exchange, Headers, NetworkFailed, Request, Response, split_url
from .coding import decoded
from .send import BODY, SECONDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def is_asgi(app: object) -> bool:
    """Whether an application is called with `await`."""
    from inspect import iscoroutinefunction

    return iscoroutinefunction(app) or iscoroutinefunction(getattr(app, "__call__", None))  # noqa: B004  # what it is, not whether


class Asgi:
    """Sends to one application, which is started before the first request and shut down at the end. An async context manager."""

    def __init__(self, app: App, seconds: float = SECONDS) -> None:
        self.app, self.seconds = app, seconds
        self.state: dict[str, Any] = {}
        self.told: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self.life: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()

    async def __aenter__(self) -> Asgi:
        self.life = asyncio.create_task(self._live())
        await self.told.put({"type": "lifespan.startup"})
        await asyncio.wait_for(self.ready.wait(), self.seconds)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.life is not None and not self.life.done():
            await self.told.put({"type": "lifespan.shutdown"})
            await asyncio.wait({self.life}, timeout=self.seconds)
            self.life.cancel()

    async def _live(self) -> None:
        async def send(message: dict[str, Any]) -> None:
            if message["type"].startswith("lifespan.startup"):
                self.ready.set()

        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self.app(scope, self.told.get, send)
        except Exception:  # noqa: BLE001  # it knows no lifespan, which the protocol lets it say by raising
            pass
        finally:
            self.ready.set()

    async def send(self, request: Request) -> Exchange:
        """Send one request. Raises NetworkFailed where the application raised or gave no whole answer in time."""
        at = datetime.now(UTC)
        parts: list[dict[str, Any]] = [{"type": "http.request", "body": request.body or b"", "more_body": False}]
        gone = asyncio.Event()
        head: dict[str, Any] = {}
        body = bytearray()

        async def receive() -> dict[str, Any]:
            if parts:
                return parts.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                head.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if len(body) > BODY or not message.get("more_body"):
                    gone.set()

        task = asyncio.ensure_future(self.app(scope_of(request, self.state), receive, send))
        try:
            watch = asyncio.ensure_future(gone.wait())
            await asyncio.wait({task, watch}, timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED)
            watch.cancel()
            done = gone.is_set()
            gone.set()
            await asyncio.wait({task}, timeout=1.0 if done else 0.0)
            fault = task.exception() if task.done() and not task.cancelled() else None
        finally:
            task.cancel()
        if "status" not in head:
            what = (
                f"the application raised {type(fault).__name__}: {fault}" if fault else "the application did not answer"
            )
            raise NetworkFailed(what, request.url or "", "Nobody refused")
        headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.get("headers", ()))
        plain, _ = decoded(bytes(body[:BODY]), headers.all("content-encoding"), BODY)
        return Exchange(request, Response(head["status"], None, headers, plain, "HTTP/1.1"), 0, at)


def scope_of(request: Request, state: dict[str, Any]) -> dict[str, Any]:
    """The connection scope of a request (ASGI HTTP, section "HTTP connection scope")."""
    url = split_url(request.url)
    port = url.port or (443 if url.scheme == "https" else 80)
    fields = [(name, value) for name, value in request.headers or () if not name.startswith(":")]
    if "host" not in {name.lower() for name, _ in fields}:
        fields.insert(0, ("host", url.hostname + (f":{url.port}" if url.port else "")))
    if request.body and "content-length" not in {name.lower() for name, _ in fields}:
        fields.append(("content-length", str(len(request.body))))
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": (request.method or "GET").upper(), "scheme": url.scheme or "http",
        "path": unquote_to_bytes(url.path or "/").decode("utf-8", "replace"), "raw_path": (url.path or "/").encode("utf-8"),
        "query_string": url.query.encode("utf-8"), "root_path": "", "client": ("127.0.0.1", 50_000),
        "headers": [(name.lower().encode("latin-1", "replace"), value.encode("utf-8", "surrogateescape")) for name, value in fields],
        "server": (url.hostname, port), "state": dict(state),
    }  # fmt: skip
