"""What is known of an address, as lines for a terminal and as JSON (schema why403.ip/1, address.schema.json)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..model.frozen import NamedTuple
from ..rules.addresses import Address, Judgement, Special, Verdict
from ..rules.addresses.dnsbl import Answer
from ..rules.addresses.forwarded import Chain
from ..rules.addresses.kept import Entry
from .lines import Line, harmless, line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA = "why403.ip/1"
STYLES = {"allow": "good", "block": "bad", "listed": "head", "unlisted": "warn", "depends": "warn", "silent": "dim"}
SAYS = {
    "allow": "allowed", "block": "blocked", "listed": "listed", "unlisted": "not listed", "depends": "it depends", "silent": "says nothing",
}  # fmt: skip


class Answers(NamedTuple):
    """The whole answer of `why403 ip`."""

    address: Address | None  # None: a chain in which there is none
    special: Special | None
    judgements: tuple[Judgement, ...]
    blocklists: tuple[Answer, ...]
    verdict: Verdict
    chain: Chain | None = None
    echo: str = ""  # the page that told the address


def lines(found: Answers) -> Iterator[Line]:
    """From what the address is to what the lists say."""
    if found.chain:
        yield from _chain(found.chain)
    asked = found.address
    if asked is not None:
        zone = f"  (zone {asked.zone}, which means something on one machine only)" if asked.zone else ""
        mapped = "  (written as an IPv4-mapped IPv6 address)" if asked.mapped else ""
        by = f"  as {found.echo} sees you" if found.echo else ""
        yield Line(0, ((asked.text, "head"), (harmless(f"{zone}{mapped}{by}"), "dim")))
    if found.special:
        held = f", carries {found.special.within}" if found.special.within else ""
        yield Line(
            2, ((found.special.name, "warn"), (f"  {found.special.network}{held}  ({found.special.source})", "dim"))
        )
        yield line(found.special.means, "", 2)
    for judgement in found.judgements:
        yield from _judgement(judgement)
    for answer in found.blocklists:
        yield from _answer(answer)
    if found.judgements or found.blocklists:
        yield line("")
        yield line(
            f"{'not refused' if found.verdict.let_in else 'refused'}: {found.verdict.why}",
            "good" if found.verdict.let_in else "bad",
        )


def _chain(chain: Chain) -> Iterator[Line]:
    styles = {"client": "good", "proxy": "dim", "claimed": "warn", "unreadable": "bad"}
    says = {
        "client": "the client",
        "proxy": "trusted proxy",
        "claimed": "claimed: anybody may write it",
        "unreadable": "no address",
    }
    for hop in chain.hops:
        yield Line(2, ((f"{harmless(hop.text):40}", ""), (says[hop.role], styles[hop.role])), wrap=False)
    yield line(chain.why, "dim", 2)
    yield line("")


def _judgement(one: Judgement) -> Iterator[Line]:
    yield line("")
    yield Line(0, ((harmless(one.list), "label"), (f"  {one.format}, {one.entries} entries", "dim")))
    yield Line(2, ((SAYS[one.decision], STYLES[one.decision]), (harmless(f": {one.why}"), "")))
    if one.entry:
        yield _entry(one.list, one.entry)
    for entry in one.others:
        yield _entry(one.list, entry, "also ")
    for remark in one.remarks:
        yield line(remark, "dim", 4)


def _entry(name: str, entry: Entry, word: str = "") -> Line:
    place = f"{name.partition(': ')[0]}:{entry.line}" if entry.line else name
    about = f"  {harmless(entry.about)}" if entry.about else ""
    return Line(4, ((f"{word}{harmless(place)}  ", "place"), (harmless(entry.text), "quote"), (about, "dim")))


def _answer(answer: Answer) -> Iterator[Line]:
    styles = {"listed": "bad", "unlisted": "good", "refused": "warn", "closed": "warn", "failed": "warn"}
    yield line("")
    codes = f"  {', '.join(answer.codes)}" if answer.codes else ""
    yield Line(0, ((harmless(answer.name), "label"), (harmless(f"  {answer.zone}{codes}"), "dim")))
    yield Line(2, ((answer.outcome, styles[answer.outcome]), (harmless(f": {answer.means}"), "")))
    if answer.text:
        yield line(f"“{answer.text}”", "quote", 4)
    if answer.outcome == "listed" and answer.web:
        yield line(answer.web, "", 4)
    if answer.source and answer.outcome != "unlisted":
        yield Line(4, (("see ", "dim"), (answer.source, "link")), wrap=False)


def data(found: Answers) -> dict[str, Any]:
    """The answer as plain data."""
    asked = found.address
    return {
        "schema": SCHEMA,
        "address": asked and {"text": asked.text, "version": asked.version, "zone": asked.zone, "mapped": asked.mapped},
        "special": found.special and found.special._asdict(),
        "chain": found.chain and {"hops": [hop._asdict() for hop in found.chain.hops], "why": found.chain.why},
        "echo": found.echo,
        "lists": [_data(one) for one in found.judgements],
        "blocklists": [{**one._asdict(), "codes": list(one.codes)} for one in found.blocklists],
        "let_in": found.verdict.let_in,
        "why": found.verdict.why,
    }


def _data(one: Judgement) -> dict[str, Any]:
    return {
        "list": one.list,
        "format": one.format,
        "decision": one.decision,
        "means": one.means,
        "why": one.why,
        "entry": one.entry and _entry_data(one.entry),
        "others": [_entry_data(entry) for entry in one.others],
        "entries": one.entries,
        "remarks": list(one.remarks),
    }


def _entry_data(entry: Entry) -> dict[str, Any]:
    return {"line": entry.line, "text": entry.text, "about": entry.about, "action": entry.action}


def render(found: Answers) -> str:
    """The answer as JSON text, indented."""
    return json.dumps(data(found), indent=1, ensure_ascii=False)
