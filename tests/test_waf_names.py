"""Every firewall that people know by a name leads to a table that knows something of it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from why403.products.table import sources

NAMES: dict[str, str] = tomllib.loads((Path(__file__).parent / "data" / "waf_names.toml").read_text(encoding="utf-8"))


@cache
def table(product: str) -> dict[str, Any]:
    """A product's table, empty where there is none."""
    return tomllib.loads(sources_once().get(product, ""))


@cache
def sources_once() -> dict[str, str]:
    return sources()


def test_there_are_as_many_names_as_were_collected() -> None:
    assert len(NAMES) == 203


@pytest.mark.parametrize(("name", "product"), NAMES.items())
def test_a_name_leads_to_a_table_that_knows_it(name: str, product: str) -> None:
    """The table exists, holds a mark or a message with its source, and a case; it does not merely carry the name."""
    data = table(product)
    rows = [*data.get("says", []), *data.get("wrote", []), *data.get("passed", [])]
    assert rows, f"{name}: products/{product}.toml knows no mark and no message"
    assert all(row["source"] for row in rows)
    assert data.get("case"), f"{name}: products/{product}.toml has no case"
