"""Authorization: its scheme, its user, its signature or its token."""

from __future__ import annotations

from datetime import datetime

from ...model import Exchange, stamps
from ..credentials import Credential, authorization, basic_user
from .claims import tokens
from .row import Found, Left, Says, change_of, differing

PLACE = "request.headers.authorization"
SPOILT = Says(("credentials-malformed",), "A value was missing where the request was made: this is no credential")
ABSENT = Says(("credentials-missing",), "The credential of the working request did not go along")
EXTRA = Says(
    ("token-invalid", "token-expired", "csrf-token-missing"), "A credential that is not accepted can be worse than none"
)
RESCHEMED = Says(("credentials-malformed",), "The same credential under another scheme")
SCHEME = Says(("credentials-malformed", "token-invalid"), "The server may take one of the two schemes only")
WRITTEN = Says(("credentials-malformed",), "The same credential: some servers compare the scheme letter by letter")
TOKEN = Says(
    ("token-expired", "token-invalid", "role-missing", "scope-missing"),
    "Another token: its time, its scopes or its owner may be what is refused",
)
KIND = Says(
    ("credentials-malformed", "token-invalid", "token-wrong-audience"),
    "A token of another kind: one is a JSON Web Token, the other is not",
)
USER = Says(("token-invalid", "role-missing", "account-blocked"), "Another user, with other roles")
PASSWORD = Says(("token-invalid",), "The same user with another password")
METHOD = Says(("signature-mismatch",), "Signed in another way")
ACCESS_KEY = Says(
    ("token-invalid", "policy-denied", "signature-mismatch"),
    "Signed with another access key: it may be unknown, switched off or allowed less",
)
REGION = Says(("signature-mismatch", "token-wrong-audience"), "Signed for another region or service")
SIGNED = Says(("signature-mismatch",), "Other fields are signed: each of them must arrive as it was signed")


def authorizations(working: Exchange, failing: Exchange, now: datetime | None) -> Found:
    """The Authorization fields of two exchanges' requests."""
    ours, theirs = working.asked("authorization"), failing.asked("authorization")
    if ours == theirs:
        return
    header = ("credential", "header", (ours, theirs))
    if ours is None or theirs is None:
        says = ABSENT if change_of(ours, theirs) == "absent" else EXTRA
        says = SPOILT if authorization(theirs or ours or "").spoiled else says
        yield differing(*header, says, PLACE, "Authorization", True)
        return
    left, right = authorization(ours), authorization(theirs)
    if bool(left.spoiled) != bool(right.spoiled):
        yield differing(*header, SPOILT, PLACE, "Authorization", True)
    elif left.scheme.lower() == right.scheme.lower() and left.value == right.value:
        yield differing("spelling", "header", (ours, theirs), WRITTEN, PLACE, "Authorization", True)
    else:
        schemes = left.scheme or "(none)", right.scheme or "(none)"
        if schemes[0].lower() != schemes[1].lower():
            says = RESCHEMED if left.value == right.value else SCHEME
            yield differing("credential", "scheme of Authorization", schemes, says, f"{PLACE}#scheme")
        if left.value != right.value:
            yield from _values(left, right, time_of(working, now), time_of(failing, now))


def _values(left: Credential, right: Credential, then: datetime | None, now: datetime | None) -> Found:
    mine, yours = left.token, right.token
    if mine and yours:
        yield from tokens(mine, yours, then, now, f"{PLACE}#jwt")
    elif left.kind == right.kind == "signature":
        yield from _signatures(left, right)
    elif left.kind == right.kind == "basic":
        users = basic_user(left), basic_user(right)
        if users[0] != users[1]:
            yield differing("credential", "user", users, USER, f"{PLACE}#basic")
        else:
            yield differing(
                "credential", "password", (left.value, right.value), PASSWORD, f"{PLACE}#basic", secret=True
            )
    else:
        says = KIND if mine or yours else TOKEN
        yield differing("credential", "token", (left.value, right.value), says, PLACE, secret=True)


def _signatures(left: Credential, right: Credential) -> Found:
    """Signature Version 4 and its like: the parts before the signature, which is every request's own."""
    ours, theirs = _parts(left), _parts(right)
    rows = (
        ("signed", "signature's method", "method", METHOD, False),
        ("credential", "access key", "access key", ACCESS_KEY, True),
        ("signed", "credential scope", "scope", REGION, False),
        ("signed", "list of signed headers", "signedheaders", SIGNED, False),
    )
    told = False
    for kind, what, part, says, secret in rows:
        if ours.get(part) != theirs.get(part):
            told = True
            place = f"{PLACE}#{part.replace(' ', '-')}"
            yield differing(kind, what, (ours.get(part), theirs.get(part)), says, place, secret=secret)
    if not told:
        yield Left("signatures, which are each request's own", "authorization")


def _parts(credential: Credential) -> dict[str, str]:
    """The parameters of a signature; of a Signature V4 credential the key, and the scope without its date."""
    found = {"method": credential.scheme}
    for part in credential.value.split(","):
        name, _, value = part.strip().partition("=")
        found[name.lower()] = value.strip('"')
    if "credential" in found:
        key, _, scope = found["credential"].partition("/")
        found |= {"access key": key, "scope": scope.partition("/")[2]}
    elif ":" in credential.value and "=" not in credential.value.rstrip("="):
        found["access key"] = credential.value.partition(":")[0]
    elif "keyid" in found:
        found["access key"] = found["keyid"]
    return found


def time_of(exchange: Exchange, now: datetime | None) -> datetime | None:
    """When a request was sent: by the answer's clock, the recording's, else the time given."""
    if (date := exchange.answered("date")) and (when := stamps.find(date)):
        return when
    return exchange.at or now
