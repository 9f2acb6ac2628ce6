"""The object belongs to someone else."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix
from ..cause import Cause
from ..command import advice


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice("operator", "If this user shall have it, share the object with them or add them to what owns it")
    yield advice("caller", "Check the id, the owner's name and the account that you are logged in with")


CAUSE = Cause("not-owner", mend=mend)
