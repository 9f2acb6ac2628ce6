"""A server rule denies the path."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix
from ..cause import Cause
from ..command import advice


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice("operator", "Find the rule that denies this path and admit just what shall be admitted")
    yield advice("caller", "Ask for a path that is meant to be served")


CAUSE = Cause("deny-rule", mend=mend)
