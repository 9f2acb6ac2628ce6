"""Raw HTTP: a request, an answer, or both, as they went over the wire; a status line with headers only is enough.

What belongs to no message is handed back as notes. For output of programs, mixed with words, see `transcript`.
"""

from __future__ import annotations

from why403.model import Case, UnreadableInput

from .http_head import field_of, start_of
from .http_lines import Line, is_mark, lines_of
from .http_pairs import pair
from .http_scan import Scanner, end_of

NAME = "http"
HINT = "Give the answer with its status line (HTTP/1.1 403 Forbidden), its headers and its body"
LIMIT = 32 * 1024 * 1024  # letters of a paste that are read


def likeness(text: str) -> float:
    """How surely this is HTTP and nothing else: 0 no, 1 certain."""
    head = text[:65536].lstrip("\ufeff \t\r\n")
    first, _, rest = head.partition("\n")
    first = first.removesuffix("\r").removesuffix("\\r")
    start = start_of(first, strict=True)
    if start is None or start.prefix.strip():
        return 0.0
    lines = rest.split("\n", 60)
    count = 0
    for line in lines:
        if not field_of(line.strip()):
            break
        count += 1
    if count == 0:
        return 0.7 if not rest.strip() else 0.4
    below = "\n".join(lines[count:]).strip()
    if not below:
        return 1.0
    body = below if lines[count].strip() == "" else ""
    if not body or any(is_mark(line) or start_of(line) for line in body.split("\n")):
        return 0.8
    return 1.0 if end_of(body, None) >= len(body) else 0.8


def read(text: str, name: str) -> Case:
    """Every message of the text as an Exchange.

    Raises:
        UnreadableInput: there is no status line and no request line.
    """
    lines = lines_of(text[:LIMIT].removeprefix("\ufeff"))
    found = pair(Scanner(lines, rest=_whole(lines)).run())
    if not found.exchanges:
        raise UnreadableInput("there is no HTTP status line or request line", name, HINT)
    remarks = (f"only the first {LIMIT >> 20} million letters were read",) if len(text) > LIMIT else ()
    return Case(name, NAME, found.exchanges, found.notes, found.form, (*found.remarks, *remarks))


def _whole(lines: list[Line]) -> bool:
    """Whether nothing but a message stands here: it begins on the first line, and no mark comes below."""
    first = next((line for line in lines if line.text.strip()), None)
    return (
        first is not None
        and start_of(first.text, strict=True) is not None
        and not any(is_mark(line.text) for line in lines)
    )
