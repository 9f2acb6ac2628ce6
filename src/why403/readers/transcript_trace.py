"""curl's --trace and --trace-ascii dumps as lines of HTTP.

An event's line ("<= Recv header, 24 bytes (0x18)") is followed by rows that begin with their offset in hexadecimal: in
--trace sixteen bytes each, in --trace-ascii text that ends at a line end or at the width. The offsets tell which.
"""

from __future__ import annotations

import re

from why403.model.patterns import Pattern

from .http_lines import Line

_STAMP = r"(?:\d\d:\d\d:\d\d\.\d{1,6} )?(?:\[\d+-\d+\] )?"
_EVENT = Pattern(_STAMP + r"(=>|<=) (Send|Recv) (SSL data|header|data), (\d{1,9}) bytes \(0x[0-9a-f]+\)")
_INFO = Pattern(_STAMP + r"== Info: ?(.*)")
_ROW = Pattern(r"([0-9a-f]{4,8}):(?: |$)(.*)", re.DOTALL)
_HEX = Pattern(r"((?:[0-9a-f]{2} ){1,16})(?: |.{0,16}$)")


def begins(text: str) -> bool:
    """Whether this line begins an event of a dump."""
    return ("=> " in text or "<= " in text) and _EVENT.match(text) is not None


def undumped(lines: list[Line]) -> list[Line]:
    """The lines with every event turned into lines of HTTP, curl's remarks into `* ` lines."""
    made: list[Line] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        event = _EVENT.match(line.text)
        if event is None:
            info = _INFO.match(line.text)
            made.append(line._replace(text=f"* {info.group(1)}") if info else line)
            at += 1
            continue
        rows: list[re.Match[str]] = []
        numbers: list[int] = []
        at += 1
        while at < len(lines) and (row := _ROW.match(lines[at].text)):
            rows.append(row)
            numbers.append(lines[at].number)
            at += 1
        kind = event.group(3)
        if kind == "SSL data" or not rows:
            continue
        text = _text(rows, int(event.group(4)))
        if kind == "data":
            made.append(Line(text, numbers[0], "", data=True))
            continue
        arrow = ">" if event.group(1) == "=>" else "<"
        pieces = text.split("\r\n")
        if pieces[-1] == "":
            pieces.pop()
        made.extend(Line(f"{arrow} {piece}", number) for piece, number in _numbered(pieces, numbers))
    return made


def _numbered(pieces: list[str], numbers: list[int]) -> list[tuple[str, int]]:
    return [(piece, numbers[min(place, len(numbers) - 1)]) for place, piece in enumerate(pieces)]


def _text(rows: list[re.Match[str]], size: int) -> str:
    """The bytes of an event as text; only as many rows as curl printed, cut or not."""
    plain = b""
    for row in rows:
        found = _HEX.match(row.group(2))
        if found is None:
            plain = b""
            break
        plain += bytes.fromhex(found.group(1))
    if plain and (len(plain) == size or len(plain) == int(rows[-1].group(1), 16) + len(plain) % 16):
        return plain.decode("utf-8", "replace")
    parts: list[str] = []
    for place, row in enumerate(rows):
        shown = row.group(2)
        after = int(rows[place + 1].group(1), 16) if place + 1 < len(rows) else size
        parts.append(shown + ("\r\n" if after - int(row.group(1), 16) == len(shown) + 2 else ""))
    return "".join(parts)
