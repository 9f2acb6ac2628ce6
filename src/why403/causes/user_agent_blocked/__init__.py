"""The User-Agent is blocked."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...evidence.twin import only_differs
from ...model import Claim, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice, corrected


def detect(scene: Scene) -> Iterator[Claim]:
    """A twin that differs in its User-Agent alone and is let through (where none was sent, a header is missing)."""
    if not scene.exchange.asked("user-agent"):
        return
    if scene.status in (400, 403, 406, 418, 429) and (twin := only_differs(scene, "user-agent")):
        proof = twin.evidence("The same request with another User-Agent is let through", "user-agent")
        yield Claim("user-agent-blocked", (proof,), Weight.PROOF)


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Say honestly who asks."""
    name = "<your application>/1.0 (+https://<page that explains it>; <e-mail address>)"
    summary = (
        "Name your own client honestly instead of a library's default, with a way to reach you; "
        "ask the operator if that is refused too"
    )
    if fix := corrected(scene, summary, {"User-Agent": name}):
        yield fix
    else:
        yield advice("caller", summary, language="http", snippet=f"User-Agent: {name}")


CAUSE = Cause("user-agent-blocked", detect, mend=mend)
