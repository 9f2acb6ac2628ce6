"""The words that a pattern needs: whatever it matches has them, and what lacks them, or has them elsewhere, is not tried."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from why403.products import tables
from why403.products.needs import needs, possible
from why403.products.text import fold, lower


@cache
def patterns() -> tuple[str, ...]:
    """Those of all tables."""
    return tuple(dict.fromkeys(rule.pattern for rule in tables().rules if rule.pattern))


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_matches_is_possible(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(patterns()))
    text = fold(data.draw(st.text(max_size=30)) + data.draw(st.from_regex(re.compile(pattern, re.IGNORECASE))))
    if re.search(pattern, text, re.IGNORECASE):
        assert possible(needs(pattern), lower(text))


@pytest.mark.parametrize(("pattern", "yes", "no"), [
    (r"\btoken (?:is|was) (?:missing|empty)", "the token was missing", "missing: the token was"),
    (r"\btoken (?:is|was) (?:missing|empty)", "token is empty", "the token was here, and the rest of it went missing later"),
    (r"\bno key|\bkey not found", "key not found", "the key is here"),
    (r"\bno key\b|\bno token\b", "no token", "no, a token"),
    (r"blocked[^.]{0,10}by (?:an? )?(?:admin|owner)", "blocked for now by an admin", "blocked and found again much later by an admin"),
    (r"(?=invalid )invalid token", "invalid token", "invalid or old token"),
    (r"(?:ab){2,3}c?d", "ababd", "a bad one"),
])  # fmt: skip
def test_order_and_reach(pattern: str, yes: str, no: str) -> None:
    assert re.search(pattern, yes)
    assert possible(needs(pattern), yes)
    assert not re.search(pattern, no)
    assert not possible(needs(pattern), no)


@pytest.mark.parametrize("pattern", [r"\d{3}", r"a?b?", r"(?:not|n.t|\d) allowed|[x-z]"])
def test_what_needs_no_word_is_always_possible(pattern: str) -> None:
    assert needs(pattern) == []
    assert possible([], "")


def test_a_word_that_stands_everywhere_does_not_cost_the_search() -> None:
    ways = needs(r"(?:the|a) .{0,200}(?:the|a) .{0,200}(?:the|a) .{0,200}(?:the|a) end of it")
    assert possible(ways, "the a " * 20_000)
