"""The Referer is not accepted."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...evidence.twin import only_differs
from ...model import Claim, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice


def detect(scene: Scene) -> Iterator[Claim]:
    """A twin that differs in its Referer alone and is let through."""
    if (
        scene.status in (401, 403, 404)
        and (twin := only_differs(scene, "referer", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"))
        and "referer" in twin.differs
    ):
        yield Claim(
            "hotlink-blocked",
            (twin.evidence("The same request with another Referer is let through", "referer"),),
            Weight.PROOF,
        )


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """Embed what may be embedded."""
    yield advice("caller", "Ask for it from the site's own page, or host a copy where the licence allows it; if the page is yours, do not suppress the Referer",
                 language="html", snippet='<meta name="referrer" content="strict-origin-when-cross-origin">')  # fmt: skip


CAUSE = Cause("hotlink-blocked", detect, mend=mend)
