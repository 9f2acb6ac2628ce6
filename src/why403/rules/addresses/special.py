"""What an address is for, where it is for something special (RFC 6890 and IANA's registries): special.toml beside this."""

from __future__ import annotations

import ipaddress
import os
import tomllib

from ...model.frozen import NamedTuple
from .address import Address, span

MAPPED = "::ffff:0:0/96"
TABLE = os.path.join(os.path.dirname(__file__), "special.toml")


class Special(NamedTuple):
    """A special purpose."""

    name: str
    network: str
    source: str
    public: bool  # whether servers elsewhere may see it as a client's
    means: str  # what that means for a list
    within: str = ""  # the IPv4 address that it carries


def special(asked: Address) -> Special | None:
    """The narrowest special-purpose network that holds an address; None for an ordinary public one."""
    with open(TABLE, "rb") as file:
        rows = tomllib.load(file)["network"]
    found: tuple[int, Special] | None = None
    for row in rows:
        for network in row["of"]:
            known = span(network)
            if network == MAPPED and not asked.mapped:
                continue  # its span is that of IPv4, as which such addresses are compared
            if known is not None and asked.within(known) and (found is None or known.size < found[0]):
                held = _embedded(row.get("embeds", ""), asked.value)
                found = known.size, Special(row["name"], network, row["source"], row["public"], row["means"], held)
    return found[1] if found else None


def _embedded(how: str, value: int) -> str:
    """The IPv4 address within an IPv6 one: RFC 6052 section 2.2, RFC 3056 section 2, RFC 4380 section 4 (complemented)."""
    if how == "last":
        return str(ipaddress.IPv4Address(value & 0xFFFFFFFF))
    if how == "6to4":
        return str(ipaddress.IPv4Address(value >> 80 & 0xFFFFFFFF))
    if how == "teredo":
        return str(ipaddress.IPv4Address(value & 0xFFFFFFFF ^ 0xFFFFFFFF))
    return ""
