"""The token is for something else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...evidence import Scene, Token, challenges, jwt_of
from ...model import Claim, Evidence, Finding, Fix, Pattern, Weight
from ...products import host_of, tables
from ..cause import Cause
from ..command import advice
from ..siblings import other_credential

VALUE = Pattern(r"(?:https?|api)://[^\s'\"<>,;()]{3,300}|(?<=['\"])[\w.:/-]{3,300}(?=['\"])")
NAMED = Pattern(r"\b(?:audience|aud|issuer|iss)\b", re.IGNORECASE)


def detect(scene: Scene) -> Iterator[Claim]:
    """A challenge that names the audience; another audience than a twin's; an ID token; another service's token."""
    for challenge in challenges(scene):
        if challenge.get("error") == "invalid_token" and NAMED.search(challenge.get("error_description")):
            says = "The challenge finds fault with whom the token is for, or who issued it"
            proof = Evidence(challenge.where, challenge.raw, says, Weight.PROOF)
            more = tuple(_near(scene, challenge.get("error_description")))
            yield Claim("token-wrong-audience", (proof, *more), Weight.PROOF)
            return
    found = jwt_of(scene)
    if found is None or scene.status not in (None, 401, 403):
        return
    where, token = found
    weight = Weight.STRONG if scene.status == 401 else Weight.HINT
    if (twin := other_credential(scene)) and (theirs := _token(twin.exchange.asked("authorization"))):
        for claim in ("aud", "iss"):
            if token.claims.get(claim) != theirs.claims.get(claim):
                says = f"The token that is let through has {claim} {theirs.claims.get(claim)}"
                mine = Evidence(f"{where}.{claim}", str(token.claims.get(claim)), says)
                yield Claim("token-wrong-audience", (mine,), Weight.STRONG, also=("token-invalid",))
                return
    if refresh_token(token):
        says = "This is a refresh token: it gets new access tokens, and no API takes it (RFC 6749, section 1.5)"
        name = "typ" if "typ" in token.claims else "token_use"
        yield Claim("token-wrong-audience", (Evidence(f"{where}.{name}", "refresh", says, weight),), weight)
    elif id_token(token):
        says = "This is an ID token (OpenID Connect): it tells a client who logged in, an API takes an access token"
        name = next(name for name in ("at_hash", "c_hash", "nonce") if name in token.claims)
        quote = f"aud {' '.join(token.audience)}, {name}"
        yield Claim("token-wrong-audience", (Evidence(f"{where}.{name}", quote, says, weight),), weight)
    elif other := another_service(scene, token):
        says = f"The token is for {other}, the request went to {scene.host}"
        proof = Evidence(f"{where}.aud", " ".join(token.audience), says, weight)
        yield Claim("token-wrong-audience", (proof,), weight)


def _near(scene: Scene, description: str) -> Iterator[Evidence]:
    """What the token itself says of audience and issuer, and how that all but fits what the description names."""
    found = jwt_of(scene)
    if found is None:
        return
    from ...tokens.against import near

    where, token = found
    named = VALUE.each(description)
    for claim, values in (("aud", token.audience), ("iss", (str(token.claims.get("iss", "")),))):
        for value in values:
            close = next((f"{theirs}: {words}" for theirs in named if (words := near(theirs, value)[1])), "")
            if close:
                yield Evidence(f"{where}.{claim}", value, f"The token's {claim} is not {close}")
            elif value and (claim == "aud" or value in named):
                yield Evidence(f"{where}.{claim}", value, f"This is the {claim} that the token has")


def _token(authorization: str | None) -> Token | None:
    from ...tokens import jwt

    return jwt.find(authorization or "")


def refresh_token(token: Token) -> bool:
    """Whether a token says that it is for getting others: Keycloak's typ, Cognito's token_use."""
    return "refresh" in (str(token.claims.get("typ", "")).lower(), token.claims.get("token_use"))


def id_token(token: Token) -> bool:
    """Whether a token is an OpenID Connect ID token: for a client, with a nonce or a hash, and without scopes."""
    return (
        bool(token.audience)
        and not token.scopes
        and any(name in token.claims for name in ("at_hash", "c_hash", "nonce"))
    )


def another_service(scene: Scene, token: Token) -> str:
    """The host of the known service that the token is for, where the host asked is not that service's; else ""."""
    hosts = [host_of(audience) for audience in token.audience]
    if not scene.host or not hosts or not all(hosts):
        return ""
    mine = {product.id for product in tables().by_host(scene.host)}
    for host in hosts:
        theirs = {product.id for product in tables().by_host(host)}
        if host == scene.host or not theirs or mine & theirs:
            return ""
    return hosts[0]


def against(scene: Scene) -> Iterator[Evidence]:
    """The token names the host that was asked as its audience."""
    found = jwt_of(scene)
    if (
        found
        and scene.host
        and not refresh_token(found[1])
        and any(host_of(audience) == scene.host for audience in found[1].audience)
    ):
        yield Evidence(f"{found[0]}.aud", " ".join(found[1].audience), "The token is for the host that was asked")


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """A token for this service."""
    if (found := jwt_of(scene)) and id_token(found[1]):
        yield advice("caller", "Send the access token of the same login instead of its ID token")
    yield advice(
        "caller",
        "Get a token for this service: its audience, issuer, environment, region and tenant, "
        "as its documentation names them",
    )


CAUSE = Cause("token-wrong-audience", detect, against, mend)
