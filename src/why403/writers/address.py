"""Where a request goes: its URL made whole, and what clients make of a URL that is out of the ordinary."""

from __future__ import annotations

import re

from ..model import Pattern, Request

__all__ = ["authority", "dotted", "host_of", "origin", "plain", "target", "whole"]

_PORTS = {"http": "80", "https": "443"}
_DOTS = Pattern(r"/(?:\.|%2[eE]){1,2}(?:/|$)")
# letters of a target that every client leaves as they are
_PLAIN = Pattern(r"[A-Za-z0-9\-._~!$&()*+,;=:@/]*(?:\?[A-Za-z0-9\-._~!$&()*+,;=:@/?]*)?")


def whole(request: Request) -> str:
    """The URL to be asked for: absolute, without fragment and user; <host> stands for what is not known."""
    url = (request.url or "https://<host>/").partition("#")[0]
    if url.startswith("/"):
        host = request.headers.first("host") if request.headers is not None else None
        url = f"https://{host or '<host>'}{url}"
    scheme, sign, rest = url.partition("://")
    if sign and request.headers is not None and "@" in re.split("[/?]", rest, maxsplit=1)[0]:
        url = f"{scheme}://{rest.partition('@')[2]}"
    return re.sub(r"[\x00-\x20\x7f]", lambda match: f"%{ord(match[0]):02X}", url)


def origin(url: str) -> str:
    """Scheme, host and port as written."""
    scheme, sign, rest = url.partition("://")
    return scheme + sign + re.split("[/?]", rest, maxsplit=1)[0]


def authority(url: str) -> str:
    """What a client puts into Host of its own accord."""
    scheme, _, rest = origin(url).partition("://")
    return rest.rpartition("@")[2].removesuffix(":" + _PORTS.get(scheme.lower(), "-"))


def host_of(url: str) -> str:
    """The host alone, without its port."""
    place = authority(url)
    return place.partition("]")[0] + "]" if place.startswith("[") else place.partition(":")[0]


def target(url: str) -> str:
    """Path and query, as they stand."""
    rest = url[len(origin(url)) :]
    return rest if rest.startswith("/") else f"/{rest}"


def dotted(url: str) -> bool:
    """Whether the path has segments that clients resolve before they send."""
    return bool(_DOTS.search(target(url).partition("?")[0]))


def plain(url: str) -> bool:
    """Whether nothing in the target gives a client a reason to write it otherwise."""
    path = target(url)
    return bool(_PLAIN.fullmatch(path)) and not dotted(url) and not path.startswith("//") and not path.endswith("?")
