"""A directory with no index."""

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
        "Put an index file there or name the one that is there; switch listing on only where everybody may see every file's name",
    )
    yield advice("caller", "Ask for a file in it")


CAUSE = Cause("directory-index", mend=mend)
