"""Which format a list has, what it says of an address, and what all lists together say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...model import UnreadableInput
from ...model.frozen import NamedTuple
from . import apache, iptables, jsons, nginx, plain
from .address import Address
from .dnsbl import Answer
from .kept import Judge, Judgement, Source

# the formats, the most particular first: a pattern that stands in the first lines, and who reads it
NGINX = r"(?m)^[^#\n]*\b(?:allow|deny)\s+(?:all|unix:|[\da-fA-F.:/]+)\s*;|^\s*(?:geo|map)\s+\$\w+\s*(?:\$\w+\s*)?\{"
APACHE = (
    r"(?im)^\s*(?:require\s+(?:not\s+)?(?:ip|all|local|host|expr|env)\b|order\s+(?:allow|deny|mutual)|"
    r"(?:allow|deny)\s+from\s|<require)"
)
HOSTS = r"(?m)^\s*(?:ALL|[a-z][\w.-]{1,30})(?:\s*,\s*[\w.-]+)*\s*:\s*(?:ALL|LOCAL|[\d.]+|\[)"
CSV = r"(?m)^[\"']?(?:[\da-fA-F.:]{2,45}(?:/\d{1,3})?|[\w ]{1,30})[\"']?(?:[ \t]*[,\t|][ \t]*|;)[^\s]"
FORMATS: tuple[tuple[re.Pattern[str], Judge], ...] = (
    (re.compile(r"\A\s*[{\[](?!\S*\]\s*(?:/\d+)?\s*$)"), jsons.read),
    (re.compile(r"(?m)^(?:\*filter|-A\s+\w+\s|:INPUT\s)"), iptables.read),
    (re.compile(r"(?m)^(?:create\s+\S+\s+(?:hash|bitmap|list):|add\s+\S+\s+[\d\[a-fA-F])"), plain.ipset),
    (re.compile(NGINX), nginx.read),
    (re.compile(APACHE), apache.read),
    (re.compile(HOSTS), plain.hosts),
    (re.compile(CSV), plain.table),
)


class Verdict(NamedTuple):
    """What all lists say together."""

    let_in: bool
    why: str


def judge(asked: Address, lists: Iterable[Source]) -> tuple[Judgement, ...]:
    """What each list says. Raises UnreadableInput for one that holds no address at all."""
    found: list[Judgement] = []
    for source in lists:
        reader = next((reader for pattern, reader in FORMATS if pattern.search(source.head)), plain.plain)
        said = list(reader(source, asked))
        if not said or (reader in (plain.plain, plain.table) and not said[0].entries and _has_text(source.head)):
            raise UnreadableInput(
                "no list of addresses of a form that is known", source.name, "why403 ip --help names them"
            )
        found += said
    return tuple(found)


def _has_text(head: str) -> bool:
    return any(line.strip() and line.lstrip()[0] not in "#;/" for line in head.splitlines())


def verdict(found: Iterable[Judgement], answers: Iterable[Answer] = ()) -> Verdict:
    """Blocked where any list blocks; let in only where one of the allowlists holds it, if there are allowlists."""
    said = list(found)
    if listing := next((one for one in answers if one.outcome == "listed"), None):
        return Verdict(False, f"{listing.name} lists it")
    if blocked := next((one for one in said if one.decision == "block"), None):
        return Verdict(False, f"{blocked.list} blocks it")
    allowing = [one for one in said if one.means == "allow" and one.decision in ("allow", "unlisted")]
    if allowing and not any(one.decision == "allow" for one in allowing):
        return Verdict(False, f"it is not on {' nor on '.join(one.list for one in allowing)}")
    neutral = [one for one in said if not one.means and one.decision in ("listed", "unlisted")]
    if neutral and not any(one.decision in ("listed", "allow") for one in said):
        return Verdict(False, f"it is not on {' nor on '.join(one.list for one in neutral)}")
    if open_ := next((one for one in said if one.decision == "depends"), None):
        return Verdict(False, f"{open_.list} does not let it in by its address alone")
    return Verdict(True, "nothing blocks it")
