"""What decides how a request's body is framed."""

from __future__ import annotations

from ..model import Headers, Request

__all__ = ["PARTIAL", "chunked", "complete", "fields", "has_body", "lost"]

PARTIAL = ("partial", "")  # among the options of a request: its client adds fields that the input does not show


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
    headers = request.headers if request.headers is not None else Headers()
    length = headers.first("content-length")
    if length is None:
        return request.body is None and headers.has("content-type") and request.method in ("POST", "PUT", "PATCH")
    return not request.body and length != "0"


def complete(request: Request) -> bool:
    """Whether the fields shown are all that were sent: a call of fetch shows some, the browser adds its own."""
    return request.headers is not None and PARTIAL not in request.options


def chunked(headers: Headers) -> bool:
    """Whether the body goes in chunks."""
    return any("chunked" in value.lower() for value in headers.all("transfer-encoding"))
