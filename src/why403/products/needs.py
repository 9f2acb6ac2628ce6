"""The words that a text must hold for a pattern to match at all, found when the tables are compiled.

A pattern costs more to compile than a paste takes to be searched; with its words known beforehand, one that cannot match is never
compiled. The result is a list of ways in which the pattern can match; each is a list of groups, and of each group at least one word
must stand in the (lowered) text, in the groups' order and no farther from the one before than the pattern can reach.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SHORTEST = 2  # letters of a word that tells anything
FAR = 100_000  # letters: as far as anything
TRIED = 40  # places at which a word is looked at
MOST = 80  # alternatives of one group; more of them would cost what they save


Group = tuple[
    int, list[str]
]  # how many letters after the word before it a word may begin, and the words, one of which must stand


def needs(pattern: str) -> list[list[Group]]:
    """The words of a pattern that is matched without regard to case, in their order; [] where it can match without any."""
    from re import _parser  # type: ignore[attr-defined]  # the standard library's own parser: nobody reads its patterns better

    items = list(_parser.parse(pattern, re.IGNORECASE))
    # what the parser found common to all of a pattern's alternatives stands before their branches
    at = next((at for at, (operator, _) in enumerate(items) if str(operator) == "BRANCH"), None)
    every = [items] if at is None else [[*items[:at], *branch, *items[at + 1 :]] for branch in items[at][1][1]]
    ways = [_way(way) for way in every]
    return ways if all(ways) else []


def possible(ways: Sequence[Sequence[Sequence[Any]]], text: str) -> bool:
    """Whether a lowered text has the words of one of the ways, one after another and no farther apart than the pattern can reach."""
    return not ways or any(_stands(way, 0, text, 0, len(text)) for way in ways)


def _stands(way: Sequence[Sequence[Any]], at: int, text: str, start: int, end: int) -> bool:
    """Whether a word of this group begins between two places, and those of the groups behind it after that."""
    words = way[at][1]
    if at + 1 == len(way):
        return any(text.find(word, start, end + len(word)) >= 0 for word in words)
    reach = way[at + 1][0]
    for word in words:
        place = text.find(word, start, end + len(word))
        tried = 0
        while place >= 0 and tried < TRIED:
            after = place + len(word)
            if _stands(way, at + 1, text, after, min(len(text), place + reach)):
                return True
            place, tried = text.find(word, place + 1, end + len(word)), tried + 1
        if tried == TRIED:
            return True  # it stands there too often to look at each
    return False


def _way(items: Any) -> list[Group]:
    """The groups of one way, in their order, each with its reach from the one before."""
    found: list[Group] = []
    passed = 0  # letters at most since the item in which the last word stands began
    for words, before, width in _sequence(items):
        passed += before
        if 0 < len(words) <= MOST:
            found.append((min(passed + width, FAR), sorted(words)))
            passed = 0
        passed += width
    return found


def _sequence(items: Any) -> list[tuple[set[str], int, int]]:
    """(words, letters before, letters) of what all of a sequence's items need: how wide, at most, is what stands before it and itself."""
    groups: list[tuple[set[str], int, int]] = []
    run, before = "", 0

    def close() -> None:
        nonlocal run, before
        word = run.strip().lower()
        if (
            len(word) >= SHORTEST
            if word.isascii()
            else all(sign.isascii() or sign.lower() == sign.upper() for sign in word)
        ):
            groups.append(({word}, before, len(run)))
            before = 0
        else:
            before += len(run)
        run = ""

    for operator, argument in items:
        name = str(operator)
        if name == "LITERAL":
            run += chr(argument)
            continue
        if name in ("AT", "ASSERT", "ASSERT_NOT"):
            continue
        close()
        inner: list[tuple[set[str], int, int]] = []
        if name == "SUBPATTERN":
            inner = _sequence(argument[-1])
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] >= 1:
            inner = _sequence(argument[2])
        elif name == "ATOMIC_GROUP":
            inner = _sequence(argument)
        elif name == "BRANCH" and (group := _branches(argument[1])):
            inner = [(group, 0, 0)]
        width = _widest(operator, argument)
        if inner:  # wherever within the item they stand: each is as far as the whole item
            groups += [(words, before if number == 0 else 0, width) for number, (words, _, _) in enumerate(inner)]
            before = 0
        else:
            before += width
    close()
    return groups


def _widest(operator: Any, argument: Any) -> int:
    """How many letters an item can match at most."""
    from re import _parser  # type: ignore[attr-defined]

    item = _parser.SubPattern(_parser.State(), [(operator, argument)])
    return int(min(item.getwidth()[1], FAR))


def _branches(branches: Any) -> set[str]:
    """One word of every branch, the most telling; the empty set where a branch needs none."""
    found: set[str] = set()
    for branch in branches:
        groups = [words for words, _, _ in _sequence(branch)]
        if not groups:
            return set()
        found |= max(groups, key=lambda group: min(len(word) for word in group))
    return found
