"""The words that a text must hold for a pattern to match at all, found when the tables are compiled.

A pattern costs more to compile than a paste takes to be searched; with its words known beforehand, one that cannot match is never
compiled. The result is a list of ways in which the pattern can match; each is a list of groups, and of each group at least one word
must stand in the (lowered) text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SHORTEST = 3  # letters of a word that tells anything
MOST = 80  # alternatives of one group; more of them would cost what they save


def needs(pattern: str) -> list[list[list[str]]]:
    """The words of a pattern that is matched without regard to case; [] where it can match without any."""
    from re import _parser  # type: ignore[attr-defined]  # the standard library's own parser: nobody reads its patterns better

    items = list(_parser.parse(pattern, re.IGNORECASE))
    branched = len(items) == 1 and str(items[0][0]) == "BRANCH"
    ways = [
        [sorted(group) for group in _sequence(way) if len(group) <= MOST]
        for way in (items[0][1][1] if branched else [items])
    ]
    return ways if all(ways) else []


def possible(ways: Sequence[Sequence[Sequence[str]]], text: str) -> bool:
    """Whether a lowered text has the words of one of the ways."""
    return not ways or any(all(any(word in text for word in group) for group in way) for way in ways)


def _sequence(items: Any) -> list[set[str]]:
    """What all of a sequence's items need."""
    groups: list[set[str]] = []
    run = ""

    def close() -> None:
        nonlocal run
        word = run.strip().lower()
        if (
            len(word) >= SHORTEST
            if word.isascii()
            else all(sign.isascii() or sign.lower() == sign.upper() for sign in word)
        ):
            groups.append({word})
        run = ""

    for operator, argument in items:
        name = str(operator)
        if name == "LITERAL":
            run += chr(argument)
            continue
        if name == "AT":
            continue
        close()
        if name == "SUBPATTERN":
            groups += _sequence(argument[-1])
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] >= 1:
            groups += _sequence(argument[2])
        elif name == "ATOMIC_GROUP":
            groups += _sequence(argument)
        elif name == "BRANCH" and (group := _branches(argument[1])):
            groups.append(group)
    close()
    return groups


def _branches(branches: Any) -> set[str]:
    """One word of every branch, the most telling; the empty set where a branch needs none."""
    found: set[str] = set()
    for branch in branches:
        groups = _sequence(branch)
        if not groups:
            return set()
        found |= max(groups, key=lambda group: min(len(word) for word in group))
    return found
