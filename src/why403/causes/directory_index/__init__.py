"""A directory with no index."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice
from ..siblings import file_beneath


def detect(scene: Scene) -> Iterator[Claim]:
    """A refused URL that ends in a slash, while a file beneath it is served."""
    if scene.status == 403 and (sibling := file_beneath(scene)):
        proof = sibling.evidence("A file of this very directory is served, the directory itself is not")
        # it can only be a matter of the directory itself: that there is no index, or a rule for it
        also = ("deny-rule", "resource-hidden", "ip-not-allowed")
        yield Claim("directory-index", (proof,), Weight.PROOF, also=also)


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice(
        "operator",
        "Put an index file there or name the one that is there; "
        "switch listing on only where everybody may see every file's name",
    )
    yield advice("caller", "Ask for a file in it")


CAUSE = Cause("directory-index", detect, mend=mend)
