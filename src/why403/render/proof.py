"""A probe's end: what was asked in which order, what each answer told, and the request that is let through."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..model.change import spoken
from ..model.proof import Asked, Proof
from ..products import tables
from .as_json import data as report_data
from .as_json import moment
from .lines import Line, harmless, line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA = "why403.probe/1"
TITLES = {
    "mended": "a changed request is let through",
    "passes": "the request is let through now",
    "narrowed": "what can be told apart by asking is told",
    "unstable": "the answers flip",
    "stopped": "stopped",
    "interrupted": "interrupted",
    "exhausted": "the budget is spent",
}


def asked_line(asked: Asked, number: int) -> Line:
    """One request in one line."""
    request, status = asked.exchange.request, asked.exchange.status
    what = f"{request.method or 'GET'} {request.url or ''}" if request else ""
    got = str(status) if status is not None else asked.exchange.error or "no answer"
    good = status is not None and status < 400
    return Line(
        2,
        (
            (f"{number:>2}. ", "label"),
            (f"{got}  ", "good" if good else "bad"),
            (harmless(asked.says), ""),
            (f"  {harmless(what)}", "dim"),
        ),
    )


def lines(proof: Proof) -> Iterator[Line]:
    """The whole proof."""
    yield Line(0, ((TITLES[proof.outcome], "good" if proof.outcome in ("mended", "passes") else "warn"),))
    yield line(proof.says, "", 2)
    if proof.report.refusals:
        finding = proof.report.refusals[0].findings[0]
        if finding.cause != "unknown":
            title = tables().register[finding.cause].title
            by = f" by {finding.product}" if finding.product else ""
            yield line("")
            yield Line(
                2,
                (
                    (title, "bad"),
                    (f"  {finding.cause}, {finding.layer}{by}", ""),
                    (f"  [{finding.confidence}]", "good" if finding.confidence == "proven" else "warn"),
                ),
            )
    yield line("")
    yield line("what was asked", "label")
    for number, asked in enumerate(proof.asked, 1):
        yield asked_line(asked, number)
        if asked.told:
            yield line(asked.told, "", 6)
    if proof.ruled_out:
        yield line("")
        yield line("ruled out", "label")
        for out in proof.ruled_out:
            yield Line(2, ((out.cause, ""), (f": {harmless(out.evidence[0].says)}", "dim")))
    if proof.differ:
        yield line("")
        refused, through = (number + 1 for number in proof.differ)
        told = f"{refused} and {through} differ in this alone: {spoken(proof.changes)}"
        yield Line(0, (("the proof: ", "label"), (harmless(told), "")))
    if proof.command:
        yield line("")
        yield line("let through", "label")
        for row in proof.command.splitlines():
            yield Line(6, ((harmless(row), "code"),), wrap=False)
    elif proof.letter:
        yield line("")
        yield line("to whoever can let it through", "label")
        for row in proof.letter.splitlines():
            yield Line(6, ((harmless(row), ""),), wrap=False)


def data(proof: Proof) -> dict[str, Any]:
    """The proof as plain data."""
    return {
        "schema": SCHEMA,
        "outcome": proof.outcome,
        "says": proof.says,
        "asked": [
            {
                "says": asked.says,
                "method": asked.exchange.method,
                "url": asked.exchange.url,
                "status": asked.exchange.status,
                "error": asked.exchange.error,
                "at": moment(asked.exchange.at),
                "connection": dict(asked.exchange.facts),
                "told": asked.told,
            }
            for asked in proof.asked
        ],
        "changes": [change.says for change in proof.changes],
        "differ": list(proof.differ) if proof.differ else None,
        "command": proof.command,
        "letter": proof.letter,
        "ruled_out": [{"cause": out.cause, "says": out.evidence[0].says} for out in proof.ruled_out],
        "report": report_data(proof.report),
    }


def render(proof: Proof) -> str:
    """The proof as JSON text, indented."""
    return json.dumps(data(proof), indent=1, ensure_ascii=False)
