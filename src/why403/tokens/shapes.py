"""Opaque tokens by the shapes that their issuers give them: the rows of shapes.toml, as `make_table` compiled them."""

from __future__ import annotations

import re

from ..model import Pattern
from ..model.frozen import NamedTuple
from .shape_table import ROWS

# what may be a token at all: a long run of its letters with a digit in it
RUN = Pattern(r"[A-Za-z0-9_.+/=~:,%-]{14,}")
LONGEST = 4000  # letters of the longest shape


class Shape(NamedTuple):
    """One kind of token of one issuer; the columns are told at the head of shapes.toml."""

    id: str
    issuer: str
    what: str
    cue: str
    pattern: str
    lengths: tuple[int, ...]
    use: str
    goes: str
    environment: str
    secret: bool
    reads: str
    see: str


def shapes() -> tuple[Shape, ...]:
    """Every shape, the longest cue first."""
    return tuple(Shape(*row) for row in ROWS)


def known(text: str) -> tuple[Shape, ...]:
    """The shapes that the whole text has, the most particular first; none for a text that is no known token."""
    if len(text) > LONGEST:
        return ()
    return tuple(Shape(*row) for row in ROWS if row[3] in text and re.fullmatch(row[4], text))


def find(text: str, most: int = 100) -> list[tuple[int, int, Shape]]:
    """(begin, end, shape) of the known tokens that stand in a text, in order, none within another."""
    runs = "\n".join(run for run in RUN.each(text) if any(char.isdigit() for char in run))
    found: list[tuple[int, int, Shape]] = []
    for row in ROWS if runs else ():
        if row[3] not in runs and " " not in row[3]:
            continue
        for hit in re.finditer(rf"(?<![A-Za-z0-9])(?:{row[4]})", text):
            if not any(begin < hit.end() and hit.start() < end for begin, end, _ in found):
                found.append((hit.start(), hit.end(), Shape(*row)))
            if len(found) >= most:
                return sorted(found)
    return sorted(found)
