"""What a cause's room gives to the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..evidence import Scene
from ..model import Claim, Evidence, Finding, Fix
from ..model.frozen import NamedTuple


def _no_claims(_: Scene) -> Iterable[Claim]:
    return ()


def _no_evidence(_: Scene) -> Iterable[Evidence]:
    return ()


def _no_fixes(_: Scene, __: Finding) -> Iterable[Fix]:
    return ()


class Cause(NamedTuple):
    """One cause of the register: how it is seen, what speaks against it, how it is mended.

    Title, group and who mends it stand in the register, once; the prose stands in the room's about.md.
    """

    id: str
    detect: Callable[[Scene], Iterable[Claim]] = _no_claims  # by reasoning; documented words are the products' business
    against: Callable[[Scene], Iterable[Evidence]] = _no_evidence  # what rules it out
    mend: Callable[[Scene, Finding], Iterable[Fix]] = _no_fixes  # beside what the product's table knows
