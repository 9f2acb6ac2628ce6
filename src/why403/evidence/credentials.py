"""Which credentials a request carries, where, and whether they were spoiled before they left."""

from __future__ import annotations

import binascii
import re

from ..model import Pattern, split_url
from ..model.frozen import NamedTuple
from ..tokens.jwt import Token
from ..tokens.jwt import find as find_jwt
from ..tokens.jwt import read as read_jwt
from ..tokens.places import KEY_HEADERS as KEY_HEADERS
from ..tokens.places import KEY_PARAMETERS as KEY_PARAMETERS
from ..tokens.places import SESSION_COOKIE as SESSION_COOKIE
from .scene import Scene, headers_shown, query, texts

# cookies by which a shield remembers that a check was passed, as their makers document them; they name no user
CLEARANCE = Pattern(
    r"^(?:cf_clearance|__cf_bm|aws-waf-token|datadome|_abck|bm_s[vz]|ak_bmsc|reese84|incap_ses_.{1,40}|visid_incap_.{1,40}|"
    r"_px\w{1,4}|kp_uidz|techaro\.lol-anubis-auth\S{0,40})$",
    re.IGNORECASE,
)
# what a script leaves behind where a value should be. A shell variable or a placeholder is none of these: people put them into
# what they paste, in place of the secret
SPOILED = {"undefined", "null", "none", "nil", "nan", "false", "true", "[object object]", "(null)"}
SHOWN_HEADER = Pattern(
    r"^[>\s\"'*-]*(authorization|x-api-key|cookie)[\"']?\s*[:=]\s*[\"']?(.{1,4000}?)[\"',;]*\s*$",
    re.IGNORECASE | re.MULTILINE,
)


def spoiled(value: str) -> bool:
    """Whether a value is a word that a script leaves behind, or a placeholder of a template."""
    return value.lower() in SPOILED or (value.startswith("{{") and value.endswith("}}") and len(value) <= 84)


class Credential(NamedTuple):
    """One credential of a request."""

    kind: str  # bearer | basic | digest | signature | key | cookie | query | other
    where: str  # "request.headers.authorization"
    scheme: str  # as it was written: "Bearer", "ApiKey", "" where there is none
    value: str

    @property
    def spoiled(self) -> str:
        """What stands where the value should be ("undefined", "${TOKEN}", ""), or "" for a sound one; " " for an empty one."""
        value = self.value.strip().strip("\"'")
        if not value:
            return " "
        return value if spoiled(value) else ""

    @property
    def token(self) -> Token | None:
        """The JSON Web Token that it is, or None."""
        return read_jwt(self.value.strip().strip("\"'")) or find_jwt(self.value)


_KINDS = {
    "bearer": "bearer",
    "basic": "basic",
    "digest": "digest",
    "negotiate": "other",
    "ntlm": "other",
    "dpop": "bearer",
}


def authorization(value: str, where: str = "request.headers.authorization") -> Credential:
    """An Authorization field's value (RFC 9110, section 11.6.2) as a credential."""
    scheme, _, rest = value.strip().partition(" ")
    if not rest and scheme.lower() not in _KINDS:
        return Credential("other", where, "", scheme)
    if scheme.upper().startswith(("AWS4-", "HMAC", "SIGNATURE", "SHAREDKEY", "AWS")):
        return Credential("signature", where, scheme, rest)
    return Credential(_KINDS.get(scheme.lower(), "other"), where, scheme, rest)


def cookies(scene: Scene) -> tuple[tuple[str, str], ...]:
    """The cookies that the request carries (RFC 6265, section 4.2)."""
    request = scene.exchange.request
    found: list[tuple[str, str]] = []
    for value in request.headers.all("cookie") if request and request.headers is not None else ():
        for pair in value.split(";"):
            name, _, content = pair.strip().partition("=")
            if name:
                found.append((name, content))
    return tuple(found)


def credentials(scene: Scene) -> tuple[Credential, ...]:
    """Every credential that the request shows, the strongest first: Authorization, key headers, query, cookies."""
    found: list[Credential] = []
    request = scene.exchange.request
    if request and request.headers is not None:
        found += [authorization(value) for value in request.headers.all("authorization")]
        for name, value in request.headers:
            if name.lower() in KEY_HEADERS:
                found.append(Credential("key", f"request.headers.{name.lower()}", "", value))
    else:
        for where, text in texts(scene):
            if match := SHOWN_HEADER.search(text[:20000]):
                name, value = match.group(1).lower(), match.group(2)
                line = text.count("\n", 0, match.start(1)) + 1
                place = f"{where}:{line}"
                if name == "authorization":
                    found.append(authorization(value, place))
                else:
                    found.append(Credential("cookie" if name == "cookie" else "key", place, "", value))
    for name, value in query(scene):
        if name.lower() in KEY_PARAMETERS:
            found.append(Credential("query", f"request.url#{name}", "", value))
    parts = split_url(scene.exchange.url)
    if parts.username:
        found.append(Credential("basic", "request.url#userinfo", "", f"{parts.username}:{parts.password}"))
    for name, value in cookies(scene):
        if SESSION_COOKIE.search(name) and "csrf" not in name.lower() and "xsrf" not in name.lower():
            found.append(Credential("cookie", f"request.headers.cookie#{name}", "", value))
    return tuple(found)


def none_sent(scene: Scene) -> bool:
    """The request is shown and carries no credential of any kind; a cookie of any name counts as one."""
    if not headers_shown(scene) or cookies(scene):
        return False
    request = scene.exchange.request
    if request and any(name in ("cert", "user", "netrc", "negotiate", "ntlm", "digest") for name, _ in request.options):
        return False
    return not credentials(scene)


def jwt_of(scene: Scene) -> tuple[str, Token] | None:
    """The first JSON Web Token of the request (or, where no request is shown, of the pasted text), with its place."""
    for credential in credentials(scene):
        if token := credential.token:
            return f"{credential.where}#jwt", token
    if not headers_shown(scene):
        for where, text in texts(scene):
            if where != "response.body" and (token := find_jwt(text)):
                return f"{where}#jwt", token
    return None


def basic_user(credential: Credential) -> str:
    """The user name within Basic credentials (RFC 7617), or ""."""
    try:
        return binascii.a2b_base64(credential.value + "==").decode("utf-8", "replace").partition(":")[0]
    except (binascii.Error, ValueError):
        return ""
