"""The token lacks a scope."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene, challenges, jwt_of
from ...model import Claim, Evidence, Finding, Fix, Weight
from ...tokens.jwt import find as find_jwt
from ..cause import Cause
from ..command import advice
from ..siblings import other_credential


def wanted(scene: Scene) -> tuple[str, ...]:
    """The scopes that the answer asks for: the challenge's scope, GitHub's X-Accepted-OAuth-Scopes."""
    for challenge in challenges(scene):
        if challenge.get("error") == "insufficient_scope" and (scope := challenge.get("scope")):
            return tuple(scope.split())
    accepted = scene.exchange.answered("x-accepted-oauth-scopes") or ""
    return tuple(scope.strip() for scope in accepted.split(",") if scope.strip())


def detect(scene: Scene) -> Iterator[Claim]:
    """RFC 6750's insufficient_scope; a token with none of the accepted scopes; a twin's token with more scopes."""
    for challenge in challenges(scene):
        if challenge.get("error") == "insufficient_scope":
            says = "insufficient_scope: the request needs more than the token grants (RFC 6750, section 3.1)"
            proof = Evidence(challenge.where, challenge.raw, says, Weight.PROOF)
            yield Claim("scope-missing", (proof, *_lacking(scene)), Weight.PROOF)
            return
    accepted, granted = scene.exchange.answered("x-accepted-oauth-scopes"), scene.exchange.answered("x-oauth-scopes")
    if accepted and granted is not None and scene.status in (403, 404):
        have = {scope.strip() for scope in granted.split(",")}
        if not have & set(wanted(scene)):
            says = f"Accepted are {accepted}; the token has {granted or 'none'}"
            yield Claim(
                "scope-missing",
                (Evidence("response.headers.x-accepted-oauth-scopes", accepted, says),),
                Weight.STRONG,
                also=("resource-hidden",),
            )
    if scene.status == 403 and (found := jwt_of(scene)) and (twin := other_credential(scene)):
        theirs = find_jwt(twin.exchange.asked("authorization") or "")
        more = sorted(set(theirs.scopes) - set(found[1].scopes)) if theirs else []
        if more:
            says = f"The token that is let through has {' '.join(more)} besides"
            place = Evidence(f"{found[0]}.scope", " ".join(found[1].scopes), says)
            yield Claim("scope-missing", (place,), Weight.STRONG, also=("role-missing",))


def _lacking(scene: Scene) -> Iterator[Evidence]:
    """Each scope that is asked for and that the token lacks, with where it stands instead."""
    found, need = jwt_of(scene), wanted(scene)
    if found is None or not need:
        return
    from ...tokens.against import Requirement, lacking

    where, token = found
    for lack in lacking(token.claims, Requirement("scope", need)):
        yield Evidence(f"{where}.scope", lack.has, f"{lack.requirement.partition('=')[2]}: {lack.says}")


def against(scene: Scene) -> Iterator[Evidence]:
    """The token holds every scope that is asked for."""
    found, need = jwt_of(scene), wanted(scene)
    if found and need and set(need) <= set(found[1].scopes):
        yield Evidence(
            f"{found[0]}.scope", " ".join(found[1].scopes), f"The token has what is asked for: {' '.join(need)}"
        )


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """A token with the scope that is named."""
    need = " ".join(wanted(scene))
    yield advice(
        "caller",
        f"Get a token with the scope {need}"
        if need
        else "Get a token with the scope or permission that this call needs, and ask for no more than that",
    )


CAUSE = Cause("scope-missing", detect, against, mend)
