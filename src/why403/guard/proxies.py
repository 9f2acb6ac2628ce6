"""Who really asks, and under which address: what trusted proxies add to a request is believed, and nothing else.

A proxy is trusted by its own address, and for the fields that it is named to write: a proxy that sets X-Forwarded-For passes on a
Forwarded (RFC 7239) that the client forged. The chain is read from the right; the first address that is no proxy's is the client.
"""

from __future__ import annotations

from functools import lru_cache

from ..model import BadCall
from ..model.frozen import NamedTuple
from ..rules.addresses import Address, Span, address
from ..rules.addresses.forwarded import FOR, networks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .request import Request

FIELDS = ("x-forwarded-for", "forwarded")
SECURE = {"ws": "http", "wss": "https"}  # a handshake's scheme, as an Origin has it
LONGEST = 4096  # letters of a chain that are read; a longer one is nobody's address
MOST = 64  # hops


class Proxies(NamedTuple):
    """The proxies in front of the application, and what they write. `unix` among the networks: whoever asks by a Unix socket."""

    networks: tuple[Span, ...] = ()
    unix: bool = False
    field: str = "x-forwarded-for"
    proto: str = "x-forwarded-proto"
    host: str = ""  # the field with the host as the browser wrote it; "": the proxy keeps Host

    def trusts(self, peer: str) -> bool:
        """Whether this is one of them."""
        if not peer:
            return self.unix
        here = known(peer)
        return here is not None and any(here.within(span) for span in self.networks)


def proxies(*names: str, field: str = "X-Forwarded-For", proto: str = "X-Forwarded-Proto", host: str = "") -> Proxies:
    """The proxies that are trusted, by address or network. Raises BadCall.

    Args:
        names: "10.0.0.0/8", "2001:db8::1", "unix".
        field: The field in which they name the client: X-Forwarded-For or Forwarded.
        proto: The field in which they name the scheme; with Forwarded its `proto=` is read.
        host: The field in which they name the host, where they change Host.
    """
    if field.lower() not in FIELDS:
        raise BadCall(f"{field!r} names no chain of addresses", "proxies", "X-Forwarded-For or Forwarded")
    if any(name.strip() in ("*", "0.0.0.0/0", "::/0") for name in names):
        raise BadCall(
            "everybody is no proxy: then everybody writes the client's address", "proxies", "Name their networks"
        )
    spans = networks(tuple(name for name in names if name != "unix"))
    return Proxies(spans, "unix" in names, field.lower(), proto.lower(), host.lower())


class Seen(NamedTuple):
    """What the server saw, and what it believes of it."""

    client: Address | None  # None: it cannot be told, and no rule on addresses admits it
    scheme: str
    host: str
    trusted: bool  # a trusted proxy asked
    why: str = ""  # where the client cannot be told


def known(text: str) -> Address | None:
    """An address of its text, or None."""
    return _known(text) if len(text) < 100 else None  # nothing longer is remembered, whoever sends it


@lru_cache(maxsize=4096)
def _known(text: str) -> Address | None:
    try:
        return address(text)
    except BadCall:
        return None


def look(request: Request, trusted: Proxies) -> Seen:
    """The client, scheme and host of a request."""
    peer, scheme, host = request.peer, SECURE.get(request.scheme, request.scheme), request.header("host") or ""
    if not trusted.trusts(peer):
        here = known(peer) if peer else None
        return Seen(here, scheme, host, False, "" if here else "the peer has no address")
    values = request.all(trusted.field)
    chain = ",".join(values)
    if trusted.field == "forwarded":
        elements = chain.rpartition(",")[2].lower()
        scheme = _parameter(elements, "proto") or scheme
        host = _parameter(elements, "host") or host
    else:
        scheme = (request.header(trusted.proto) or "").rpartition(",")[2].strip().lower() or scheme
        host = ((request.header(trusted.host) or "").rpartition(",")[2].strip() if trusted.host else "") or host
    client, why = _walk(chain, trusted, peer)
    return Seen(client, SECURE.get(scheme, scheme), host, True, why)


def _parameter(element: str, name: str) -> str:
    for part in element.split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value.strip().strip('"')
    return ""


def _walk(chain: str, trusted: Proxies, peer: str) -> tuple[Address | None, str]:
    if not chain.strip():
        here = known(peer) if peer else None
        return here, "" if here else f"the proxy wrote no {trusted.field}"
    if len(chain) > LONGEST:
        return None, f"{trusted.field} is longer than any chain of proxies"
    words = chain.split(",")
    if len(words) > MOST:
        return None, f"{trusted.field} names more than {MOST} hops"
    here = None
    for word in reversed(words):
        text = word.strip()
        if trusted.field == "forwarded":
            found = FOR.search(text) if text.count('"') % 2 == 0 else None
            text = found.group(1).strip('"') if found else ""
        here = known(text)
        if here is None:
            return None, f"{trusted.field} holds what is no address"
        if not any(here.within(span) for span in trusted.networks):
            break
    return here, ""
