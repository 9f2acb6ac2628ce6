"""A symbolic link is not followed."""

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
        "Allow links whose owner matches, or put the file itself there",
        language="apache",
        snippet="Options +SymLinksIfOwnerMatch",
    )


CAUSE = Cause("symlink-refused", mend=mend)
