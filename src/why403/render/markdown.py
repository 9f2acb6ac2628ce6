"""The report as Markdown, fit for an issue or a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Evidence, Fix, Pattern, Refusal, Report
from .lines import harmless
from .terminal import titles

SPECIAL = Pattern(r"([\\`*_{}\[\]<>#|~])")


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line; a mention or reference stays inert."""
    return SPECIAL.sub(r"\\\1", harmless(text)).replace("@", "@\u200b")


def code(text: str) -> str:
    """Inline code that holds any text."""
    text = harmless(text).replace("\n", " ")
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    space = " " if text[:1] == "`" or text[-1:] == "`" or not text else ""
    return f"{fence}{space}{text or ' '}{space}{fence}"


def block(text: str, language: str) -> Iterator[str]:
    """A fenced block that holds any text."""
    fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    yield f"{fence}{language}"
    yield from (harmless(row) for row in text.splitlines())
    yield fence


def _evidence(proof: Evidence) -> str:
    quote = f" {code(proof.quote)}" if proof.quote else " (absent)"
    source = f" ([source](<{proof.source}>))" if proof.source.startswith("http") else ""
    return f"- {code(proof.where)}:{quote}: {escaped(proof.says)}{source}"


def _fix(fix: Fix) -> Iterator[str]:
    who = "you" if fix.who == "caller" else "operator"
    opens = f" **Loosens a protection: {escaped(fix.opens)}**" if fix.opens else ""
    yield f"- *{who}*: {escaped(fix.summary)}{opens}"
    if fix.snippet:
        yield ""
        yield from (f"  {row}" for row in block(fix.snippet, fix.language))
        yield ""


def _refusal(refusal: Refusal) -> Iterator[str]:
    seen, first = refusal.exchange, refusal.findings[0]
    asked = " ".join(str(part) for part in (seen.method, seen.url) if part) or "a request that is not shown"
    yield f"## {seen.status or 'Refused'}: {code(asked)}" + (f" ({refusal.times} times)" if refusal.times > 1 else "")
    yield ""
    if first.cause == "unknown":
        by = f" Answered by **{escaped(first.product)}** ({first.layer})." if first.product else ""
        yield f"**unknown**: the evidence does not tell who refused by which rule.{by}"
    else:
        by = f" by **{escaped(first.product)}**" if first.product else ""
        yield f"**{titles()[first.cause]}** ({code(first.cause)}), refused in the layer **{first.layer}**{by}: **{first.confidence}**."
    for remark in refusal.remarks:
        yield f"\n> {escaped(remark)}"
    if first.evidence:
        yield "\n### Why\n"
        yield from (_evidence(proof) for proof in first.evidence)
    if first.fixes:
        yield "\n### What to do\n"
        for fix in first.fixes:
            yield from _fix(fix)
    if refusal.ruled_out:
        yield "\n### Ruled out\n"
        yield from (f"- {code(out.cause)}: {escaped(out.evidence[0].says)}" for out in refusal.ruled_out)
    yield "\n### Checklist\n"
    yield "| question | answer |\n|---|---|"
    yield from (f"| {check.question} | {check.answer} |" for check in refusal.checklist)
    if refusal.next:
        yield "\n### Next\n"
        for step in refusal.next:
            yield f"- {escaped(step.ask)}" + (f" {code(step.command)}" if step.command else "")
    if first.see:
        yield ""
        yield from (f"See <{page}>" for page in first.see)


def render(report: Report) -> str:
    """The report as Markdown text."""
    rows: list[str] = []
    if not report.refusals:
        rows.append(f"{escaped(report.name)}: nothing here was refused.")
    for refusal in report.refusals:
        rows += [*_refusal(refusal), ""]
    rows += [f"- not understood: {escaped(remark)}" for remark in report.remarks]
    return "\n".join(rows)
