"""A secret by itself: what of it stays, since the reasoning needs it, and what is replaced.

What stays: the scheme of a credential (RFC 9110, section 11.4) even where it stands twice or with a colon, quotation
marks around a token, white space within it, a user's name, an issuer's prefix, a JWT's header and claims (RFC 7519), the
parameters of Digest (RFC 7616) and Signature V4 that are no secret; and whatever is no secret at all (`undefined`).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from itertools import pairwise

from .hand import Hand
from .ledger import placed
from .names import bare, kept, of_field, of_name, opaque, prose

_SCHEME = re.compile(
    r"(?i)(bearer|basic|token|apikey|api-key|key|digest|dpop|negotiate|ntlm|oauth|hawk|jwt|bot|splunk|geniekey|ssws|privatetoken|"
    r"googlelogin|sharedkey|sharedkeylite|sharedaccesssignature|signature|hmac[\w-]{0,20}|aws|aws4-[\w-]{1,30}|kakaoak|vapid|mac|"
    r"concealed|gnap|hoba|mutual|scram-sha-\d{1,3}|zoho-oauthtoken|mediabrowser|acs|oss|qbox|tc3-hmac-sha256|[a-z]{3,20}-hmac-sha256)"
    r"(:[ \t]*|[ \t]+|$)"
)
_UNKNOWN_SCHEME = re.compile(r"([A-Za-z][A-Za-z-]{1,19})([ \t]+)(?=\S+$)")
_PARAMETER = re.compile(r"([A-Za-z][\w.-]{0,40})([ \t]{0,3}=[ \t]{0,3})(\"(?:[^\"\\]|\\.)*\"|[^,;\s\"]*)")
_IN_CREDENTIAL = frozenset({"response", "signature", "cnonce", "nonce", "opaque", "oauthtoken", "oauthsignature", "token", "mac", "sig",
                            "auth", "oauthnonce", "oauthconsumerkey", "pveapitoken", "apikey", "secret", "credential", "hash"})  # fmt: skip
_JWT = re.compile(r"eyJ[\w-]{4,}(?:\.[\w-]*){2,4}")
_TWO_PARTS = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.?")
_CUT_JWT = re.compile(r"eyJ[\w-]{8,}\.?|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.?")
# what somebody wrote over a part of a secret: nothing is said of the form of such a one, and that has to stay so
_MASKED = re.compile(
    r"[*<>\[\]]|\u2022|\u2026|\.\.\.|x{4,}|redacted|removed|hidden|masked|secret|your|\bmy[ _-]|^[a-z_ -]*(?:token|key)$",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"gh[pousr]_|github_pat_|glpat-|gl[a-z]{2,5}-|xox[abeprs]-|sk-(?:proj-|ant-(?:api\d\d-)?|or-v1-)?|[rsp]k_(?:live|test)_|AIza|ya29\.|npm_|pypi-|"
    r"hf_|dop_v1_|SG\.|hvs\.|dapi|AKIA|ASIA|whsec_|shp(?:at|ss|ca|pa)_|pat-|lin_api_|key-|rk_|sq0[a-z]{3}-|eyJ(?=[\w-]{60})"
)
_DER = re.compile(r"M[CDEFGI][A-Za-z0-9_-]{2}")
_ODD = re.compile(r"[^A-Za-z0-9_+/=-]")
_ALGORITHM = re.compile(r"(?:sha1|sha256|sha512|v0|v1)=(?=[0-9a-f]{32})")
# what comes around a token by mistake: quotation marks, a comma, an escaped line break, the field's name, letters that nobody sees
_UNSEEN = re.compile("[\ufeff\u200b-\u200f\u2060\u00ad\u202a-\u202e]")
_LEAD = re.compile(
    "(?:(?:proxy-)?authorization\\s{0,3}:\\s{0,3}|\\\\?[\"'`\u201c\u2018]|[\ufeff\u200b-\u200f\u2060\u00ad\u202a-\u202e]){1,20}",
    re.IGNORECASE,
)
_TRAIL = re.compile("(?:\\\\[nr]|\\\\?[\"'`\u201d\u2019]|[,;]|[\ufeff\u200b-\u200f\u2060\u00ad\u202a-\u202e]){1,20}\\Z")
_HEX_JWT = re.compile(r"65794[0-9a-fA-F][0-9a-fA-F]{30,}")
_BLANKED = re.compile(r"\*{3}|\.{3}|\u2026|x{5}|redacted|removed|masked|hidden|omitted", re.IGNORECASE)
DOCUMENTED = frozenset(
    {"AKIA" + "IOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"}
)  # AWS's own examples, nobody's keys
_TIMES = ("exp", "nbf", "iat")


def secret(hand: Hand, value: str, kind: str) -> str:
    """A placeholder for a value that is a secret as a whole, in its quotation marks, behind its scheme, with its prefix."""
    core = value.strip()
    if kept(core) or placed(core):
        return value
    if core != value:
        return value.replace(core, secret(hand, core, kind), 1)
    if len(core) > 1 and core[0] in "\"'" and (core[0] == core[-1] or core.count(core[0]) == 1):
        inner = core.strip(core[0])
        return core.replace(inner, secret(hand, inner, kind), 1) if inner else core
    if found := re.match(r"(?i)(?:bearer|basic|token|apikey)[ \t]+(?=\S)", core):
        return found.group() + secret(hand, core[found.end() :], kind)
    if core.startswith("eyJ") and (token := jwt(hand, core)) is not None:
        return token
    if _TWO_PARTS.fullmatch(core):
        return _cut(hand, core)
    if core.startswith("s:eyJ") or (core.startswith("eyJ") and _JWT.search(core)):
        return hand.ledger.write(core, kind)
    if core in DOCUMENTED or (kind != "password" and len(core) > 2 and len(set(core)) == 1):
        return value  # an example of somebody's manual, or 0000
    blanked = "..." if _BLANKED.search(core) else ""
    prefix = found.group() if (found := _PREFIX.match(core)) and len(core) - found.end() >= 6 else ""
    if found := _ALGORITHM.match(core):  # a webhook's signature
        return found.group() + hand.ledger.write(core[found.end() :], kind) + blanked
    return hand.ledger.write(core, kind, "" if prefix == "eyJ" else prefix) + blanked


def jwt(hand: Hand, token: str) -> str | None:
    """A compact JWS or JWE with its header and claims readable and everything else replaced; None for what is none."""
    parts = token.split(".")
    if len(parts) not in (3, 5) or len(token) > 1_000_000 or _object(parts[0]) is None:
        return None
    if len(parts) == 5:
        return ".".join([parts[0], *(_blob(hand, part) for part in parts[1:])])
    claims = _object(parts[1])
    if claims is None:
        return None
    return ".".join([parts[0], _claims(hand, parts[1], claims), _blob(hand, parts[2])])


def _object(part: str) -> dict[str, object] | None:
    try:
        data = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _blob(hand: Hand, part: str) -> str:
    """A signature or a ciphertext as a placeholder of its length, with what its form shows: padding, standard base64, DER, odd letters."""
    core = part.rstrip("=")
    if not core:
        return part
    lead = core[:4] if _DER.match(core) and len(core) > 40 else ""  # SEQUENCE, its length, INTEGER: none of it secret
    mark = hand.ledger.write(core, "sig", lead, exact=True)
    if mark != core and ("+" in core or "/" in core):
        mark = mark.replace("why403-", "why403+" if "+" in core else "why403/", 1)
    odd = _ODD.search(core)
    return mark + (odd.group() if odd and mark != core and not _ODD.search(mark) else "") + part[len(core) :]


def _claims(hand: Hand, part: str, claims: dict[str, object]) -> str:
    if hand.wishes.hide_claims:
        new: dict[str, object] = {
            name: value if name in _TIMES else _hidden(hand, value) for name, value in claims.items()
        }
        if new == claims:
            return part
        text = json.dumps(new, separators=(",", ":"))
    else:
        old = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8", "replace")
        text = hand.inside(old)
        if text == old:
            return part
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _hidden(hand: Hand, value: object) -> object:
    if isinstance(value, str):
        return hand.ledger.write(value, "claim") if value else value
    if isinstance(value, list):
        return [_hidden(hand, item) for item in value[:1000]]
    if isinstance(value, dict):
        return {name: _hidden(hand, item) for name, item in value.items()}
    return value if isinstance(value, bool) or value is None else 0


def authorization(hand: Hand, value: str) -> str:
    """The value of Authorization or a field like it: scheme kept, credential replaced in its own form."""
    head, rest = "", value
    while found := _SCHEME.match(rest):
        head, rest = head + found.group(), rest[found.end() :]
    scheme = head.split()[-1].rstrip(":").lower() if head.split() else ""
    if not head and (found := _UNKNOWN_SCHEME.match(rest)) and not opaque(found.group(1)):
        head, rest = found.group(), rest[found.end() :]
    core = rest.strip()
    if not core or kept(core) or placed(core):
        return value
    if scheme == "basic":
        return head + rest.replace(core, basic(hand, core), 1)
    if "=" in core and (parameters := _parameters(hand, core)) is not None:
        return head + rest.replace(core, parameters, 1)
    if scheme in ("aws", "sharedkey", "sharedkeylite", "oss", "qbox", "acs") and ":" in core:  # account:signature
        account, _, signature = core.partition(":")
        return head + f"{hand.inside(account)}:{secret(hand, signature, 'sig')}"
    return head + rest.replace(core, credential(hand, core), 1)


def credential(hand: Hand, core: str, kind: str = "token") -> str:
    """A token or key as a header carries it: replaced so that what is wrong with its form stays wrong."""
    if kept(core) or placed(core):
        return core
    lead = found.group() if (found := _LEAD.match(core)) else ""
    rest = core[len(lead) :]
    trail = found.group() if (found := _TRAIL.search(rest, max(0, len(rest) - 40))) else ""
    if (lead or trail) and len(rest) > len(trail):
        return lead + credential(hand, rest[: len(rest) - len(trail)], kind) + trail
    if core[:1] == "{" and (new := hand.inside(core)) != core:  # the whole answer of a token endpoint
        return new
    if core.startswith("ZXlK") and (again := encoded_once_more(hand, core)) is not None:
        return again
    if _HEX_JWT.match(core) and (again := _in_hex(hand, core)) is not None:
        return again
    masked = _MASKED.search(core)  # no fault is found in the form of such a one, so none may appear
    new = _cut(hand, core) if _CUT_JWT.fullmatch(core) and not masked else secret(hand, core, kind)
    if new != core and not masked and _spaced(core) and not _spaced(new):
        blank = re.search(r"\s+", core)
        new = f"{new}{blank.group() if blank else ' '}{hand.ledger.letters(core)[:8]}"
    if new != core and (unseen := _UNSEEN.search(core)) and not _UNSEEN.search(new):
        new += unseen.group()
    return new


def _spaced(text: str) -> bool:
    """White space within a token: a long piece beside one that is no short word."""
    sizes = [len(word) for word in text.split()]
    return any(min(pair) >= 6 and max(pair) >= 16 for pair in pairwise(sizes))


def _in_hex(hand: Hand, core: str) -> str | None:
    try:
        token = jwt(hand, bytes.fromhex(core).decode("ascii"))
    except ValueError:
        return None
    return None if token is None else token.encode().hex()


def _cut(hand: Hand, core: str) -> str:
    """A JWT that lost its end: what can be read of its header and claims stays readable, the rest keeps its beginning and length."""
    parts = core.split(".")
    for at, part in enumerate(parts):
        held = _object(part) if part else {}
        if held is None or (part and not at and not ("alg" in held or "typ" in held)):
            parts[at] = "eyJ" + hand.ledger.write(part[3:], "token", exact=True)
        elif part and at:
            parts[at] = _claims(hand, part, held)
    return ".".join(parts)


def encoded_once_more(hand: Hand, core: str) -> str | None:
    """A JWT, or the beginning of one, within base64; None for what is none."""
    try:
        inner = base64.b64decode(
            core + "=" * (-len(core) % 4), altchars=b"-_" if "-" in core or "_" in core else None
        ).decode()
    except (binascii.Error, ValueError):
        return None
    if not inner.startswith("eyJ") or not re.fullmatch(r"[\w.-]+", inner):
        return None
    new = base64.b64encode(credential(hand, inner).encode()).decode()
    return new if core.endswith("=") else new.rstrip("=")


def basic(hand: Hand, core: str) -> str:
    """User and password of RFC 7617: the name stays, the password goes; what is no base64 of a pair stays none."""
    if ":" in core:
        return pair(hand, core)
    plain = _decoded(core)
    if ":" in plain:
        return base64.b64encode(pair(hand, plain).encode("utf-8", "surrogateescape")).decode()
    new = secret(hand, core, "password")
    if new != core and _MASKED.search(core):
        return new + "..."
    while new != core and ":" in _decoded(new):
        new += "0"
    return new


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=False).decode("utf-8", "surrogateescape")
    except (binascii.Error, ValueError):
        return ""


def pair(hand: Hand, plain: str) -> str:
    """user:password, as Basic, a URL's userinfo and curl's -u have it; a token as the name is a secret, too."""
    user, colon, word = plain.partition(":")
    if opaque(user) and len(user) >= 16 and "@" not in user:
        user = secret(hand, user, "token")
    elif hand.wishes.personal:
        user = hand.ledger.write(user, "name") if user else user
    if word and word.lower() not in ("x-oauth-basic", "x", "api_token", "x-token-auth"):
        word = secret(hand, word, "password")
    return user + colon + word


def _parameters(hand: Hand, core: str) -> str | None:
    """The credential's parameters, the secret ones replaced; None where it has none."""
    seen = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal seen
        name, equals, value = found.groups()
        plain = bare(name)
        seen += 1
        if plain == "credential" and "/" in value:  # of Signature V4: key id, date, region, service
            account, slash, scope = value.partition("/")
            return name + equals + secret(hand, account, "key") + slash + scope
        if plain == "username" and hand.wishes.personal:
            return name + equals + secret(hand, value, "name")
        if plain in _IN_CREDENTIAL or ((named := of_name(name)) and named.sure):
            return name + equals + secret(hand, value, "sig" if plain in ("response", "signature", "mac") else "token")
        return name + equals + hand.inside(value)

    new = _PARAMETER.sub(replace, core)
    first = _PARAMETER.match(core)
    if (
        first is None
        or not seen
        or (first.group(1) == core.rstrip("=") or (first.end() == len(core.rstrip("=")) and not first.group(3)))
    ):
        return None
    return new


def cookies(hand: Hand, value: str) -> str:
    """The value of Cookie (RFC 6265, section 4.2): names stay, values go."""
    return ";".join(_cookie(hand, part) for part in value.split(";"))


def _cookie(hand: Hand, part: str) -> str:
    name, equals, value = part.partition("=")
    if not equals:
        return hand.inside(part) if len(part) < 16 else secret(hand, part, "cookie")
    return name + equals + cookie(hand, name.strip(), value)


def cookie(hand: Hand, name: str, value: str) -> str:
    """The value of one cookie."""
    if len(value) < 2 or kept(value.strip().strip('"')):
        return value
    named = of_name(name)
    return secret(hand, value, named.kind if named and named.sure else "cookie")


def set_cookie(hand: Hand, value: str) -> str:
    """The value of Set-Cookie: attributes stay. Recorders join several with a newline."""
    lines = []
    for line in value.split("\n"):
        first, semicolon, attributes = line.partition(";")
        lines.append(_cookie(hand, first) + semicolon + attributes)
    return "\n".join(lines)


def field(hand: Hand, name: str, value: str, side: str = "") -> str:
    """The value of a header field."""
    lowered = name.lower()
    if lowered == "cookie":
        return cookies(hand, value)
    if lowered == "set-cookie":
        return set_cookie(hand, value)
    if lowered == "sec-websocket-protocol":  # browsers can send no other field when they open a WebSocket
        return ",".join(
            secret(hand, part, "token") if opaque(part.strip()) and len(part) > 24 else hand.inside(part)
            for part in value.split(",")
        )
    named = of_field(lowered)
    if named is None:
        return hand.inside(value, side) if len(value) > 3 else value
    if "authorization" in lowered:
        return authorization(hand, value)
    core = value.strip()
    if not core or kept(core) or prose(core) or (not named.sure and not opaque(core)):
        return value
    scheme = re.match(r"(?i)(?:bearer|token|apikey|basic)\s+", core)
    begun = scheme.group() if scheme else ""
    return value.replace(core, begun + credential(hand, core[len(begun) :], named.kind), 1)
