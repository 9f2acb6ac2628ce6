"""Which of many thousand literals stand in a text, at a cost that grows with the text and hardly with the literals.

Each literal is filed under one of its runs of four bytes, read as a number; only those whose run the text has are looked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

RUN = 4  # bytes


def _runs(text: bytes) -> set[int]:
    """Every run of a text, as numbers of this machine's byte order."""
    found: set[int] = set()
    for at in range(RUN):
        found.update(memoryview(text[at : len(text) - (len(text) - at) % RUN]).cast("I") if len(text) >= at else ())
    return found


def file(literals: Sequence[str]) -> tuple[list[int], ...]:
    """Literals filed under their rarest run; an empty one is filed nowhere.

    Returns:
        The runs in order; where each run's literals begin, with the last one's end; the literals' numbers; the numbers of those that are
        too short for a run; and where each literal's line begins, with the last one's end.
    """
    from collections import Counter

    encoded = [literal.encode() for literal in literals]
    common = Counter(run for literal in encoded for run in _runs(literal))
    under: dict[int, list[int]] = {}
    for number, literal in enumerate(encoded):
        if runs := _runs(literal):
            under.setdefault(min(runs, key=lambda run: (common[run], run)), []).append(number)
    kept = sorted(under)
    return (
        kept,
        list(accumulate((len(under[run]) for run in kept), initial=0)),
        [number for run in kept for number in under[run]],
        [number for number, literal in enumerate(encoded) if 0 < len(literal) < RUN],
        list(accumulate((len(literal) + 1 for literal in encoded), initial=0)),
    )


class Grams:
    """Literals as `file` filed them, ready to be looked for."""

    __slots__ = ("_begins", "_lines", "_numbers", "_runs", "_short", "_starts")

    def __init__(self, lines: bytes, filed: Sequence[Sequence[int]]) -> None:
        """Take the literals, a line each, and what `file` gave of them. Raises ValueError where these are five lists no longer."""
        self._lines = lines
        self._runs, self._starts, self._numbers, self._short, self._begins = filed

    def __len__(self) -> int:
        """How many literals there are."""
        return len(self._begins) - 1

    def __getitem__(self, number: int) -> bytes:
        """One literal."""
        return self._lines[self._begins[number] : self._begins[number + 1] - 1]

    def found(self, text: bytes) -> list[int]:
        """The numbers of the literals that stand in the text, in their order."""
        likely = list(self._short)
        for run in _runs(text).intersection(self._runs):
            at = bisect_left(self._runs, run)
            likely += self._numbers[self._starts[at] : self._starts[at + 1]]
        return sorted(number for number in likely if self[number] in text)


def packed(*lists: Sequence[int]) -> bytes:
    """Lists of numbers as unsigned 32-bit words, each with its length before it."""
    from array import array

    return b"".join(array("I", [len(numbers), *numbers]).tobytes() for numbers in lists)


def unpacked(data: bytes) -> list[memoryview]:
    """The lists that `packed` packed, without a copy. Raises ValueError, IndexError or TypeError for what is none."""
    words = memoryview(data).cast("I")
    lists, at = [], 0
    while at < len(words):
        lists.append(words[at + 1 : at + 1 + words[at]])
        at += 1 + words[at]
    return lists
