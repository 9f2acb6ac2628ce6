"""Every way in which one value may be written down: by these its remains are looked for."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, quote_plus

_SPECIAL_IN_CMD = '&|<>^%"!()'


class Spelling(NamedTuple):
    """One way of writing a value down."""

    text: bytes
    form: str  # written: as text, escaped or not; hex, hex bytes; base64 (a part of a longer run)


def spellings(value: str) -> Iterator[Spelling]:
    """Raw, URL-encoded once and twice, escaped for JSON, HTML and shells, hexadecimal, and base64 at all three offsets."""
    raw = value.encode("utf-8", "surrogatepass")
    for text in dict.fromkeys(_written(value)):
        yield Spelling(text.encode("utf-8", "surrogatepass"), "written")
        if not text.isascii() or "\\" in text or '"' in text:  # within JSON, whatever it was before
            yield Spelling(json.dumps(text).encode()[1:-1], "written")
            yield Spelling(json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")[1:-1], "written")
    if len(raw) < 6:
        return
    for digits, form in ((raw.hex(), "hex"), (raw.hex(" "), "hex bytes")):  # S3 shows what it signed as "50 4f 53 54"
        yield Spelling(digits.encode(), form)
        if digits != digits.upper():
            yield Spelling(digits.upper().encode(), form)
    for run in dict.fromkeys(_base64(raw)):
        yield Spelling(run, "base64")


def _written(value: str) -> Iterator[str]:
    yield value
    once = [
        quote(value, safe=""),
        quote(value, safe="!'()*-._~"),
        quote_plus(value),
        quote(value, safe="/:=@+,;$&?!'()*[]"),
        quote(value, safe="/"),
    ]
    once = [text for text in dict.fromkeys(once) if text != value]
    for text in once:
        yield text
        yield _lowered(text)
        yield quote(text, safe="")
        yield _lowered(quote(_lowered(text), safe=""))
        yield _lowered(quote(text, safe=""))
    if value.isascii():
        every = "".join(f"%{ord(letter):02X}" for letter in value)
        yield every
        yield _lowered(every)
    if not once and value.isascii() and value.isalnum():
        return
    for ascii_only in (True, False):
        text = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield text
        yield text.replace("/", "\\/")
        yield json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        marked = text
        for letter in "<>&'=+/":
            marked = marked.replace(letter, f"\\u{ord(letter):04x}")
            yield marked
            yield (
                marked.replace("\\u003c", "\\u003C")
                .replace("\\u003e", "\\u003E")
                .replace("\\u003d", "\\u003D")
                .replace("\\u002b", "\\u002B")
            )
        yield text.replace("&", "\\u0026")
        yield text.replace("+", "\\u002b")
        yield text.replace("+", "\\u002B")
        yield text.replace("=", "\\u003d")
        yield text.replace("=", "\\u003D").replace("+", "\\u002B")
        yield text.replace("!", "\\u0021")
    yield html.escape(value, quote=False)
    yield html.escape(value)
    yield html.escape(value).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    yield html.escape(value).replace("=", "&#x3D;").replace("/", "&#x2F;").replace("+", "&#43;").replace("`", "&#x60;")
    yield html.escape(value).replace("+", "&#x2B;").replace("=", "&#x3D;")
    yield value.replace("'", "'\\''")
    yield value.replace("'", "'\"'\"'")
    yield value.replace("\\", "\\\\").replace("'", "\\'").replace("!", "\\u0021")
    yield value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")
    yield value.replace('"', '""')
    yield value.replace("'", "''")
    yield "".join(f"^{letter}" if letter in _SPECIAL_IN_CMD else letter for letter in value.replace('"', '\\"'))
    yield "".join(f"^{letter}" if letter in _SPECIAL_IN_CMD else letter for letter in value)
    yield "".join(f"`{letter}" if letter in '`"$' else letter for letter in value)


def _lowered(text: str) -> str:
    """The hexadecimal digits of percent escapes in lower case."""
    parts = text.split("%")
    return "%".join([parts[0], *(part[:2].lower() + part[2:] for part in parts[1:])])


def _base64(raw: bytes) -> Iterator[bytes]:
    """What of a value's base64 does not depend on its neighbours, at each of the three offsets (RFC 4648, section 4)."""
    for offset in range(3):
        run = base64.b64encode(b"\0" * offset + raw + b"\0\0")
        core = run[-(-8 * offset // 6) : 8 * (offset + len(raw)) // 6]
        if len(core) >= 6:
            yield core
            yield core.translate(bytes.maketrans(b"+/", b"-_"))
            if b"+" in core or b"/" in core:
                yield core.replace(b"+", b"%2B").replace(b"/", b"%2F")
                yield core.replace(b"/", b"\\/")
