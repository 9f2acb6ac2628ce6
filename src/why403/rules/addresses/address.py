"""Addresses and what stands for several of them: networks, ranges, wildcards, netmasks.

Written addresses follow RFC 4291 and RFC 5952; zone ids (RFC 4007) name a link of one machine and are left out of comparisons.
An IPv4-mapped address (::ffff:a.b.c.d) is the IPv4 address, as nginx and Apache take it.
"""

from __future__ import annotations

import ipaddress

from ...model import BadCall
from ...model.frozen import NamedTuple

MAPPED = 0xFFFF << 32
WIDTH = {4: 32, 6: 128}


class Span(NamedTuple):
    """The addresses from first to last."""

    version: int
    first: int
    last: int

    @property
    def size(self) -> int:
        """How many addresses it holds."""
        return self.last - self.first + 1


class Address(NamedTuple):
    """One address."""

    text: str  # as RFC 5952 writes it, without zone id
    version: int
    value: int
    zone: str = ""
    mapped: bool = False  # it was written as an IPv4-mapped IPv6 address

    def within(self, span: Span | None) -> bool:
        """Whether a span holds it."""
        return span is not None and span.version == self.version and span.first <= self.value <= span.last


def address(text: str) -> Address:
    """One address as people write it: in brackets, with a port or a zone id too. Raises BadCall."""
    word = text.strip().strip("\"'")
    bare = _without_port(word)
    if "/" in bare or "-" in bare:
        raise BadCall(f"{word!r} is several addresses", "why403 ip", "Give one address: 192.0.2.7")
    plain, _, zone = bare.partition("%")
    found = span(plain)
    if found is None or found.size != 1:
        raise BadCall(f"{word!r} is no address", "why403 ip", "Write it as 192.0.2.7 or 2001:db8::7")
    shown = ipaddress.IPv4Address(found.first) if found.version == 4 else ipaddress.IPv6Address(found.first)
    return Address(str(shown), found.version, found.first, zone, found.version == 4 and ":" in plain)


def _without_port(word: str) -> str:
    if word.startswith("[") and "]" in word:
        return word[1 : word.index("]")]
    host, colon, port = word.rpartition(":")
    return host if colon and port.isdigit() and host.count(".") == 3 and ":" not in host else word


def plain_span(text: str) -> Span | None:
    """As `span`, with IPv4-mapped networks left as IPv6: nginx keeps the rules of the two families apart."""
    found = span(text)
    if found is not None and found.version == 4 and ":" in text:
        return Span(6, found.first + MAPPED, found.last + MAPPED)
    return found


def span(text: str) -> Span | None:
    """What an entry of a list stands for, or None for what is neither address, network nor range.

    `192.0.2.7`, `192.0.2.0/24`, `192.0.2.0/255.255.255.0`, `192.0.2.1-192.0.2.9`, `192.0.2.1-9`, `192.0.2.*`, `192.0.2.`,
    the same of IPv6, in brackets too. Bits of the host beside a prefix are ignored, as servers do.
    """
    if (value := four(text)) is not None:
        return Span(4, value, value)
    head, slash, tail = text.partition("/")
    if slash:
        return _network(head, tail)
    if "-" in text:
        return _range(text)
    if text.endswith((".", "*")):
        return _prefix(text)
    value = six(text)
    return None if value is None else _unmapped(6, value, value)


def four(text: str) -> int | None:
    """An IPv4 address as a number: four decimal parts without leading zeros (RFC 6943, section 3.1.1), or None."""
    parts = text.split(".")
    if len(parts) != 4:
        return None
    value = 0
    for part in parts:
        if not (part.isdecimal() and part.isascii()) or len(part) > 3 or (part[0] == "0" and len(part) > 1):
            return None
        number = int(part)
        if number > 255:
            return None
        value = value << 8 | number
    return value


def six(text: str) -> int | None:
    """An IPv6 address as a number, its zone id ignored, or None."""
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    if ":" not in text or len(text) > 100:
        return None
    try:
        return int(ipaddress.IPv6Address(text.partition("%")[0]))
    except ValueError:
        return None


def _unmapped(version: int, first: int, last: int) -> Span:
    """A span within ::ffff:0:0/96 as the span of IPv4 that it is."""
    if version == 6 and first >> 32 == last >> 32 == 0xFFFF:
        return Span(4, first - MAPPED, last - MAPPED)
    return Span(version, first, last)


def _network(head: str, tail: str) -> Span | None:
    value, version = four(head), 4
    if value is None:
        value, version = six(head), 6
    if value is None:
        return _short(head, tail)
    if tail.isdecimal() and tail.isascii() and len(tail) <= 3:
        bits = int(tail)
    elif version == 4 and (mask := four(tail)) is not None:
        bits = 32 - (mask ^ 0xFFFFFFFF).bit_length()
        if (mask ^ 0xFFFFFFFF) & ((mask ^ 0xFFFFFFFF) + 1):
            return None  # holes in the mask
    else:
        return None
    if bits > WIDTH[version]:
        return None
    low = (1 << (WIDTH[version] - bits)) - 1
    return _unmapped(version, value & ~low, value | low)


def _short(head: str, tail: str) -> Span | None:
    """`10.1/16`: the parts left out are zero, as in Apache's and ipset's lists."""
    parts = head.split(".")
    if not (1 <= len(parts) <= 3) or not all(part.isdecimal() and part.isascii() for part in parts):
        return None
    return _network(".".join([*parts, *["0"] * (4 - len(parts))]), tail)


def _range(text: str) -> Span | None:
    left, _, right = (part.strip() for part in text.partition("-"))
    first, version = four(left), 4
    if first is None:
        first, version = six(left), 6
    if first is None:
        return None
    last = four(right) if version == 4 else six(right)
    if (
        last is None
        and version == 4
        and right.isdecimal()
        and right.isascii()
        and len(right) <= 3
        and int(right) <= 255
    ):
        last = first & ~255 | int(right)
    return None if last is None or last < first else _unmapped(version, first, last)


def _prefix(text: str) -> Span | None:
    """`192.0.2.` and `192.0.*.*`."""
    parts = [part for part in text.split(".") if part]
    given = parts[: parts.index("*")] if "*" in parts else parts
    if not 1 <= len(given) <= 3 or any(part != "*" for part in parts[len(given) :]) or len(parts) > 4:
        return None
    first = four(".".join([*given, *["0"] * (4 - len(given))]))
    if first is None:
        return None
    return Span(4, first, first | (1 << 8 * (4 - len(given))) - 1)
