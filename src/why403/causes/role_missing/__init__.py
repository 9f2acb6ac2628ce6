"""The user's role lacks the permission."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice
from ..siblings import other_credential, who


def detect(scene: Scene) -> Iterator[Claim]:
    """A twin with another user's credential that is let through, where this one's is known (403, not 401)."""
    if scene.status == 403 and who(scene.exchange) and (twin := other_credential(scene)) and who(twin.exchange):
        proof = twin.evidence(
            "The same request with another credential is let through: who asks decides", twin.differs[0], Weight.STRONG
        )
        yield Claim("role-missing", (proof,), Weight.STRONG, also=("scope-missing", "not-owner", "account-blocked"))


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice(
        "operator",
        "Give this user (or service account) the narrowest role that holds the permission named, on this resource only",
    )
    yield advice("caller", "Ask for that role, or use the account that has it")


CAUSE = Cause("role-missing", detect, mend=mend)
