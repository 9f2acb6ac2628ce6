"""Faults by name: one change each, and the part that it breaks. Three families, by where the change happens.

On the way: what was signed is shown, the server's answer is over what arrived. In the request: it contradicts itself. In the signer:
the request is sent as it stands, and something else was signed; that can be told with the key only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from unittest import mock
from urllib.parse import quote, unquote

from botocore import auth

from why403.model import Headers, Request

from .world import DATE, PLANS, SECRET, Plan, answer, s3_answer, signed, signer


class Broken(NamedTuple):
    """A request broken in one place, what is seen of it, and the place."""

    name: str
    shown: Request
    answer: str
    part: str
    date: str = DATE
    key: str | None = None  # the secret that is given to `why403 sign`


def url(request: Request, change: Callable[[str, str], tuple[str, str]]) -> Request:
    """The request with another path and query."""
    site, _, rest = (request.url or "").partition("://")
    host, _, target = rest.partition("/")
    path, _, query = target.partition("?")
    path, query = change("/" + path, query)
    return request._replace(url=f"{site}://{host}{path}" + (f"?{query}" if query else ""))


def put(request: Request, name: str, value: str | None) -> Request:
    """The request with another header, or without it."""
    headers = request.headers or Headers()
    return request._replace(headers=headers.without(name) if value is None else headers.put(name, value))


def path(change: Callable[[str], str]) -> Callable[[Request], Request]:
    """A change of the path."""
    return lambda request: url(request, lambda path, query: (change(path), query))


def query(change: Callable[[str], str]) -> Callable[[Request], Request]:
    """A change of the query."""
    return lambda request: url(request, lambda path, query: (path, change(query)))


def header(name: str, change: Callable[[str], str | None]) -> Callable[[Request], Request]:
    """A change of a header that is there and signed."""

    def apply(request: Request) -> Request:
        value = (request.headers or Headers()).first(name)
        if value is None or name not in signed_names(request):
            return request
        return put(request, name, change(value))

    return apply


def signed_names(request: Request) -> str:
    """What the request names as signed."""
    return (request.headers or Headers()).first("authorization") or (request.url or "").replace("%3B", ";")


def body(change: Callable[[bytes], bytes]) -> Callable[[Request], Request]:
    """A change of the body, where the server hashes it."""

    def apply(request: Request) -> Request:
        if not request.body or (request.headers or Headers()).has("x-amz-content-sha256"):
            return request
        return request._replace(body=change(request.body))

    return apply


def again(text: str) -> bytes:
    """JSON written anew, as a client library does."""
    return json.dumps(json.loads(text), separators=(",", ":")).encode()


ON_THE_WAY: tuple[tuple[str, str, Callable[[Request], Request]], ...] = (
    ("the method turned by a redirect", "method", lambda r: r._replace(method="GET" if r.method != "GET" else "POST")),
    ("a HEAD on a link for GET", "method", lambda r: r._replace(method="HEAD") if r.method == "GET" else r),
    ("a slash added to the path", "path", path(lambda p: p + "/")),
    ("the path encoded twice", "path", path(lambda p: p.replace("%", "%25"))),
    ("the path's first segment taken away", "path", path(lambda p: "/" + p[1:].partition("/")[2] if p.count("/") > 1 else p)),
    ("a stage put before the path", "path", path(lambda p: "/v1" + p)),
    ("the path in lower case", "path", path(str.lower)),
    ("the path rewritten", "path", path(lambda p: "/index.html")),
    ("a doubled slash removed", "path", path(lambda p: p.replace("//", "/"))),
    ("a campaign's parameter added", "query", query(lambda q: q + "&utm_source=mail")),
    ("a cache buster put first", "query", query(lambda q: "_=1795168800" + "&" + q)),
    ("a parameter dropped", "query", query(lambda q: "&".join(q.split("&")[1:]) if "X-Amz" not in q.split("&")[0] else q)),
    ("a parameter's value changed", "query", query(lambda q: q.replace("=10", "=11").replace("=3", "=4").replace("=1&", "=2&"))),
    ("the query encoded twice", "query", query(lambda q: "&".join(
        part if part.startswith("X-Amz") else part.replace("%", "%25") for part in q.split("&")))),
    ("spaces of the query turned to pluses", "query", query(lambda q: q.replace("%20", "%2B"))),
    ("a parameter there twice", "query", query(lambda q: q + "&" + q.split("&")[0])),
    ("an empty query", "query", query(lambda q: "" if "X-Amz" not in q else q)),
    ("Host of the upstream", "header:host", header("host", lambda v: "backend.internal:8080")),
    ("Host with a port", "header:host", header("host", lambda v: v + ":443")),
    ("Host of a CDN", "header:host", header("host", lambda v: "cdn.shop.example")),
    ("a charset added to Content-Type", "header:content-type", header("content-type", lambda v: v + "; charset=utf-8")),
    ("another Content-Type", "header:content-type", header("content-type", lambda v: "application/octet-stream")),
    ("Content-Type taken away", "header:content-type", header("content-type", lambda v: None)),
    ("a signed header's value changed", "header:x-amz-meta-owner", header("x-amz-meta-owner", lambda v: v.upper())),
    ("a signed header dropped", "header:x-amz-meta-owner", header("x-amz-meta-owner", lambda v: None)),
    ("a signed header there twice", "header:x-amz-meta-owner", header("x-amz-meta-owner", lambda v: v + ",carol")),
    ("the list in a header in another order", "header:x-amz-meta-owner", header(
        "x-amz-meta-owner", lambda v: ", ".join(reversed(v.split(", "))))),
    ("the target of another operation", "header:x-amz-target", header("x-amz-target", lambda v: v.replace("List", "Describe"))),
    ("another session token", "token", header("x-amz-security-token", lambda v: v + "x")),
    ("the session token dropped", "token", header("x-amz-security-token", lambda v: None)),
    ("another payload declared", "payload", lambda r: put(r, "x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        if (r.headers or Headers()).has("x-amz-content-sha256") else r),
    ("the body emptied", "payload", body(lambda b: b"")),
    ("the body's last line end cut", "payload", body(lambda b: b.rstrip(b"\n"))),
    ("the body written anew", "payload", body(lambda b: again(b.decode()))),
    ("a letter of the body changed", "payload", body(lambda b: b.replace(b"3", b"4").replace(b"Rex", b"Max").replace(b"all", b"ALL"))),
    ("X-Amz-Date set anew", "date", header("x-amz-date", lambda v: "20261120T100003Z")),
)  # fmt: skip

EXTRA = {  # headers that some signers sign, and what becomes of them on the way
    "user-agent": ("shop-sdk/1.0", "Mozilla/5.0"),
    "accept-encoding": ("identity", "gzip, deflate, br"),
    "x-forwarded-for": ("192.0.2.7", "192.0.2.7, 198.51.100.1"),
    "content-length": ("28", "41"),
    "cache-control": ("no-cache", "max-age=0"),
    "range": ("bytes=0-9", ""),
    "content-md5": ("1B2M2Y8AsgTpgAmY7PhCfg==", "XrY7u+Ae7tCTyyK7j1rNww=="),
}


def on_the_way() -> Iterator[Broken]:
    """What was signed is shown; the answer is over what arrived."""
    for plan in PLANS:
        sent = signed(plan)
        for name, part, change in ON_THE_WAY:
            if part == "token" and plan.presigned:
                continue
            arrived = change(sent)
            if arrived != sent:
                shown = answer(plan, arrived)
                # only what the server computes differently is a fault: dot segments, say, are resolved for all but S3
                if shown != answer(plan, sent):
                    yield Broken(f"{plan.name}: {name}", sent, shown, part)
    for plan in PLANS[:8:3]:
        for name, (before, after) in EXTRA.items():
            with mock.patch.object(auth, "SIGNED_HEADERS_BLACKLIST", []):
                sent = signed(plan._replace(headers=(*plan.headers, (name, before))))
            arrived = put(sent, name, after or None)
            yield Broken(f"{plan.name}: {name} rewritten", sent, answer(plan, arrived), f"header:{name}")


def authorization(change: Callable[[str], str]) -> Callable[[Request], Request]:
    """A change of the Authorization, or of the signed query."""

    def apply(request: Request) -> Request:
        value = (request.headers or Headers()).first("authorization")
        if value is not None:
            return put(request, "Authorization", change(value))
        before, _, after = (request.url or "").partition("?")
        return request._replace(url=before + "?" + quote(change(unquote(after)), safe="=&%/-_.~").replace("%", "%"))

    return apply


def replaced(old: str, new: str) -> Callable[[Request], Request]:
    """A word replaced wherever the signature stands."""

    def apply(request: Request) -> Request:
        headers = request.headers or Headers()
        value = headers.first("authorization")
        if value is not None:
            return put(request, "Authorization", value.replace(old, new))
        coded = quote(old, safe="")
        return request._replace(url=(request.url or "").replace(coded, quote(new, safe="")))

    return apply


IN_THE_REQUEST: tuple[tuple[str, str, Callable[[Request], Request]], ...] = (
    ("another region than the host's", "scope.region", replaced("/eu-west-1/", "/us-east-1/")),
    ("another service than the host's", "scope.service", lambda r: replaced("/es/", "/s3/")(replaced(
        "/dynamodb/", "/s3/")(replaced("/execute-api/", "/lambda/")(replaced("/s3/", "/sqs/")(r))))),
    ("a scope of yesterday", "scope.date", replaced("/20261120/", "/20261119/")),
    ("a scope that ends otherwise", "scope.terminator", replaced("/aws4_request", "/aws4request")),
    ("a scope without its end", "scope.terminator", replaced("/aws4_request", "")),
    ("an algorithm that does not exist", "algorithm", lambda r: replaced("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")(r)
        if (r.headers or Headers()).has("authorization") else r._replace(url=(r.url or "").replace("HMAC-SHA256", "HMAC-SHA1"))),
    ("a signature cut off", "signature", lambda r: put(r, "Authorization", (r.headers or Headers()).first("authorization")[:-9])  # type: ignore[index]
        if (r.headers or Headers()).has("authorization") else r._replace(url=(r.url or "")[:-9])),
    ("a signature that is missing", "signature", lambda r: put(
        r, "Authorization", ((r.headers or Headers()).first("authorization") or "").partition(", Signature")[0])
        if (r.headers or Headers()).has("authorization") else r._replace(url=(r.url or "").partition("&X-Amz-Signature")[0])),
    ("signed headers in another order", "signed-headers", replaced("host;x-amz-", "x-amz-date;host;x-amz-")),
    ("Host not signed", "header:host", replaced(";host;", ";")),
    ("a date in another form", "date", lambda r: put(r, "X-Amz-Date", "2026-11-20T10:00:00Z")
        if (r.headers or Headers()).has("x-amz-date") else r._replace(url=(r.url or "").replace("20261120T100000Z", "20261120"))),
    ("no date", "date", lambda r: put(r, "X-Amz-Date", None) if (r.headers or Headers()).has("x-amz-date") else r._replace(
        url=(r.url or "").replace("X-Amz-Date=20261120T100000Z&", ""))),
    ("a body that was changed", "payload", lambda r: r._replace(body=(r.body or b"").replace(b"h", b"j").replace(b"a", b"o"))
        if (r.headers or Headers()).has("x-amz-content-sha256") and r.body else r),
    ("a payload's hash that is none", "payload", lambda r: put(r, "x-amz-content-sha256", "unsigned")
        if (r.headers or Headers()).has("x-amz-content-sha256") else r),
    ("no payload's hash", "payload", lambda r: put(r, "x-amz-content-sha256", None)
        if (r.headers or Headers()).has("x-amz-content-sha256") else r),
    ("no session token", "token", lambda r: put(r, "x-amz-security-token", None)
        if (r.headers or Headers()).has("x-amz-security-token") else r),
    ("a left-over session token", "token", lambda r: put(r, "X-Amz-Security-Token", "example-token")
        if not (r.headers or Headers()).has("x-amz-security-token") and (r.headers or Headers()).has("authorization") else r),
    ("a link of eight days", "expires", lambda r: r._replace(url=(r.url or "").replace("X-Amz-Expires=900", "X-Amz-Expires=691200"))),
    ("a link of no time", "expires", lambda r: r._replace(url=(r.url or "").replace("X-Amz-Expires=900", "X-Amz-Expires=15m"))),
    ("a link without its end", "expires", lambda r: r._replace(url=(r.url or "").replace("X-Amz-Expires=900&", ""))),
    ("a link with HTML escapes", "query", lambda r: r._replace(url=(r.url or "").replace("&X-Amz", "&amp;X-Amz"))
        if "X-Amz-Sig" in (r.url or "") else r),
    ("a link with its names in lower case", "query", lambda r: r._replace(url=(r.url or "").replace("X-Amz-", "x-amz-"))
        if "X-Amz-Sig" in (r.url or "") else r),
)  # fmt: skip
LATER = {
    "expires": ("Fri, 20 Nov 2026 10:16:00 GMT", True),
    "clock": ("Fri, 20 Nov 2026 09:40:00 GMT", True),
}
SKEWED = {
    "an hour late": "Fri, 20 Nov 2026 11:00:00 GMT",
    "an hour early": "Fri, 20 Nov 2026 09:00:00 GMT",
    "sixteen minutes late": "Fri, 20 Nov 2026 10:16:10 GMT",
    "a day late": "Sat, 21 Nov 2026 10:00:00 GMT",
}


def in_the_request() -> Iterator[Broken]:
    """The request contradicts itself, its host or the server's clock; the answer shows nothing."""
    bare = '{"message": "Forbidden"}'
    for plan in PLANS:
        sent = signed(plan)
        for name, part, change in IN_THE_REQUEST:
            broken = change(sent)
            if broken != sent:
                yield Broken(f"{plan.name}: {name}", broken, bare, part)
        if plan.presigned:
            for part, (date, _) in LATER.items():
                yield Broken(f"{plan.name}: asked for at {date}", sent, bare, part, date)
        else:
            for name, date in SKEWED.items():
                yield Broken(f"{plan.name}: {name}", sent, bare, "clock", date)
        if plan.service == "s3" and not plan.presigned:
            extra = put(sent, "x-amz-acl", "private")
            refused = s3_answer(plan, sent, Code="AccessDenied", HeadersNotSigned="x-amz-acl")
            yield Broken(f"{plan.name}: a header that is not signed", extra, refused, "header:x-amz-acl")


def canonical(change: Callable[[list[str]], list[str]]) -> Callable[[auth.SigV4Auth], None]:
    """A signer that writes another canonical request."""

    def apply(by: auth.SigV4Auth) -> None:
        right = by.canonical_request
        by.canonical_request = lambda request: "\n".join(change(right(request).split("\n")))

    return apply


def line(at: int, change: Callable[[str], str]) -> Callable[[auth.SigV4Auth], None]:
    """A signer that writes one line of the canonical request otherwise."""
    return canonical(lambda lines: [*lines[:at], change(lines[at]), *(lines[at + 1 :] if at != -1 else [])])


def field(name: str, change: Callable[[str], str]) -> Callable[[auth.SigV4Auth], None]:
    """A signer that writes one header otherwise."""
    return canonical(lambda lines: [
        f"{name}:{change(text.partition(':')[2])}" if text.startswith(name + ":") else text for text in lines
    ])  # fmt: skip


def keyed(change: Callable[[Any, str, Any], str]) -> Callable[[auth.SigV4Auth], None]:
    """A signer that makes its key otherwise."""

    def apply(by: auth.SigV4Auth) -> None:
        by.signature = lambda string, request: change(by, string, request)

    return apply


def chain(start: bytes, *parts: str) -> bytes:
    """HMACs one after the other."""
    for part in parts:
        start = hmac.new(start, part.encode(), hashlib.sha256).digest()
    return start


def last(key: bytes, string: str) -> str:
    """The last HMAC."""
    return hmac.new(key, string.encode(), hashlib.sha256).hexdigest()


def _hex_chain(by: Any, string: str, request: Any) -> str:
    key = f"AWS4{by.credentials.secret_key}".encode()
    for part in ("20261120", by._region_name, by._service_name, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).hexdigest().encode()
    return last(key, string)


IN_THE_SIGNER: tuple[tuple[str, str, Callable[[auth.SigV4Auth], None]], ...] = (
    ("the path encoded once more", "path", line(1, lambda p: p.replace("%", "%25"))),
    ("the path without encoding", "path", line(1, lambda p: unquote(unquote(p)))),
    ("the path with a slash at its end", "path", line(1, lambda p: p + "/")),
    ("the root for the path", "path", line(1, lambda p: "/")),
    ("the path normalised", "path", line(1, lambda p: p.replace("//", "/"))),
    ("no query", "query", line(2, lambda q: "")),
    ("pluses for spaces in the query", "query", line(2, lambda q: q.replace("%20", "+"))),
    ("the query without encoding", "query", line(2, unquote)),
    ("an empty body's hash", "payload", line(-1, lambda h: hashlib.sha256(b"").hexdigest())),
    ("an unsigned payload", "payload", line(-1, lambda h: "UNSIGNED-PAYLOAD")),
    ("the payload's hash in upper case", "payload", line(-1, lambda h: h.upper() if h != "UNSIGNED-PAYLOAD" else h)),
    ("another method", "method", line(0, lambda m: "PUT" if m != "PUT" else "POST")),
    ("the method in lower case", "method", line(0, str.lower)),
    ("Host with its port", "header:host", field("host", lambda h: h + ":443")),
    ("localhost for Host", "header:host", field("host", lambda h: "localhost")),
    ("Content-Type with a charset", "header:content-type", field("content-type", lambda v: v + "; charset=utf-8")),
    ("the empty line missing", "canonical", canonical(lambda lines: [text for at, text in enumerate(lines) if at != len(lines) - 3])),
    ("a line end at the end", "canonical", canonical(lambda lines: [*lines, ""])),
    ("a space after each colon", "signed-headers", canonical(
        lambda lines: [*lines[:3], *(text.replace(":", ": ", 1) for text in lines[3:-3]), *lines[-3:]])),
    ("a key for another region", "scope.region", keyed(lambda by, string, request: last(chain(
        f"AWS4{SECRET}".encode(), "20261120", "us-east-1", by._service_name, "aws4_request"), string))),
    ("a key for another service", "scope.service", keyed(lambda by, string, request: last(chain(
        f"AWS4{SECRET}".encode(), "20261120", by._region_name, "lambda", "aws4_request"), string))),
    ("a key of yesterday", "scope.date", keyed(lambda by, string, request: last(chain(
        f"AWS4{SECRET}".encode(), "20261119", by._region_name, by._service_name, "aws4_request"), string))),
    ("a key without AWS4", "key", keyed(lambda by, string, request: last(chain(
        SECRET.encode(), "20261120", by._region_name, by._service_name, "aws4_request"), string))),
    ("a key of hexadecimal digits", "key", keyed(_hex_chain)),
    ("the secret itself as the key", "key", keyed(lambda by, string, request: last(SECRET.encode(), string))),
)  # fmt: skip
SPOILED = {
    "a line end after the secret": SECRET + "\n",
    "a space after the secret": SECRET + " ",
    "the secret in quotation marks": f'"{SECRET}"',
    "the secret percent-encoded": quote(SECRET, safe=""),
    "the secret without its last letter": SECRET[:-1],
    "another secret": SECRET[::-1],
}


def unsorted(plan: Plan) -> auth.SigV4Auth:
    """A signer that takes the query as it is sent."""
    by = signer(plan)
    if not plan.presigned:
        by.canonical_query_string = lambda request: plan.url.partition("?")[2]
    return by


def in_the_signer() -> Iterator[Broken]:
    """The request is sent as it stands, and something else was signed. The key is given."""
    for plan in PLANS:
        right = signed(plan)
        for name, part, spoil in IN_THE_SIGNER:
            by = signer(plan)
            spoil(by)
            sent = signed(plan, by)
            if sent != right:
                yield Broken(f"{plan.name}: {name}", sent, answer(plan, sent), part, key=SECRET)
        sent = signed(plan, unsorted(plan))
        if sent != right:
            yield Broken(f"{plan.name}: the query not sorted", sent, answer(plan, sent), "query", key=SECRET)
        for name, secret in SPOILED.items():
            sent = signed(plan, signer(plan, secret))
            yield Broken(f"{plan.name}: {name}", sent, answer(plan, sent), "key", key=SECRET)
    for plan in PLANS[:6]:
        sent = signed(plan, signer(plan, SECRET[::-1]))
        yield Broken(f"{plan.name}: another secret, and no key at hand", sent, answer(plan, sent), "key")
