"""Before any test the tables are compiled anew where one of them has changed; a test whose program is not there says so and is skipped."""

from __future__ import annotations

import shutil

import pytest

from why403.products.compiled import refresh

refresh()


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of tests that run a program of the machine: `@pytest.mark.needs("curl", "node")`."""
    config.addinivalue_line("markers", "needs(*programs): runs these programs")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, loudly, what cannot run here; `python -m lab install --quick` gets what CI has."""
    for mark in item.iter_markers("needs"):
        for program in mark.args:
            if shutil.which(program) is None:
                pytest.skip(f"NOT RUN: {program} is not installed (python -m lab install --quick)")
