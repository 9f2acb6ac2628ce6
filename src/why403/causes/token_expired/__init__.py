"""The token or session has expired."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene, challenges, credentials, jwt_of
from ...model import Claim, Evidence, Finding, Fix, Weight
from ...tokens.spans import span, stamp
from ..cause import Cause
from ..command import advice, corrected


def own_time(scene: Scene) -> bool:
    """Whether the input carries the time of the exchange itself, rather than the reader's."""
    return scene.own_time is not None


def alone(scene: Scene) -> bool:
    """A 401, and the token is the only credential that could have been judged."""
    return scene.status == 401 and sum(not credential.spoiled for credential in credentials(scene)) == 1


def detect(scene: Scene) -> Iterator[Claim]:
    """A JWT whose exp (RFC 7519, section 4.1.4) lies before the exchange's time; a challenge that says so."""
    for challenge in challenges(scene):
        said = challenge.raw.lower()  # RFC 6750's own sentence names every fault of a token at once
        if challenge.get("error") == "invalid_token" and "expire" in said and "revoked" not in said:
            proof = Evidence(
                challenge.where, challenge.raw, "The challenge names an expired token (RFC 6750)", Weight.PROOF
            )
            yield Claim("token-expired", (proof,), Weight.PROOF)
            return
    found, now = jwt_of(scene), scene.time
    if found is None or now is None or scene.status not in (None, 400, 401, 403, 404, 419, 440, 498):
        return
    where, token = found
    if (end := token.time("exp")) and end < now:
        weight = Weight.HINT if not own_time(scene) else Weight.PROOF if alone(scene) else Weight.STRONG
        since = "the request" if own_time(scene) else "now"
        says = f"The token expired at {stamp(end)}, {span((now - end).total_seconds())} before {since}"
        yield Claim("token-expired", (Evidence(f"{where}.exp", str(token.claims["exp"]), says, weight),), weight)


def against(scene: Scene) -> Iterator[Evidence]:
    """The token was in date when it was refused."""
    found, now = jwt_of(scene), scene.time
    if found and now and own_time(scene) and (end := found[1].time("exp")) and end >= now:
        says = f"The token is in date for another {span((end - now).total_seconds())}"
        yield Evidence(f"{found[0]}.exp", str(found[1].claims["exp"]), says)


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """A new token, then the same request."""
    found = jwt_of(scene)
    if (
        found
        and "authorization" in found[0]
        and (
            fix := corrected(
                scene, "Get a new token and send the same request with it", {"Authorization": "Bearer <new token>"}
            )
        )
    ):
        yield fix
    else:
        yield advice("caller", "Log in again or refresh the token, then send the same request with the new one")


CAUSE = Cause("token-expired", detect, against, mend)
