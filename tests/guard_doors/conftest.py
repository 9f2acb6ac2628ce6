"""The servers that these tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from examples.guard.issuer import Issuer

from tests.guard_doors.shops import COMMANDS, Shop, running
from why403.guard import new_key


@pytest.fixture(scope="session")
def key() -> str:
    """The key of the seals."""
    return new_key()


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    """Who issues tokens, and the other origins."""
    with Issuer() as running_issuer:
        yield running_issuer


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, key: str) -> Iterator[dict[str, Shop]]:
    """The examples, all of them."""
    folder = tmp_path_factory.mktemp("shops")
    env = {"SHOP_ISSUER": issuer.url, "SHOP_FRONTS": fronts(issuer), "WHY403_SEAL_KEY": key}
    with ExitStack() as stack:
        yield {name: stack.enter_context(running(name, Path(folder), env)) for name in COMMANDS}


def fronts(issuer: Issuer) -> str:
    """The origins whose scripts may call the shop."""
    return f"http://app.shop.localhost:{issuer.port} http://partner.localhost:{issuer.port}"


@pytest.fixture(params=COMMANDS)
def shop(request: pytest.FixtureRequest, shops: dict[str, Shop]) -> Shop:
    """Each of the examples."""
    return shops[request.param]
