"""A request as JavaScript's fetch: for a browser's console (form "fetch") or for Node.js (form "fetch-node").

A browser sets some fields itself and lets no script set them (https://fetch.spec.whatwg.org/#forbidden-request-header);
Node.js keeps those of the connection to itself. These are left out, and `unsaid` names them.
"""

from __future__ import annotations

from ..model import Headers, Request
from .address import authority, whole
from .framing import fields, has_body, lost
from .javascript import binary, letters, quoted, rewritten, together
from .options import left, whole_file

__all__ = ["unsaid", "write"]

_BROWSERS = """
accept-charset accept-encoding access-control-request-headers access-control-request-method connection
content-length cookie cookie2 date dnt expect host keep-alive origin referer set-cookie te trailer
transfer-encoding upgrade user-agent via
"""
_OWN = frozenset(_BROWSERS.split())
_NODE = frozenset(
    {"connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
)
_SETTINGS = ("mode", "credentials", "redirect", "cache", "referrerPolicy", "integrity", "priority")
_SAID = frozenset({*_SETTINGS, "follow", "compressed"})
_NORMAL = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})
_SECURE = ("Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform")
_PLAIN = ("Accept", "Accept-Language", "Accept-Encoding", "User-Agent", "Origin", "Referer", "Connection")
_ADDED = {
    "fetch": (*_PLAIN, *_SECURE),
    "fetch-node": ("Accept", "Accept-Language", "Sec-Fetch-Mode", "User-Agent", "Accept-Encoding", "Connection"),
}
_CONDITIONAL = ("if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range")  # turn caches off
_COUNTED = {  # methods of which a length is told even where there is no body
    "fetch": ("POST", "PUT"),
    "fetch-node": ("POST", "PUT", "PATCH", "QUERY", "PROPFIND", "PROPPATCH"),
}


def _own(name: str, form: str) -> bool:
    low = name.lower()
    return low in (_NODE if form == "fetch-node" else _OWN) or low.startswith((":", "proxy-", "sec-"))


def write(request: Request, *, form: str = "fetch") -> str:
    """The call, as the browsers' developer tools write it."""
    headers = Headers(pair for pair in fields(request) if not _own(pair[0], form))
    options = dict(request.options)
    settings: list[tuple[str, str]] = []
    if headers:
        settings.append(("headers", _headers(headers)))
    referer = request.headers.first("referer") if request.headers is not None else None
    if referer and form != "fetch-node":
        settings.append(("referrer", quoted(referer)))
    if has_body(request):
        settings.append(("body", _body(request, typed=headers.has("content-type"))))
    elif form == "fetch-node" and (path := whole_file(request)):
        settings.append(("body", f'require("fs").readFileSync({quoted(path)})'))
    settings.append(("method", quoted(request.method or "GET")))
    if form != "fetch-node" and request.headers is not None and request.headers.has("cookie"):
        options.setdefault("credentials", "include")
    if form == "fetch-node" and "follow" not in options and request.headers is not None:
        options.setdefault("redirect", "manual")
    settings += [(name, quoted(options[name])) for name in _SETTINGS if name in options]
    lines = ",\n".join(f'  "{name}": {value}' for name, value in settings)
    return f"fetch({quoted(whole(request))}, {{\n{lines}\n}});"


def _headers(headers: Headers) -> str:
    if len(together(headers)) < len(headers):
        rows = ",\n".join(f"    [{quoted(name)}, {quoted(letters(value))}]" for name, value in headers)
        return f"[\n{rows}\n  ]"
    rows = ",\n".join(f"    {quoted(name)}: {quoted(letters(value))}" for name, value in headers)
    return f"{{\n{rows}\n  }}"


def _body(request: Request, *, typed: bool) -> str:
    body = binary(request.body or b"", "Uint8Array.from(atob({}), one => one.charCodeAt(0))")
    bare = request.headers is not None and not typed and body.startswith('"')
    return f"new TextEncoder().encode({body})" if bare else body  # fetch gives a string a type


def unsaid(request: Request, *, form: str = "fetch") -> tuple[str, ...]:
    """What the call cannot express of the request, and what the client does otherwise."""
    said = ["the URL is not known"] if request.url is None else []
    url = whole(request)
    said += rewritten(url)
    headers = fields(request)
    for name, value in headers:
        low = name.lower()
        counts = has_body(request) or request.method in _COUNTED[form]
        plain = (low == "content-length" and counts) or (low == "host" and value == authority(url))
        if _own(name, form) and not plain and not (low == "referer" and form == "fetch"):
            said.append(f"the field {name[:60]!r} is set by the client itself")
    if form == "fetch" and headers.has("referer"):
        said.append("Referer is sent only where the page has the same origin")
    mine = [pair for pair in headers if not _own(pair[0], form)]
    if repeated := sorted({name.lower() for name, _ in mine if len(headers.all(name)) > 1}):
        said.append(f"fetch sends a field once: the values of {', '.join(repeated)[:100]} are put together")
    if request.headers is not None:
        client = "Node.js" if form == "fetch-node" else "a browser"
        place = "the place" if form == "fetch-node" else "the order of all fields"
        said.append(f"{client} chooses {place} and the letters of Host, Connection and Content-Length")
        more = ["Pragma", "Cache-Control"] if any(headers.has(name) for name in _CONDITIONAL) else []
        added = [name for name in (*_ADDED[form], *more) if not headers.has(name)]
        said.append(f"{client} adds fields of its own: {', '.join(added)}" if added else "")
    said += _method(request, form)
    if lost(request):
        said.append("the body is not known")
    return tuple(
        dict.fromkeys(one for one in said + left(request, _SAID, "Node.js" if form == "fetch-node" else "fetch") if one)
    )


def _method(request: Request, form: str) -> list[str]:
    method = request.method or "GET"
    said = []
    if method != method.upper() and method.upper() in _NORMAL:
        said.append("fetch writes the method in capitals")
    if method.upper() in ("CONNECT", "TRACE", "TRACK"):
        said.append(f"fetch refuses the method {method}")
    if has_body(request) and method in ("GET", "HEAD"):
        said.append(f"fetch refuses a body with {method}")
    if (
        not has_body(request)
        and not whole_file(request)
        and method in _COUNTED[form]
        and not fields(request).has("content-length")
    ):
        said.append("fetch adds Content-Length: 0")
    return said
