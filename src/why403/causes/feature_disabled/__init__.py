"""The feature is switched off for this account."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix
from ..cause import Cause
from ..command import advice


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice("operator", "Enable the API, feature or plan for this project or account")
    yield advice("caller", "Check that project, account and environment are the ones for which it is enabled")


CAUSE = Cause("feature-disabled", mend=mend)
