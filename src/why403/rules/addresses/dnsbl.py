"""DNS blocklists: the name to ask for, and what an answer means (RFC 5782); dnsbl.toml beside this. Nothing is sent here."""

from __future__ import annotations

import ipaddress
import os
import tomllib

from ...model import BadCall
from ...model.frozen import NamedTuple
from .address import Address

TABLE = os.path.join(os.path.dirname(__file__), "dnsbl.toml")
# Spamhaus' answers that speak of the question, and not of the address
ERRORS = {
    "127.255.255.252": "the zone's name is misspelt",
    "127.255.255.254": "it refuses public and open resolvers: ask through your own (--resolver), or with a key of its Data Query Service",
    "127.255.255.255": "it was asked too often by this resolver",
    "127.0.0.1": "not a listing: by RFC 5782 nobody lists by this answer, and some refuse a question with it",
}
VISITORS = ((1, "suspicious"), (2, "harvester"), (4, "comment spammer"))


class Zone(NamedTuple):
    """One blocklist."""

    zone: str
    name: str
    source: str
    web: str
    answers: dict[str, str]
    closed: str = ""
    key: bool = False
    codes: str = ""


class Answer(NamedTuple):
    """What one blocklist said."""

    zone: str
    name: str
    outcome: str  # listed | unlisted | refused | closed | failed
    codes: tuple[str, ...] = ()
    means: str = ""
    text: str = ""  # the list's own words (TXT)
    source: str = ""
    web: str = ""


def zones() -> dict[str, Zone]:
    """The known blocklists by zone."""
    with open(TABLE, "rb") as file:
        return {row["zone"]: Zone(**row) for row in tomllib.load(file)["zone"]}


def zone(name: str) -> Zone:
    """A blocklist by its zone or by a part of its name ("spamcop"); one that is not known is asked all the same. Raises BadCall."""
    known, low = zones(), name.lower().rstrip(".")
    if low in known:
        return known[low]
    if "." in low:
        return Zone(low, low, "", "", {})
    named = [one for one in known.values() if low in one.name.lower() or low in one.zone]
    if not named:
        raise BadCall(f"no blocklist {name!r} is known", "--dnsbl", "Known: " + ", ".join(known))
    return named[0]


def question(asked: Address, of: Zone, key: str = "") -> str:
    """The name to look up (RFC 5782, sections 2.1 and 2.4). Raises BadCall where a key is wanted and missing."""
    if of.key and not key:
        raise BadCall(f"{of.name} wants an access key", "--dnsbl-key", of.source)
    make = ipaddress.IPv4Address if asked.version == 4 else ipaddress.IPv6Address
    pointer = make(asked.value).reverse_pointer.rpartition(".")[0].rpartition(".")[0]
    return f"{key}.{pointer}.{of.zone}" if of.key else f"{pointer}.{of.zone}"


def answer(of: Zone, codes: tuple[str, ...], text: str = "") -> Answer:
    """What a blocklist's addresses mean; none: not listed."""
    if of.closed:
        return Answer(of.zone, of.name, "closed", codes, of.closed, text, of.source, of.web)
    if not codes:
        return Answer(of.zone, of.name, "unlisted", (), "not listed", "", of.source, of.web)
    listed = [code for code in codes if code.startswith("127.") and code not in ERRORS]
    if listed:
        told = "; ".join(dict.fromkeys(_told(of, code) for code in sorted(listed, key=_number)))
        listing = of.codes != "httpbl" or any(not code.endswith(".0") for code in listed)
        return Answer(of.zone, of.name, "listed" if listing else "unlisted", codes, told, text, of.source, of.web)
    why = next((ERRORS[code] for code in codes if code in ERRORS), "")
    why = why or "answers outside 127.0.0.0/8 are no listing: the zone has expired, or a resolver invents answers"
    return Answer(of.zone, of.name, "refused", codes, why, text, of.source, of.web)


def _number(code: str) -> tuple[int, ...]:
    return tuple(int(part) for part in code.split("."))


def _told(of: Zone, code: str) -> str:
    if of.codes != "httpbl":
        return of.answers.get(code, f"{code}, which its documentation does not explain")
    _, days, threat, kind = code.split(".")
    if kind == "0":
        return "a search engine"
    named = [word for bit, word in VISITORS if int(kind) & bit]
    return f"{' and '.join(named) or 'of an unknown kind'}, last seen {days} days ago, threat {threat} of 255"
