"""What is wrong with a signature by the request's own account: it contradicts itself, or what its host asks for.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html and the pages named at each rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ...model import Headers, Pattern, Request, Weight
from ..body import variants
from ..fault import Fault, part_of
from .canonical import EMPTY, PLAIN, UNSIGNED, body_hash, declared, host_of, sha256, target
from .endpoint import endpoint
from .presented import AWS, HEX, Presented, left_out

WEEK = 604_800  # seconds: the longest life of a presigned URL
SKEW = {
    "s3": 15
}  # minutes either way (RequestTimeTooSkewed); https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
SKEW_ELSEWHERE = 5
# set by the program that sends: what is copied out of it may lack them
ADDED = frozenset(("host", "content-length", "user-agent", "accept-encoding", "connection", "accept", ":authority"))
# what proxies, load balancers and clients rewrite on the way; AWS's own SDKs leave them unsigned
CHANGES = frozenset((
    "accept-encoding", "user-agent", "connection", "transfer-encoding", "via", "x-forwarded-for", "x-forwarded-proto",
    "x-forwarded-host", "x-forwarded-port", "forwarded", "x-amzn-trace-id", "x-real-ip", "cache-control", "te", "expect",
    "accept", "x-request-id", "traceparent", "keep-alive", "upgrade", "proxy-connection", "cf-connecting-ip",
))  # fmt: skip
PAYLOAD = Pattern(
    r"[0-9a-f]{64}|UNSIGNED-PAYLOAD|STREAMING-UNSIGNED-PAYLOAD-TRAILER|"
    r"STREAMING-AWS4-(?:HMAC-SHA256|ECDSA-P256-SHA256)-PAYLOAD(?:-TRAILER)?"
)
UNESCAPED = Pattern(r"%(?![0-9A-Fa-f]{2})|[^\x21-\x7e]|[\"<>\\^`{|}]")
TWICE = Pattern(r"%25[0-9A-Fa-f]{2}")


def inspect(request: Request, found: Presented, at: datetime | None) -> Iterator[Fault]:
    """The faults that the request shows by itself. `at`: the server's time of it, by which dates are judged."""
    yield from found.faults
    if found.algorithm and not _known(found):
        says = f"{found.algorithm!r} is no algorithm of this scheme; it must be {found.dialect.prefix}-HMAC-SHA256"
        yield Fault("algorithm", says, Weight.PROOF, found.where, found.algorithm)
    if found.signature and found.checkable and not HEX.fullmatch(found.signature) and not left_out(found.signature):
        says = f"A signature has 64 lower-case hexadecimal digits; this one has {len(found.signature)} letters"
        yield Fault("signature", says, Weight.STRONG, f"{found.where}#Signature")
    yield from _dates(found, at)
    yield from _scope(request, found)
    yield from _signed(request, found)
    yield from _payload(request, found)
    yield from _token(request, found)
    yield from _spelling(request, found)


def _known(found: Presented) -> bool:
    names = (f"{found.dialect.prefix}-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "GOOG4-RSA-SHA256")
    return found.algorithm in names


def _dates(found: Presented, at: datetime | None) -> Iterator[Fault]:
    where = f"request.url#{found.date_field}" if found.form == "query" else f"request.headers.{found.date_field}"
    signed = found.at
    if found.form == "header" and not found.date:
        says = "Neither X-Amz-Date nor Date is there: the server does not know when this was signed"
        yield Fault("date", says, Weight.PROOF, where, fix="Send X-Amz-Date, and sign it")
    elif signed is None and found.date:
        says = "The date must be in UTC in the basic form of ISO 8601, as in 20261120T100000Z"
        yield Fault("date", says, Weight.PROOF, where, found.date, fix="Write the date as 20261120T100000Z")
    if signed and len(found.scope.date) == 8 and found.scope.date.isdigit():
        day = f"{signed:%Y%m%d}"
        if day != found.scope.date:
            says = (
                f"The scope is of {found.scope.date}, the request's date is {found.date}: both must name one day (UTC)"
            )
            yield Fault("scope.date", says, Weight.PROOF, f"{found.where}#Credential", found.scope.date, day)
    if found.form == "query":
        if found.expires and not _sound(found.expires):
            says = f"X-Amz-Expires must be a number of seconds from 1 to {WEEK} (seven days)"
            place, mend = "request.url#X-Amz-Expires", "Sign a link for seven days at most"
            yield Fault("expires", says, Weight.PROOF, place, found.expires, fix=mend)
        elif at:
            yield from life(found, at)
    elif signed and at:
        yield from _skew(found, signed, at, where)


def life(found: Presented, at: datetime) -> Iterator[Fault]:
    """When a link begins and ends (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html)."""
    where, text, signed = "request.url#X-Amz-Expires", found.expires or "", found.at
    if not _sound(text) or signed is None:
        return
    end = signed + timedelta(seconds=int(text))
    if at > end:
        says = f"The link ended at {end:%Y-%m-%d %H:%M:%SZ}; it was asked for at {at:%Y-%m-%d %H:%M:%SZ}"
        yield Fault("expires", says, Weight.PROOF, where, f"{found.date} + {text} s", fix="Have a new link signed")
    elif signed - at > timedelta(minutes=15):
        says = f"The link begins at {signed:%Y-%m-%d %H:%M:%SZ}, after it was asked for ({at:%Y-%m-%d %H:%M:%SZ})"
        yield Fault("clock", says, Weight.PROOF, "request.url#X-Amz-Date", found.date, fix="Set the signer's clock")


def _sound(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:12]) <= WEEK


def _skew(found: Presented, signed: datetime, at: datetime, where: str) -> Iterator[Fault]:
    away, most = at - signed, SKEW.get(found.scope.service, SKEW_ELSEWHERE)
    minutes = abs(away.total_seconds()) / 60
    if minutes <= most:
        return
    weight = Weight.PROOF if minutes > 15 else Weight.STRONG
    side = "after" if away > timedelta() else "before"
    says = f"The server's clock stood {minutes:.0f} min {side} the signature's date; {most} min are allowed"
    hours = round(minutes / 30) / 2
    if abs(minutes - hours * 60) < 5 and 1 <= hours <= 14:
        says += f" (very nearly {hours:g} h: was local time written as UTC?)"
    yield Fault("clock", says, weight, where, found.date, f"{at:%Y%m%dT%H%M%SZ}", "Set the clock, and sign in UTC")


def _scope(request: Request, found: Presented) -> Iterator[Fault]:
    host, where = host_of(request), f"{found.where}#Credential"
    known = endpoint(host) if found.dialect is AWS else None
    if known is None:
        return
    scope = found.scope
    if known.region and scope.region != known.region and scope.region not in ("", "*"):
        says = f"Signed for the region {scope.region!r}; {host} is in {known.region}"
        yield Fault("scope.region", says, Weight.STRONG, where, scope.region, known.region, f"Sign for {known.region}")
    if known.service and scope.service != known.service and scope.service:
        if not (known.service == "s3" and scope.service in PLAIN):
            says = f"Signed for the service {scope.service!r}; {host} is {known.service}"
            yield Fault(
                "scope.service", says, Weight.STRONG, where, scope.service, known.service, f"Sign for {known.service}"
            )


def _signed(request: Request, found: Presented) -> Iterator[Fault]:
    where = f"{found.where}#SignedHeaders"
    names, text = found.signed, ";".join(found.signed)
    headers = request.headers
    if not names:
        return
    if any(name != name.lower() for name in names) or list(names) != sorted(names):
        says = "The names of the signed headers must be in lower case and sorted"
        yield Fault("signed-headers", says, Weight.STRONG, where, text, ";".join(sorted(map(str.lower, names))))
    low = [name.lower() for name in names]
    if "host" not in low and ":authority" not in low:
        says = "Host must be among the signed headers"
        yield Fault("header:host", says, Weight.PROOF, where, text, fix="Sign Host")
    if len(set(low)) != len(low):
        yield Fault("signed-headers", "A header is named twice", Weight.STRONG, where, text)
    if headers is None:
        return
    for name in dict.fromkeys(low):
        if name != "host" and not headers.has(name):
            weight = Weight.HINT if name in ADDED else Weight.STRONG
            says = f"{name} was signed and did not come along"
            yield Fault(part_of(name), says, weight, where, text, fix=f"Send {name} as it was signed")
    for name in dict.fromkeys(name.lower() for name, _ in headers):
        if name.startswith(found.dialect.fields) and name not in low:
            says = f"{name} is sent and not signed; every {found.dialect.fields}* header must be"
            weight = Weight.STRONG if found.scope.service in PLAIN and found.form == "header" else Weight.HINT
            yield Fault(part_of(name), says, weight, f"request.headers.{name}", fix=f"Sign {name}, or do not send it")
    for name in dict.fromkeys(low):
        if name in CHANGES:
            says = f"{name} is signed, and clients and proxies rewrite it on the way"
            yield Fault(part_of(name), says, Weight.HINT, where, name, fix=f"Leave {name} unsigned")
    own, asked = headers.first("host"), target(request)
    if own is not None and asked.hostname and own.lower().partition(":")[0].strip("[]") != asked.hostname:
        if asked.hostname != own.lower().rpartition(":")[0].strip("[]"):
            says = f"The request goes to {asked.hostname} and says Host: {own}"
            yield Fault("header:host", says, Weight.STRONG, "request.headers.host", own, asked.hostname)


def _payload(request: Request, found: Presented) -> Iterator[Fault]:
    """The declared payload (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html)."""
    said, where = declared(request), f"request.headers.{found.dialect.fields}content-sha256"
    if said is None:
        if found.scope.service in PLAIN and found.form == "header" and found.dialect is AWS and request.headers:
            says = "S3 needs x-amz-content-sha256: the body's hash, or UNSIGNED-PAYLOAD"
            sure = Weight.STRONG if endpoint(host_of(request)) else Weight.HINT
            yield Fault("payload", says, sure, where, fix="Send x-amz-content-sha256, and sign it")
        return
    if not PAYLOAD.fullmatch(said):
        says = "This is neither the SHA-256 of a body in lower-case hexadecimal digits nor a documented marker"
        yield Fault("payload", says, Weight.PROOF, where, said)
        return
    headers = request.headers or Headers()
    if said.startswith("STREAMING-"):
        if "aws-chunked" not in (headers.first("content-encoding") or "") and request.body:
            if b";chunk-signature=" not in request.body[:200] and "TRAILER" not in said:
                says = f"{said} announces a body in signed chunks; this one has none"
                yield Fault("payload", says, Weight.STRONG, where, said)
        return
    true = body_hash(request) if request.body is not None else None
    if said != UNSIGNED and request.body is not None and true != said:
        yield Fault("payload", altered(request.body, said), Weight.STRONG, where, said, true or "")
    elif request.body is None and said == EMPTY and (headers.first("content-length") or "0").strip() not in ("", "0"):
        says = "The hash of an empty body was signed, and a body is announced"
        yield Fault("payload", says, Weight.STRONG, where, said, headers.first("content-length") or "")


def altered(body: bytes, said: str) -> str:
    """In words, which body has the hash that was said, where one of the usual changes explains it."""
    found = next((words for words, other in variants(body) if other != body and sha256(other) == said), None)
    if found:
        return f"The hash is that of {found}; what is shown here is another"
    return "This is not the hash of the body that is shown"


def _token(request: Request, found: Presented) -> Iterator[Fault]:
    """ASIA begins temporary keys, AKIA long-term ones: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html."""
    if found.dialect is not AWS or (found.form == "header" and request.headers is None):
        return
    where = f"{found.where}#Credential"
    if found.key_id.startswith("ASIA") and not found.token:
        says = "The access key is temporary (ASIA...), and its session token does not come along"
        yield Fault("token", says, Weight.STRONG, where, fix="Send X-Amz-Security-Token, and sign it")
    if found.key_id.startswith("AKIA") and found.token:
        says = "A session token comes along with a long-term access key (AKIA...): it belongs to another key"
        yield Fault("token", says, Weight.STRONG, where, fix="Drop the left-over session token")
    if found.token and found.token != "".join(found.token.split()):
        yield Fault("token", "The session token has blanks or line ends in it", Weight.STRONG, where)
    if found.key_id != found.key_id.strip("\"' "):
        yield Fault("key", "The access key's id has quotation marks or blanks around it", Weight.STRONG, where)


def _spelling(request: Request, found: Presented) -> Iterator[Fault]:
    url = target(request)
    plain = found.scope.service in PLAIN
    if plain and TWICE.search(url.path):
        says = "The path is encoded twice (%25..); S3 encodes once"
        yield Fault("path", says, Weight.HINT, "request.url", url.path, fix="Encode the path once")
    if odd := UNESCAPED.search(url.path):
        says = f"{odd.group()!r} stands in the path unencoded; signer and sender may encode it in different ways"
        yield Fault("path", says, Weight.HINT, "request.url", url.path, fix="Percent-encode the path before signing")
    if plain and "+" in url.path:
        says = "A plus in the path of S3 is read as a space by some, as a plus by others"
        yield Fault("path", says, Weight.HINT, "request.url", url.path, fix="Write %2B for a plus and %20 for a space")
    if plain and "%2f" in url.path.lower():
        says = "An encoded slash (%2F) in the path of S3 is a slash to most that read it, and is signed as one"
        yield Fault("path", says, Weight.HINT, "request.url", url.path, fix="Leave the slashes of the path unencoded")
    if not plain and ("//" in url.path or "/./" in url.path or "/../" in url.path):
        says = "The path has empty or dot segments, which are resolved before it is signed"
        yield Fault("path", says, Weight.HINT, "request.url", url.path, fix="Ask for the normalised path")
    if "+" in url.query:
        says = "A plus in the query is read as a space and signed as %20; write %2B for a plus"
        yield Fault("query", says, Weight.HINT, "request.url", url.query, fix="Encode spaces as %20 and pluses as %2B")
    if odd := UNESCAPED.search(url.query):
        says = f"{odd.group()!r} stands in the query unencoded; signer and sender may encode it in different ways"
        yield Fault("query", says, Weight.HINT, "request.url", url.query, fix="Percent-encode the query before signing")
