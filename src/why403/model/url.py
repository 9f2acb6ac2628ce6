"""A URL in its parts (RFC 3986, appendix B). It never raises: what is no URL has a path only.

`urllib.parse` does the same and more, and costs every start 2 ms.
"""

from __future__ import annotations

import re

from .frozen import NamedTuple
from .patterns import Pattern

# a number, a UUID, a hash, or a word with a digit in it: what stands in a path to name one record
RECORD = Pattern(
    r"^(?:\d{1,20}|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,64}|(?=[\w-]{0,63}\d)[\w-]{5,64})$", re.IGNORECASE
)


SIGNS = {ord(sign): None for sign in "+.-"}  # of a scheme, beside letters and digits


class Url(NamedTuple):
    """The parts of a URL; "" (or None) for those that it lacks."""

    scheme: str
    username: str
    password: str
    hostname: str  # lowered, without the brackets of an IPv6 address
    port: int | None
    path: str
    query: str


def split_url(url: str | None) -> Url:
    """The parts of a URL."""
    rest, _, _ = (url or "").partition("#")
    scheme, colon, after = rest.partition(":")
    if colon and scheme[:1].isalpha() and scheme.isascii() and scheme.translate(SIGNS).isalnum():
        rest = after
    else:
        scheme = ""
    rest, _, query = rest.partition("?")
    authority, path = "", rest
    if rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        path = slash + path
    userinfo, _, place = authority.rpartition("@")
    username, _, password = userinfo.partition(":")
    host, colon, port = place.rpartition(":")
    if not colon or "]" in port or not port.isdigit():
        host, port = (place, "") if not (colon and not port) else (host, "")
    number = int(port) if port and len(port) < 6 else None
    return Url(scheme.lower(), username, password, host.strip("[]").lower(), number, path, query)


def unquoted(text: str) -> str:
    """A text with its %XX undone as UTF-8 (RFC 3986, section 2.1); what is no escape stays as it is, like `urllib.parse.unquote`."""
    if "%" not in text:
        return text
    return unquoted_bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def unquoted_bytes(text: bytes) -> bytes:
    """The bytes that a text's %XX stand for, like `urllib.parse.unquote_to_bytes`."""
    first, *rest = text.split(b"%")
    parts = [first]
    for part in rest:
        try:
            parts += [
                bytes.fromhex(part[:2].decode("ascii")) if len(part[:2].strip()) == 2 else b"%" + part[:2],
                part[2:],
            ]
        except ValueError:
            parts += [b"%", part]
    return b"".join(parts)


def query_pairs(query: str, most: int = 10_000) -> list[tuple[str, str]]:
    """The fields of a query or a form, in order, empty ones too (URL Standard, section 5.1); no more than `most` of them."""
    fields = (field.partition("=") for field in query.split("&", most)[:most] if field)
    return [(unquoted(name.replace("+", " ")), unquoted(value.replace("+", " "))) for name, _, value in fields]
