"""A request signed anew, in the form in which it came: in Authorization, or presigned in its query."""

from __future__ import annotations

from datetime import datetime

from ...model import Headers, Request
from ...model.frozen import NamedTuple
from .canonical import EMPTY, PLAIN, UNSIGNED, Canonical, body_hash, canonical, encode, host_of, target
from .presented import AWS, HEX, Dialect
from .signature import Credentials, Scope, ToSign, signature

# what is signed beside Host and x-amz-*: what nobody changes on the way and what servers act upon
COVERED = ("content-type", "content-md5", "range")
OURS = (
    "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature",
    "X-Amz-Security-Token",
)  # fmt: skip


class Signed(NamedTuple):
    """A signed request, and how its signature came about."""

    request: Request
    canonical: Canonical
    to_sign: ToSign
    signature: str


def sign(request: Request, credentials: Credentials, scope: Scope, at: datetime, dialect: Dialect = AWS) -> Signed:
    """The request with a new Authorization, X-Amz-Date and, where they belong, X-Amz-Content-Sha256 and the session token.

    What it was signed with before is dropped; a declared payload that is a marker (UNSIGNED-PAYLOAD, STREAMING-...) is kept.
    """
    fields, date = dialect.fields, f"{at:%Y%m%dT%H%M%SZ}"
    headers = (request.headers if request.headers is not None else Headers()).without("authorization", "date")
    said = headers.first(f"{fields}content-sha256")
    headers = headers.without(f"{fields}date", f"{fields}security-token", f"{fields}content-sha256")
    if not headers.has("host"):
        headers = Headers((("Host", host_of(request)), *headers))
    titled = "-".join(word.capitalize() for word in fields.rstrip("-").split("-"))
    headers = Headers((*headers, (f"{titled}-Date", date)))
    if credentials.token:
        headers = Headers((*headers, (f"{titled}-Security-Token", credentials.token)))
    if said is not None or scope.service in PLAIN:
        marker = said if said and not HEX.fullmatch(said) else None
        headers = Headers((*headers, (f"{titled}-Content-Sha256", marker or body_hash(request) or UNSIGNED)))
    names = sorted({name.lower() for name, _ in headers if _covered(name.lower(), fields)})
    request = request._replace(url=_bare(request, dialect), headers=headers)
    spelt = canonical(request, scope.service, names)
    to_sign = ToSign(f"{dialect.prefix}-HMAC-SHA256", date, scope.text, spelt.hash)
    value = signature(credentials.secret, scope, to_sign.text, dialect.prefix)
    credential = f"Credential={credentials.key_id}/{scope.text}"
    text = f"{to_sign.algorithm} {credential}, SignedHeaders={';'.join(names)}, Signature={value}"
    return Signed(request._replace(headers=Headers((*headers, ("Authorization", text)))), spelt, to_sign, value)


def presign(
    request: Request, credentials: Credentials, scope: Scope, at: datetime, expires: int, dialect: Dialect = AWS
) -> Signed:
    """The request with its signature in the query, good for `expires` seconds."""
    titled = "-".join(word.capitalize() for word in dialect.fields.rstrip("-").split("-"))
    headers = (request.headers if request.headers is not None else Headers()).without("authorization")
    names = sorted({"host", *(name.lower() for name, _ in headers if name.lower().startswith(dialect.fields))})
    date = f"{at:%Y%m%dT%H%M%SZ}"
    pairs = [
        ("Algorithm", f"{dialect.prefix}-HMAC-SHA256"),
        ("Credential", f"{credentials.key_id}/{scope.text}"),
        ("Date", date),
        ("Expires", str(expires)),
        ("SignedHeaders", ";".join(names)),
    ]
    if credentials.token:
        pairs.append(("Security-Token", credentials.token))
    bare = _bare(request, dialect)
    added = "&".join(f"{titled}-{name}={encode(value)}" for name, value in pairs)
    url = f"{bare}{'&' if '?' in bare else '?'}{added}"
    request = request._replace(url=url, headers=headers)
    spelt = canonical(request, scope.service, names, presigned=True)
    if scope.service not in PLAIN and spelt.payload is None:
        spelt = spelt._replace(payload=EMPTY)
    to_sign = ToSign(f"{dialect.prefix}-HMAC-SHA256", date, scope.text, spelt.hash)
    value = signature(credentials.secret, scope, to_sign.text, dialect.prefix)
    return Signed(request._replace(url=f"{url}&{titled}-Signature={value}"), spelt, to_sign, value)


def _covered(name: str, fields: str) -> bool:
    return name == "host" or name in COVERED or name.startswith(fields)


def _bare(request: Request, dialect: Dialect) -> str:
    """The URL without the parameters of an earlier signature."""
    url = (request.url or "").partition("#")[0]
    if not target(request).query:
        return url
    before, _, query = url.partition("?")
    low = tuple(name.lower().replace("x-amz-", dialect.fields) + "=" for name in OURS)
    kept = "&".join(part for part in query.split("&") if not part.lower().startswith(low))
    return f"{before}?{kept}" if kept else before
