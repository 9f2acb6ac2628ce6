"""What a shell makes of a line: words and simple commands, with their places in the text."""

from __future__ import annotations

from why403.model import UnreadableInput
from why403.model.patterns import Pattern

from ...model.frozen import NamedTuple

_ODD = Pattern("[\ud800-\udc7f\udd00-\udfff]")
_ESCAPED = Pattern("[\udc80-\udcff]")


class Word(NamedTuple):
    """One word after quoting is undone. Bytes that are no UTF-8 stand in it as Python's surrogate escapes."""

    text: str
    at: int
    kept: tuple[str, ...] = ()  # variables and substitutions that stand in the text as they were written


class Simple(NamedTuple):
    """A simple command of a line: its words, and what is known to stand on its standard input."""

    words: tuple[Word, ...]
    start: int
    end: int
    stdin: bytes | None = None


class Line(NamedTuple):
    """A line of commands as the shell reads it."""

    commands: tuple[Simple, ...]
    end: int  # behind the newline that ends it
    remarks: tuple[str, ...] = ()


class UnclosedError(Exception):
    """A quotation, substitution or here-document that never ends."""

    def __init__(self, what: str, at: int) -> None:
        """Keep what was opened, and where."""
        super().__init__(what, at)
        self.what, self.at = what, at

    def told(self, text: str) -> UnreadableInput:
        """The same as an error for the user: which line, which column."""
        line, column = place(text, self.at)
        return UnreadableInput(f"{self.what} is not closed", f"line {line}, column {column}", "Paste the whole command")


def place(text: str, at: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def sane(text: str) -> str:
    """The text without those surrogates that stand for no byte."""
    return text if text.isascii() else _ODD.sub("\ufffd", text)


def raw(text: str) -> bytes:
    """The bytes that a word stands for."""
    return text.encode("utf-8", "surrogateescape")


def joined(parts: list[str]) -> str:
    """Pieces of a word as one text; escaped bytes that make up UTF-8 together become characters."""
    text = "".join(parts)
    return raw(text).decode("utf-8", "surrogateescape") if not text.isascii() and _ESCAPED.search(text) else text


def shown(text: str) -> str:
    """A word as text that can be printed: bytes that are no UTF-8 are read as Latin-1."""
    return raw(text).decode("latin-1") if not text.isascii() and _ESCAPED.search(text) else text


def byte(value: int) -> str:
    """One byte as it stands in a word."""
    return chr(value) if value < 0x80 else chr(0xDC00 + value)
