"""An access policy denies it."""

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
        "Add to the policy named one statement that allows this action on this resource for this principal; "
        "where an explicit deny is named, narrow the deny",
    )


CAUSE = Cause("policy-denied", mend=mend)
