"""Chosen entries of a recording, however large it is: only what was asked for is read whole."""

from __future__ import annotations

import os

from ..model import BadCall, Case
from . import har_entries, har_glance
from .har_exchange import build, table, whole

__all__ = ["picked", "picked_file"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

    from .har_glance import Glance

MOST = 50  # entries that meet the wish and are read; the choice says that there are several


def picked_file(path: str, index: int | None, status: int | None, url: str | None) -> Case | None:
    """The same of a file. Raises BadCall where it cannot be opened."""
    import mmap

    try:
        with open(path, "rb") as file:
            if not os.path.getsize(path):
                return None
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return picked(data, os.path.basename(path), index, status, url)
    except OSError as fault:
        raise BadCall(fault.strerror or "cannot be read", path, "Check the name and its permissions") from None


def picked(data: bytes | mmap, name: str, index: int | None, status: int | None, url: str | None) -> Case | None:
    """The entries that meet all that is asked for, of a HAR; None where it is none, or where no entry does.

    Raises UnreadableInput for a HAR that is damaged before its first entry ends.
    """
    from .har import NAME, likeness_bytes

    if likeness_bytes(data) <= 0.5:
        return None
    held = har_entries.cut(data, name)
    seen = har_glance.glance(held)
    exchanges = []
    remarks: list[str] = list(held.remarks)
    for at in _meeting(held, seen, index, status, url):
        built = build(har_entries.parsed(held.entries[at]), at)
        exchanges.append(built.exchange)
        remarks += built.remarks
        if len(exchanges) == MOST:
            break
    return Case(name, NAME, tuple(exchanges), remarks=tuple(remarks)) if exchanges else None


def _meeting(
    held: har_entries.Cut, seen: Glance, index: int | None, status: int | None, url: str | None
) -> Iterator[int]:
    count = len(seen.urls)
    places = range(count) if index is None else [index] if 0 <= index < count else []
    for at in places:
        if url is not None and url not in seen.urls[at]:
            continue
        if status is not None and _status(held, at) != status:
            continue
        yield at


def _status(held: har_entries.Cut, at: int) -> int | None:
    if held.looks is None:
        return whole(table(har_entries.parsed(held.entries[at]).get("response")).get("status"))
    answered = held.looks[at].response
    told = bytes(answered.status).strip(b' "') if answered is not None else b""
    return int(told) if told.isdigit() and len(told) < 10 else None
