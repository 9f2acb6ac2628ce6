"""The resource or route does not exist."""

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
        "Check path, stage, method, name and version against the documentation: a wrong URL is answered as if it were forbidden",
    )


CAUSE = Cause("resource-hidden", mend=mend)
