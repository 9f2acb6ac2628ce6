"""SELinux or AppArmor denies it."""

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
        "Give the files the type that the server may read, or the profile the path, and leave enforcement on",
        language="shell",
        snippet="ausearch -m AVC -ts recent | audit2why\nrestorecon -Rv <directory>",
    )


CAUSE = Cause("mac-denied", mend=mend)
