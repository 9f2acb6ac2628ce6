"""The country or region is blocked."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix
from ..cause import Cause
from ..command import advice


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice("operator", "If this country shall be served, take it off the rule")
    yield advice(
        "caller",
        "Use the service where it is offered; if you are there, tell the operator that your address is placed wrongly",
    )


CAUSE = Cause("geo-blocked", mend=mend)
