"""The guard over a WSGI application (PEP 3333); nothing is buffered but the first bytes of a body in which a form's token is looked for."""

from __future__ import annotations

import io
from contextlib import suppress

from .answer import Answer, Words, phrase, write
from .asgi import KEY
from .decision import GuardRefused
from .drive import alone
from .hidden import KEPT, paths, restored
from .request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .guard import Guard

    Fields = list[tuple[str, str]]


class WsgiGuard:
    """An application behind a guard."""

    def __init__(self, app: Callable[..., Iterable[bytes]], guard: Guard) -> None:
        """`guard.wsgi(app)`, or `app.wsgi_app = guard.wsgi(app.wsgi_app)`."""
        self.app, self.guard = app, guard

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """One request."""
        guard = self.guard
        request = of_environ(environ)
        decision = alone(guard.steps(request), lambda limit: prefix(environ, limit))
        if decision.answer is not None and not decision.hidden:
            return _send(decision.answer, environ, start_response)
        starting = self._starting(request, start_response)
        environ[KEY] = request
        if decision.hidden:
            return self._hidden(environ, starting)
        try:
            return self.app(environ, starting)
        except GuardRefused as refused:
            if refused.decision.hidden:
                return self._hidden(environ, starting)
            return _send(refused.decision.answer or write(Words(403, "Forbidden"), "text"), environ, start_response)

    def _starting(self, request: Request, start_response: Callable[..., Any]) -> Callable[..., Any]:
        """`start_response` with the CORS fields that the application does not set itself, and the cookies of its tokens."""
        guard = self.guard
        if guard.preflight is None and guard.csrf is None:
            return start_response

        def starting(status: str, headers: Fields, *rest: Any) -> Any:
            fields = guard.cross_origin(request)
            has_cors = any(name.lower() == "access-control-allow-origin" for name, _ in headers)
            more = [(name, value) for name, value in fields if name == "vary" or not has_cors]
            more += [("set-cookie", cookie) for cookie in request.cookies_to_set]
            if request.cookies_to_set:
                more.append(("vary", "Cookie"))
            return start_response(status, [*headers, *more], *rest)

        return starting

    def _hidden(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The application's own 404: it is asked, by GET, for a path that surely is not there."""
        real = _path(environ)
        for path in paths(real):
            asked = {
                name: value
                for name, value in environ.items()
                if name not in ("CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING")
            }
            asked["PATH_INFO"] = (
                path.removeprefix(environ.get("SCRIPT_NAME", "")).encode("utf-8", "surrogateescape").decode("latin-1")
            )
            asked["REQUEST_METHOD"] = "HEAD" if environ.get("REQUEST_METHOD") == "HEAD" else "GET"
            asked["wsgi.input"] = io.BytesIO()
            heard: list[tuple[str, Fields]] = []

            def start(status: str, headers: Fields, *rest: Any, heard: list[tuple[str, Fields]] = heard) -> Any:
                heard.append((status, headers))
                return lambda data: None

            body = None
            with suppress(
                Exception
            ):  # what the application raises for a path that is not there: it has no page for that
                body = _all(self.app(asked, start))
            if heard and heard[-1][0].startswith("404") and body is not None:
                page = restored(body, path, real)
                status, headers = heard[-1]
                if len(page) != len(body):
                    headers = [
                        (name, str(len(page)) if name.lower() == "content-length" else value) for name, value in headers
                    ]
                start_response(status, headers)
                return [page]
        return _send(write(Words(404, "Not Found"), "text"), environ, start_response)


def _all(parts: Iterable[bytes]) -> bytes | None:
    """A whole body, or None for one that is larger than any 404's."""
    body = b""
    try:
        for part in parts:
            body += part
            if len(body) > KEPT:
                return None
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return body


def _path(environ: dict[str, Any]) -> str:
    path: str = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return path.encode("latin-1", "replace").decode("utf-8", "surrogateescape") or "/"


def of_environ(environ: dict[str, Any]) -> Request:
    """The request of a WSGI environ. A field that came several times is one there, its values apart by commas."""
    raw = [(name[5:].replace("_", "-").lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
           for name, value in environ.items() if name.startswith("HTTP_") and isinstance(value, str)]  # fmt: skip
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            raw.append((name.replace("_", "-").lower().encode(), environ[name].encode("latin-1", "replace")))
    query = environ.get("QUERY_STRING", "").encode("latin-1", "replace")
    return Request(
        environ.get("REQUEST_METHOD", "GET"), _path(environ), raw, query_string=query, scheme=environ.get("wsgi.url_scheme", "http"),
        peer=environ.get("REMOTE_ADDR", ""), scope=environ,
    )  # fmt: skip


def prefix(environ: dict[str, Any], limit: int) -> bytes:
    """The first bytes of the body, at most `limit`; the application reads them again."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or -1)
    except ValueError:
        length = -1
    if length < 0 and not environ.get("wsgi.input_terminated"):
        return b""
    source = environ["wsgi.input"]
    data: bytes = source.read(min(limit, length) if length >= 0 else limit)
    environ["wsgi.input"] = io.BufferedReader(Replayed(data, source, length - len(data) if length >= 0 else None))
    return data


class Replayed(io.RawIOBase):
    """What was read, then what was not."""

    def __init__(self, data: bytes, source: Any, left: int | None) -> None:
        self.data, self.source, self.left = data, source, left

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes."""
        most = len(buffer)
        if self.data:
            part, self.data = self.data[:most], self.data[most:]
        else:
            part = self.source.read(most if self.left is None else min(most, self.left))
            self.left = None if self.left is None else self.left - len(part)
        buffer[: len(part)] = part
        return len(part)


def _send(answer: Answer, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response(
        f"{answer.status} {phrase(answer.status)}", [(name.title(), value) for name, value in answer.headers]
    )
    return [] if environ.get("REQUEST_METHOD") == "HEAD" else [answer.body]
