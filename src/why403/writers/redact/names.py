"""Which names announce a secret, and which values are none: the tables behind every other module of this room.

A name is *sure* (whatever stands under `password` is one) or *doubtful* (`key`, `code`, `state`: only what looks like a
token is one). Names are compared without regard to case, hyphens and underscores.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Named(NamedTuple):
    """What a name announces."""

    kind: str  # the word that a placeholder carries
    sure: bool


# header fields that speak of secrets, or end like one, and carry none
PUBLIC_FIELDS = frozenset(
    {
        "www-authenticate", "proxy-authenticate", "x-oauth-scopes", "x-accepted-oauth-scopes", "x-amz-signedheaders",
        "access-control-allow-headers", "access-control-request-headers", "access-control-expose-headers", "x-ratelimit-key",
        "access-control-allow-credentials", "kbn-xsrf", "x-requested-by", "x-csrf-header", "idempotency-key", "surrogate-key",
        "sec-websocket-key", "sec-websocket-accept", "x-cache-key", "authentication-info", "vary", "via", "x-auth-type",
    }
)  # fmt: skip
_FIELD = re.compile(
    r"authorization|cookie|token|secret|passw|api-?key|apikey|-key$|signature|session|credential|jwt|assertion|crumb|nonce|"
    r"csrf|xsrf|auth(?:$|-key)"
)
# the first that fits; looked for in the name without its hyphens, underscores and dots
_SURE = (
    ("formkey", re.compile(r"csrf|xsrf|authenticitytoken|requestverificationtoken|antiforgery|crumb$|^wpnonce$|^requesttoken$")),
    ("password", re.compile(r"passw(?:or)?d|passphrase|passcode|^pass$|pwd$|^pw$|^userpass|kennwort|^pin(?:code)?$|otp$|^mfa(?:code)?$")),
    ("cookie", re.compile(r"^(?:set)?cookies?$")),
    ("session", re.compile(r"^(?:php|asp|j)?sess(?:ion)?(?:id|key|token)$|session(?:id|key|token)|^connectsid$|^sesskey$")),
    ("sig", re.compile(r"signature(?:value)?$|^hmac$|oauthsignature|^xamzsignature|^xgoogsignature")),
    ("key", re.compile(r"apikey|appkey$|accesskey$|secretkey|privatekey|accountkey|sharedaccesskey|subscriptionkey|masterkey|signingkey|"
                       r"encryptionkey|authkey$|functionskey|serverkey|devicekey|licensekey|consumerkey|^xkey$|rapidapikey|keymaterial")),
    ("token", re.compile(r"authorization$|secret|token$|bearer$|^jwt$|credentials?$|assertion$|samlresponse|^samlart$|^ticket$|"
                         r"connectionstring|^idtokenhint$|^logintokens?$|tokens$|^dsn$|^devicecode$|^codeverifier$|webhookurl$")),
)  # fmt: skip
_DOUBTFUL = {
    "key": "key", "auth": "token", "code": "code", "state": "code", "nonce": "code", "session": "session", "sid": "session",
    "sig": "sig", "hash": "sig", "mac": "sig", "hmac": "sig", "h": "sig", "k": "key", "t": "token", "s": "token", "st": "token",
    "tkn": "token", "tok": "token", "accesscode": "code", "authcode": "code", "response": "sig", "cnonce": "code", "salt": "key",
    "seed": "key", "policy": "token", "cred": "token", "creds": "token", "hdnea": "token", "hdnts": "token", "xauth": "token",
    "authentication": "token", "appid": "key", "refresh": "token",
}  # fmt: skip
# in JSON and prose these say something else far more often
_NOT_IN_PROSE = frozenset(
    {"appid", "code", "state", "hash", "h", "k", "t", "s", "st", "policy", "response", "mac", "nonce"}
)
# `token_type`, `password_url`, `max_tokens`: about a secret, not one
_ABOUT = re.compile(
    r"(?:type|name|url|uri|endpoint|expir\w{0,8}|ttl|length|count|counts|limit|method|required|enabled|header|field|hint|policy|scope|scopes|"
    r"status|error|errors|message|description|label|placeholder|version|algorithm|alg|domain|samesite|path|age|valid|usage|details|"
    r"provider|service|mode|prefix|reset|forgot|changed|updated|used|manager|store|storage|handler|secure|consent|banner|class|icon)$|"
    r"^(?:max|total|num|prompt|completion|input|output|cached|reasoning|has|is|no|show|remember|forgot|reset|allow|require|public|type)"
    r"(?:new)?(?:tokens?|password|secret|cookies?|csrf|key)|^tokens(?:used|left|remaining)|^author(?!ization$)|^keyid$|accesskeyid$|^awsaccesskeyid$|"
    r"^passwordless|publickey$|^secretary"
)
_ABOUT_SURE = re.compile(r"^connectionstring$|^dsn$|webhookurl$|^secretid$|sessionid$")
_BARE = re.compile(r"[^a-z0-9]+")

# what stands where a secret should be, and is the cause, or what somebody wrote over it before they pasted
KEEP = re.compile(
    r"\s*|undefined|null|none|nil|nan|true|false|\[object object\]|\(null\)|no-?check|bearer|basic|token|digest|negotiate|fetch|required|"
    r"missing|invalid|expired|absent|empty|deleted|unknown|yes|no|on|off|\$\{?[A-Z_][A-Z0-9_]*\}?|\$\{[^{}]{1,80}\}|\$\([^()]{1,80}\)|<[^<>]{1,60}>|"
    r"\{\{.{0,80}\}\}|%[A-Z_][A-Z0-9_]*%|%[({][a-z_]{1,30}[)}]s?|[*•.…x]{3,}|include|omit|same-origin|"
    r"\[[A-Za-z][A-Za-z _-]{1,40}\]|\W{0,4}(?:redacted|filtered|masked|removed|hidden|secure|secret)\W{0,4}",
    re.IGNORECASE,
)
_LOWER_VARIABLE = re.compile(r"\$[A-Z_][A-Z0-9_]*|%[A-Z_][A-Z0-9_]*%")
_PROSE = re.compile(
    r"\b(?:is|are|must|required|invalid|expired|missing|not|cannot|can't|field|may|should|was|has|incorrect|wrong|failed|error|denied|please|"
    r"does|match|enter|at least|characters)\b",
    re.IGNORECASE,
)
_OPAQUE = re.compile(r"(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[A-Za-z0-9+/=_.~:|!*$%@,-]{8,}|[0-9a-fA-F-]{16,}")

PERSONAL = {
    "email": "email", "emailaddress": "email", "mail": "email", "useremail": "email", "firstname": "name", "lastname": "name",
    "fullname": "name", "givenname": "name", "familyname": "name", "middlename": "name", "displayname": "name", "surname": "name",
    "nickname": "name", "username": "name", "preferredusername": "name", "login": "name", "realname": "name", "phone": "phone",
    "phonenumber": "phone", "mobile": "phone", "mobilephone": "phone", "telephone": "phone", "tel": "phone", "street": "name",
    "streetaddress": "name", "postalcode": "name", "zipcode": "name", "birthdate": "name", "birthday": "name", "dateofbirth": "name",
    "contactname": "name", "customername": "name", "upn": "email", "uniquename": "name", "unique_name": "name",
}  # fmt: skip


def bare(name: str) -> str:
    """A name without what its spellings differ in."""
    return _BARE.sub("", name.lower())


@lru_cache(maxsize=20_000)
def of_name(name: str, prose: bool = False) -> Named | None:
    """What the name of a parameter, a form field, a JSON member, an XML element announces; None for nothing.

    `prose` is for places where short words (`code`, `id`, `state`) are no parameters.
    """
    if len(name) > 120:
        return None
    plain = bare(name)
    if _ABOUT.search(plain) and not _ABOUT_SURE.search(plain):
        return None
    for kind, pattern in _SURE:
        if pattern.search(plain):
            return Named(kind, True)
    if prose and plain in _NOT_IN_PROSE:
        return None
    kind = _DOUBTFUL.get(plain, "")
    return Named(kind, False) if kind else None


@lru_cache(maxsize=20_000)
def of_field(name: str) -> Named | None:
    """What a header field's name announces."""
    lowered = name.lower()
    if lowered in PUBLIC_FIELDS or lowered.startswith(("access-control-", "sec-ch-", "sec-fetch-")):
        return None
    if found := of_name(lowered):
        return Named(found.kind, True) if _FIELD.search(lowered) else found
    if _ABOUT.search(bare(lowered)):
        return None
    return Named("token", True) if _FIELD.search(lowered) else None


def kept(value: str) -> bool:
    """Whether what stands in a secret's place is none: `undefined`, nothing, a variable, asterisks."""
    if len(value) > 90:
        return False
    if not KEEP.fullmatch(value):
        return False
    return value[:1] not in "$%" or value[1:2] in "{(" or bool(_LOWER_VARIABLE.fullmatch(value))


def prose(value: str) -> bool:
    """Whether this is a sentence about a secret ("This field is required.") rather than one."""
    return value.count(" ") >= 2 and value[:1].isupper() and bool(_PROSE.search(value))


def opaque(value: str) -> bool:
    """Whether this looks made by a machine: letters and digits mixed, no blanks."""
    return len(value) >= 8 and bool(_OPAQUE.fullmatch(value))
