"""What tokens say, on a terminal and as JSON. A token and its signature are never shown; claims are, for they are the point."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..tokens.examine import Examination, Examined
from ..tokens.fault import FAULT, HAZARD
from ..tokens.jwt import SHAPE
from ..tokens.masking import masked
from ..tokens.read_jwt import plain
from ..tokens.reading import Fact, Reading
from ..tokens.shapes import find
from .as_json import moment
from .lines import Line, harmless, line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA = "why403.token/1"
LONGEST = 600  # letters of one value that a terminal shows
STYLES = {FAULT: "bad", HAZARD: "warn", "note": "dim"}
OUTCOMES = {"sound": "good", "unsound": "bad", "refused": "bad"}


def safe(value: str) -> str:
    """A value with every token in it masked: claims may hold other tokens."""
    if "eyJ" in value:
        value = SHAPE.sub(lambda found: masked(found.group()), value)
    for begin, end, shape in reversed(find(value)):
        if shape.secret:
            value = value[:begin] + masked(value[begin:end]) + value[end:]
    return value


def _value(fact: Fact, hide: bool) -> str:
    return masked(fact.value) if hide and fact.personal else safe(fact.value)


def lines(examination: Examination, *, mask_claims: bool = False) -> Iterator[Line]:
    """The whole answer."""
    if not examination.tokens:
        yield line(f"{examination.name}: no token stands in it", "head")
    for number, token in enumerate(examination.tokens):
        if number:
            yield line("")
        yield from _token(token, mask_claims)


def _token(token: Examined, hide: bool) -> Iterator[Line]:
    reading = token.reading
    yield Line(0, ((harmless(reading.title), "head"), (f"  {masked(reading.text)}" if reading.text else "", "dim")))
    place = f"{reading.where}, after {reading.scheme}" if reading.scheme else reading.where
    yield line(place, "place", 2)
    yield from _read(reading, hide, 2)
    if token.verdict:
        yield line("signature", "label", 2)
        source = f"  ({token.verdict.source})" if token.verdict.source else ""
        yield Line(
            4,
            (
                (token.verdict.outcome, OUTCOMES[token.verdict.outcome]),
                (f"  {harmless(token.verdict.says)}{source}", ""),
            ),
        )
    elif reading.kind == "jwt":
        yield line("signature", "label", 2)
        yield line("not checked: give --key, --jwks, --secret-env or --secret-file", "dim", 4)
    if token.shortfalls:
        yield line("lacks what is required", "label", 2)
        for lack in token.shortfalls:
            yield Line(
                4,
                (
                    (harmless(lack.requirement), "bad"),
                    (f"  has {harmless(safe(lack.has))[:LONGEST]}" if lack.has else "", "quote"),
                ),
            )
            yield line(lack.says, "", 8)


def _read(reading: Reading, hide: bool, indent: int) -> Iterator[Line]:
    if reading.header is not None:
        yield line("header", "label", indent)
        width = max((len(name) for name in reading.header), default=0)
        for name, value in list(reading.header.items())[:60]:
            yield Line(
                indent + 2,
                ((f"{harmless(name):{min(width, 24)}}  ", "place"), (harmless(safe(plain(value)))[:LONGEST], "quote")),
            )
    if reading.facts:
        yield line("claims" if reading.kind == "jwt" else "says", "label", indent)
        width = min(max(len(fact.name) for fact in reading.facts), 24)
        for fact in reading.facts[:200]:
            shown = harmless(_value(fact, hide))
            more = f"  {harmless(fact.says)}" if fact.says else ""
            yield Line(
                indent + 2, ((f"{harmless(fact.name):{width}}  ", "place"), (shown[:LONGEST], "quote"), (more, ""))
            )
    if reading.rights:
        yield line("grants", "label", indent)
        for claim, names in reading.rights:
            listed = ", ".join(safe(name) for name in names[:40]) + (
                f" and {len(names) - 40} more" if len(names) > 40 else ""
            )
            yield Line(indent + 2, ((f"{harmless(claim)}  ", "place"), (harmless(listed)[:4000], "")))
    for grade, label in ((FAULT, "faults"), (HAZARD, "hazards"), ("note", "notes")):
        faults = [fault for fault in reading.faults if fault.grade == grade]
        if faults:
            yield line(label, "label", indent)
        for fault in faults:
            source = f"  ({fault.source})" if fault.source else ""
            yield Line(indent + 2, ((fault.name, STYLES[grade]), (f"  {harmless(safe(fault.says))}{source}", "")))
    for inner in reading.inner:
        yield Line(indent, ((f"within its {inner.where}: ", "label"), (harmless(inner.title), "head")))
        yield from _read(inner, hide, indent + 2)
    for page in reading.see:
        yield Line(indent, (("see ", "dim"), (page, "link")), wrap=False)


def data(examination: Examination, *, mask_claims: bool = False) -> dict[str, Any]:
    """The answer as plain data, schema why403.token/1."""
    return {
        "schema": SCHEMA,
        "input": examination.name,
        "now": moment(examination.now),
        "sound": examination.sound,
        "tokens": [_examined(token, mask_claims) for token in examination.tokens],
    }


def _examined(token: Examined, hide: bool) -> dict[str, Any]:
    verdict = token.verdict
    return {
        **_reading(token.reading, hide),
        "sound": token.sound,
        "signature": None
        if verdict is None
        else {"outcome": verdict.outcome, "says": verdict.says, "source": verdict.source, "key": verdict.key},
        "shortfalls": [{**lack._asdict(), "has": safe(lack.has)} for lack in token.shortfalls],
    }


def _tree(value: object) -> object:
    """A header's or claim's value with every token in it masked."""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, dict):
        return {str(name): _tree(item) for name, item in value.items()}
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)  # JSON has no such number
    return [_tree(item) for item in value] if isinstance(value, list) else value


def _reading(reading: Reading, hide: bool) -> dict[str, Any]:
    personal = {fact.name for fact in reading.facts if fact.personal} if hide else set()
    claims = reading.claims
    if claims is not None:
        claims = {name: masked(plain(value)) if name in personal else _tree(value) for name, value in claims.items()}
    return {
        "kind": reading.kind,
        "title": reading.title,
        "where": reading.where,
        "scheme": reading.scheme,
        "token": masked(reading.text) if reading.text else "",
        "at": moment(reading.at),
        "header": _tree(reading.header),
        "claims": claims,
        "says": [{"name": fact.name, "value": _value(fact, hide), "says": fact.says} for fact in reading.facts],
        "grants": [{"claim": claim, "names": list(names)} for claim, names in reading.rights],
        "faults": [{**fault._asdict(), "says": safe(fault.says)} for fault in reading.faults],
        "see": list(reading.see),
        "inner": [_reading(inner, hide) for inner in reading.inner],
    }


def as_json(examination: Examination, *, mask_claims: bool = False) -> str:
    """The answer as JSON text, indented."""
    text = json.dumps(data(examination, mask_claims=mask_claims), indent=1, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()
