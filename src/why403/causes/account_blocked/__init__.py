"""The account is suspended or unpaid."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice


def detect(scene: Scene) -> Iterator[Claim]:
    """402 (RFC 9110, section 15.5.3), by which services say that somebody has to pay first."""
    if scene.status == 402:
        says = "402 Payment Required: the account has no credit, or its plan does not include this"
        proof = Evidence("response.status", "402", says, Weight.STRONG)
        yield Claim("account-blocked", (proof,), Weight.STRONG, also=("feature-disabled",))


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice("operator", "Restore the account: settle the bill, lift the suspension")
    yield advice("caller", "Log in to the account's console and read the notice there, or write to support")


CAUSE = Cause("account-blocked", detect, mend=mend)
