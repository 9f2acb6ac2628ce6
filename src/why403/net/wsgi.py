"""A driver for WSGI applications: a probe's requests go to the application in this process, and nothing leaves it (PEP 3333)."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from urllib.parse import unquote_to_bytes

from ..model import Exchange, Headers, NetworkFailed, Request, Response, split_url
from .coding import decoded
from .send import BODY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    App = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Wsgi:
    """Sends to one application."""

    def __init__(self, app: App) -> None:
        self.app = app

    def send(self, request: Request) -> Exchange:
        """Send one request. Raises NetworkFailed where the application raised or did not answer."""
        at, begun, body = datetime.now(UTC), list[tuple[str, list[tuple[str, str]]]](), bytearray()

        def start(status: str, headers: list[tuple[str, str]], fault: object = None) -> Callable[[bytes], None]:
            begun[:] = [(status, headers)]
            return body.extend

        chunks: Iterable[bytes] = ()
        try:
            chunks = self.app(environ_of(request), start)
            for chunk in chunks:
                body += chunk
                if len(body) > BODY:
                    break
        except Exception as fault:  # noqa: BLE001  # whatever an application raises
            what = f"the application raised {type(fault).__name__}: {fault}"
            raise NetworkFailed(what, request.url or "", "Nobody refused") from None
        finally:
            if (close := getattr(chunks, "close", None)) is not None:
                close()
        if not begun:
            raise NetworkFailed("the application did not answer", request.url or "", "Nobody refused")
        status, _, reason = begun[0][0].partition(" ")
        headers = Headers(begun[0][1])
        plain, _ = decoded(bytes(body[:BODY]), headers.all("content-encoding"), BODY)
        response = Response(int(status) if status.isdigit() else None, reason or None, headers, plain, "HTTP/1.1")
        return Exchange(request, response, 0, at)


def environ_of(request: Request) -> dict[str, Any]:
    """The environment of a request (PEP 3333, "environ Variables")."""
    url, body = split_url(request.url), request.body or b""
    port = url.port or (443 if url.scheme == "https" else 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": (request.method or "GET").upper(), "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path or "/").decode("latin-1"), "QUERY_STRING": url.query, "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(port), "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.hostname + (f":{url.port}" if url.port else ""), "CONTENT_LENGTH": str(len(body)) if body else "",
        "wsgi.version": (1, 0), "wsgi.url_scheme": url.scheme or "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
        "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    joined: dict[str, list[str]] = {}
    for name, value in request.headers or ():
        lowered = name.lower()
        if lowered == "content-type":
            environ["CONTENT_TYPE"] = value
        elif lowered not in ("content-length", "transfer-encoding") and not name.startswith(":"):
            joined.setdefault("HTTP_" + name.upper().replace("-", "_"), []).append(value)
    return environ | {name: ("; " if name == "HTTP_COOKIE" else ", ").join(values) for name, values in joined.items()}
