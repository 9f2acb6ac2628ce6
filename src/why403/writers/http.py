"""A request as the bytes of HTTP/1.1 (RFC 9112), to be sent by netcat or openssl s_client, or to be read."""

from __future__ import annotations

from ..model import Request
from .address import authority, target, whole
from .framing import chunked, fields, has_body, lost
from .options import left

__all__ = ["unsaid", "write"]


def write(request: Request, *, form: str = "http") -> str:
    """The message, with CRLF; bytes that are no UTF-8 as surrogate escapes."""
    url = whole(request)
    headers = fields(request)
    version = request.version if request.version in ("HTTP/1.0", "HTTP/1.1") else "HTTP/1.1"
    asked = dict(request.options).get("request-target") or target(url)
    pairs = [pair for pair in headers if not any(mark in pair[0] + pair[1] for mark in "\r\n\0")]
    if not headers.has("host") and version != "HTTP/1.0":
        pairs.insert(0, ("Host", authority(url)))
    body = request.body or b""
    if chunked(headers):
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    elif has_body(request) and not headers.has("content-length"):
        pairs.append(("Content-Length", str(len(body))))
    lines = [f"{request.method or 'GET'} {asked} {version}", *(f"{name}: {value}".rstrip(" ") for name, value in pairs)]
    return "\r\n".join([*lines, "", ""]) + body.decode("utf-8", "surrogateescape")


def unsaid(request: Request, *, form: str = "http") -> tuple[str, ...]:
    """What the message cannot express of the request."""
    said = ["the URL is not known"] if request.url is None else []
    said += [
        f"the field {name[:60]!r} cannot be sent"
        for name, value in fields(request)
        if any(mark in name + value for mark in "\r\n\0")
    ]
    if lost(request):
        said.append("the body is not known")
    if request.version is not None and not request.version.startswith("HTTP/1"):
        said.append(f"the request went over {request.version}: this is HTTP/1.1 with the same fields")
    said += left(request, frozenset({"follow", "compressed", "insecure", "request-target"}), "the message")
    return tuple(said)
