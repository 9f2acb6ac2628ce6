"""No credential arrived."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...evidence import Scene, challenges, credentials, csrf, none_sent
from ...model import Claim, Evidence, Finding, Fix, Pattern, Weight
from ..cause import Cause
from ..command import advice, corrected
from ..siblings import (
    CREDENTIALS,
    login_posted,
    other_credential,
    path_of,
    redirected_from,
    renewal_posted,
    unseen,
    who,
)

PLACES = {"basic": "Basic <base64 of user:password>", "bearer": "Bearer <token>", "digest": "Digest ..."}

LOG_IN = Pattern(r"\blog(?:ged)?[- ]?in\b|\bsign(?:ed)?[- ]?in\b", re.IGNORECASE)
OTHER = Pattern(r"authorization|bearer|header|token|\bkey\b|csrf|xsrf", re.IGNORECASE)  # a credential that no cookie is


def detect(scene: Scene) -> Iterator[Claim]:
    """No credential, and a twin with one that is let through, one lost at a redirect, a 401, or a bare challenge."""
    if (scene.exchange.method or "").upper() == "OPTIONS" and scene.exchange.asked("access-control-request-method"):
        return  # browsers send a preflight without credentials: that it met authentication is cors-preflight-refused
    asked = challenges(scene)
    if scene.status in (401, 403, 404) and not who(scene.exchange) and (twin := other_credential(scene)):
        proof = [twin.evidence("The same request with a credential is let through", twin.differs[0])]
        yield Claim("credentials-missing", tuple(proof), Weight.PROOF)
    elif scene.status in (401, 403, 404) and none_sent(scene) and (lost := _lost(scene)):
        yield Claim("credentials-missing", (lost,), Weight.STRONG)
    elif scene.status == 401 and none_sent(scene) and not login_posted(scene) and not renewal_posted(scene):
        shown = Evidence(
            "request.headers", _names(scene), "No Authorization header, key or cookie is among them", Weight.STRONG
        )
        proof = (
            [Evidence(asked[0].where, asked[0].raw, "The server asks for a credential", Weight.PROOF)] if asked else []
        )
        weight = Weight.PROOF if asked else Weight.STRONG
        if unseen(scene):
            weight = Weight(weight - 1)
        yield Claim("credentials-missing", (shown, *proof), weight, also=("credentials-malformed",) * (not asked))
    elif scene.status == 403 and none_sent(scene) and _api(scene):
        shown = Evidence("request.headers", _names(scene), "No credential is among them", Weight.HINT)
        yield Claim("credentials-missing", (shown,), Weight.HINT)
    elif (
        asked
        and scene.status in (401, None)
        and asked[0].scheme in PLACES
        and not asked[0].get("error")
        and not credentials(scene)
    ):
        says = "A challenge without an error: RFC 6750 gives it to requests that carry no credential"
        yield Claim("credentials-missing", (Evidence(asked[0].where, asked[0].raw, says, Weight.HINT),), Weight.HINT)


def _lost(scene: Scene) -> Evidence | None:
    """The credential that the request before a redirect carried, and this one does not."""
    if (earlier := redirected_from(scene)) and who(earlier):
        line = f"{earlier.method} {earlier.url} -> {earlier.status} Location: {earlier.answered('location')}"
        says = (
            f"The redirect went to another place, and {who(earlier)[0][0]} was left behind: clients do that for safety"
        )
        return Evidence(f"exchange[{earlier.index}].response.headers.location", line, says)
    return None


def _api(scene: Scene) -> bool:
    """Whether a program was answered rather than a browser: an API, which most often wants to know who asks."""
    kind = scene.exchange.answered("content-type") or ""
    return "json" in kind or bool(re.search(r"/(?:api|graphql|v\d{1,2})(?:/|$)", path_of(scene.exchange.url)))


def _names(scene: Scene) -> str:
    request = scene.exchange.request
    return ", ".join(name for name, _ in (request.headers or ())) if request else ""


def against(scene: Scene) -> Iterator[Evidence]:
    """A credential was sent."""
    for credential in credentials(scene):
        if credential.kind in ("bearer", "basic", "signature", "key") and not credential.spoiled:
            yield Evidence(credential.where, f"{credential.scheme} {credential.value}".strip(), "A credential was sent")
            return
    sessions = [pair for pair in who(scene.exchange) if pair[0] not in CREDENTIALS and not csrf.COOKIE.search(pair[0])]
    wanted = sessions and LOG_IN.search(scene.text) and not OTHER.search(scene.text)
    if sessions and (wanted or any(challenge.scheme == "cookie" for challenge in challenges(scene))):
        says = "A session's cookie was sent: whether that session has ended or was never logged in does not show"
        yield Evidence(f"request.headers.cookie#{sessions[0][0]}", sessions[0][1], says)


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Send the credential that the challenge asks for."""
    asked = challenges(scene)
    value = PLACES.get(asked[0].scheme if asked else "bearer", "Bearer <token>")
    if fix := corrected(scene, "Send the credential that this endpoint asks for", {"Authorization": value}):
        yield fix
    else:
        yield advice("caller", "Send a credential with the request", language="http", snippet=f"Authorization: {value}")


CAUSE = Cause("credentials-missing", detect, against, mend)
