"""A report as styled lines: what the terminal, plain or in colour, is made of. Every string is made harmless here."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import LAYERS, Evidence, Finding, Fix, Refusal, Report
from ..model.frozen import NamedTuple

SURE = {"proven": "proven", "likely": "likely", "possible": "possible"}


class Line(NamedTuple):
    """One line: how far it is indented, and its spans of (text, style). A style is a word that the terminal knows."""

    indent: int
    spans: tuple[tuple[str, str], ...]
    wrap: bool = True

    @property
    def text(self) -> str:
        """The line without styles."""
        return "".join(text for text, _ in self.spans)


def harmless(text: str) -> str:
    """Control characters shown, not obeyed; bidirectional marks too."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char in "\n\r\t" else _shown(char) for char in text)


def _shown(char: str) -> str:
    code = ord(char)
    return chr(0x2400 + code) if code < 32 else "\u2421" if code == 127 else f"\\u{code:04x}"


def line(text: str, style: str = "", indent: int = 0) -> Line:
    """One line of one style."""
    return Line(indent, ((harmless(text), style),))


def picture(layer: str) -> Iterator[Line]:
    """The request's way with the layer that refused marked; none is where it is not known ("")."""
    spans: list[tuple[str, str]] = [("you", "dim")]
    seen = False
    for name in LAYERS:
        here = name == layer
        spans.append((" ──▶ " if not seen else " ┄┄┄ ", "dim"))
        spans.append((f"✗ {name.upper()}" if here else name, "bad" if here else "dim" if seen else ""))
        seen = seen or here
    yield Line(2, tuple(spans), wrap=False)


def _evidence(proof: Evidence) -> Iterator[Line]:
    quote = harmless(proof.quote)
    yield Line(4, ((f"{proof.where}  ", "place"), (f"“{quote}”" if quote else "(absent)", "quote")))
    if proof.says:
        yield line(proof.says, "", 8)


def _fix(fix: Fix, number: int) -> Iterator[Line]:
    who = {"caller": "you", "operator": "the operator"}[fix.who]
    yield Line(2, ((f"{number}. ", "label"), (f"[{who}] ", "label"), (harmless(fix.summary), "")))
    if fix.opens:
        yield Line(5, (("loosens a protection: ", "bad"), (harmless(fix.opens), "")))
    for row in fix.snippet.splitlines():
        yield Line(6, ((harmless(row), "code"),), wrap=False)


def _verdict(finding: Finding, title: str) -> Iterator[Line]:
    if finding.cause == "unknown":
        yield Line(2, (("unknown", "warn"), (": the evidence does not tell who refused by which rule", "")))
        if finding.product:
            yield line(f"answered by {finding.product} ({finding.layer})", "", 2)
        return
    by = f" by {finding.product}" if finding.product else ""
    yield Line(
        2,
        (
            (title, "bad"),
            (f"  {finding.cause}, {finding.layer}{by}", ""),
            (f"  [{SURE[finding.confidence]}]", "good" if finding.confidence == "proven" else "warn"),
        ),
    )


def refusal_lines(refusal: Refusal, titles: dict[str, str]) -> Iterator[Line]:
    """One refusal, from the picture to what to try next."""
    seen, first = refusal.exchange, refusal.findings[0]
    asked = " ".join(part for part in (seen.method or "", seen.url or "") if part) or "a request that is not shown"
    times = f"  ({refusal.times} times)" if refusal.times > 1 else ""
    yield Line(
        0,
        (
            (f"{seen.status if seen.status is not None else 'refused'}  ", "bad"),
            (harmless(asked), "head"),
            (times, "dim"),
        ),
    )
    yield line("")
    yield from picture(first.layer if first.cause != "unknown" or first.product else "")
    yield line("")
    yield from _verdict(first, titles.get(first.cause, first.cause))
    for remark in refusal.remarks:
        yield line(remark, "dim", 2)
    if first.evidence:
        yield line("")
        yield line("why", "label", 0)
        for proof in first.evidence[:5]:
            yield from _evidence(proof)
    if first.fixes:
        yield line("")
        yield line("what to do", "label", 0)
        for number, fix in enumerate(first.fixes, 1):
            yield from _fix(fix, number)
    if len(refusal.findings) > 1:
        yield line("")
        yield line("less likely", "label", 0)
        for finding in refusal.findings[1:]:
            yield Line(
                2,
                (
                    (f"{titles.get(finding.cause, finding.cause)}", ""),
                    (f"  {finding.cause} [{finding.confidence}]", "dim"),
                ),
            )
    if refusal.ruled_out:
        yield line("")
        yield line("ruled out", "label", 0)
        for out in refusal.ruled_out:
            yield Line(2, ((out.cause, ""), (f": {harmless(out.evidence[0].says)}", "dim")))
    yield line("")
    yield line("checklist", "label", 0)
    for check in refusal.checklist:
        style = {"no": "bad", "yes": "good"}.get(check.answer, "dim")
        yield Line(2, ((f"{check.answer:>14}  ", style), (check.question, "")), wrap=False)
    if refusal.next:
        yield line("")
        yield line("next", "label", 0)
        for step in refusal.next:
            yield line(step.ask, "", 2)
            if step.command:
                yield Line(6, ((harmless(step.command), "code"),), wrap=False)
            if step.separates:
                yield line(f"tells apart: {', '.join(step.separates)}", "dim", 6)
    if first.see:
        yield line("")
        for page in first.see:
            yield Line(2, (("see ", "dim"), (harmless(page), "link")), wrap=False)


def report_lines(report: Report, titles: dict[str, str]) -> Iterator[Line]:
    """The whole report."""
    if not report.refusals:
        yield line(f"{report.name}: nothing here was refused", "head")
        yield line("If something was, give the answer too: why403 curl ..., a HAR, or the text of the error", "", 2)
    for number, refusal in enumerate(report.refusals):
        if number:
            yield line("")
            yield line("─" * 60, "dim")
        yield from refusal_lines(refusal, titles)
    if report.remarks:
        yield line("")
        yield line("read, and not understood", "label")
        for remark in report.remarks:
            yield line(remark, "", 2)
