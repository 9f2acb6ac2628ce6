"""What is wrong with a token's claims, by name: times that are none, times that are over, audiences and scopes of the wrong form."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ..model import Pattern
from .fault import FAULT, HAZARD, NOTE, Fault
from .spans import moment, span, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

JWT = "RFC 7519, section 4.1."
TIMES = {"exp": 4, "nbf": 5, "iat": 6}
STRINGS = {"iss": 1, "sub": 2, "jti": 7}
OTHERS = ("auth_time", "updated_at")
MILLISECONDS = 30_000_000_000  # a NumericDate beyond this is of the year 2920
MICROSECONDS = 30_000_000_000_000
NANOSECONDS = 30_000_000_000_000_000
LEEWAY = 60  # seconds that verifiers usually allow the issuer's clock to be ahead
MISNAMED = {"expires": "exp", "expiry": "exp", "expiration": "exp", "expiresat": "exp", "expires_at": "exp", "expires_in": "exp",
            "expiresin": "exp", "notbefore": "nbf", "issuedat": "iat", "audience": "aud", "issuer": "iss", "subject": "sub"}  # fmt: skip
SPOILED = Pattern(r"(?:undefined|null|none|nan|\[object object\]|\$\{.{0,80}\}|\{\{.{0,80}\}\})", re.IGNORECASE)


def faults(claims: dict[str, Any], now: datetime | None, leeway: int = 0) -> list[Fault]:
    """Every fault of the claims; without a time, none that depends on it."""
    found: list[Fault] = []
    for claim, section in TIMES.items():
        if claim in claims:
            found += _time(claim, claims[claim], f"{JWT}{section}")
    for claim in OTHERS:
        if claim in claims:
            found += _time(claim, claims[claim], "OpenID Connect Core 1.0, section 2")
    found += _dates(claims, now, leeway)
    found += _names(claims) + _parties(claims) + _scopes(claims) + _kinds(claims)
    return found


def _time(claim: str, value: object, source: str) -> list[Fault]:
    where, grade = claim, FAULT if claim in TIMES else NOTE
    if isinstance(value, bool) or value is None:
        return [
            Fault(
                f"{claim}-not-number",
                f"{claim} is {str(value).lower()}, where seconds since 1970 belong",
                where,
                source,
                grade,
            )
        ]
    if isinstance(value, str):
        if re.fullmatch(r"\s*-?\d{1,30}(?:\.\d{1,9})?\s*", value):
            return [
                Fault(f"{claim}-string", f"{claim} is a string of digits; it must be a number", where, source, grade)
            ]
        if re.match(r"\d{4}-\d\d-\d\d|[A-Z][a-z]{2}, \d", value):
            return [
                Fault(
                    f"{claim}-date-string",
                    f"{claim} is a date in letters; it must be a number of seconds since 1970",
                    where,
                    source,
                    grade,
                )
            ]
        return [Fault(f"{claim}-string", f"{claim} is a string; it must be a number", where, source, grade)]
    if not isinstance(value, int | float):
        return [Fault(f"{claim}-not-number", f"{claim} is no number of seconds since 1970", where, source, grade)]
    if value != value or value in (float("inf"), float("-inf")):
        return [Fault(f"{claim}-not-number", f"{claim} is no number that JSON knows", where, source, grade)]
    for least, unit, size in (
        (NANOSECONDS, "nanoseconds", 1_000_000_000),
        (MICROSECONDS, "microseconds", 1_000_000),
        (MILLISECONDS, "milliseconds", 1_000),
    ):
        if value > least:
            meant = moment(value / size)
            says = f"{claim} counts {unit}; seconds belong there" + (
                f" ({int(value / size)}, {stamp(meant)})" if meant else ""
            )
            return [Fault(f"{claim}-{unit}", says, where, source, grade)]
    if value < 0:
        return [Fault(f"{claim}-negative", f"{claim} lies before 1970", where, source, grade)]
    if claim == "exp" and value < 100_000_000:
        says = "exp is a length of time, not a moment: seconds since 1970 belong there" if value else "exp is 0"
        return [Fault("exp-duration", says, where, source, grade)]
    return []


def in_seconds(value: object) -> float | None:
    """The seconds that a time claim means, whatever unit or form it came in; None for what is no time."""
    if isinstance(value, str) and re.fullmatch(r"\s*\d{1,20}(?:\.\d{1,9})?\s*", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return None
    for least, size in ((NANOSECONDS, 1e9), (MICROSECONDS, 1e6), (MILLISECONDS, 1e3)):
        if value > least:
            return value / size
    return float(value)


def _dates(claims: dict[str, Any], now: datetime | None, leeway: int) -> list[Fault]:
    found: list[Fault] = []
    end, begin, made = (moment(in_seconds(claims.get(claim))) for claim in TIMES)
    if now is not None:
        at = now.astimezone(UTC)
        if end and (late := (at - end).total_seconds()) >= leeway:
            found.append(Fault("expired", f"expired {span(late)} ago, at {stamp(end)}", "exp", f"{JWT}4"))
        if begin and (early := (begin - at).total_seconds()) > max(leeway, 0):
            found.append(
                Fault("not-yet-valid", f"not valid for another {span(early)}, until {stamp(begin)}", "nbf", f"{JWT}5")
            )
        if made and (ahead := (made - at).total_seconds()) > max(leeway, LEEWAY):
            says = f"issued {span(ahead)} from now: a clock is wrong, the issuer's or this one's"
            found.append(Fault("issued-in-future", says, "iat", f"{JWT}6"))
    if end and begin and end <= begin:
        found.append(Fault("exp-before-nbf", "it expires before it begins to be valid", "exp", f"{JWT}4"))
    if end and made and end <= made:
        found.append(Fault("exp-before-iat", "it expired when it was issued", "exp", f"{JWT}4"))
    if end and made and (life := (end - made).total_seconds()) > 366 * 86_400:
        says = f"it lives {span(life)}: a token that is stolen stays good for as long"
        found.append(Fault("long-lived", says, "exp", "RFC 6750, section 5.3", NOTE))
    nested = next(
        (name for name, value in claims.items() if isinstance(value, dict) and "exp" in value and name not in TIMES), ""
    )
    if "exp" not in claims and nested:
        found.append(
            Fault(
                "exp-nested", f"exp stands within {nested}, where no verifier looks for it", f"{nested}.exp", f"{JWT}4"
            )
        )
    elif "exp" not in claims and not any(
        name.lower() in ("exp", *MISNAMED) and MISNAMED.get(name.lower(), "exp") == "exp" for name in claims
    ):
        found.append(
            Fault(
                "exp-missing",
                "it has no end (exp): some verifiers refuse that, others take it for ever",
                "exp",
                f"{JWT}4",
                NOTE,
            )
        )
    return found


def _names(claims: dict[str, Any]) -> list[Fault]:
    found: list[Fault] = []
    for name in claims:
        low = name.strip().lower()
        if name != low and low in ("exp", "nbf", "iat", "aud", "iss", "sub", "scope", "jti") and low not in claims:
            found.append(
                Fault(
                    "claim-case",
                    f"{name!r} is not {low}: names of claims are compared to the letter",
                    name,
                    "RFC 7519, section 10.1.1",
                )
            )
        elif (meant := MISNAMED.get(low)) and meant not in claims:
            found.append(
                Fault(
                    "claim-misnamed",
                    f"{name!r} is no claim that verifiers know; {meant} is",
                    name,
                    "RFC 7519, section 4.1",
                )
            )
    for name in ("iss", "sub", "aud", "scope", "azp", "client_id"):
        if isinstance(value := claims.get(name), str) and SPOILED.fullmatch(value.strip()):
            says = f"{name} is literally {value!r}: whoever made the token put it together before the value was there"
            found.append(Fault("claim-undefined", says, name, "RFC 7519, section 4"))
    return found


def _parties(claims: dict[str, Any]) -> list[Fault]:
    found: list[Fault] = []
    for claim, section in STRINGS.items():
        if claim in claims and not isinstance(claims[claim], str):
            says = f"{claim} is no string; libraries that check it refuse the token"
            found.append(Fault(f"{claim}-not-string", says, claim, f"{JWT}{section}"))
        elif isinstance(value := claims.get(claim), str) and value != value.strip():
            found.append(
                Fault(
                    f"{claim}-space",
                    f"{claim} begins or ends with white space; it is compared to the letter",
                    claim,
                    f"{JWT}{section}",
                )
            )
        elif value == "":
            found.append(Fault(f"{claim}-empty", f"{claim} is empty", claim, f"{JWT}{section}"))
    if isinstance(issuer := claims.get("iss"), str) and re.search(r"\{\w{1,40}\}", issuer):
        says = "iss holds a placeholder: it was copied from the metadata document and not filled in"
        found.append(Fault("iss-placeholder", says, "iss", f"{JWT}1"))
    if "aud" in claims:
        found += _audience(claims["aud"])
    else:
        says = "it names no audience (aud): a verifier cannot tell whether it was meant for it"
        found.append(Fault("aud-missing", says, "aud", "RFC 8725, section 3.9", NOTE))
    if "iss" not in claims:
        found.append(Fault("iss-missing", "it names no issuer (iss)", "iss", "RFC 8725, section 3.8", NOTE))
    return found


def _audience(audience: object) -> list[Fault]:
    source = f"{JWT}3"
    if audience in ("", []):
        return [Fault("aud-empty", "aud is empty: it is for nobody", "aud", source)]
    if isinstance(audience, str):
        if re.search(r"\S[ ,]\s*\S", audience):
            return [Fault("aud-joined", "aud is several names in one string; it must be a list", "aud", source)]
        if audience.startswith("["):
            return [Fault("aud-encoded-list", "aud is a list written into a string; it must be a list", "aud", source)]
        if audience != audience.strip():
            return [
                Fault("aud-space", "aud begins or ends with white space; it is compared to the letter", "aud", source)
            ]
        return []
    if not isinstance(audience, list):
        return [Fault("aud-not-string", "aud is neither a string nor a list of strings", "aud", source)]
    if not all(isinstance(item, str) for item in audience):
        return [Fault("aud-not-string", "aud holds something that is no string", "aud", source)]
    return []


def _scopes(claims: dict[str, Any]) -> list[Fault]:
    scope = claims.get("scope")
    if isinstance(scope, list):
        says = "scope is a list; it is one string with spaces between, and some verifiers read no other"
        return [Fault("scope-list", says, "scope", "RFC 9068, section 2.2.3", NOTE)]
    if isinstance(scope, str) and "," in scope:
        says = "scope is separated by commas; spaces belong there, and who splits at spaces sees one long scope"
        return [Fault("scope-commas", says, "scope", "RFC 6749, section 3.3")]
    if scope is not None and not isinstance(scope, str):
        return [Fault("scope-not-string", "scope is no string", "scope", "RFC 9068, section 2.2.3")]
    return []


def _kinds(claims: dict[str, Any]) -> list[Fault]:
    found: list[Fault] = []
    use = str(claims.get("token_use", "")).lower()
    typ = str(claims.get("typ", "")).lower()
    hashes = [name for name in ("at_hash", "c_hash", "s_hash") if name in claims]
    if use == "id" or typ == "id" or (hashes and not any(name in claims for name in ("scope", "scp"))):
        says = "this is an ID token: it tells an application who logged in; an API takes the access token"
        found.append(
            Fault(
                "id-token", says, hashes[0] if hashes else "typ" if typ else "token_use", "RFC 9068, section 4", HAZARD
            )
        )
    if typ in ("refresh", "offline") or use == "refresh":
        says = "this is a refresh token: it gets new access tokens, and no API takes it"
        found.append(Fault("refresh-token", says, "typ" if typ else "token_use", "RFC 6749, section 1.5"))
    groups = claims.get("_claim_names")
    if (isinstance(groups, dict) and "groups" in groups) or claims.get("hasgroups") is True:
        says = (
            "the groups are not in the token: there were too many, and the verifier must fetch them (Microsoft Graph)"
        )
        found.append(
            Fault("groups-overage", says, "_claim_names", "Microsoft identity platform, groups overage claim", HAZARD)
        )
    bound = claims.get("cnf")
    if isinstance(bound, dict) and ("jkt" in bound or "x5t#S256" in bound):
        how = "a DPoP proof (RFC 9449)" if "jkt" in bound else "the client certificate (RFC 8705)"
        says = f"it is bound to a key: it is good only together with {how}, never as a plain Bearer token"
        found.append(Fault("sender-constrained", says, "cnf", "RFC 7800, section 3", HAZARD))
    return found
