"""A whole verdict in one line, as tables, cases and recordings write it down."""

from __future__ import annotations

from why403.engine.explain import explain
from why403.model import Case, Report
from why403.readers.choose import read_text


def line(report: Report) -> str:
    """ "proven csrf-token-missing in app by django", "unknown in server by nginx", "nothing"."""
    if not report.refusals:
        return "nothing"
    first = report.refusals[0].findings[0]
    by = f" by {first.product}" if first.product else ""
    sure = "" if first.cause == "unknown" else f"{first.confidence} "
    return f"{sure}{first.cause} in {first.layer}{by}"


def said(text: str) -> str:
    """The verdict on a pasted text."""
    return line(explain(read_text(text, "case")))


def said_of(case: Case) -> str:
    """The verdict on a case."""
    return line(explain(case))
