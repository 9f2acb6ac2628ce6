"""The account is suspended or unpaid."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix
from ..cause import Cause
from ..command import advice


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice("operator", "Restore the account: settle the bill, lift the suspension")
    yield advice("caller", "Log in to the account's console and read the notice there, or write to support")


CAUSE = Cause("account-blocked", mend=mend)
