"""Every product's table: its cases, and the rules that all tables keep."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

import pytest

from tests.verdicts import line
from why403.engine.explain import explain
from why403.model import Case, UnreadableInput
from why403.products import listen, tables
from why403.products.table import sources
from why403.readers.choose import read_text

SOURCES = sources()
CASES = [
    pytest.param(name, case, id=f"{name}: {case.get('name', at)}")
    for name, text in SOURCES.items()
    for at, case in enumerate(tomllib.loads(text).get("case", []), 1)
]


@cache
def read(text: str) -> Case:
    return read_text(text.lstrip("\n"), "case")


def said(text: str) -> str:
    """The whole verdict in one line, as the tables write it."""
    return line(explain(read(text)))


def speakers(text: str) -> set[str]:
    """The products of which a message fires on this text."""
    case = read(text)
    exchanges = case.exchanges or (None,)
    return {heard.product.id for exchange in exchanges for heard in listen(exchange, case.notes).says}


@pytest.mark.parametrize(("product", "case"), CASES)
def test_case(product: str, case: dict[str, Any]) -> None:
    """A case's text gives the verdict that its table writes down; `silent` means that no message of the file fires."""
    if case["expect"] == "silent":
        assert product not in speakers(case["input"])
    else:
        assert said(case["input"]) == case["expect"]


@pytest.mark.parametrize("name", SOURCES)
def test_table_keeps_the_rules(name: str) -> None:
    """A table has a case in which it speaks and one in which it is silent, and a source behind every message."""
    data = tomllib.loads(SOURCES[name])
    expects = [case["expect"] for case in data.get("case", [])]
    if data.get("says"):
        assert any(expect != "silent" for expect in expects), "no case in which it speaks"
        assert "silent" in expects, "no look-alike in which it is silent"
    for row in data.get("says", []):
        assert re.match(r"https?://|lab:|rfc", row["source"]), row


@pytest.mark.parametrize(("product", "case"), [case for case in CASES if case.values[1]["expect"] != "silent"])  # type: ignore[index]
def test_no_other_product_accuses(product: str, case: dict[str, Any]) -> None:
    """No message of another product outweighs the one that the case is about."""
    report = explain(read(case["input"]))
    for refusal in report.refusals[:1]:
        assert refusal.findings[0].product in (product, case["expect"].partition(" by ")[2])


def test_patterns_are_bounded() -> None:
    """No pattern repeats a repetition, looks back at a group, or runs to the end of the input."""
    for rule in tables().rules:
        for pattern in (rule.pattern, rule.url):
            re.compile(pattern)
            assert not re.search(r"[+*}]\)[+*{]", pattern), pattern
            assert not re.search(r"(?<!\\)\\[1-9]", pattern), pattern
            assert not re.search(r"(?<!\\)\.[*+]", pattern), pattern


def test_unreadable_is_told() -> None:
    with pytest.raises(UnreadableInput):
        read_text("   ", "empty")
