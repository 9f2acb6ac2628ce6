"""The user's role lacks the permission."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix
from ..cause import Cause
from ..command import advice


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice(
        "operator",
        "Give this user (or service account) the narrowest role that holds the permission named, on this resource only",
    )
    yield advice("caller", "Ask for that role, or use the account that has it")


CAUSE = Cause("role-missing", mend=mend)
