"""A firewall rule matched the request."""

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
        "Find the rule by the request id in the firewall's log, and exclude just the parameter or path that it takes wrongly",
    )
    yield advice(
        "caller",
        "Send the operator the request id, the time and what you were doing; leave out what the rule may have taken for an attack if it is not needed",
    )


CAUSE = Cause("waf-rule", mend=mend)
