"""The address is not on the allowlist."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix
from ..cause import Cause
from ..command import advice


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice(
        "operator", "Add the address or network that the request really comes from to the allowlist, and nothing wider"
    )
    yield advice("caller", "Call from an address that is listed, or send the operator the address that you go out with")


CAUSE = Cause("ip-not-allowed", mend=mend)
