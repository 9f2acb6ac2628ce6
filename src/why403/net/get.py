"""One GET over httpcore: fields in the order given, no redirect followed, HTTP/2 where the server offers it."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from urllib.parse import urlsplit

from ..model import BadCall, Exchange, Headers, NetworkFailed, Request, Response

BODY = 8 << 20  # bytes of an answer that are read
FIELDS = (
    ("User-Agent", "why403 (+https://github.com/why403/why403)"),
    ("Accept", "*/*"),
    ("Accept-Encoding", "gzip, deflate"),
)


def get(url: str, timeout: float = 30.0) -> Exchange:
    """Ask for a URL once. Raises BadCall for what is no URL and NetworkFailed where no answer came."""
    import httpcore

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise BadCall(str(fault), url, "Give a whole URL: https://host/path") from None
    if not parts.hostname:
        raise BadCall("there is no host in it", url, "Give a whole URL: https://host/path")
    host = parts.hostname if port is None else f"{parts.hostname}:{port}"
    fields = [("Host", host), *FIELDS]
    at = datetime.now(UTC)
    limits = {"connect": timeout, "read": timeout, "write": timeout, "pool": timeout}
    try:
        with (
            httpcore.ConnectionPool(http2=True) as pool,
            pool.stream("GET", url, headers=fields, extensions={"timeout": limits}) as answer,
        ):
            body = b""
            for chunk in answer.iter_stream():
                body += chunk
                if len(body) > BODY:
                    body = body[:BODY]
                    break
            headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers)
            version = bytes(answer.extensions.get("http_version", b"")).decode("latin-1")
            reason = bytes(answer.extensions.get("reason_phrase", b"")).decode("latin-1")
            status = answer.status
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.TimeoutException,
        httpcore.UnsupportedProtocol,
        OSError,
    ) as fault:
        raise NetworkFailed(
            str(fault) or type(fault).__name__, parts.hostname, "No answer came, so nobody refused"
        ) from None
    except (ValueError, UnicodeError) as fault:
        raise BadCall(str(fault), url, "Give a whole URL: https://host/path") from None
    response = Response(
        status, reason or None, headers, decoded(body, headers.first("content-encoding")), version or None
    )
    return Exchange(Request("GET", url, Headers(fields), b"", version or None), response, 0, at)


def decoded(body: bytes, encoding: str | None) -> bytes:
    """A body without gzip or deflate, at most 8 MB of it; as it came where it is damaged."""
    if (encoding or "").strip().lower() not in ("gzip", "x-gzip", "deflate"):
        return body
    for bits in (47, -15):
        try:
            return zlib.decompressobj(bits).decompress(body, BODY)
        except zlib.error:
            continue
    return body
