"""What Chromium tells of a page, put in order."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from lab.chromium import _in_order


def entry(kind: str, url: str, second: int) -> dict[str, Any]:
    return {"_resourceType": kind, "startedDateTime": f"2026-11-20T10:00:0{second}.000Z", "request": {"url": url}}


def test_a_preflight_stands_after_its_request() -> None:
    """Whichever of the two the browser tells first, and whichever it says began first."""
    page, cart, asked = entry("document", "/", 1), entry("fetch", "/cart", 2), entry("preflight", "/cart", 2)
    early, last = entry("preflight", "/cart", 1), entry("fetch", "/last", 3)
    for some in permutations((page, cart, asked, last)):
        assert _in_order(list(some)) == [page, cart, asked, last]
    for some in permutations((cart, early, last)):
        assert _in_order(list(some)) == [cart, early, last]


def test_a_preflight_whose_request_was_not_told_stands_where_it_began() -> None:
    page, alone, last = entry("document", "/", 1), entry("preflight", "/cart", 2), entry("fetch", "/last", 3)
    for some in permutations((page, alone, last)):
        assert _in_order(list(some)) == [page, alone, last]
