"""The Referer is not accepted."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...evidence.twin import only_differs
from ...model import Claim, Evidence, Finding, Fix, Weight
from ...products import host_of
from ..cause import Cause
from ..command import advice
from ..siblings import other_page

EMBEDDED = ("image", "video", "audio", "font", "object", "embed", "track")


def detect(scene: Scene) -> Iterator[Claim]:
    """A twin that differs in its Referer alone and is let through; an asset that another site's page embeds."""
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
    elif (
        scene.status == 403
        and (scene.exchange.asked("sec-fetch-dest") or "").lower() in EMBEDDED
        and (scene.exchange.asked("sec-fetch-site") or "").lower() == "cross-site"
        and (foreign := other_page(scene))
    ):
        page = Evidence(foreign.where, foreign.quote, "Another site's page embeds this asset", Weight.HINT)
        yield Claim("hotlink-blocked", (page,), Weight.HINT)


def mend(scene: Scene, finding: Finding) -> Iterator[Fix]:
    """Embed what may be embedded."""
    page = host_of(scene.exchange.asked("referer"))
    if page and finding.layer == "server":
        yield advice(
            "operator",
            f"If {page} may embed this, name it among the referers",
            language="nginx",
            snippet=f"valid_referers server_names {page};",
            opens=f"pages of {page} may embed these files",
        )
    yield advice(
        "caller",
        "Ask for it from the site's own page, or host a copy where the licence allows it; "
        "if the page is yours, do not suppress the Referer",
        language="html",
        snippet='<meta name="referrer" content="strict-origin-when-cross-origin">',
    )


CAUSE = Cause("hotlink-blocked", detect, mend=mend)
