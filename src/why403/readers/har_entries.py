"""The bytes of a HAR cut into its entries, without making objects of them or text of the file.

Strategy: a small input goes through the standard library, since importing msgspec costs more than it saves there. A
large one is read by msgspec as "an object whose log has a list of entries" at more than a gigabyte a second, copying
nothing. Where that fails (the file breaks off, or holds what strict JSON forbids), a scanner that counts braces outside
strings saves every entry that is whole.
"""

from __future__ import annotations

import json
import re

from why403.model import UnreadableInput

from ..model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from mmap import mmap

    from .har_typed import Entry

SMALL = 256 * 1024  # bytes up to which the standard library reads the whole input
HINT = "Give a HAR as the browser's Network panel exports it (Save all as HAR)"

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]', re.DOTALL)
_CREATOR = re.compile(rb'"creator"\s{0,20}:\s{0,20}\{[^{}]{0,400}?"name"\s{0,20}:\s{0,20}"([^"\\]{0,80})"')


class Cut(NamedTuple):
    """A HAR's entries and what was odd about the file."""

    entries: Sequence[object]  # what json.loads made of each, or its bytes
    remarks: tuple[str, ...] = ()
    creator: str = ""  # the program that wrote the file
    looks: Sequence[Entry] | None = (
        None  # of a large file: a look at each entry, while `entries` is read when it is needed
    )


class _Later:
    """The entries of a large file, cut out when the first of them is asked for."""

    def __init__(self, data: bytes | memoryview | mmap, count: int) -> None:
        self._data, self._count = data, count
        self._held: Sequence[object] | None = None

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> object:
        if self._held is None:
            from . import har_typed

            self._held = har_typed.entries(self._data) or ()
        return self._held[index]


def cut(data: bytes | mmap, name: str, small: int = SMALL) -> Cut:
    """Find the entries of a HAR, of a list of HARs or entries, or of one entry alone.

    Raises:
        UnreadableInput: it is no JSON, or JSON but no HAR, or it breaks off before the first entry is whole.
    """
    start = bytes(data[:4])
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = bytes(data[:]).decode("utf-16", "replace").encode("utf-8", "replace")
    skip = 3 if start[:3] == b"\xef\xbb\xbf" else 0
    found = _by_json(data, skip) if len(data) <= small else _by_msgspec(data, skip)
    creator = _CREATOR.search(bytes(data[:65536]))
    wrote = creator.group(1).decode("utf-8", "replace") if creator else ""
    if isinstance(found, str):
        found = _saved(data, skip, name, found)
    return found._replace(creator=wrote)


def parsed(entry: object) -> dict[str, object]:
    """One entry as an object; an empty one where it is none."""
    if not isinstance(entry, dict):
        if isinstance(entry, (str, int, float, list)) or entry is None:
            return {}
        try:
            entry = json.loads(bytes(entry).decode("utf-8", "replace"), strict=False)  # type: ignore[call-overload]
        except (ValueError, RecursionError, MemoryError):
            return {}
    return entry if isinstance(entry, dict) else {}


def _by_json(data: bytes | mmap, skip: int) -> Cut | str:
    """The entries as objects; "" for JSON that is no HAR, a sentence for what is no JSON."""
    try:
        top = json.loads(bytes(data[skip:]).decode("utf-8", "replace"), strict=False)
    except json.JSONDecodeError as error:
        return f"this JSON breaks off or is damaged at line {error.lineno}, column {error.colno} ({error.msg})"
    except (RecursionError, ValueError):
        return "this JSON is nested too deeply or holds a number too long to be a HAR"
    held = _listed(top)
    return "" if held is None else Cut(held)


def _listed(top: object) -> list[object] | None:
    """The entries of whatever shape the top has, or None where it has none."""
    if isinstance(top, list):
        parts = [_listed(part) for part in top if isinstance(part, dict)]
        if not parts or any(part is None for part in parts):
            return None
        return [entry for part in parts for entry in part or ()]
    if not isinstance(top, dict):
        return None
    log = top.get("log")
    for place in (log, top):
        if isinstance(place, dict) and isinstance(place.get("entries"), list):
            return list(place["entries"])
    if isinstance(log, list):
        return _listed(log)
    return [top] if isinstance(top.get("request"), dict) and isinstance(top.get("response"), dict) else None


def _by_msgspec(data: bytes | mmap, skip: int) -> Cut | str:
    """The entries as views of the input; "" or a sentence as `_by_json`."""
    import msgspec

    from . import har_typed

    view = memoryview(data)[skip:] if skip else data
    try:
        seen = har_typed.looks(view)
        if seen is not None:
            later: Sequence[object] = _Later(view, len(seen))  # type: ignore[assignment]  # it has of a sequence what is used
            return Cut(later, looks=seen)
        held = har_typed.entries(view)
    except msgspec.ValidationError:
        return ""
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return f"this JSON breaks off or is damaged ({error})"
    return "" if held is None else Cut(held)


def _saved(data: bytes | mmap, skip: int, name: str, fault: str) -> Cut:
    """Every entry that is whole in a damaged file, with a remark; UnreadableInput where there is none."""
    if not fault:
        raise UnreadableInput("this JSON is no HAR: it has no log with entries", name, HINT)
    entries: list[object] = []
    end = skip
    for begin, end in _whole(data, skip):
        entries.append(bytes(data[begin:end]))
    if not any(parsed(piece) for piece in entries[:100]):
        raise UnreadableInput(fault, name, HINT)
    line = _newlines(data, end) + 1
    count = f"{len(entries)} whole entr{'y' if len(entries) == 1 else 'ies'}"
    return Cut(entries, (f"{fault}; {count} before byte {end} (line {line}) could be read",))


def _newlines(data: bytes | mmap, end: int) -> int:
    return sum(bytes(data[at : min(at + 1048576, end)]).count(b"\n") for at in range(0, end, 1048576))


def _whole(data: bytes | mmap, skip: int) -> Iterator[tuple[int, int]]:
    """Where each whole entry begins and ends: the objects of the list named entries, or of a list at the top."""
    depth, inside, begin, last = 0, -1, -1, b""
    for token in _TOKEN.finditer(data, skip):
        text = token.group()
        if text in (b"{", b"["):
            if inside < 0 and text == b"[" and (depth == 0 or last == b'"entries"'):
                inside = depth
            elif inside >= 0 and text == b"{" and depth == inside + 1:
                begin = token.start()
            depth += 1
        elif text in (b"}", b"]"):
            depth -= 1
            if depth < 0 or (inside >= 0 and depth == inside):
                return
            if begin >= 0 and depth == inside + 1:
                yield begin, token.end()
                begin = -1
        last = text if len(text) < 12 else b""
