"""Taken for a bot."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix
from ..cause import Cause
from ..command import advice


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice(
        "caller", "Open the page in a browser; a program should use the site's API or ask the operator to admit it"
    )
    yield advice(
        "operator",
        "If programs shall call this path, except it from the challenge for authenticated clients or named addresses",
    )


CAUSE = Cause("bot-challenge", mend=mend)
