"""What a recipe's template gives for a request: text and `{source|filter|filter}` in it, as bytes.

Sources: secret, method, scheme, host, path, query, target (path and query), url, body; header:NAME, query:NAME, form:NAME,
param:NAME (query or form), json:NAME.NAME, sig:NAME (a name=value of the signature's field), field (that field), a name of the
recipe's parts, and those of `pieces.py`. Filters: sha1 sha256 sha512 md5 hex base64 unbase64 unquote lower upper trim,
item:N:SEPARATOR, after:TEXT.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable

from ...model import Headers, Pattern, Request, split_url
from ...model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .recipe import Recipe

PLACE = Pattern(r"\{([^{}]{1,200})\}")
PAIR = Pattern(r"([A-Za-z0-9_-]{1,60})=(\"[^\"]{0,4000}\"|(?:[^,&;\s]|;(?![A-Za-z0-9_-]{1,60}=)){0,4000})")
DEPTH = 8  # parts within parts


class View(NamedTuple):
    """A request as the one who signs sees it."""

    method: str
    scheme: str
    host: str
    path: str
    query: str
    headers: Headers
    body: bytes
    secret: str

    @classmethod
    def of(cls, request: Request, secret: str) -> View:
        """The view of a request as it is shown."""
        url = split_url(f"http://{request.url}" if (request.url or "").startswith("/") else request.url)
        headers = request.headers if request.headers is not None else Headers()
        usual = {"http": 80, "https": 443}.get(url.scheme)
        asked = url.hostname if url.port in (None, usual) else f"{url.hostname}:{url.port}"
        host = headers.first("host") or headers.first(":authority") or asked
        scheme = headers.first("x-forwarded-proto") or url.scheme or "https"
        method = (request.method or "POST").upper()
        return cls(method, scheme, host, url.path or "/", url.query, headers, request.body or b"", secret)

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def url(self) -> str:
        """The whole URL."""
        return f"{self.scheme}://{self.host}{self.target}"

    def source(self, name: str, recipe: Recipe, depth: int = 0) -> bytes:
        """What a source is; nothing where it is not there."""
        kind, colon, key = name.partition(":")
        if colon and kind in NAMED:
            return NAMED[kind](self, recipe, key)
        if name in ("secret", "method", "scheme", "host", "path", "query", "target", "url"):
            return _octets(str(getattr(self, name)))
        if name == "body":
            return self.body
        if name == "field":
            return self.source(recipe.field, recipe)
        template = recipe.part(name)
        if template is not None and depth < DEPTH:
            return fill(template, self, recipe, depth + 1)
        from .pieces import PIECES

        return PIECES[name](self, recipe)

    def first(self, name: str) -> str:
        """A header's first value, or ""."""
        return self.headers.first(name) or ""


def fill(template: str, view: View, recipe: Recipe, depth: int = 0) -> bytes:
    """A template for a request."""
    out, at = [], 0
    for found in PLACE.finditer(template):
        out.append(_octets(template[at : found.start()]))
        name, *filters = found.group(1).split("|")
        value = view.source(name, recipe, depth)
        for one in filters:
            value = _filtered(value, one)
        out.append(value)
        at = found.end()
    return b"".join([*out, _octets(template[at:])])


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _filtered(value: bytes, name: str) -> bytes:
    kind, _, rest = name.partition(":")
    if kind == "item":
        number, _, separator = rest.partition(":")
        items = value.split(_octets(separator))
        return items[int(number)] if int(number) < len(items) else b""
    if kind == "after":
        _, found, tail = value.partition(_octets(rest))
        return tail if found else value
    return FILTERS[kind](value)


def unbase64(value: bytes) -> bytes:
    """Base64 in either alphabet, padded or not, decoded; nothing where it is none."""
    text = value.strip().replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _unquote(value: bytes) -> bytes:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(value)


FILTERS: dict[str, Callable[[bytes], bytes]] = {
    "sha1": lambda value: hashlib.sha1(value, usedforsecurity=False).digest(),
    "sha256": lambda value: hashlib.sha256(value).digest(),
    "sha512": lambda value: hashlib.sha512(value).digest(),
    "md5": lambda value: hashlib.md5(value, usedforsecurity=False).digest(),
    "hex": lambda value: value.hex().encode(),
    "base64": base64.b64encode,
    "unbase64": unbase64,
    "unquote": _unquote,
    "lower": bytes.lower,
    "upper": bytes.upper,
    "trim": bytes.strip,
}


def _of_pairs(text: str, key: str) -> bytes:
    from urllib.parse import unquote_plus

    for part in text.split("&"):
        name, sign, value = part.partition("=")
        if sign and unquote_plus(name) == key:
            return _octets(unquote_plus(value))
    return b""


def _of_json(view: View, _: Recipe, key: str) -> bytes:
    import json

    if view.body[:1] not in (b"{", b"["):
        return b""
    try:
        value = json.loads(view.body)
    except (ValueError, RecursionError):
        return b""
    for name in key.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return _octets(str(value)) if isinstance(value, str | int) else b""


def _of_signature(view: View, recipe: Recipe, key: str) -> bytes:
    text = view.source(recipe.field, recipe).decode("utf-8", "replace")
    values = [value.strip('"') for name, value in PAIR.findall(text) if name.lower() == key.lower()]
    return _octets((recipe.split or ",").join(values))


NAMED: dict[str, Callable[[View, Recipe, str], bytes]] = {
    "header": lambda view, _, key: _octets(view.first(key)),
    "query": lambda view, _, key: _of_pairs(view.query, key),
    "form": lambda view, _, key: _of_pairs(view.body.decode("utf-8", "replace"), key),
    "param": lambda view, recipe, key: NAMED["query"](view, recipe, key) or NAMED["form"](view, recipe, key),
    "json": _of_json,
    "sig": _of_signature,
}
