"""Patterns that are compiled when they are first used: a run needs a few of them, compiling all costs more than the run."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator


class Pattern:
    """A regular expression with the methods of `re.Pattern` that we use."""

    __slots__ = ("_compiled", "_flags", "source")

    def __init__(self, source: str, flags: int = 0) -> None:
        """Take the pattern as `re.compile` does; it is checked at its first use, and by a test before that."""
        self.source = source
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled pattern."""
        if self._compiled is None:
            self._compiled = re.compile(self.source, self._flags)
        return self._compiled

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return self.compiled.search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        return self.compiled.match(text, start, end)

    def fullmatch(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.fullmatch`."""
        return self.compiled.fullmatch(text, start, end)

    def split(self, text: str, most: int = 0) -> list[str]:
        """As `re.Pattern.split` of a pattern without groups."""
        return [part or "" for part in self.compiled.split(text, most)]

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        return self.compiled.finditer(text, start)

    def findall(self, text: str) -> list[tuple[str, ...]]:
        """As `re.Pattern.findall` of a pattern with two groups or more."""
        return self.compiled.findall(text)

    def each(self, text: str) -> list[str]:
        """Every match as it stands."""
        return [found.group() for found in self.compiled.finditer(text)]

    def sub(self, by: str | Callable[[re.Match[str]], str], text: str) -> str:
        """As `re.Pattern.sub`."""
        return self.compiled.sub(by, text)
