"""Hide: what an application answers where nothing is. It is asked, by GET, for a path that surely is not there."""

from __future__ import annotations

import secrets
from html import escape
from urllib.parse import quote

KEPT = 1 << 20  # bytes of such an answer


def paths(path: str) -> tuple[str, ...]:
    """Paths that are not there: beside the one asked for, where an application may have a 404 of that part's own, then at the root."""
    parent = path.rstrip("/").rpartition("/")[0]
    name = secrets.token_hex(16)
    return tuple(dict.fromkeys((f"{parent}/{name}", f"/{name}")))


def restored(body: bytes, asked: str, real: str) -> bytes:
    """The page with the path that the caller asked for where it repeats the other, however that is written."""
    other = asked.encode("utf-8", "surrogateescape")
    if other.rpartition(b"/")[2] not in body:
        return body
    for write in (quote, escape, str):
        body = body.replace(
            write(asked).encode("utf-8", "surrogateescape"), write(real).encode("utf-8", "surrogateescape")
        )
    return body.replace(
        other.rpartition(b"/")[2], real.rstrip("/").rpartition("/")[2].encode("utf-8", "surrogateescape")
    )
