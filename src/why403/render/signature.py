"""A diagnosed signature: as lines for the terminal, and as JSON, schema why403.sign/1."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from ..model import CONFIDENCE, Weight
from .lines import Line, harmless, line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..engine.signature import Judgement
    from ..rules.fault import Fault
    from ..rules.hmac import Verdict
    from ..rules.sigv4 import Canonical, Diagnosis

SCHEMA = "why403.sign/1"
WIDTH = 56  # letters of a column; longer lines stand below each other
SURE = {"proven": "good", "likely": "warn", "possible": "dim"}


def columns(found: Diagnosis) -> tuple[tuple[str, Canonical], ...]:
    """The two canonical requests that are worth comparing, each with its title; one where there is only one."""
    lefts = (("the signer's log", found.own), ("what was signed", found.signed), ("as shown here", found.ours))
    rights = (("the server", found.theirs), ("as shown here", found.ours))
    left = next(((title, one) for title, one in lefts if one), None)
    right = next(((title, one) for title, one in rights if one), None)
    if left is None or right is None:
        return ()
    return (left,) if left == right else (left, right)


def rows(one: Canonical) -> list[tuple[str, str]]:
    """A canonical request line by line, each with the name of its part."""
    fields = [(f"header:{name}", f"{name}:{value}") for name, value in one.headers]
    return [
        ("method", one.method), ("path", one.path), ("query", one.query), *fields, ("signed-headers", one.signed),
        ("payload", one.payload or "?"),
    ]  # fmt: skip


def aligned(left: Canonical, right: Canonical) -> Iterator[tuple[str, str | None, str | None]]:
    """The lines of both, those of one part beside each other: (part, left, right)."""
    ours, theirs = dict(rows(left)), dict(rows(right))
    fixed = ("method", "path", "query")
    fields = sorted({part for part in (*ours, *theirs) if part.startswith("header:")})
    for part in (*fixed, *fields, "signed-headers", "payload"):
        yield part, ours.get(part), theirs.get(part)


def lines(judged: Judgement) -> Iterator[Line]:
    """The judgement for people."""
    if judged.scheme:
        yield from _by_recipe(judged.scheme, judged.clean)
    elif judged.aws:
        yield from _diagnosis(judged.aws, judged.clean)


def _by_recipe(found: Verdict, clean: Callable[[str], str]) -> Iterator[Line]:
    yield Line(0, ((found.recipe.name, "head"), (f"  recipe {found.recipe.id}, {found.recipe.source}", "dim")))
    yield line("")
    if found.sound:
        yield line("The signature is the right one for the request as it is shown here", "good", 2)
    for fault in found.faults:
        yield from _fault(fault, clean)
    if not found.faults and not found.sound:
        yield line("Nothing wrong can be seen from this alone", "head")
    yield line("")
    yield line(f"what is signed (HMAC-{found.recipe.digest.upper()}, {found.recipe.encoding})", "label")
    for row in found.message.split("\n")[:60]:
        yield Line(4, ((harmless(clean(row))[:400], "code"),), wrap=False)
    if found.expected and not found.sound:
        yield Line(2, (("it should be  ", "label"), (harmless(found.expected), "code")), wrap=False)
        for one in found.given[:5]:
            yield Line(2, (("it is         ", "label"), (harmless(clean(one))[:400], "code")), wrap=False)
    yield from _unknown(found.unknown, clean)


def _unknown(sentences: tuple[str, ...], clean: Callable[[str], str]) -> Iterator[Line]:
    if sentences:
        yield line("")
        yield line("cannot be known from this", "label")
    for sentence in sentences:
        yield line(clean(sentence), "", 2)


def _diagnosis(found: Diagnosis, clean: Callable[[str], str]) -> Iterator[Line]:
    given = found.presented
    if given:
        form = "in Authorization" if given.form == "header" else "in the query (presigned)"
        yield Line(0, ((f"{given.algorithm or 'Signature Version 4'} ", "head"), (form, "")))
        yield line(
            clean(f"key {given.key_id}, scope {given.scope.text}, signed headers {';'.join(given.signed)}"), "dim", 2
        )
        yield line("")
    if found.sound:
        yield line("The signature is the right one for the request as it is shown here", "good", 2)
    for fault in found.faults:
        yield from _fault(fault, clean)
    if not found.faults and not found.sound:
        yield line("Nothing wrong can be seen from this alone", "head")
    pair = columns(found)
    if pair:
        yield line("")
        yield from _side_by_side(pair, clean)
    yield from _unknown(found.unknown, clean)


def _fault(fault: Fault, clean: Callable[[str], str]) -> Iterator[Line]:
    sure = CONFIDENCE[fault.sure]
    yield Line(
        0, ((f"✗ {harmless(fault.part)}", "bad"), (f"  [{sure}]", SURE[sure]), (f"  {harmless(fault.where)}", "place"))
    )
    yield line(clean(fault.says), "", 4)
    if fault.fix:
        yield Line(4, (("→ ", "label"), (harmless(clean(fault.fix)), "")))


def _side_by_side(pair: tuple[tuple[str, Canonical], ...], clean: Callable[[str], str]) -> Iterator[Line]:
    if len(pair) == 1:
        title, one = pair[0]
        yield line(f"canonical request ({title})", "label")
        for _, text in rows(one):
            yield Line(4, ((harmless(clean(text)), "code"),), wrap=False)
        return
    (left, ours), (right, theirs) = pair
    yield line("canonical requests, line by line (≠ marks a difference)", "label")
    yield Line(2, ((f"  {left:{WIDTH}}  {right}", "head"),), wrap=False)
    for _, mine, other in aligned(ours, theirs):
        left_text, right_text = (harmless(clean(text)) if text is not None else "(absent)" for text in (mine, other))
        same = mine == other
        style = "" if same else "bad"
        mark = " " if same else "≠"
        if max(len(left_text), len(right_text)) <= WIDTH:
            yield Line(2, ((f"{mark} {left_text:{WIDTH}}  {right_text}", style),), wrap=False)
        elif same:
            yield Line(2, ((f"  {left_text}", ""),), wrap=False)
        else:
            yield Line(2, ((f"≠ {left}: {left_text}", style),), wrap=False)
            yield Line(2, ((f"≠ {right}: {right_text}", style),), wrap=False)


def data(judged: Judgement) -> dict[str, Any]:
    """The judgement as plain data."""
    clean = judged.clean
    common = {
        "sound": judged.sound,
        "faults": [_fault_data(fault, clean) for fault in judged.faults],
        "unknown": [clean(sentence) for sentence in judged.unknown],
    }
    if scheme := judged.scheme:
        return {
            "schema": SCHEMA,
            "scheme": scheme.recipe.id,
            "source": scheme.recipe.source,
            "message": clean(scheme.message),
            "given": [clean(one) for one in scheme.given],
            "expected": scheme.expected,
            **common,
        }
    given = judged.aws.presented if judged.aws else None
    return {
        "schema": SCHEMA,
        "scheme": "aws-sigv4",
        "form": given.form if given else None,
        "algorithm": given.algorithm if given else None,
        "key": clean(given.key_id) if given else None,
        "scope": given.scope._asdict() if given else None,
        "signed_headers": list(given.signed) if given else [],
        "canonical": {title: clean(one.text) for title, one in columns(judged.aws)} if judged.aws else {},
        **common,
    }


def _fault_data(fault: Fault, clean: Callable[[str], str]) -> dict[str, Any]:
    return {
        "part": fault.part,
        "confidence": CONFIDENCE[Weight(fault.sure)],
        "says": clean(fault.says),
        "where": fault.where,
        "here": clean(fault.here),
        "there": clean(fault.there),
        "fix": clean(fault.fix),
    }


def render(judged: Judgement) -> str:
    """The judgement as JSON."""
    return json.dumps(data(judged), ensure_ascii=False, indent=2)
