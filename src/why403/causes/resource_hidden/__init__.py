"""The resource or route does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice, corrected
from ..siblings import other_spelling, path_of


def detect(scene: Scene) -> Iterator[Claim]:
    """A sibling that is let through and of which the refused path is a misspelling."""
    if scene.status in (401, 403, 404) and (found := other_spelling(scene)):
        sibling, what = found
        proof = sibling.evidence(f"A path that differs in {what} is served")
        yield Claim(
            "resource-hidden", (proof,), Weight.STRONG, also=("directory-index",) * (what.startswith("the slash"))
        )


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """The URL that is served."""
    if (found := other_spelling(scene)) and (url := scene.exchange.url):
        right = url.replace(path_of(url), found[0].path, 1)
        if fix := corrected(scene, f"Ask for {found[0].path}, which is served", {}, url=right):
            yield fix
            return
    yield advice(
        "caller",
        "Check path, stage, method, name and version against the documentation: "
        "a wrong URL is answered as if it were forbidden",
    )


CAUSE = Cause("resource-hidden", detect, mend=mend)
