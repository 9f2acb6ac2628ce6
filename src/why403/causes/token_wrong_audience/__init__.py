"""The token is for something else."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix
from ..cause import Cause
from ..command import advice


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice(
        "caller",
        "Get a token for this service: its audience, issuer, environment, region and tenant, as its documentation names them",
    )


CAUSE = Cause("token-wrong-audience", mend=mend)
