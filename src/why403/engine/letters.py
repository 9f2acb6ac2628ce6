"""Each finding with its fixes: the product's own first, then its cause's room, then the message to whoever can mend it."""

from __future__ import annotations

from ..causes import room
from ..evidence import Scene
from ..fixes import letter
from ..model import Finding, Fix
from ..products import tables

SAFETY = {"safe": 0, "blanks": 1, "loosens": 2}


def with_fixes(scene: Scene, findings: tuple[Finding, ...], reference: str) -> tuple[Finding, ...]:
    """The findings with fixes, safe ones first; only the first finding gets a message to send."""
    done = []
    for at, finding in enumerate(findings):
        cause = room(finding.cause)
        fixes = [*finding.fixes, *(cause.mend(scene, finding) if cause else ())]
        mends = finding.mends
        fixes.sort(key=lambda fix: (SAFETY[fix.safety] == 2, fix.who != mends))
        if at == 0 and (mends == "operator" or finding.cause == "unknown"):
            fixes.append(_letter(scene, finding, reference))
        done.append(finding._replace(fixes=tuple(dict.fromkeys(fixes))))
    return tuple(done)


def _letter(scene: Scene, finding: Finding, reference: str) -> Fix:
    register = tables().register[finding.cause]
    wanted = {
        "unknown": "Which rule refused this request, and what should be changed?",
    }.get(finding.cause, "Please check whether this request should be let through, and tell me what to change if not.")
    return letter(
        title=register.title[0].lower() + register.title[1:] if finding.cause != "unknown" else "no reason given",
        method=scene.exchange.method,
        url=scene.exchange.url,
        status=scene.status,
        at=scene.exchange.at or scene.own_time,
        product=finding.product,
        reference=reference,
        quote=finding.evidence[0].quote[:200] if finding.evidence and finding.cause != "unknown" else "",
        wanted=wanted,
    )
