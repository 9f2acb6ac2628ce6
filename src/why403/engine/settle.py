"""What a proof is worth: which cause the needed changes prove, and the report that says so."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Evidence, Exchange, Finding, Refusal, Report, Seen, Weight
from ..model.change import Change, spoken
from ..probes.experiment import Ruling, Try
from ..products import tables
from .weigh import USUAL

BESIDE = ("waf-rule", "bot-challenge", "proxy-refused")  # refused by something of its own, whoever lent it the page
ANYWHERE = ("user-agent-blocked", "hotlink-blocked")  # applications look at these fields as edges do
RANK = {"proven": 3, "likely": 2, "possible": 1}


def sure(refusal: Refusal | None) -> int:
    """How sure the first finding is; 0 where there is none."""
    if refusal is None or refusal.findings[0].cause == "unknown":
        return 0
    return RANK[refusal.findings[0].confidence]


def merged(first: Report, live: Refusal | None) -> Report:
    """What the paste and the live answer say together: the live answer's verdict, unless the paste knew more."""
    if live is None:
        return first
    told = first.refusals[0] if first.refusals else None
    known = told is not None and sure(told) >= sure(live) and told.exchange.status == live.exchange.status
    return first._replace(refusals=((told if known and told is not None else live),))


def proved_cause(attempt: Try, said: Sequence[Refusal | None]) -> tuple[str, str]:
    """(cause, how sure): the cause that a change proves is the one that was found, where the change can prove it.

    A change that can be needed for one cause alone proves it. One that can be needed for several proves the one that the refuser
    named; where nobody named one, it is the likeliest, and proven where the request itself leaves no other.
    """
    for refusal in said:
        for finding in refusal.findings if refusal else ():
            if finding.cause in attempt.proves and finding.confidence in ("proven", "likely"):
                return finding.cause, finding.confidence if attempt.other else "proven"
    return attempt.proves[0], "proven" if attempt.sure or len(attempt.proves) == 1 else "likely"


def unnamed(report: Report, answer: Exchange, layer: str = "", product: str = "") -> Report:
    """The report with a refusal whose cause nobody named."""
    seen = Seen(answer.index, answer.method, answer.url, answer.status, answer.at)
    finding = Finding("unknown", layer or "app", product, "possible", "caller")
    return report._replace(refusals=(Refusal(seen, (finding,)),))


def proved(
    report: Report, needed: Sequence[tuple[Try, tuple[Change, ...]]], said: Sequence[Refusal | None], control: Exchange
) -> Report:
    """The report with the proved causes first, one for each change that is needed; `control` is the refused request's last answer."""
    if not report.refusals:
        report = unnamed(report, control)
    old, found, status = report.refusals[0], list[Finding](), control.status
    for attempt, changes in needed:
        cause, confidence = proved_cause(attempt, said)
        if cause in {finding.cause for finding in found}:
            continue
        same = next((finding for finding in old.findings if finding.cause == cause), None)
        evidence = Evidence(
            "probe",
            spoken(changes),
            f"Let through with this changed and nothing else; without it {status}",
            Weight.PROOF if confidence == "proven" else Weight.STRONG,
        )
        base = same or _other(old.findings[0], cause)
        found.append(base._replace(cause=cause, confidence=confidence, evidence=(evidence, *base.evidence)))
    taken = {finding.cause for finding in found} | {"unknown"}
    rest = tuple(finding._replace(confidence="possible") for finding in old.findings if finding.cause not in taken)
    return report._replace(refusals=(old._replace(findings=(*found, *rest), next=()), *report.refusals[1:]))


def ruled(report: Report, rulings: Sequence[Ruling]) -> Report:
    """The report with what the answers said for causes (a new finding, or a surer one) and against them (gone from what is left)."""
    if not report.refusals:
        return report
    old = report.refusals[0]
    out = {ruling.cause for ruling in rulings if not ruling.holds and ruling.evidence.weight is not Weight.HINT}
    findings = list(old.findings)
    for ruling in rulings:
        if not ruling.holds or sure(old) == RANK["proven"] or ruling.evidence.weight is Weight.HINT:
            continue
        weight = ruling.evidence.weight
        confidence = "proven" if weight is Weight.PROOF else "likely"
        same = next((finding for finding in findings if finding.cause == ruling.cause), None)
        base = same or _other(findings[0], ruling.cause)._replace(confidence="possible")
        better = confidence if RANK[confidence] > RANK[base.confidence] or same is None else base.confidence
        made = base._replace(cause=ruling.cause, confidence=better, evidence=(ruling.evidence, *base.evidence))
        findings = [made, *(one for one in findings if one.cause not in (ruling.cause, "unknown"))]
    kept = [one for one in findings if one.cause not in out or one.confidence == "proven"] or findings[:1]
    steps = tuple(
        step._replace(separates=tuple(cause for cause in step.separates if cause not in out)) for step in old.next
    )
    return report._replace(
        refusals=(old._replace(findings=tuple(kept), next=steps), *report.refusals[1:]),
    )


def _other(first: Finding, cause: str) -> Finding:
    """A finding of another cause by the same refuser, or by whoever usually refuses so."""
    kept = cause not in BESIDE and (first.product or cause in ANYWHERE)
    layer = first.layer if kept else USUAL.get(cause, first.layer)
    product = first.product if layer == first.layer else ""
    return first._replace(
        cause=cause, layer=layer, product=product, mends=tables().register[cause].mends, evidence=(), fixes=(), see=()
    )
