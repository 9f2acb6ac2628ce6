"""Secrets masked: values that a case carries, and values that have the shape of one. Applied to every string of a report.

A masked value keeps its beginning and a short fingerprint, so that two can still be told to be the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..model import Case, Exchange, Headers, Pattern, query_pairs, split_url, unquoted
from ..tokens.masking import fingerprint as fingerprint
from ..tokens.masking import masked as masked
from ..tokens.places import PASSWORDS, TOKENS
from ..tokens.shapes import find

# a header field of such a name (lowered) holds a secret
SECRET_WORDS = (
    "authorization", "cookie", "token", "secret", "password", "passwd", "api-key", "apikey", "signature", "session", "credential",
    "jwt", "assertion", "x-amz-security", "crumb", "nonce", "auth-key", "authentication",
)  # fmt: skip
SECRET_ENDS = ("-key", "auth")
# parameters and members of such a name (lowered) hold one; a set costs a start less than a pattern
SECRET_NAMES = frozenset((
    "pass", "passwd", "password", "pwd", "secret", "client_secret", "token", "access_token", "refresh_token", "id_token", "auth",
    "auth_token", "api_key", "apikey", "api-key", "key", "sig", "signature", "x-amz-signature", "x-amz-security-token",
    "x-goog-signature", "session", "sessionid", "sid", "jwt", "code", "otp", "pin", "private_token", "authenticity_token",
    "_token", "credential", "assertion",
    *PASSWORDS, *TOKENS,
))  # fmt: skip
SECRET_NAME_ENDS = (
    "password", "passwd", "passcode", "passphrase", "secret", "token", "apikey", "api_key", "access_key", "secret_key", "private_key",
)  # fmt: skip
# fields that speak of secrets without being one
PUBLIC = {
    "www-authenticate", "proxy-authenticate", "x-oauth-scopes", "x-accepted-oauth-scopes", "x-amz-signedheaders",
    "access-control-allow-headers", "access-control-request-headers", "x-ratelimit-key",
}  # fmt: skip
# tokens that are JSON by their first letters; the opaque ones are known by tokens/shapes.toml
ENCODED = Pattern(r"\beyJ[\w-]{8,20000}\.[\w-]{2,200000}\.?[\w-]{0,20000}")
AFTER_WORD = Pattern(
    r"((?:\bBearer|\bBasic|\btoken|\bApiKey)\s+|\b(?:password|passwd|pwd|secret|access_token|refresh_token|client_secret|"
    r"api_?key|apikey|X-Amz-Signature|X-Amz-Security-Token|Signature|sig|private_token)[\"'\\]{0,2}\s{0,2}[=:]\s{0,2}[\"'\\]{0,2})"
    r"([A-Za-z0-9+/=_.~%-]{12,20000})",
    re.IGNORECASE,
)
# what must stand in a text for a word before a secret to be there: the pattern is compiled only then
WORDS = (
    "bearer ",
    "basic ",
    "token",
    "apikey",
    "password",
    "passwd",
    "pwd",
    "secret",
    "api_key",
    "signature",
    "sig=",
    "sig:",
)
OTHERS = {ord(sign): "0" for sign in "+/=_.~%-"}  # what a secret is made of, beside letters and digits
USERINFO = Pattern(r"(://[^\s/:@]{1,200}:)([^\s/@]{1,500})(@)")
# what stands where a secret should be and is none
KEPT = {
    "undefined", "null", "none", "nan", "true", "false", "[object object]", "no-check", "bearer", "basic", "token", "required",
    "missing", "invalid",
}  # fmt: skip
SHORTEST = 6  # letters of a value that is looked for wherever it stands


def kept(value: str) -> bool:
    """Whether a value is no secret: a word, a short number, a variable, a placeholder, an example."""
    lowered = value.lower()
    if lowered in KEPT or value[:1] in ("$", "<", "{", "%") or (value.isdigit() and len(value) <= 10):
        return True
    return ("example" in lowered or "placeholder" in lowered) and lowered.replace("_", "").isalnum()


def secret_name(name: str) -> bool:
    """Whether a parameter or member of this name holds a secret."""
    lowered = name.lower().rstrip("]")
    return (
        lowered in SECRET_NAMES
        or lowered.startswith(("csrf", "_csrf"))
        or lowered.replace("-", "_").endswith(SECRET_NAME_ENDS)
    )


def secret_header(name: str) -> bool:
    """Whether a header field of this name (lowered) holds a secret."""
    name = name.replace("_", "-")
    return name not in PUBLIC and (name.endswith(SECRET_ENDS) or any(word in name for word in SECRET_WORDS))


def _of_headers(headers: Headers | None) -> Iterator[str]:
    for name, value in headers or ():
        lowered = name.lower()
        if not secret_header(lowered):
            continue
        if "cookie" in lowered:
            parts = value.split(";") if lowered == "cookie" else value.split(";")[:1]
            for part in parts:
                yield part.partition("=")[2].strip()
            continue
        scheme, _, rest = value.strip().partition(" ")
        yield rest.strip() if rest and len(scheme) < 20 else value.strip()
        for found in re.finditer(r"Signature=([0-9a-fA-F]{32,})", value):
            yield found.group(1)


def _of_pairs(text: str) -> Iterator[str]:
    if "=" not in text:
        return
    yield from (value for name, value in query_pairs(text) if value and secret_name(name))


def _of_exchange(exchange: Exchange) -> Iterator[str]:
    request, response = exchange.request, exchange.response
    if response:
        yield from _of_headers(response.headers)
    if not request:
        return
    yield from _of_headers(request.headers)
    parts = split_url(request.url)
    yield parts.password
    yield from _of_pairs(parts.query)
    if request.body and len(request.body) < 1 << 20:
        body = request.body.decode("utf-8", "replace")
        if body[:1] in "{[":
            for name, value in re.findall(r"\"([\w.\[\]-]{2,60})\"\s{0,4}:\s{0,4}\"((?:[^\"\\]|\\.){1,4000})\"", body):
                if secret_name(name):
                    yield value
        else:
            yield from _of_pairs(body)


def secrets(case: Case) -> tuple[str, ...]:
    """The secret values that a case carries, in every spelling in which they may be quoted, the longest first."""
    found: set[str] = set()
    for exchange in case.exchanges:
        for value in _of_exchange(exchange):
            for spelling in (value, unquoted(value)):
                if len(spelling) >= SHORTEST and not kept(spelling):
                    found.add(spelling)
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


def _may_follow(text: str) -> bool:
    """Whether a word that announces a secret may be followed by one: by twelve letters of those that secrets are made of."""
    lowered = text.lower()
    for word in WORDS:
        at = lowered.find(word)
        while at >= 0:
            at += len(word)
            value = text[at : at + 40].lstrip(" \t\r\n=:\"'\\")[:12]
            if len(value) == 12 and value.translate(OTHERS).isalnum():
                return True
            at = lowered.find(word, at)
    return False


def masker(case: Case) -> Callable[[str], str]:
    """A function that masks this case's secrets, and whatever has the shape of one, in any text."""
    known = secrets(case)

    def replace_shape(found: re.Match[str]) -> str:
        return masked(found.group())

    def replace_after(found: re.Match[str]) -> str:
        value = found.group(2)
        if kept(value) or "…[" in value or not re.search(r"\d", value):
            return found.group()
        return found.group(1) + masked(value)

    def mask(text: str) -> str:
        for value in known:
            if value in text:
                text = text.replace(value, masked(value))
        if "eyJ" in text:
            text = ENCODED.sub(replace_shape, text)
        for begin, end, shape in reversed(find(text)):
            if shape.secret:
                text = text[:begin] + masked(text[begin:end]) + text[end:]
        if _may_follow(text):
            text = AFTER_WORD.sub(replace_after, text)
        return USERINFO.sub(r"\1…\3", text) if "@" in text else text

    return mask
