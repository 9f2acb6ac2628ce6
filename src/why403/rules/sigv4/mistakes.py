"""The mistakes that signers make with the parts of the canonical request."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import quote, unquote, unquote_plus

from ...model import Request
from ..body import variants
from ..fault import part_of
from .canonical import EMPTY, UNSIGNED, Canonical, body_hash, encode, host_of, normalised, sha256, target
from .signing import Mistake


def once(part: str, field: str, right: str | None, values: Iterator[tuple[str, str]]) -> Iterator[Mistake]:
    """The spellings of one part that differ from the right one, each once."""
    seen = {right}
    for words, value in values:
        if value not in seen:
            seen.add(value)
            yield Mistake(part, words, {field: value})


def paths(request: Request, ours: Canonical) -> Iterator[tuple[str, str]]:
    """The path as signers may have spelt it, each in words."""
    sent = target(request).path or "/"
    plain = unquote(sent)
    yield "the path encoded twice", encode(sent, "/")
    yield "the path encoded once more", encode(ours.path, "/")
    yield "the path encoded once", encode(plain, "/")
    yield "the path as it was sent, not encoded again", sent
    yield "the path without percent-encoding", plain
    yield "the path normalised", encode(normalised(plain), "/")
    yield "the path normalised and encoded twice", encode(encode(normalised(plain), "/"), "/")
    yield "the path not normalised", encode(sent, "/")
    yield "the path without the slash at its end", ours.path.rstrip("/") or "/"
    yield "the path with a slash at its end", ours.path + "/"
    yield "the path with its slashes encoded", encode(plain)
    yield "the path with its first slash missing", ours.path[1:]
    yield "the path with letters left unencoded that encodeURIComponent leaves (!'()*)", quote(plain, "/~!'()*")
    yield "the path with letters left unencoded that encodeURI leaves", quote(plain, "/~!'()*;,?:@&=+$#")
    yield "the path with letters left unencoded that RFC 3986 allows in paths", quote(plain, "/~!$&'()*+,;=:@")
    yield "the path with + for a space", quote(plain, "/~").replace("%20", "+")
    yield "the path with a plus read as a space", encode(unquote_plus(sent), "/")
    yield "the path with percent-encoding in lower case", _lower(ours.path)
    yield "the path in lower case", ours.path.lower()
    yield "the path with its query", f"{sent}?{target(request).query}"
    yield "the root in place of the path", "/"
    yield "an empty path", ""
    first, _, rest = ours.path[1:].partition("/")
    yield f"the path without its first segment ({first})", "/" + rest
    bucket = host_of(request).partition(".")[0]
    yield f"the path with {bucket} before it", f"/{bucket}{ours.path}"
    yield "the whole URL in place of the path", request.url or ""
    yield "the path with every letter in Latin-1", quote(plain, "/~", encoding="latin-1", errors="replace")


def _lower(text: str) -> str:
    return "".join(part if at == 0 else "%" + part[:2].lower() + part[2:] for at, part in enumerate(text.split("%")))


def queries(request: Request, ours: Canonical) -> Iterator[tuple[str, str]]:
    """The query as signers may have spelt it, each in words."""
    sent = "&".join(
        part
        for part in target(request).query.split("&")
        if not part.lower().startswith(("x-amz-signature=", "x-goog-signature="))
    )
    parts = [part for part in sent.split("&") if part]
    pairs = [(unquote(name), unquote(value)) for name, _, value in (part.partition("=") for part in parts)]
    plus = [(unquote_plus(name), unquote_plus(value)) for name, _, value in (part.partition("=") for part in parts)]
    strict = [(encode(name), encode(value)) for name, value in pairs]
    yield "the query as it was sent, not sorted", sent
    yield "the query as it was sent, sorted, not encoded strictly", "&".join(sorted(parts))
    yield "the query encoded and not sorted", "&".join(f"{name}={value}" for name, value in strict)
    yield "the query with a plus kept as %2B", "&".join(f"{name}={value}" for name, value in sorted(strict))
    yield "the query with + for a space", ours.query.replace("%20", "+")
    yield "the query without percent-encoding", "&".join(f"{name}={value}" for name, value in sorted(pairs))
    yield "the query without percent-encoding, not sorted", "&".join(f"{name}={value}" for name, value in pairs)
    yield "the query encoded twice", "&".join(f"{encode(name)}={encode(value)}" for name, value in sorted(strict))
    yield "no query", ""
    yield (
        "the query with no = after a parameter without a value",
        "&".join(name if not value else f"{name}={value}" for name, value in sorted(strict)),
    )
    yield (
        "the query sorted by its decoded names",
        "&".join(f"{encode(name)}={encode(value)}" for name, value in sorted(plus)),
    )
    yield (
        "the query sorted without regard to case",
        "&".join(f"{name}={value}" for name, value in sorted(strict, key=lambda pair: (pair[0].lower(), pair[1]))),
    )
    yield (
        "the query sorted by name only, values as sent",
        "&".join(f"{name}={value}" for name, value in sorted(strict, key=lambda pair: pair[0])),
    )
    yield (
        "the query with letters left unencoded that encodeURIComponent leaves (!'()*)",
        "&".join(
            f"{quote(name, chr(126) + _COMPONENT)}={quote(value, chr(126) + _COMPONENT)}"
            for name, value in sorted(plus)
        ),
    )
    yield (
        "the query with its slashes left unencoded",
        "&".join(f"{encode(name, '/')}={encode(value, '/')}" for name, value in sorted(plus)),
    )
    yield "the query with percent-encoding in lower case", _lower(ours.query)
    yield "the query with its question mark", "?" + ours.query
    yield (
        "the query without the session token",
        "&".join(part for part in ours.query.split("&") if not part.lower().startswith("x-amz-security-token=")),
    )
    last = dict(sorted(strict))
    yield "the query with one value of each name only", "&".join(f"{name}={value}" for name, value in last.items())
    for name, _ in dict.fromkeys(strict):
        rest = "&".join(part for part in ours.query.split("&") if part.partition("=")[0] != name)
        yield f"the query without {unquote(name)}, which was added after signing", rest
    if request.body and b"=" in request.body[:2000] and len(request.body) < 100_000:
        form = request.body.decode("utf-8", "replace")
        yield "the form of the body in place of the query", "&".join(sorted(form.split("&")))


_COMPONENT = "!'()*"


def payloads(request: Request) -> Iterator[tuple[str, str]]:
    """What signers may have put in the payload's place."""
    true = body_hash(request)
    if true:
        yield "the hash of the body", true
        yield "the hash of the body in upper case", true.upper()
    yield "the hash of an empty body", EMPTY
    yield UNSIGNED, UNSIGNED
    yield "no hash at all in place of the payload's", ""
    for words, body in variants(request.body or b""):
        yield f"the hash of {words}", sha256(body)
    if request.body is not None:
        digest = hashlib.sha256(request.body).digest()
        yield "the body's hash in Base64", base64.b64encode(digest).decode()
        if len(request.body) < 100_000:
            yield "the body itself in place of its hash", request.body.decode("utf-8", "replace")
        yield "the body in Latin-1", sha256(request.body.decode("utf-8", "replace").encode("latin-1", "replace"))
    yield "a hash for a body in signed chunks", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"


def headers(request: Request, ours: Canonical) -> Iterator[Mistake]:
    """The signed headers as signers may have written them."""
    right = list(ours.headers)
    written = [*request.headers] if request.headers is not None else []

    def text(pairs: list[tuple[str, str]]) -> str:
        return "".join(f"{name}:{value}\n" for name, value in pairs)

    for at, (name, value) in enumerate(right):
        for words, other in _values(name, value, request):
            if other != value:
                yield Mistake(part_of(name), words, {"fields": text([*right[:at], (name, other), *right[at + 1 :]])})
        fewer = [*right[:at], *right[at + 1 :]]
        names = ";".join(other for other, _ in fewer)
        gone = {"fields": text(fewer)}
        yield Mistake(part_of(name), f"the headers without {name}", gone)
        yield Mistake(part_of(name), f"headers that do not name {name}", {**gone, "signed": names})
    known = [name for name, _ in right]
    first = {name.lower(): name for name, _ in reversed(written)}
    yield Mistake("signed-headers", "headers with their names as sent, not in lower case", {
        "fields": text([(first.get(name, name), value) for name, value in right])
    })  # fmt: skip
    order = [name.lower() for name, _ in written if name.lower() in known]
    sent = [(name, dict(right)[name]) for name in dict.fromkeys([*order, *known])]
    for pairs, words in (
        (sent, "headers in the order in which they were sent"),
        (sorted(right), "headers sorted by name"),
    ):
        signed = ";".join(name for name, _ in pairs)
        yield Mistake("signed-headers", words, {"fields": text(pairs)})
        yield Mistake("signed-headers", words, {"fields": text(pairs), "signed": signed})
        yield Mistake("signed-headers", words, {"signed": signed})
    spaced = "".join(f"{name}: {value}\n" for name, value in right)
    yield Mistake("signed-headers", "headers with a space after the colon", {"fields": spaced})
    yield Mistake("signed-headers", "no list of signed headers", {"signed": ""})


def _values(name: str, value: str, request: Request) -> Iterator[tuple[str, str]]:
    values = request.headers.all(name) if request.headers is not None else ()
    yield f"{name} with its blanks as they were sent", ",".join(values) or value
    yield f"repeated {name} joined by a comma and a space", ", ".join(item.strip() for item in values)
    yield f"repeated {name} sorted", ",".join(sorted(item.strip() for item in values))
    if len(values) > 1:
        yield f"the first {name} only", values[0].strip()
        yield f"the last {name} only", values[-1].strip()
    yield f"an empty {name}", ""
    yield f"{name} in lower case", value.lower()
    if name == "host":
        url = target(request)
        host = value.rpartition(":")[0] if value.rpartition(":")[2].isdigit() else value
        yield "Host without its port", host
        yield f"Host with a port ({url.port or 443})", f"{host}:{url.port or (80 if url.scheme == 'http' else 443)}"
        yield "Host with the port 80", f"{host}:80"
        yield "Host with the port 443", f"{host}:443"
        yield "Host with its scheme", f"{url.scheme or 'https'}://{value}"
        yield "the host of the URL in place of Host", url.hostname
        yield "Host without the bucket's name", host.partition(".")[2]
        yield "localhost in place of Host", "localhost"
    if name == "content-type":
        bare = value.partition(";")[0]
        yield "Content-Type without its parameters", bare
        for charset in ("; charset=utf-8", "; charset=UTF-8", ";charset=utf-8", ";charset=UTF-8"):
            yield f"Content-Type with {charset.strip('; ')}", bare + charset
        for usual in ("application/json", "application/x-amz-json-1.0", "application/x-amz-json-1.1", "text/plain",
                      "application/x-www-form-urlencoded", "application/octet-stream", "binary/octet-stream"):  # fmt: skip
            yield f"Content-Type as {usual}", usual
    if name == "content-length":
        yield "Content-Length as 0", "0"
        if request.body is not None:
            yield "Content-Length as the body's length", str(len(request.body))
            yield "Content-Length in letters, not bytes", str(len(request.body.decode("utf-8", "replace")))
    if name in ("accept-encoding", "user-agent", "connection", "accept"):
        for usual in ("identity", "gzip", "gzip, deflate", "gzip, deflate, br", "*/*", "keep-alive", "close"):
            yield f"{name} as {usual}", usual
