"""The few fields of a large HAR that decide which entries are read whole; imported only for large inputs.

Strategy: one typed pass makes of each entry only what a look at it needs, with everything that writers get wrong left
raw. The entries themselves are cut out by a second, raw pass, and only when some are to be read. Neither copies it.
"""

from __future__ import annotations

import msgspec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mmap import mmap

_NULL = msgspec.Raw(b"null")


class Content(msgspec.Struct, gc=False):
    """Of a response's content: what kind it is, and its text as it stands."""

    mime: str | None = msgspec.field(name="mimeType", default=None)
    encoding: str | None = None
    text: msgspec.Raw = _NULL


class Asked(msgspec.Struct, gc=False):
    """Of a request: where it went."""

    url: str | None = None


class Answered(msgspec.Struct, gc=False):
    """Of a response: how it went."""

    status: msgspec.Raw = _NULL
    headers: msgspec.Raw = _NULL
    content: Content | None = None


class Entry(msgspec.Struct, gc=False):
    """Of an entry: enough to tell whether it matters."""

    request: Asked | None = None
    response: Answered | None = None
    resource: str | None = msgspec.field(name="_resourceType", default=None)


class _Log(msgspec.Struct):
    entries: list[Entry] | None = None


class _Top(msgspec.Struct):
    log: _Log | None = None
    entries: list[Entry] | None = None


class _RawLog(msgspec.Struct):
    entries: list[msgspec.Raw] | None = None


class _RawTop(msgspec.Struct):
    log: _RawLog | None = None
    entries: list[msgspec.Raw] | None = None
    request: msgspec.Raw = _NULL
    response: msgspec.Raw = _NULL


_looks = msgspec.json.Decoder(_Top)
_top = msgspec.json.Decoder(_RawTop)
_list = msgspec.json.Decoder(list[msgspec.Raw])


def looks(data: bytes | memoryview | mmap) -> list[Entry] | None:
    """What a look at each entry of a HAR needs; None where the input has another shape or letters that are no UTF-8.

    Raises msgspec.DecodeError for what is no JSON.
    """
    try:
        top = _looks.decode(data)
    except (msgspec.ValidationError, UnicodeDecodeError):
        return None
    return top.log.entries if top.log is not None and top.log.entries is not None else top.entries


def entries(data: bytes | memoryview | mmap) -> list[object] | None:
    """The entries of a HAR, of a list of HARs or entries, or of one entry alone, each raw; None where there are none.

    Raises msgspec.ValidationError for JSON of another shape, msgspec.DecodeError for what is no JSON.
    """
    if bytes(data[:64]).lstrip()[:1] != b"[":
        return _of(_top.decode(data), data)
    held: list[object] = []
    for part in _list.decode(data):
        if bytes(part).lstrip()[:1] != b"{":
            continue
        found = _of(_top.decode(part), part)
        if found is None:
            return None
        held.extend(found)
    return held or None


def _of(top: _RawTop, whole: object) -> list[object] | None:
    for place in (top.log, top):
        if place is not None and place.entries is not None:
            return list(place.entries)
    if all(bytes(part).lstrip()[:1] == b"{" for part in (top.request, top.response)):
        return [whole]
    return None
