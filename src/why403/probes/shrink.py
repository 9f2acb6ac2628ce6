"""The fewest of several changes that are let through (delta debugging, Zeller and Hildebrandt 2002, by halves)."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from ..model.change import Change

Passing = Generator[tuple[Change, ...], bool, tuple[Change, ...]]


def shrink(changes: Sequence[Change]) -> Passing:
    """The changes that are needed together, of a set that is known to be let through as a whole.

    Yields sets of changes; takes whether each is let through; returns the needed ones in their order. For k needed of n it asks
    at most k * (log2(n) + 1) + 1 times: each needed change is the last of the shortest beginning that passes together with
    those found before.
    """
    left, found = list(changes), list[Change]()
    while left and not (yield tuple(found)):
        low, high = 0, len(left)  # found + left[:low] is refused, found + left[:high] passes
        while high - low > 1:
            middle = (low + high) // 2
            if (yield (*found, *left[:middle])):
                high = middle
            else:
                low = middle
        found.append(left[high - 1])
        left = left[: high - 1]
    return tuple(change for change in changes if change in found)
