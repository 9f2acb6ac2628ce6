"""A further login step is needed."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene, challenges
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice


def detect(scene: Scene) -> Iterator[Claim]:
    """RFC 9470's insufficient_user_authentication: the token is sound, the way its user logged in is not enough."""
    for challenge in challenges(scene):
        if challenge.get("error") == "insufficient_user_authentication":
            says = "A stronger or fresher login is asked for (RFC 9470, section 3)"
            yield Claim(
                "login-step-missing", (Evidence(challenge.where, challenge.raw, says, Weight.PROOF),), Weight.PROOF
            )


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """Do the step."""
    yield advice(
        "caller",
        "Do the outstanding step (second factor, single sign-on, e-mail verification, consent, terms) in a browser, "
        "then send the request again",
    )


CAUSE = Cause("login-step-missing", detect, mend=mend)
