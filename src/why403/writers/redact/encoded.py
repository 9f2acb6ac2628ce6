"""Base64 and compression around a text: undone, looked into, done again. Bounded in size."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable

MOST = 8 << 20  # bytes that are unpacked
RUN = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}|[A-Za-z0-9_-]{20,}={0,2}")
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]*")


def plain_of(run: str) -> str | None:
    """The text that a run of base64 (standard or URL-safe) stands for; None where it is none, or no text."""
    core = run.rstrip("=")
    if len(core) % 4 == 1 or core.islower() or core.isupper() or core.isdigit():
        return None
    try:
        head = base64.b64decode(
            core[:16] + "=" * (-len(core[:16]) % 4), altchars=b"-_" if "-" in run or "_" in run else None
        )
        if not _TEXT.fullmatch(head):
            return None
        data = base64.b64decode(core + "=" * (-len(core) % 4), altchars=b"-_" if "-" in run or "_" in run else None)
    except (binascii.Error, ValueError):
        return None
    if not _TEXT.fullmatch(data):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def again(data: bytes, run: str) -> str:
    """Bytes as base64 in the alphabet and with the padding of the run that it replaces."""
    urlsafe = (
        "-" in run or "_" in run or ("+" not in run and "/" not in run and not run.endswith("=") and len(run) % 4 != 0)
    )
    done = (base64.urlsafe_b64encode if urlsafe else base64.b64encode)(data).decode()
    return done if run.endswith("=") or len(run) % 4 == 0 else done.rstrip("=")


def base64_runs(text: str, inside: Callable[[str], str]) -> str:
    """The text with the contents of its base64 runs looked into."""

    def replace(found: re.Match[str]) -> str:
        run = found.group()
        plain = plain_of(run)
        if plain is None:
            return run
        new = inside(plain)
        return run if new == plain else again(new.encode("utf-8", "surrogatepass"), run)

    return RUN.sub(replace, text)


def unpacked(data: bytes) -> bytes | None:
    """What a gzip stream holds; None where it is none, is damaged or holds too much."""
    if data[:2] != b"\x1f\x8b":
        return None
    try:
        engine = zlib.decompressobj(47)
        plain = engine.decompress(data, MOST)
    except zlib.error:
        return None
    return plain if engine.eof else None


def packed(data: bytes) -> bytes:
    """The same as gzip, without a time of its own."""
    import gzip

    return gzip.compress(data, mtime=0)
