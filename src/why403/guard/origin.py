"""Origins: scheme, host and port as the Fetch Standard serialises them (URL Standard, section 4.5; RFC 6454, section 6.2)."""

from __future__ import annotations

import re
from functools import lru_cache

from ..model import BadCall
from ..model.frozen import NamedTuple

LONGEST = 400  # letters of an origin
PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
ORIGIN = re.compile(
    r"([a-z][a-z0-9+.-]{0,30})://(\[[0-9a-f:.]{2,45}\]|[^\s/?#@\\:\[\]*,]{1,255})(?::(\d{1,5}))?", re.IGNORECASE
)
HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[^\s/?#@\\:\[\]*,]{1,255})(?::(\d{1,5}))?", re.IGNORECASE)


def origin(text: str) -> str | None:
    """An origin in its one form, or None for what is none (`null` included)."""
    return _origin(text) if len(text) < LONGEST else None  # nothing longer is remembered, whoever sends it


@lru_cache(maxsize=4096)
def _origin(text: str) -> str | None:
    found = ORIGIN.fullmatch(text)
    return _written(found.group(1), found.group(2), found.group(3)) if found else None


def origin_of(url: str) -> str | None:
    """The origin of a URL, as that of a Referer; None where it has none."""
    scheme, sign, rest = url[:2048].partition("://")
    place = re.split(r"[/?#\\]", rest, maxsplit=1)[0] if sign else ""
    return origin(f"{scheme}://{place.rpartition('@')[2]}") if place else None


def own_origin(scheme: str, host: str) -> str:
    """The origin under which a server was asked; "" where it was asked under none."""
    return origin(f"{scheme}://{host}") or "" if host else ""


def _written(scheme: str, host: str, port: str | None) -> str:
    scheme = scheme.lower()
    plain = not port or int(port) == int(PORTS.get(scheme, "0"))
    return f"{scheme}://{host.lower()}" + ("" if plain else f":{int(port or 0)}")


class Trusted(NamedTuple):
    """Origins beside the request's own that may ask."""

    exact: frozenset[str] = frozenset()
    below: tuple[tuple[str, str], ...] = ()  # https://*.shop.example: the scheme, and what the host must end with

    def holds(self, asked: str) -> bool:
        """Whether an origin is one of them."""
        if asked in self.exact:
            return True
        return any(asked.startswith(scheme) and asked.endswith(rest) for scheme, rest in self.below)


def trusted(names: tuple[str, ...], where: str) -> Trusted:
    """The origins of their texts. Raises BadCall for what is no origin, naming what is wrong with it."""
    exact, below = set(), []
    for name in names:
        if name in ("*", "null"):
            raise BadCall(f"{name!r} trusts everybody", where, "Name the origins")
        star = name.replace("://*.", "://", 1) if "://*." in name else name
        if (made := origin(star)) is None:
            raise BadCall(f"{name!r} is no origin: {_wrong(name)}", where, "Write it as https://shop.example")
        if star != name:
            scheme, _, rest = made.partition("://")
            below.append((f"{scheme}://", f".{rest}"))
        else:
            exact.add(made)
    return Trusted(frozenset(exact), tuple(below))


def _wrong(name: str) -> str:
    _, sign, rest = name.partition("://")
    if not sign:
        return "it lacks the scheme"
    if "@" in rest:
        return "it has a user in it"
    if "/" in rest:
        return (
            "it has a path"
            if rest.strip("/") == rest.rstrip("/") and rest.rstrip("/").count("/")
            else "it ends with a slash"
        )
    if "?" in rest or "#" in rest:
        return "it has a query or a fragment"
    if "*" in rest:
        return "a star stands for the first label only: https://*.shop.example"
    return "its scheme, host or port cannot be"
