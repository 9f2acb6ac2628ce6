"""The address is not on the allowlist."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix
from ..cause import Cause
from ..command import advice
from ..found import client_address


def mend(scene: Scene, finding: Finding) -> Iterator[Fix]:
    """The one address."""
    summary = "Add the address or network that the request really comes from to the allowlist, and nothing wider"
    address = client_address(scene)
    line = {"nginx": f"allow {address};", "apache": f"Require ip {address}"}.get(finding.product, "") if address else ""
    yield advice(
        "operator",
        summary,
        language=finding.product if line else "",
        snippet=line,
        opens=f"whoever calls from {address} is let in" if line else "",
    )
    yield advice("caller", "Call from an address that is listed, or send the operator the address that you go out with")


CAUSE = Cause("ip-not-allowed", mend=mend)
