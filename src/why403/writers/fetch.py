"""A request as JavaScript's fetch: for a browser's console (form "fetch") or for Node.js (form "fetch-node").

A browser sets some fields itself and lets no script set them: those are left out, and `unsaid` names them.
"""

from __future__ import annotations

import base64
import json

from ..model import Request

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


def _own(name: str, form: str) -> bool:
    low = name.lower()
    return low in (_NODE if form == "fetch-node" else _OWN) or low.startswith((":", "proxy-", "sec-"))


def write(request: Request, *, form: str = "fetch") -> str:
    """The call, as the browsers' developer tools write it."""
    headers = [(name, value) for name, value in request.headers or () if not _own(name, form)]
    options = dict(request.options)
    settings: list[tuple[str, str]] = []
    if headers:
        repeated = len({name.lower() for name, _ in headers}) < len(headers)
        shown: object = [list(pair) for pair in headers] if repeated else dict(headers)
        settings.append(("headers", _indented(shown)))
    referer = request.headers.first("referer") if request.headers is not None else None
    if referer and form != "fetch-node":
        settings.append(("referrer", _quoted(referer)))
    if request.body is not None:
        settings.append(("body", _body(request.body)))
    settings.append(("method", _quoted(request.method or "GET")))
    if form != "fetch-node" and request.headers is not None and request.headers.has("cookie"):
        options.setdefault("credentials", "include")
    settings += [(name, _quoted(options[name])) for name in _SETTINGS if name in options]
    lines = ",\n".join(f'  "{name}": {value}' for name, value in settings)
    return f"fetch({_quoted(request.url or 'https://<host>/')}, {{\n{lines}\n}});"


def unsaid(request: Request, *, form: str = "fetch") -> tuple[str, ...]:
    """What the call cannot express of the request."""
    said = ["the URL is not known"] if request.url is None else []
    for name, _ in request.headers or ():
        if _own(name, form) and name.lower() not in ("host", "content-length") and not name.startswith(":"):
            if name.lower() != "referer":
                said.append(f"the field {name[:60]!r} is set by the client itself")
    said += [f"{name} cannot be said in a call of fetch" for name, _ in request.options if name not in _SETTINGS]
    return tuple(dict.fromkeys(said))


def _quoted(text: str) -> str:
    whole = json.dumps(text, ensure_ascii=False)
    return whole.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("</", "<\\/")


def _indented(shown: object) -> str:
    whole = json.dumps(shown, ensure_ascii=False, indent=2).replace("\n", "\n  ")
    return whole.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("</", "<\\/")


def _body(body: bytes) -> str:
    try:
        return _quoted(body.decode("utf-8"))
    except UnicodeDecodeError:
        return f'Uint8Array.from(atob("{base64.b64encode(body).decode()}"), one => one.charCodeAt(0))'
