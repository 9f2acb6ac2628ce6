"""What a guard's sealed explanation says, on a terminal and as JSON (schema why403.open/1, open.schema.json)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from ..products import tables
from ..seal import Explanation
from .lines import Line, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA = "why403.open/1"


def lines(explanation: Explanation, denial: str) -> Iterator[Line]:
    """The whole explanation."""
    entry = tables().register.get(explanation.cause)
    title = entry.title if entry else explanation.cause
    asked = f"{explanation.method} {explanation.path}".strip()
    yield Line(0, ((f"{explanation.status}  ", "bad"), (harmless(asked), "head"), (f"  denial {denial}", "dim")))
    reason = f", {explanation.reason}" if explanation.reason else ""
    yield Line(
        2, ((title, "bad"), (harmless(f"  {explanation.cause}{reason}"), ""), ("  [sealed by the guard]", "good"))
    )
    told = (
        ("rule", explanation.rule), ("written at", explanation.where), ("required", explanation.required),
        ("seen", explanation.seen),
        ("other ways in", explanation.beside), ("who", explanation.identity), ("from", explanation.address),
        ("at", _moment(explanation.at)),
    )  # fmt: skip
    for name, value in told:
        if value:
            yield Line(2, ((f"{name:>13}  ", "label"), (harmless(value), "")))


def data(explanation: Explanation, denial: str) -> dict[str, Any]:
    """The explanation as plain data."""
    return {"schema": SCHEMA, "denial": denial, **explanation._asdict(), "at": _moment(explanation.at)}


def render(explanation: Explanation, denial: str) -> str:
    """The explanation as JSON."""
    return json.dumps(data(explanation, denial), indent=2, ensure_ascii=False)


def _moment(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z") if seconds else ""
    except (ValueError, OverflowError, OSError):
        return ""
