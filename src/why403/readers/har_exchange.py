"""One entry of a HAR, already parsed, to an Exchange."""

from __future__ import annotations

import binascii
from datetime import UTC, datetime

from why403.model import Exchange, Headers, Request, Response

from ..model.frozen import NamedTuple

MAX_BODY = 8 * 1024 * 1024  # a decompressed or decoded body beyond this is cut, with a remark

_VERSIONS = {"h2": "HTTP/2", "http/2": "HTTP/2", "http/2.0": "HTTP/2", "http/1": "HTTP/1.0", "http/1.0": "HTTP/1.0"}
_VERSIONS |= {"http/1.1": "HTTP/1.1", "h3": "HTTP/3", "http/3": "HTTP/3", "http/3.0": "HTTP/3", "http/0.9": "HTTP/0.9"}


class Built(NamedTuple):
    """An entry's exchange, and what of it could not be understood."""

    exchange: Exchange
    remarks: tuple[str, ...] = ()


def whole(value: object) -> int | None:
    """A whole number from what a writer put where one belongs: 403, 403.0 or "403"; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.strip()
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
    if isinstance(value, float):
        return int(value) if value == value and abs(value) < 1e9 else None
    return value if isinstance(value, int) and abs(value) < 10**9 else None


def word(value: object) -> str:
    """The text itself; "" for anything that is no text."""
    return value if isinstance(value, str) else ""


def table(value: object) -> dict[str, object]:
    """The object itself; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def when(stamp: object) -> datetime | None:
    """An ISO 8601 stamp as an aware datetime (no zone means UTC), or None."""
    if not isinstance(stamp, str) or not 10 <= len(stamp) <= 64:
        return None
    try:
        at = datetime.fromisoformat(stamp.strip())
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def version_of(value: object) -> str | None:
    """The protocol in one spelling ("HTTP/1.1", "HTTP/2", "HTTP/3"), or None where it is not told."""
    said = word(value).strip().lower()
    if said.startswith("h3-"):
        return "HTTP/3"
    return _VERSIONS.get(said)


def fields_of(value: object) -> Headers | None:
    """A list of {name, value} as Headers, without HTTP/2's pseudo fields; None where there is no list.

    A few writers give an object of names and values instead; that is read, too.
    """
    if isinstance(value, dict):
        value = [{"name": name, "value": held} for name, held in value.items()]
    if not isinstance(value, list):
        return None
    pairs: list[tuple[str, str]] = []
    for field in value:
        name = word(table(field).get("name")).strip()
        if name and not name.startswith(":"):
            held = table(field).get("value")
            pairs.append((name, held if isinstance(held, str) else "" if held is None else str(held)))
    return Headers(pairs)


def build(entry: dict[str, object], index: int) -> Built:
    """Make the Exchange of an entry; whatever is missing or of the wrong kind becomes None."""
    remarks: list[str] = []
    asked, answered = table(entry.get("request")), table(entry.get("response"))
    request = _request(asked) if asked else None
    status = whole(answered.get("status"))
    response = None
    if status is not None and status > 0:
        headers = fields_of(answered.get("headers"))
        response = Response(
            status=status,
            reason=word(answered.get("statusText")) or None,
            headers=headers,
            body=_content(table(answered.get("content")), headers, index, remarks),
            version=version_of(answered.get("httpVersion")),
        )
    return Built(
        Exchange(
            request=request,
            response=response,
            index=index,
            at=when(entry.get("startedDateTime")),
            error=_error(entry, answered),
            facts=_facts(entry, request),
        ),
        tuple(remarks),
    )


def _request(asked: dict[str, object]) -> Request:
    posted = asked.get("postData")
    body: bytes | None = None
    if isinstance(posted, dict):
        text = posted.get("text")
        if isinstance(text, str):
            body = _bytes_of(text, word(posted.get("encoding")))
            params = posted.get("params")
            if not text and isinstance(params, list) and params:
                body = _form(params, word(posted.get("mimeType")))
        elif isinstance(posted.get("params"), list):
            body = _form(posted["params"], word(posted.get("mimeType")))
    elif asked.get("bodySize") == 0 and "postData" not in asked and "headers" in asked:
        body = b""
    return Request(
        method=word(asked.get("method")) or None,
        url=word(asked.get("url")) or None,
        headers=fields_of(asked.get("headers")),
        body=body,
        version=version_of(asked.get("httpVersion")),
    )


def _form(params: object, mime: str) -> bytes | None:
    """A form's fields as the body they were sent as; None for multipart, whose boundaries a HAR does not keep."""
    if not isinstance(params, list) or "multipart" in mime.lower():
        return None
    from urllib.parse import quote_plus

    pairs = ((word(table(field).get("name")), word(table(field).get("value"))) for field in params)
    return "&".join(
        f"{quote_plus(name, errors='replace')}={quote_plus(value, errors='replace')}" for name, value in pairs
    ).encode()


def _quoted(text: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(text, errors="replace")


def _error(entry: dict[str, object], answered: dict[str, object]) -> str | None:
    """The browser's own word for a failure, under the names that Chrome, Safari and Playwright give it."""
    for place in (answered, entry):
        for name in ("_error", "_failureText", "_blockedReason"):
            said = place.get(name)
            if isinstance(said, str) and said:
                return said
    return None


def _facts(entry: dict[str, object], request: Request | None) -> tuple[tuple[str, str], ...]:
    """What the recorder noted beside the messages, as the fact names that the model documents."""
    facts: list[tuple[str, str]] = []
    kind = word(entry.get("_resourceType")).lower()
    if kind:
        facts.append(("type", kind))
    begun = table(entry.get("_initiator"))
    by = " ".join(part for part in (word(begun.get("type")), word(begun.get("url"))) if part)
    if by:
        facts.append(("initiator", by))
    for name, fact in (("pageref", "page"), ("serverIPAddress", "remote"), ("_fromCache", "cache")):
        if held := word(entry.get(name)):
            facts.append((fact, held.strip("[]") if fact == "remote" else held))
    asks = request.headers if request is not None else None
    options = request is not None and request.method is not None and request.method.upper() == "OPTIONS"
    if kind == "preflight" or (options and asks is not None and asks.has("access-control-request-method")):
        facts.append(("preflight", ""))
    messages = entry.get("_webSocketMessages")
    if isinstance(messages, list):
        facts.append(("websocket-messages", str(len(messages))))
    return tuple(facts)


def _bytes_of(text: str, encoding: str) -> bytes:
    if encoding.lower() == "base64":
        try:
            return binascii.a2b_base64(text)
        except (binascii.Error, ValueError):
            pass
    return text.encode("utf-8", "replace")


def _content(content: dict[str, object], headers: Headers | None, index: int, remarks: list[str]) -> bytes | None:
    """The body, decoded; None where the recorder did not keep it; b"" where it says that it was empty."""
    text = content.get("text")
    length = headers.first("content-length") if headers is not None else None
    if not isinstance(text, str) or not text:
        size = whole(content.get("size"))
        told = (length or "").strip()
        if told == "0" or (isinstance(text, str) and not size and not told):
            return b""
        return None
    body = _bytes_of(text[: 2 * MAX_BODY], word(content.get("encoding")))
    coding = headers.first("content-encoding") if headers is not None else None
    body_or_none = _inflated(body, (coding or "").strip().lower(), index, remarks)
    if body_or_none is not None and len(body_or_none) > MAX_BODY:
        remarks.append(f"entry {index}: only the first {MAX_BODY // 1048576} MB of the body were read")
        return body_or_none[:MAX_BODY]
    return body_or_none


def _inflated(body: bytes, coding: str, index: int, remarks: list[str]) -> bytes | None:
    """Undo a compression that the recorder left on, bounded; None (with a remark) where that cannot be done.

    Most recorders store the decoded text and keep the header, so the body's own first bytes decide.
    """
    if body[:2] == b"\x1f\x8b":
        coding = "gzip"
    elif body[:4] == b"\x28\xb5\x2f\xfd":
        coding = "zstd"
    elif coding not in ("br", "deflate") or _is_text(body):
        return body
    try:
        plain = _decode(body, coding)
    except ImportError:
        remarks.append(f"entry {index}: the body is compressed ({coding}) and no decoder for it is installed")
        return None
    except Exception as error:  # noqa: BLE001  # decoders raise what they like
        fault = type(error).__name__
        remarks.append(f"entry {index}: the body is said to be {coding} and cannot be decompressed ({fault})")
        return None
    return plain


def _is_text(body: bytes) -> bool:
    try:
        body[:4096].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(body[:4096]) - 4 and error.start > 0
    return b"\x00" not in body[:4096]


def _decode(body: bytes, coding: str) -> bytes:
    """At most a little over MAX_BODY bytes of plain text. Raises ImportError where there is no decoder."""
    if coding in ("gzip", "deflate"):
        import zlib

        for bits in (47, -15) if coding == "deflate" else (47,):
            try:
                return zlib.decompressobj(bits).decompress(body, MAX_BODY + 1)
            except zlib.error:
                if bits == -15 or coding == "gzip":
                    raise
    import importlib

    if coding == "br":
        brotli = importlib.import_module("brotli")
        unpacker = brotli.Decompressor()
        try:
            return bytes(unpacker.process(body, output_buffer_limit=MAX_BODY + 1))
        except TypeError:  # a version that knows no limit could be made to fill the memory: not used
            raise ImportError("brotli without a limit") from None
    try:
        zstd = importlib.import_module("compression.zstd")
        return bytes(zstd.ZstdDecompressor().decompress(body, MAX_BODY + 1))
    except ImportError:
        zstandard = importlib.import_module("zstandard")
        with zstandard.ZstdDecompressor().stream_reader(body) as stream:
            return bytes(stream.read(MAX_BODY + 1))
