"""What the tests of the lab start with, and what is true after each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import lab.keeper
import lab.table
import psutil
import pytest
from lab.table import Bench, load

from tests.lab.small import ISOLATIONS, SERVER, TABLE, VERSION, left_of


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bench]:
    """Makes a product of the lab of that server."""
    monkeypatch.setattr(lab.table, "HERE", tmp_path)

    def make(name: str = "shop", how: str = "serves", more: str = "", scenarios: str = "") -> Bench:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "server.py").write_text(SERVER)
        (folder / "scenarios.toml").write_text(
            TABLE.format(name=name, how=how, more=more, version="" if "version" in more else VERSION) + scenarios
        )
        return load(name)

    return make


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """Whatever a test does: none of its processes is left after it. Servers that other tests share may run on."""
    before = set(psutil.Process().children(recursive=True))
    yield
    assert left_of([one for one in psutil.Process().children(recursive=True) if one not in before]) == []


@pytest.fixture(params=ISOLATIONS)
def isolation(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to keep a program; the first is the second where namespaces are not permitted."""
    if request.param == ISOLATIONS[1]:
        monkeypatch.setattr(lab.keeper, "apart", tuple)
    return str(request.param)
