"""The credential is not accepted."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene, challenges, credentials, jwt_of, none_sent
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice
from ..siblings import login_posted


def detect(scene: Scene) -> Iterator[Claim]:
    """RFC 6750's invalid_token; Basic credentials answered with a Basic challenge (RFC 7617, section 2)."""
    asked = challenges(scene)
    for challenge in asked:
        if challenge.get("error") == "invalid_token":
            proof = Evidence(
                challenge.where,
                challenge.raw,
                "invalid_token: expired, revoked, malformed or invalid for other reasons (RFC 6750, section 3.1)",
            )
            yield Claim("token-invalid", (proof,), Weight.STRONG, also=("token-expired",))
            return
    if scene.status == 401 and login_posted(scene):
        says = "A login was sent and answered with 401: user or password is not accepted"
        yield Claim(
            "token-invalid", (Evidence("request", f"POST {scene.exchange.url or ''}".strip(), says),), Weight.STRONG
        )
        return
    sessions = [credential for credential in credentials(scene) if credential.kind == "cookie"]
    if scene.status == 401 and sessions and any(challenge.scheme == "cookie" for challenge in asked):
        says = "The server asks for a session's cookie, one was sent and is not accepted"
        proof = Evidence(sessions[0].where, sessions[0].value, says, Weight.STRONG)
        yield Claim("token-invalid", (proof,), Weight.STRONG, also=("token-expired", "credentials-missing"))
        return
    for credential in credentials(scene):
        if scene.status == 401 and credential.kind in ("basic", "digest") and not credential.spoiled:
            if any(challenge.scheme == credential.kind for challenge in asked):
                says = "User and password were sent in the form that is asked for, and asked for again"
                yield Claim(
                    "token-invalid",
                    (Evidence(credential.where, f"{credential.scheme} {credential.value}".strip(), says),),
                    Weight.STRONG,
                )
                return
        if (
            scene.status == 401
            and credential.kind in ("bearer", "key")
            and not credential.spoiled
            and jwt_of(scene) is None
        ):
            says = (
                "A credential was sent and is not accepted; it does not show whether it is unknown, revoked or expired"
            )
            quote = f"{credential.scheme} {credential.value}".strip()
            yield Claim(
                "token-invalid",
                (Evidence(credential.where, quote, says, Weight.HINT),),
                Weight.HINT,
                also=("token-expired",),
            )
            return


def against(scene: Scene) -> Iterator[Evidence]:
    """No credential was sent that could be invalid."""
    if none_sent(scene) and not login_posted(scene):
        yield Evidence("request.headers", "", "The request carries no credential")


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Another credential."""
    yield advice(
        "caller",
        "Check that this is the credential of this service and environment, whole and not revoked; "
        "else make a new one and send that",
    )


CAUSE = Cause("token-invalid", detect, against, mend)
