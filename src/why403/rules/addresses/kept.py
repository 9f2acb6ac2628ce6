"""A list as it is kept: its file, its entries, and what is found about one address in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from ...model import BadCall, UnreadableInput
from ...model.frozen import NamedTuple
from .address import Address, Span

WHOLE = 256 << 20  # bytes of a list that must be read whole (JSON, configurations)
LINE = 4096  # letters of a line that are read
MATCHES = 10  # entries that hold the address and are told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


class Source(NamedTuple):
    """A list's file."""

    name: str
    open: Callable[[], TextIO]
    head: str  # its first lines, by which it is recognised
    size: int
    means: str = ""  # allow | block, where the user says what the list is for

    def lines(self) -> Iterator[tuple[int, str]]:
        """Its lines with their numbers, one at a time, however many there are."""
        with self.open() as file:
            number = 0
            while line := file.readline(LINE):
                number += 1
                yield number, line
                while not line.endswith("\n") and (line := file.readline(LINE)):
                    pass  # the rest of a line that is too long

    def text(self) -> str:
        """All of it. Raises UnreadableInput where it is too large to be read at once."""
        if self.size > WHOLE:
            raise UnreadableInput(
                f"{self.size >> 20} MB are too many for this format", self.name, "Give its entries as plain lines"
            )
        with self.open() as file:
            return file.read()


class Entry(NamedTuple):
    """One entry of a list that holds the address."""

    line: int
    text: str  # as it stands in the list
    about: str = ""  # its service, region, comment, as far as the list says
    action: str = ""  # allow | block, where the entry says so
    span: Span | None = None


class Judgement(NamedTuple):
    """What one list says of one address."""

    list: str  # the file's name, and the block or set within it
    format: str
    decision: str  # allow | block | listed | unlisted | depends | silent
    why: str
    entry: Entry | None = None  # the entry that decides
    others: tuple[Entry, ...] = ()  # further entries that hold the address
    entries: int = 0
    means: str = ""  # allow | block: what the list is for; "" where nothing says
    remarks: tuple[str, ...] = ()


Judge = Callable[[Source, Address], Iterator[Judgement]]


def source(path: str, means: str = "") -> Source:
    """A file as a list. Raises BadCall where it cannot be read."""
    name = os.path.basename(path)

    def opened() -> TextIO:
        return open(path, encoding="utf-8-sig", errors="replace", newline=None)

    try:
        with opened() as file:
            head = file.read(65536)
        return Source(name, opened, head, os.path.getsize(path), means)
    except OSError as fault:
        raise BadCall(fault.strerror or "cannot be read", path, "--list takes files: download a list first") from None


def text_source(name: str, text: str, means: str = "") -> Source:
    """A text as a list."""
    from io import StringIO

    return Source(name, lambda: StringIO(text), text[:65536], len(text), means)


def narrowest(entries: list[Entry]) -> list[Entry]:
    """The entries, the one of the fewest addresses first."""
    return sorted(entries, key=lambda entry: entry.span.size if entry.span else 1 << 200)
