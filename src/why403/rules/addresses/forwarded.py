"""Whose address a server takes for the client's behind proxies: X-Forwarded-For and Forwarded (RFC 7239), read from the right.

Each proxy adds at the right whom it was asked by; what stands left of the first address that is no trusted proxy is what the client
itself claims. nginx's realip module works so with `real_ip_recursive on`, Apache's mod_remoteip always.
"""

from __future__ import annotations

import re

from ...model import BadCall
from ...model.frozen import NamedTuple
from .address import Address, Span, address, span

FOR = re.compile(r"(?i)\bfor\s*=\s*(\"[^\"]{1,100}\"|[^;,\s]{1,100})")
FIELD = re.compile(
    r"(?i)^\s*(x-forwarded-for|forwarded|x-real-ip|cf-connecting-ip|true-client-ip|x-client-ip)\s*:\s*(.*)$", re.DOTALL
)


class Hop(NamedTuple):
    """One address of the chain."""

    text: str
    role: str  # proxy (trusted) | client | claimed (anybody may write it) | unreadable


class Chain(NamedTuple):
    """The chain read."""

    client: Address | None
    hops: tuple[Hop, ...]  # in the order of the field
    why: str


def is_field(text: str) -> bool:
    """Whether a text is such a field, name and value."""
    return bool(FIELD.match(text))


def client(text: str, trusted: tuple[str, ...] = ()) -> tuple[Address, Chain | None]:
    """The address that a text gives: itself, or the client of a field of forwarded addresses. Raises BadCall."""
    if not is_field(text):
        return address(text), None
    chain = read(text, trusted)
    if chain.client is None:
        raise BadCall("there is no address in it", text, chain.why)
    return chain.client, chain


def read(text: str, trusted: tuple[str, ...] = ()) -> Chain:
    """The client, by whom the server trusts. Raises BadCall for what is no such field or no network."""
    found = FIELD.match(text)
    if not found:
        raise BadCall(
            "this is no field of forwarded addresses", "why403 ip", "Give 'X-Forwarded-For: 192.0.2.1, 10.0.0.1'"
        )
    name, value = found.group(1).lower(), found.group(2)
    words = FOR.findall(value) if name == "forwarded" else value.split(",")
    words = [word.strip().strip('"') for word in words if word.strip()]
    if not words:
        raise BadCall("there is no address in it", "why403 ip", "Give 'X-Forwarded-For: 192.0.2.1, 10.0.0.1'")
    return _walk(words, networks(trusted))


def networks(trusted: tuple[str, ...]) -> tuple[Span, ...]:
    """The trusted proxies' networks. Raises BadCall."""
    spans = []
    for word in trusted:
        for part in word.split(","):
            known = span(part.strip())
            if known is None:
                raise BadCall(f"{part.strip()!r} is no network", "--trusted", "Write it as 10.0.0.0/8")
            spans.append(known)
    return tuple(spans)


def _walk(words: list[str], proxies: tuple[Span, ...]) -> Chain:
    roles: list[str] = ["claimed"] * len(words)
    last: Address | None = None
    why = "every address is a trusted proxy's: the leftmost is the client"
    for at in range(len(words) - 1, -1, -1):
        here = _address(words[at])
        if here is None:
            roles[at] = "unreadable"
            why = f"{words[at]!r} is no address: servers stop there, and keep the proxy that wrote it"
            break
        last, roles[at] = here, "proxy"
        if not any(here.within(proxy) for proxy in proxies):
            roles[at] = "client"
            why = "the rightmost address that is no trusted proxy's is the client"
            if not proxies:
                why = "without --trusted the rightmost address is the client: what stands left of it anybody may write"
            break
    else:
        roles[0] = "client"
    return Chain(last, tuple(Hop(word, role) for word, role in zip(words, roles, strict=True)), why)


def _address(word: str) -> Address | None:
    try:
        return address(word)
    except BadCall:
        return None
