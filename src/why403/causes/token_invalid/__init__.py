"""The credential is not accepted."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene, Token, challenges, credentials, jwt_of, none_sent
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice
from ..siblings import login_posted, renewal_posted

# faults for which validators refuse a token whose signature and dates are right
REFUSED = (
    "alg-none", "alg-case", "alg-unknown", "alg-missing", "exp-string", "exp-date-string", "exp-not-number", "nbf-string",
    "nbf-date-string", "nbf-not-number", "iat-string", "iat-date-string", "iat-not-number", "aud-not-string", "crit-unknown",
    "crit-absent", "crit-malformed", "nbf-milliseconds", "exp-duration",
)  # fmt: skip


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
    if scene.status == 401 and renewal_posted(scene) and none_sent(scene):
        says = "A token was handed in for a new one and is not accepted; whether it is unknown, revoked or expired does not show"
        proof = Evidence("request.body", "", says, Weight.HINT)
        yield Claim("token-invalid", (proof,), Weight.HINT, also=("token-expired",))
        return
    sessions = [credential for credential in credentials(scene) if credential.kind == "cookie"]
    if scene.status == 401 and sessions and any(challenge.scheme == "cookie" for challenge in asked):
        says = "The server asks for a session's cookie, one was sent and is not accepted"
        proof = Evidence(sessions[0].where, sessions[0].value, says, Weight.STRONG)
        yield Claim("token-invalid", (proof,), Weight.STRONG, also=("token-expired", "credentials-missing"))
        return
    if scene.status == 401 and (found := jwt_of(scene)) and (proof_of_form := _unsound(*found)):
        yield Claim("token-invalid", (proof_of_form,), proof_of_form.weight)
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


def _unsound(where: str, token: Token) -> Evidence | None:
    """What a token's own header and claims have that validators refuse, whoever signed it."""
    from ...tokens import claims, hazards

    for fault in (*hazards.hazards(token.header, token.claims), *claims.faults(token.claims, None)):
        if fault.name in REFUSED:
            part = fault.where.removeprefix("header.")
            held = token.header if fault.where.startswith("header.") else token.claims
            place = f"{where}.{fault.where}"
            # unsecured tokens stand in many an example, where they stand for any token
            weight = Weight.HINT if fault.name == "alg-none" else Weight.STRONG
            return Evidence(place, str(held.get(part, "")), f"{fault.says} ({fault.source})", weight)
    return None


def against(scene: Scene) -> Iterator[Evidence]:
    """No credential was sent that could be invalid."""
    if none_sent(scene) and not login_posted(scene) and not renewal_posted(scene):
        yield Evidence("request.headers", "", "The request carries no credential")


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Another credential."""
    yield advice(
        "caller",
        "Check that this is the credential of this service and environment, whole and not revoked; "
        "else make a new one and send that",
    )


CAUSE = Cause("token-invalid", detect, against, mend)
