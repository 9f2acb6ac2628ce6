"""The server may not read the file."""

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
        "Let the server's user read the file and enter every directory above it",
        language="shell",
        snippet="namei -l <path to the file>\nsudo -u <server user> test -r <path to the file> && echo readable",
    )


CAUSE = Cause("file-permission", mend=mend)
