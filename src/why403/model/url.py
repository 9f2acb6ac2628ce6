"""A URL in its parts (RFC 3986, appendix B). It never raises: what is no URL has a path only.

`urllib.parse` does the same and more, and costs every start 2 ms; it is imported where a query is decoded.
"""

from __future__ import annotations

from .frozen import NamedTuple
from .patterns import Pattern

PARTS = Pattern(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?")


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
    found = PARTS.match(url or "")
    scheme, authority, path, query = found.groups("") if found else ("", "", url or "", "")
    userinfo, _, place = authority.rpartition("@")
    username, _, password = userinfo.partition(":")
    host, colon, port = place.rpartition(":")
    if not colon or "]" in port or not port.isdigit():
        host, port = (place, "") if not (colon and not port) else (host, "")
    number = int(port) if port and len(port) < 6 else None
    return Url(scheme.lower(), username, password, host.strip("[]").lower(), number, path, query)
