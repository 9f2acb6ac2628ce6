"""A JSON Web Token as a Reading: what it is, by whom, for whom, until when, and what is wrong with it."""

from __future__ import annotations

import json
from datetime import datetime

from . import claims as claim_faults
from . import issuers
from .fault import NOTE, Fault
from .hazards import hazards
from .jose import Parts, dissect
from .reading import Fact, Reading
from .rights import rights
from .spans import moment, span, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEEPEST = 4  # tokens within tokens that are read
PERSONAL = frozenset((
    "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "email",
    "gender", "birthdate", "phone_number", "address", "upn", "unique_name", "username", "user_name", "login", "cognito:username",
    "ipaddr", "sub", "oid", "uid", "user_id", "winaccountname", "onprem_sid", "sid", "emails", "verified_primary_email", "firstName",
    "lastName", "fullName", "displayName", "mail", "phone", "ip", "user_metadata", "user",
))  # fmt: skip
TIMES = ("exp", "nbf", "iat", "auth_time", "updated_at")


def read(text: str, now: datetime | None, depth: int = 0) -> Reading:
    """Read a compact token, however damaged."""
    parts = dissect(text)
    faults = list(parts.faults)
    if parts.header is not None:
        faults += hazards(parts.header, parts.claims, encrypted=parts.encrypted)
    facts: list[Fact] = []
    see: list[str] = []
    inner: tuple[Reading, ...] = ()
    if parts.claims is not None:
        faults += claim_faults.faults(parts.claims, now)
        facts += _claims(parts.claims, now)
        if known := issuers.issuer(parts.claims):
            facts.insert(0, Fact("issued by", known.name, known.note))
            see.append(known.see)
        if why := issuers.no_verifying(parts.header or {}, parts.claims):
            faults.append(Fault("others-cannot-verify", why, "header.nonce", "", NOTE))
    elif parts.payload is not None and parts.number in (2, 3):
        inner = _nested(parts, now, depth)
    return Reading(
        "jwe" if parts.encrypted else "jwt",
        _title(parts, inner),
        text,
        header=parts.header,
        claims=parts.claims,
        facts=tuple(facts),
        rights=rights(parts.claims or {}),
        faults=tuple(faults),
        see=tuple(see),
        inner=inner,
    )


def _title(parts: Parts, inner: tuple[Reading, ...]) -> str:
    header = parts.header or {}
    algorithm = header.get("alg")
    if parts.encrypted:
        return (
            f"JSON Web Token, encrypted ({algorithm}, {header.get('enc')}): only its header can be read without the key"
        )
    if parts.header is None:
        return "JSON Web Token, damaged"
    name = "JSON Web Token" if parts.claims is not None or inner or parts.number < 2 else "JSON Web Signature"
    if isinstance(algorithm, str) and algorithm.lower() == "none":
        return f"{name}, unsecured (alg none)"
    return f"{name}, signed ({algorithm})" + (", around another token" if inner else "")


def _nested(parts: Parts, now: datetime | None, depth: int) -> tuple[Reading, ...]:
    text = (parts.payload or b"").decode("utf-8", "replace").strip().strip('"')
    if depth >= DEEPEST or not text.startswith("eyJ"):
        return ()
    return (read(text, now, depth + 1)._replace(where="payload"),)


def plain(value: object) -> str:
    """A claim's value as it is shown: a string as it is, everything else as JSON."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return str(value)


def _claims(claims: dict[str, Any], now: datetime | None) -> list[Fact]:
    return [Fact(name, plain(value), _says(name, value, now), name in PERSONAL) for name, value in claims.items()]


def _says(name: str, value: object, now: datetime | None) -> str:
    if name not in TIMES or not (at := moment(claim_faults.in_seconds(value))):
        return ""
    if now is None:
        return stamp(at)
    past = (now - at).total_seconds()
    if name == "exp":
        return f"{stamp(at)}, " + (f"expired {span(past)} ago" if past >= 0 else f"in date for another {span(past)}")
    if name == "nbf" and past < 0:
        return f"{stamp(at)}, not valid for another {span(past)}"
    return f"{stamp(at)}, " + (f"{span(past)} ago" if past >= 0 else f"{span(past)} from now")
