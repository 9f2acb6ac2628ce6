"""What decides how a request's body is framed."""

from __future__ import annotations

from ..model import Headers, Request

__all__ = ["chunked", "fields", "has_body", "lost"]


def fields(request: Request) -> Headers:
    """The fields that are to be sent: without HTTP/2's pseudo fields and without a Content-Length that is not the body's."""
    headers = Headers(pair for pair in request.headers or () if not pair[0].startswith(":"))
    said = headers.first("content-length")
    length = str(len(request.body)) if request.body is not None else "0"
    return headers.without("content-length") if said is not None and said != length else headers


def has_body(request: Request) -> bool:
    """Whether a body is to be sent; an empty one where the request told its length, or where its fields are not shown."""
    if request.body == b"" and request.method in ("POST", "PUT", "PATCH"):
        return request.headers is None or fields(request).has("content-length")
    return bool(request.body)


def lost(request: Request) -> bool:
    """Whether the request had a body that the input does not show."""
    length = request.headers.first("content-length") if request.headers is not None else None
    return not request.body and length not in (None, "0")


def chunked(headers: Headers) -> bool:
    """Whether the body goes in chunks."""
    return any("chunked" in value.lower() for value in headers.all("transfer-encoding"))
