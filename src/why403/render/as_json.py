"""The JSON report, schema why403.report/1."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from ..model import Evidence, Finding, Refusal, Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA = "why403.report/1"


def moment(at: datetime | None) -> str | None:
    """A time in UTC as RFC 3339 writes it."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None


def _evidence(proof: Evidence) -> dict[str, Any]:
    return {"where": proof.where, "quote": proof.quote, "says": proof.says}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "cause": finding.cause,
        "layer": finding.layer,
        "product": finding.product,
        "confidence": finding.confidence,
        "mends": finding.mends,
        "evidence": [_evidence(proof) for proof in finding.evidence],
        "fixes": [
            {key: value for key, value in fix._asdict().items() if value or key in ("who", "safety", "summary")}
            for fix in finding.fixes
        ],
        "see": list(finding.see),
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    seen = refusal.exchange
    return {
        "exchange": {
            "index": seen.index,
            "method": seen.method,
            "url": seen.url,
            "status": seen.status,
            "at": moment(seen.at),
        },
        "times": refusal.times,
        "findings": [_finding(finding) for finding in refusal.findings],
        "ruled_out": [
            {"cause": out.cause, "evidence": [_evidence(proof) for proof in out.evidence]} for out in refusal.ruled_out
        ],
        "checklist": [
            {
                "question": check.question,
                "answer": check.answer,
                "evidence": [_evidence(proof) for proof in check.evidence],
            }
            for check in refusal.checklist
        ],
        "next": [
            {"ask": step.ask, "command": step.command, "separates": list(step.separates)} for step in refusal.next
        ],
        "remarks": list(refusal.remarks),
    }


def data(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "schema": SCHEMA,
        "input": {"name": report.name, "kind": report.kind},
        "knowledge": report.knowledge,
        "refusals": [_refusal(refusal) for refusal in report.refusals],
        "remarks": list(report.remarks),
    }


def render(report: Report) -> str:
    """The report as JSON text, indented."""
    return json.dumps(data(report), indent=1, ensure_ascii=False)


def lines(report: Report) -> str:
    """One refusal a line, each with the input's name."""
    whole = data(report)
    head = {key: whole[key] for key in ("schema", "input", "knowledge")}
    return "\n".join(json.dumps({**head, **refusal}, ensure_ascii=False) for refusal in whole["refusals"])
