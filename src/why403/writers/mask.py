"""Secrets masked: values that a case carries, and values that have the shape of one. Applied to every string of a report.

A masked value keeps its beginning and a short fingerprint, so that two can still be told to be the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..model import Case, Exchange, Headers, Pattern, split_url

SECRET_HEADER = Pattern(
    r"authorization|cookie|token|secret|password|passwd|api-?key|apikey|-key$|signature|session|credential|jwt|assertion|"
    r"x-amz-security|crumb|nonce|auth(?:$|-key)",
    re.IGNORECASE,
)
SECRET_NAME = Pattern(
    r"^(?:pass|passwd|password|pwd|secret|client_secret|token|access_token|refresh_token|id_token|auth|auth_token|api_?key|"
    r"api-key|key|sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature|session|sessionid|sid|jwt|code|otp|"
    r"pin|private_token|csrf\w*|_?csrf\w*|authenticity_token|_token|credential|assertion)$",
    re.IGNORECASE,
)
# fields that speak of secrets without being one
PUBLIC = {
    "www-authenticate", "proxy-authenticate", "x-oauth-scopes", "x-accepted-oauth-scopes", "x-amz-signedheaders",
    "access-control-allow-headers", "access-control-request-headers", "x-ratelimit-key",
}  # fmt: skip
# opaque tokens by the shapes that their issuers publish, and schemes that precede one
SHAPES = Pattern(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{16,64}|gl[a-z]{2,5}-[\w-]{16,64}|"
    r"xox[abeprs]-[\w-]{10,250}|sk-[\w-]{16,250}|[rsp]k_(?:live|test)_\w{10,250}|AIza[\w-]{30,45}|ya29\.[\w-]{20,2000}|"
    r"npm_\w{30,50}|pypi-[\w-]{30,300}|hf_\w{20,60}|dop_v1_\w{30,80}|SG\.[\w-]{16,40}\.[\w-]{16,60}|"
    r"hvs\.[\w-]{20,200}|s\.[A-Za-z0-9]{24}|dapi[0-9a-f]{30,40}|(?:AKIA|ASIA)[A-Z0-9]{16}|pk\.eyJ[\w.-]{20,300}|"
    r"eyJ[\w-]{8,20000}\.[\w-]{2,200000}\.?[\w-]{0,20000})",
)
AFTER_WORD = Pattern(
    r"((?:\bBearer|\bBasic|\btoken|\bApiKey)\s+|\b(?:password|passwd|pwd|secret|access_token|refresh_token|client_secret|"
    r"api_?key|apikey|X-Amz-Signature|X-Amz-Security-Token|Signature|sig|private_token)[\"'\\]{0,2}\s{0,2}[=:]\s{0,2}[\"'\\]{0,2})"
    r"([A-Za-z0-9+/=_.~%-]{12,20000})",
    re.IGNORECASE,
)
# what must stand in a text for a shape, or a word before a secret, to be there: a pattern is compiled only then
CUES = (
    "gh",
    "glpat",
    "gl",
    "xox",
    "sk-",
    "k_live",
    "k_test",
    "AIza",
    "ya29",
    "npm_",
    "pypi-",
    "hf_",
    "dop_v1",
    "SG.",
    "hvs.",
    "s.",
    "dapi",
    "AKIA",
    "ASIA",
    "eyJ",
    "pk.",
)
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
USERINFO = Pattern(r"(://[^\s/:@]{1,200}:)([^\s/@]{1,500})(@)")
KEEP = Pattern(
    r"^(?:undefined|null|none|nan|true|false|\[object object\]|no-check|bearer|basic|token|required|missing|invalid|\d{1,10}|"
    r"[$<{%].*|\w*(?:example|placeholder)\w*)$",
    re.IGNORECASE,
)
SHORTEST = 6  # letters of a value that is looked for wherever it stands


def fingerprint(value: str) -> str:
    """Six hexadecimal digits by which equal secrets are recognised; they do not lead back to the value."""
    try:
        from _blake2 import blake2s  # hashlib brings OpenSSL along, which costs a tenth of the run
    except ImportError:
        from hashlib import blake2s

    return blake2s(value.encode("utf-8", "surrogatepass"), digest_size=3, person=b"why403").hexdigest()


def masked(value: str) -> str:
    """A secret's beginning, where it is long enough to afford one, and its fingerprint."""
    shown = 4 if len(value) >= 20 else 0
    return f"{value[:shown]}…[{len(value)} letters #{fingerprint(value)}]"


def _of_headers(headers: Headers | None) -> Iterator[str]:
    for name, value in headers or ():
        lowered = name.lower()
        if lowered in PUBLIC or not SECRET_HEADER.search(lowered):
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
    from urllib.parse import parse_qsl

    try:
        pairs = parse_qsl(text, max_num_fields=10_000)
    except ValueError:
        return
    yield from (value for name, value in pairs if SECRET_NAME.match(name))


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
            for name, value in re.findall(r"\"([\w-]{2,40})\"\s{0,4}:\s{0,4}\"((?:[^\"\\]|\\.){1,4000})\"", body):
                if SECRET_NAME.match(name):
                    yield value
        else:
            yield from _of_pairs(body)


def _unquoted(value: str) -> str:
    if "%" not in value:
        return value
    from urllib.parse import unquote

    return unquote(value)


def secrets(case: Case) -> tuple[str, ...]:
    """The secret values that a case carries, in every spelling in which they may be quoted, the longest first."""
    found: set[str] = set()
    for exchange in case.exchanges:
        for value in _of_exchange(exchange):
            for spelling in (value, _unquoted(value)):
                if len(spelling) >= SHORTEST and not KEEP.match(spelling):
                    found.add(spelling)
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


def masker(case: Case) -> Callable[[str], str]:
    """A function that masks this case's secrets, and whatever has the shape of one, in any text."""
    known = secrets(case)

    def replace_shape(found: re.Match[str]) -> str:
        return masked(found.group())

    def replace_after(found: re.Match[str]) -> str:
        value = found.group(2)
        if KEEP.match(value) or "…[" in value or not re.search(r"\d", value):
            return found.group()
        return found.group(1) + masked(value)

    def mask(text: str) -> str:
        for value in known:
            if value in text:
                text = text.replace(value, masked(value))
        if any(cue in text for cue in CUES):
            text = SHAPES.sub(replace_shape, text)
        if any(word in text.lower() for word in WORDS):
            text = AFTER_WORD.sub(replace_after, text)
        return USERINFO.sub(r"\1…\3", text) if "@" in text else text

    return mask
