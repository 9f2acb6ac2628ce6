"""The canonical request: the one spelling of a request that both sides hash.

The rules are those of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html and, for S3, of
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model import Headers, Request, Url, split_url, unquoted_bytes
from ...model.frozen import NamedTuple

UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of nothing
UNSIGNED = "UNSIGNED-PAYLOAD"
# services whose path is encoded once and never normalised: a key of S3 may hold "//" and "..", as those that speak its API may
PLAIN = frozenset(("s3", "s3express", "s3-object-lambda", "s3-outposts", "storage"))
SIGNATURE = ("x-amz-signature", "x-goog-signature")


class Canonical(NamedTuple):
    """A canonical request in its parts. A part that is not known is None."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    signed: str  # the names of the signed headers, joined by semicolons
    payload: str | None

    @property
    def text(self) -> str:
        """As it is hashed."""
        fields = "".join(f"{name}:{value}\n" for name, value in self.headers)
        return "\n".join((self.method, self.path, self.query, fields, self.signed, self.payload or "?"))

    @property
    def hash(self) -> str:
        """The hash that stands in the string to sign."""
        return sha256(self.text)

    def value(self, name: str) -> str | None:
        """The value of a signed header, or None."""
        return next((value for field, value in self.headers if field == name), None)


def octets(text: str) -> bytes:
    """Text as UTF-8, whatever is in it."""
    return text.encode("utf-8", "surrogatepass")


def sha256(text: str | bytes) -> str:
    """SHA-256 in lower-case hexadecimal digits."""
    import hashlib  # it brings OpenSSL along: only where something is hashed

    return hashlib.sha256(octets(text) if isinstance(text, str) else text).hexdigest()


def encode(text: str | bytes, safe: str = "") -> str:
    """Percent-encode all but the unreserved characters of RFC 3986, in upper case; a space becomes %20."""
    kept = UNRESERVED + safe.encode()
    return "".join(
        chr(byte) if byte in kept else f"%{byte:02X}" for byte in (octets(text) if isinstance(text, str) else text)
    )


def normalised(path: str) -> str:
    """The path without empty and dot segments (RFC 3986, section 5.2.4; but no slash for a dot at the end, as AWS's own SDKs do)."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            kept[-1:] = []
        elif segment not in ("", "."):
            kept.append(segment)
    slash = "/" if kept and path.endswith("/") else ""
    return "/" + "/".join(kept) + slash


def canonical_path(path: str, service: str) -> str:
    """The path as it is signed: for S3 decoded and encoded once, for all others normalised and encoded once more."""
    if service in PLAIN:
        return encode(unquoted_bytes(octets(path)), "/") or "/"
    return encode(normalised(path), "/")


def parameters(query: str) -> list[tuple[str, str]]:
    """The parameters of a query in order, each strictly encoded. A plus is a space, as servers read it."""
    found = []
    for part in query.split("&"):
        if part:
            name, _, value = part.replace("+", " ").partition("=")
            found.append((encode(unquoted_bytes(octets(name))), encode(unquoted_bytes(octets(value)))))
    return found


def joined(pairs: Iterable[tuple[str, str]]) -> str:
    """Encoded parameters sorted by name, then by value."""
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def canonical_query(query: str) -> str:
    """The query as it is signed: strictly encoded and sorted, without the signature itself."""
    return joined(pair for pair in parameters(query) if pair[0].lower() not in SIGNATURE)


def trimmed(value: str) -> str:
    """A field's value without the blanks around it, and with one space for each run of them; folded lines are joined."""
    return " ".join(value.split())


def target(request: Request) -> Url:
    """The parts of the URL that was asked. A bare target that begins with two slashes is a path, no host."""
    url = (request.url or "").encode("utf-8", "replace").decode()
    return split_url(f"http://{url}" if url.startswith("/") else url)


def host_of(request: Request) -> str:
    """The Host that goes with a request: its own, HTTP/2's :authority, else that of its URL."""
    own = request.headers.first("host") or request.headers.first(":authority") if request.headers is not None else None
    if own is not None:
        return trimmed(own)
    url = target(request)
    usual = {"http": 80, "https": 443}.get(url.scheme)
    name = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    return name if url.port in (None, usual) else f"{name}:{url.port}"


def canonical_headers(request: Request, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The signed headers in the order given, values of one name joined by commas; those that are absent are left out."""
    found = []
    headers = request.headers if request.headers is not None else Headers()
    for name in names:
        values = headers.all(name)
        if name == "host":
            host = host_of(request)
            values = (host,) if host else ()
        if values:
            found.append((name, ",".join(trimmed(value) for value in values)))
    return tuple(found)


def body_hash(request: Request) -> str | None:
    """The hash of the body; None where there may be one that is not shown."""
    if request.body is not None:
        return sha256(request.body)
    length = request.headers.first("content-length") if request.headers is not None else None
    if (length or "0").strip() == "0" and not (request.headers and request.headers.has("transfer-encoding")):
        return EMPTY
    return None


def declared(request: Request) -> str | None:
    """What the request itself says of its payload: X-Amz-Content-Sha256, or None."""
    headers = request.headers if request.headers is not None else Headers()
    value = headers.first("x-amz-content-sha256") or headers.first("x-goog-content-sha256")
    return value.strip() if value is not None else None


def canonical(request: Request, service: str, names: Iterable[str], *, presigned: bool = False) -> Canonical:
    """The canonical request of a request as it stands, for a service and the names of its signed headers.

    The payload is what the request declares; else, for a presigned request of S3, UNSIGNED-PAYLOAD
    (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html); else the hash of the body.
    """
    names = tuple(names)
    url = target(request)
    payload = declared(request) or (UNSIGNED if presigned and service in PLAIN else body_hash(request))
    return Canonical(
        method=(request.method or "GET").upper(),
        path=canonical_path(url.path, service),
        query=canonical_query(url.query),
        headers=canonical_headers(request, names),
        signed=";".join(names),
        payload=payload,
    )
