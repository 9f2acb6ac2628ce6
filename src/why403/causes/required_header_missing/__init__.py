"""A required header is missing."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...evidence.twin import Twin, twins
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice, corrected
from ..siblings import CREDENTIALS

# fields whose presence is another cause's business
OTHERS = CREDENTIALS | {"origin", "referer", "host", "content-type"}


def one_more(scene: Scene) -> tuple[Twin, str] | None:
    """A twin that was let through and carries one header more than the refused request: (twin, its name)."""
    for twin in twins(scene):
        if len(twin.differs) == 1 and twin.differs[0] not in OTHERS:
            name = twin.differs[0]
            if scene.exchange.asked(name) is None and twin.exchange.asked(name) is not None:
                return twin, name
    return None


def detect(scene: Scene) -> Iterator[Claim]:
    """428 and 426 (RFC 6585, section 3; RFC 9110, section 15.5.22); a twin with one header more that is let through."""
    upgrade = scene.exchange.answered("upgrade") or ""
    if scene.status == 428:
        says = "428 Precondition Required: send If-Match (or If-Unmodified-Since) with what you read before"
        yield Claim("required-header-missing", (Evidence("response.status", "428", says, Weight.PROOF),), Weight.PROOF)
    elif scene.status == 426 and upgrade and "tls" not in upgrade.lower():
        says = f"426 Upgrade Required: send Connection: Upgrade and Upgrade: {upgrade}"
        yield Claim(
            "required-header-missing",
            (Evidence("response.headers.upgrade", upgrade, says, Weight.PROOF),),
            Weight.PROOF,
        )
    elif scene.status in (400, 401, 403, 404, 406, 422) and (found := one_more(scene)):
        twin, name = found
        proof = twin.evidence(f"The same request with {name} is let through", name)
        yield Claim("required-header-missing", (proof,), Weight.PROOF)


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """The header of the twin, or the one that the answer names."""
    if found := one_more(scene):
        twin, name = found
        value = "<your application>/1.0 (+<where to reach you>)" if name == "user-agent" else twin.exchange.asked(name)
        if fix := corrected(scene, f"Send {name} with the request, as the one that was let through did", {name: value}):
            yield fix
            return
    if scene.status == 428 and (
        fix := corrected(
            scene, "Read the resource first and send its ETag along", {"If-Match": '"<ETag of the last answer>"'}
        )
    ):
        yield fix
        return
    yield advice("caller", "Send the header that the answer (or the documentation of this endpoint) names")


CAUSE = Cause("required-header-missing", detect, mend=mend)
