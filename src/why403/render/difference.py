"""What differs between two requests, as lines for a terminal and as JSON (schema why403.diff/1, difference.schema.json)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..engine.difference import Comparison, Place
from ..evidence.difference import Row
from .lines import Line, harmless, line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA = "why403.diff/1"
SCREEN = 5  # rows that are told in full; the others stand in one line each
SHOWN = 100  # letters of a value on a terminal
KEPT = 4000  # letters of a value in JSON


def lines(found: Comparison, *, whole: bool = False) -> Iterator[Line]:
    """The comparison on one screen, or with `whole` every row in full."""
    for word, place, style in (("works", found.working, "good"), ("fails", found.failing, "bad")):
        yield _place(word, place, style)
    yield line("")
    if not found.rows:
        yield line("Nothing differs that requests are refused for.", "head")
        if found.failing.status and found.failing.status >= 400:
            yield line("Then time, address, rate or the server's own state decided: send the working one again", "", 2)
    shown = len(found.rows) if whole or len(found.rows) <= SCREEN + 2 else SCREEN
    for number, row in enumerate(found.rows[:shown], 1):
        yield from _row(row, number)
    if shown < len(found.rows):
        yield line(f"and {len(found.rows) - shown} more (--all tells them in full):", "label")
        for number, row in enumerate(found.rows[shown:], shown + 1):
            yield Line(
                1, ((f"{number:2}. ", "label"), (harmless(row.title), ""), (f"  {', '.join(row.causes[:2])}", "dim"))
            )
    yield from _rest(found)


def _place(word: str, place: Place, style: str) -> Line:
    asked = " ".join(part for part in (place.method, place.url) if part) or "a request that is not shown"
    by = f"by {place.product}" if place.product else ""
    number = f"{place.name}#{place.index}" if place.index is not None else place.name
    told = "  ".join(part for part in (str(place.status or ""), by, number) if part)
    return Line(0, ((f"{word}  ", style), (harmless(_cut(asked)), "head"), (f"  {harmless(told)}", "dim")))


def _row(row: Row, number: int) -> Iterator[Line]:
    yield Line(
        1,
        (
            (f"{number:2}. ", "label"),
            (harmless(row.title), "bad" if not row.faint else ""),
            (f"  {', '.join(row.causes)}", "dim"),
        ),
    )
    for word, value in (("works", row.working), ("fails", row.failing)):
        if value is not None:
            yield Line(5, ((f"{word}  ", "dim"), (harmless(_cut(value)) if value else "(empty)", "quote")), wrap=False)
    yield line(row.why, "", 5)


def _rest(found: Comparison) -> Iterator[Line]:
    if found.left:
        yield line("")
        told = ", ".join(
            f"{len(names)} {reason} ({harmless(_cut(' '.join(names), 60))})" for reason, names in left(found).items()
        )
        yield Line(0, (("left out: ", "label"), (told, "dim")))
    if found.unseen:
        yield line("")
        for side in ("working", "failing"):
            fields = [one for one in found.unseen if one.side == side]
            for why in dict.fromkeys(one.why for one in fields):
                names = ", ".join(one.field for one in fields if one.why == why)
                yield Line(0, ((f"not shown in the {side} one: ", "label"), (harmless(f"{names}: {why}"), "dim")))
    for remark in found.remarks:
        yield Line(0, (("note: ", "label"), (harmless(remark), "")))


def left(found: Comparison) -> dict[str, list[str]]:
    """What was left out, by its reason."""
    reasons: dict[str, list[str]] = {}
    for one in found.left:
        reasons.setdefault(one.reason, []).append(one.name)
    return reasons


def _cut(text: str, most: int = SHOWN) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def data(found: Comparison) -> dict[str, Any]:
    """The comparison as plain data."""
    return {
        "schema": SCHEMA,
        "same": not found.rows,
        "working": found.working._asdict(),
        "failing": found.failing._asdict(),
        "differences": [_data(row) for row in found.rows],
        "left_out": [{"reason": reason, "names": names} for reason, names in left(found).items()],
        "not_shown": [one._asdict() for one in found.unseen],
        "remarks": list(found.remarks),
    }


def _data(row: Row) -> dict[str, Any]:
    return {
        "what": row.what,
        "name": row.name,
        "change": row.change,
        "working": None if row.working is None else _cut(row.working, KEPT),
        "failing": None if row.failing is None else _cut(row.failing, KEPT),
        "causes": list(row.causes),
        "why": row.why,
        "where": row.where,
        "faint": row.faint,
    }


def render(found: Comparison) -> str:
    """The comparison as JSON text, indented."""
    return json.dumps(data(found), indent=1, ensure_ascii=False)
