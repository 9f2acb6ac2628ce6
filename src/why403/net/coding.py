"""Content codings, undone within a bound (RFC 9110, section 8.4): gzip, deflate, and br where the brotli package is there."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from importlib.util import find_spec

GZIP = ("gzip", "x-gzip", "deflate")
MOST = 3  # codings on top of each other that are undone


def _brotli() -> bool:
    return find_spec("brotli") is not None


def readable(accepted: str) -> str:
    """An Accept-Encoding without the codings that are not read here, so that the answer can be explained."""
    known = {*GZIP, "identity", "*", *(("br",) if _brotli() else ())}
    kept = [word.strip() for word in accepted.split(",") if word.partition(";")[0].strip().lower() in known]
    return ", ".join(kept) or "identity"


def decoded(body: bytes, fields: Iterable[str], most: int) -> tuple[bytes, str]:
    """A body without its codings, at most so many bytes of it, and what is to be said of that.

    A body that is damaged, or coded in a way that is not read here, stays as it came.
    """
    codings = [word.strip().lower() for field in fields for word in field.split(",") if word.strip()]
    said = ""
    for coding in reversed(codings[-MOST:]):
        if coding == "identity" or not body:
            continue
        plain = _inflated(body, most) if coding in GZIP else _unbrotlied(body, most) if coding == "br" else None
        if plain is None:
            return body, f"{coding} is not undone"
        body = plain
        if len(body) >= most:
            said = f"only its first {most} bytes were undone"
    return body, said


def _inflated(body: bytes, most: int) -> bytes | None:
    for bits in (47, -15):
        try:
            return zlib.decompressobj(bits).decompress(body, most)
        except zlib.error:
            continue
    return None


def _unbrotlied(body: bytes, most: int) -> bytes | None:
    if not _brotli():
        return None
    import brotli

    machine, made = brotli.Decompressor(), bytearray()
    try:
        made += machine.process(body, output_buffer_limit=most)
        while not machine.is_finished() and len(made) < most and not machine.can_accept_more_data():
            made += machine.process(b"", output_buffer_limit=most - len(made))
    except brotli.error:
        return None
    return bytes(made[:most])
