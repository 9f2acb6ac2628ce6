"""Two JSON Web Tokens by their claims (RFC 7519, 8693, 9068; `scp`, `roles` and others by their issuers)."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from ...tokens.jwt import Token
from .row import Row, Says, change_of, differing

OTHER_ROLES = Says(("role-missing",), "The user has other roles")
OTHER_GROUPS = Says(("role-missing",), "The user is in other groups")
OTHER_CLIENT = Says(("token-wrong-audience", "policy-denied"), "Another client asked for the token")
OTHER_LOGIN = Says(("login-step-missing",), "The login was of another strength")
CLAIMS = {
    "aud": Says(("token-wrong-audience",), "The token is meant for another service"),
    "iss": Says(("token-wrong-audience", "token-invalid"), "Another issuer, environment or tenant made the token"),
    "tid": Says(("token-wrong-audience",), "The token is another tenant's"),
    "org_id": Says(("token-wrong-audience", "not-owner"), "The token is for another organisation"),
    "azp": OTHER_CLIENT,
    "client_id": OTHER_CLIENT,
    "token_use": Says(("token-wrong-audience",), "An ID token is no access token"),
    "typ": Says(("token-wrong-audience", "token-invalid"), "Another kind of token"),
    "roles": OTHER_ROLES,
    "role": OTHER_ROLES,
    "realm_access": OTHER_ROLES,
    "resource_access": OTHER_ROLES,
    "groups": OTHER_GROUPS,
    "cognito:groups": OTHER_GROUPS,
    "sub": Says(("not-owner", "role-missing"), "The token is another user's"),
    "amr": OTHER_LOGIN,
    "acr": OTHER_LOGIN,
    "email_verified": Says(("login-step-missing",), "The address of only one is confirmed"),
    "cnf": Says(("token-invalid", "client-certificate-required"), "The token is bound to another key"),
}
SCOPES = ("scope", "scp", "scopes", "permissions")
HEADER = {
    "alg": Says(("token-invalid",), "Signed in another way"),
    "kid": Says(("token-invalid", "token-wrong-audience"), "Signed with another key"),
}
EXPIRED = Says(("token-expired",), "One of the two tokens was past its time when it was sent")
ENDS = Says(("token-expired",), "The tokens end at different times; when they were sent is not shown")
ENDLESS = Says(("token-expired",), "Only one of the two tokens says when it ends")
EARLY = Says(("clock-skew",), "One of the two tokens was not valid yet when it was sent")
ALIKE = Says(
    ("token-invalid", "token-expired"),
    "Another token with the same claims: it may be revoked, badly signed or of a session that has ended",
)


def tokens(left: Token, right: Token, then: datetime | None, now: datetime | None, place: str) -> list[Row]:
    """Two different tokens by their claims; `then` and `now` are when the working and the failing request were sent."""
    rows = []
    for name, says in HEADER.items():
        values = _shown(left.header.get(name)), _shown(right.header.get(name))
        if values[0] != values[1]:
            rows.append(differing("claim", "token header", values, says, f"{place}.{name}", name))
    for name, says in CLAIMS.items():
        if _set(left.claims.get(name)) != _set(right.claims.get(name)):
            values = _shown(left.claims.get(name)), _shown(right.claims.get(name))
            rows.append(differing("claim", "claim", values, says, f"{place}.{name}", name))
    rows += [*_scopes(left, right, place), *_times(left, right, then, now, place)]
    if not any(row.kind == "claim" for row in rows):
        rows.append(differing("credential", "token", (left.raw, right.raw), ALIKE, place, secret=True))
    return rows


def _scopes(left: Token, right: Token, place: str) -> list[Row]:
    gone, more = sorted(set(left.scopes) - set(right.scopes)), sorted(set(right.scopes) - set(left.scopes))
    if not gone and not more:
        return []
    name = next((name for name in SCOPES if name in {**left.claims, **right.claims}), "scope")
    says = Says(("token-wrong-audience", "policy-denied"), f"The token has {', '.join(more)} too much")
    if gone:
        says = Says(("scope-missing",), f"The token lacks {', '.join(gone)}")
    values = " ".join(left.scopes) or None, " ".join(right.scopes) or None
    return [differing("claim", "claim", values, says, f"{place}.{name}", name)]


def _times(left: Token, right: Token, then: datetime | None, now: datetime | None, place: str) -> list[Row]:
    rows = []
    ends, begins = (left.time("exp"), right.time("exp")), (left.time("nbf"), right.time("nbf"))
    if ends[0] != ends[1]:
        over = [end is not None and at is not None and end <= at for end, at in zip(ends, (then, now), strict=True)]
        if over[0] != over[1]:
            rows.append(_time("claim", "exp", ends, EXPIRED, place))
        elif None in ends:
            rows.append(_time("hint", "exp", ends, ENDLESS, place))
        elif then is None or now is None:
            rows.append(_time("hint", "exp", ends, ENDS, place))
    if begins[0] != begins[1]:
        early = [
            when is not None and at is not None and when > at for when, at in zip(begins, (then, now), strict=True)
        ]
        if early[0] != early[1]:
            rows.append(_time("claim", "nbf", begins, EARLY, place))
    return rows


def _time(kind: str, name: str, times: tuple[datetime | None, datetime | None], says: Says, place: str) -> Row:
    left, right = (when.astimezone(UTC).isoformat().replace("+00:00", "Z") if when else None for when in times)
    return Row(kind, "claim", name, change_of(left, right), left, right, says.causes, says.why, f"{place}.{name}")


def _set(value: object) -> object:
    """A list of words as a set: order says nothing in a claim; and one word as a list of it (RFC 7519, section 4.1.3)."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return frozenset(value)
    return frozenset((value,)) if isinstance(value, str) else value


def _shown(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False)
