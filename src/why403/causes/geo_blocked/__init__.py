"""The country or region is blocked."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice


def detect(scene: Scene) -> Iterator[Claim]:
    """451 (RFC 7725): refused for legal reasons, which most often hold in one country."""
    if scene.status == 451:
        says = "451 Unavailable For Legal Reasons (RFC 7725, section 3): law forbids it, most often where you are"
        proof = Evidence("response.status", "451", says, Weight.STRONG)
        yield Claim("geo-blocked", (proof,), Weight.STRONG, also=("policy-denied", "account-blocked"))


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice("operator", "If this country shall be served, take it off the rule")
    yield advice(
        "caller",
        "Use the service where it is offered; if you are there, tell the operator that your address is placed wrongly",
    )


CAUSE = Cause("geo-blocked", detect, mend=mend)
