"""Helpers for templates: the token by itself, as a hidden field, as a meta tag."""

from __future__ import annotations

from html import escape

from .asgi import KEY
from .request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def request_of(x: Any) -> Request:
    """The guard's Request of itself, an ASGI scope, a WSGI environ, or what has `.scope` or `.environ`. Raises LookupError."""
    for place in (x, getattr(x, "scope", None), getattr(x, "environ", None), getattr(x, "META", None)):
        if isinstance(place, Request):
            return place
        if isinstance(place, dict) and isinstance(found := place.get(KEY), Request):
            return found
    raise LookupError(
        "no guard has judged this request: is guard.asgi(app) or guard.wsgi(app) in front of the application?"
    )


def csrf_token(x: Any) -> str:
    """A token for a script or form. Before the response starts: it may set a cookie."""
    return request_of(x).csrf_token()


def csrf_field(x: Any) -> str:
    """The hidden field of a form, as HTML."""
    request = request_of(x)
    field = request.csrf.field if request.csrf else ""
    return f'<input type="hidden" name="{escape(field)}" value="{request.csrf_token()}">'


def csrf_meta(x: Any) -> str:
    """The meta tags of a page whose scripts send the token in a header, as HTML."""
    request = request_of(x)
    header = request.csrf.header if request.csrf else ""
    return (
        f'<meta name="csrf-token" content="{request.csrf_token()}"><meta name="csrf-header" content="{escape(header)}">'
    )
