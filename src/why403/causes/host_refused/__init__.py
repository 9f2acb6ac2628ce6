"""The host name is not served."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...evidence.twin import only_differs
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice


def detect(scene: Scene) -> Iterator[Claim]:
    """421 (RFC 9110, section 15.5.20); a twin that differs in its Host alone and is let through."""
    if scene.status == 421:
        yield Claim(
            "host-refused",
            (Evidence("response.status", "421", "421 Misdirected Request: this server does not serve this host"),),
            Weight.STRONG,
        )
    elif scene.status in (400, 403, 404) and (twin := only_differs(scene, "host")):
        yield Claim(
            "host-refused", (twin.evidence("The same request with another Host is let through", "host"),), Weight.PROOF
        )


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Use the name that is served, or serve the name."""
    yield advice("caller", "Use the host name that the server is configured for, not its address or another name")
    yield advice(
        "operator",
        f"If {scene.host or 'this name'} is yours, add exactly this name to the hosts allowed",
        opens="requests under this name are then served",
    )


CAUSE = Cause("host-refused", detect, mend=mend)
