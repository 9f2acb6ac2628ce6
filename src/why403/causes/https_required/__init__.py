"""HTTPS is required."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...evidence.twin import only_differs
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice, corrected


def detect(scene: Scene) -> Iterator[Claim]:
    """A twin over HTTPS that is let through; 426 that asks for TLS (RFC 2817, section 4.2); nginx's 497."""
    if scene.status == 497 or (scene.status == 426 and "tls" in (scene.exchange.answered("upgrade") or "").lower()):
        yield Claim(
            "https-required",
            (Evidence("response.status", str(scene.status), "Plain HTTP was sent where TLS is wanted", Weight.PROOF),),
            Weight.PROOF,
        )
    elif (
        (scene.exchange.url or "").startswith("http://")
        and (twin := only_differs(scene, "scheme", "host"))
        and "scheme" in twin.differs
    ):
        yield Claim("https-required", (twin.evidence("The same request over HTTPS is let through"),), Weight.PROOF)


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """https:// in place of http://."""
    url = (scene.exchange.url or "").replace("http://", "https://", 1)
    if url and (fix := corrected(scene, "Send it over HTTPS", {}, url=url)):
        yield fix
    else:
        yield advice("caller", "Send it over HTTPS")


CAUSE = Cause("https-required", detect, mend=mend)
