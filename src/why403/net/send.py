"""One request as it stands: fields in the order and case given, no redirect followed, time, size and decompression bounded."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from ..model import BadCall, Exchange, Headers, NetworkFailed, Request, Response
from .coding import decoded, readable
from .way import SECONDS, Way, context_of, proxy_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import httpcore

    from .wire import Bounds

__all__ = ["BODY", "SECONDS", "Sender", "Way"]

BODY = 2 << 20  # bytes of an answer that are read, and that are made of them


class Sender:
    """Sends requests, each over a connection of its own. A context manager."""

    def __init__(self, way: Way = Way(), environment: Mapping[str, str] = os.environ) -> None:  # noqa: B008  # frozen
        """Prepare to send. Raises BadCall for a certificate that cannot be used."""
        from .wire import Bounds

        self.way, self.environment = way, environment
        self.bounds: Bounds = Bounds()
        self.pools: dict[tuple[Way, str], httpcore.ConnectionPool] = {}
        if way.ca or way.cert:
            context_of(way)

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in self.pools.values():
            pool.close()

    def _pool(self, way: Way, proxy: str) -> httpcore.ConnectionPool:
        import httpcore

        from .wire import Wire

        if (way, proxy) not in self.pools:
            shared: dict[str, Any] = {
                "ssl_context": context_of(way), "http1": True, "http2": way.http2, "max_keepalive_connections": 0,
                "network_backend": Wire(dict(way.resolve), self.bounds),
            }  # fmt: skip
            if proxy:
                parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
                if parts.scheme not in ("http", "https") or not parts.hostname:
                    raise BadCall(f"{parts.scheme} is no proxy that is spoken here", proxy, "Give http://host:port")
                auth = (parts.username.encode(), (parts.password or "").encode()) if parts.username else None
                url = f"{parts.scheme}://{parts.hostname}:{parts.port or 8080}"
                self.pools[way, proxy] = httpcore.HTTPProxy(proxy_url=url, proxy_auth=auth, **shared)
            else:
                self.pools[way, proxy] = httpcore.ConnectionPool(**shared)
        return self.pools[way, proxy]

    def send(self, request: Request) -> Exchange:
        """Send one request. Raises BadCall for what cannot be sent, NetworkFailed where no answer came."""
        import httpcore

        try:
            parts = urlsplit(request.url or "")
            whole = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            whole = False
        if not whole:
            raise BadCall("the request has no whole URL", request.url or "", "Give https://host/path")
        way, host = self.way.of(request), parts.hostname or ""
        fields = _fields(request, parts.netloc.rpartition("@")[2])
        proxy = proxy_of(way, parts.scheme, host, self.environment)
        pool = self._pool(way, proxy)
        self.bounds.begin(way.seconds, BODY, [name for name, _ in fields])
        at, facts = datetime.now(UTC), [("proxy", proxy.rpartition("@")[2])] if proxy else []
        try:
            with pool.stream(
                request.method or "GET",
                (request.url or "").partition("#")[0],
                headers=fields,
                content=request.body or None,
                extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), way.seconds)},
            ) as answer:
                facts += [("remote", self.bounds.remote)] if self.bounds.remote else []
                facts += _facts(answer.extensions.get("network_stream"))
                body = _body(answer, facts)
                headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers)
                version = bytes(answer.extensions.get("http_version", b"")).decode("latin-1")
                reason = bytes(answer.extensions.get("reason_phrase", b"")).decode("latin-1")
                status = answer.status
        except (ValueError, UnicodeError, httpcore.UnsupportedProtocol, httpcore.LocalProtocolError) as fault:
            raise BadCall(
                f"it cannot be sent as it stands: {fault}", request.url or "", "Correct the request"
            ) from None
        except (
            httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, httpcore.ProxyError, OSError,
        ) as fault:  # fmt: skip
            raise NetworkFailed(str(fault) or type(fault).__name__, host, "No answer came, so nobody refused") from None
        pairs = Headers((name.decode("latin-1"), value.decode("utf-8", "surrogateescape")) for name, value in fields)
        sent = request._replace(headers=pairs, version=version or None)
        plain, how = decoded(body, headers.all("content-encoding"), BODY)
        facts += [("body", how)] if how else []
        response = Response(status, reason or None, headers, plain, version or None)
        return Exchange(sent, response, 0, at, facts=tuple(facts))


def _body(answer: httpcore.Response, facts: list[tuple[str, str]]) -> bytes:
    """The body as far as time and size allow; what was cut is noted."""
    import httpcore

    body = bytearray()
    begun = time.monotonic()
    try:
        for chunk in answer.iter_stream():
            body += chunk
            if len(body) > BODY:
                facts.append(("cut", f"after {BODY} bytes"))
                break
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.RemoteProtocolError) as fault:
        facts.append(("cut", f"after {len(body)} bytes and {time.monotonic() - begun:.0f} s: {fault}"))
    return bytes(body[:BODY])


def _fields(request: Request, authority: str) -> list[tuple[bytes, bytes]]:
    """The fields in their order; Host first and a body's length last where the request lacks them.

    Of Accept-Encoding those codings are left out that are not read here; a body's length is the body's; what a body that is
    sent in one piece has no need of (Transfer-Encoding, Expect, Connection's upgrades) is left out.
    """
    headers = [(name, value) for name, value in request.headers or () if not name.startswith(":")]
    headers = [pair for pair in headers if pair[0].lower() not in ("transfer-encoding", "expect")]
    if "host" not in {name.lower() for name, _ in headers}:
        headers.insert(0, ("Host", authority))
    length = str(len(request.body or b""))
    fields: list[tuple[str, str]] = []
    for name, value in headers:
        lowered = name.lower()
        if lowered == "accept-encoding":
            value = readable(value)
        elif lowered == "content-length":
            value = length
        fields.append((name, value))
    if request.body and "content-length" not in {name.lower() for name, _ in fields}:
        fields.append(("Content-Length", length))
    return [(name.encode("latin-1", "replace"), value.encode("utf-8", "surrogateescape")) for name, value in fields]


def _facts(stream: Any) -> list[tuple[str, str]]:
    """What an encrypted connection tells: TLS version, ALPN, the certificate's names and end."""
    if stream is None:
        return []
    facts: list[tuple[str, str]] = []
    tls = stream.get_extra_info("ssl_object")
    if tls is not None:
        facts += [("tls", str(tls.version())), ("alpn", tls.selected_alpn_protocol() or "none")]
        certificate = tls.getpeercert() or {}
        names = [name for kind, name in certificate.get("subjectAltName", ()) if kind == "DNS"]
        facts += [("certificate", f"{', '.join(names[:5])} until {certificate.get('notAfter')}")] if certificate else []
    return facts
