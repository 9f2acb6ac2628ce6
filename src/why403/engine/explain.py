"""Case in, report out: which exchanges were refused, by whom and why, and what is missing to say more."""

from __future__ import annotations

from datetime import datetime

from ..evidence import Scene
from ..model import Case, Exchange, Finding, Refusal, Report, Seen
from ..products import listen, tables
from .checklist import checklist
from .letters import with_fixes
from .masked import mask
from .next import remarks, steps
from .reference import reference
from .refused import refused, subjects
from .weigh import Verdict, weigh

LETTERS = 300_000  # that are searched for all refusals of one paste together (ten times as many of a recording); the first always is
MOST = 50  # refusals of one input that are explained one by one


def explain(case: Case, now: datetime | None = None, *, show_secrets: bool = False) -> Report:
    """Explain every refusal of a case, the most telling first, identical ones folded.

    `now` judges expiry where the input carries no time of its own. An input in which nobody refused anything has no refusals.
    Secrets are masked in every string of the report unless `show_secrets`.
    """
    found: list[Refusal] = []
    left, said = LETTERS * (10 if case.kind == "har" else 1), case.remarks
    for exchange, notes, around in subjects(case):
        left -= sum(len(note.text) for note in notes) + len(
            (exchange.response.body if exchange.response else b"") or b""
        )
        if left < 0 and found:
            said = (*said, f"so much was refused here that only the first {len(found)} refusals were explained")
            break
        hearing = listen(exchange, notes)
        scene = Scene(case, exchange, notes, around, hearing, now)
        if not refused(scene):
            continue
        found.append(_refusal(scene, weigh(scene)))
        if len(found) >= MOST * 20:
            break
    folded = _fold(found)
    report = Report(case.name, case.kind, tuple(folded[:MOST]), said, tables().knowledge)
    return report if show_secrets else mask(report, case)


def _refusal(scene: Scene, verdict: Verdict) -> Refusal:
    ref = reference(scene, verdict.findings[0].product)
    findings = with_fixes(scene, verdict.findings, ref)
    return Refusal(
        exchange=_seen(scene.exchange, scene),
        findings=findings,
        times=int(scene.exchange.fact("times") or 1),
        ruled_out=verdict.ruled_out,
        checklist=checklist(scene, findings),
        next=steps(scene, findings, verdict.left, verdict.ask, ref),
        remarks=remarks(scene, findings),
    )


def _seen(exchange: Exchange, scene: Scene) -> Seen:
    return Seen(
        exchange.index,
        exchange.method,
        exchange.url,
        exchange.status,
        exchange.at or scene.own_time,
    )


def _fold(refusals: list[Refusal]) -> list[Refusal]:
    """Identical verdicts on one URL become one with a count."""
    groups: dict[tuple[object, ...], list[Refusal]] = {}
    for refusal in refusals:
        seen = refusal.exchange
        first = refusal.findings[0]
        path = (seen.url or "").partition("?")[0]
        groups.setdefault((seen.method, path, seen.status, first.cause, first.product), []).append(refusal)
    order = {"proven": 0, "likely": 1, "possible": 2}

    def telling(refusal: Refusal) -> tuple[int, int]:
        first: Finding = refusal.findings[0]
        return (first.cause == "unknown", order[first.confidence])

    folded = [group[0]._replace(times=sum(refusal.times for refusal in group)) for group in groups.values()]
    return sorted(folded, key=telling)
