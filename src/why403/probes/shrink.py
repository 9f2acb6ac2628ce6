"""The fewest of several changes that are let through (delta debugging, Zeller and Hildebrandt 2002, by halves)."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TypeVar

T = TypeVar("T")


def shrink(every: Sequence[T]) -> Generator[tuple[T, ...], bool, tuple[T, ...]]:
    """Those that are needed together, of a set that is known to be let through as a whole and refused without all of it.

    Yields sets; takes whether each is let through; returns the needed ones in their order. For k needed of n it asks at most
    k * (log2(n) + 1) times: each needed one is the last of the shortest beginning that passes together with those found before.
    """
    left, found = list(every), list[T]()
    while left and not (found and (yield tuple(found))):
        low, high = 0, len(left)  # found + left[:low] is refused, found + left[:high] passes
        while high - low > 1:
            middle = (low + high) // 2
            if (yield (*found, *left[:middle])):
                high = middle
            else:
                low = middle
        found.append(left[high - 1])
        left = left[: high - 1]
    return tuple(one for one in every if one in found)
