"""The address is blocked."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix
from ..cause import Cause
from ..command import advice


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice(
        "operator", "Look the address up in the blocklist that decided, and take it off if it is there in error"
    )
    yield advice("caller", "Send the operator the address, the time and the request id")


CAUSE = Cause("ip-blocked", mend=mend)
