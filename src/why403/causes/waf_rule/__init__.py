"""A firewall rule matched the request."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...evidence.twin import only_differs
from ...model import Claim, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice


def detect(scene: Scene) -> Iterator[Claim]:
    """A twin with another body or query that is let through, where the refusal is the edge's own page."""
    edge = next((heard for heard in scene.hearing.wrote if heard.product.layer == "edge"), None)
    if edge and scene.status in (400, 403, 406, 418) and (twin := only_differs(scene, "body", "url")):
        says = f"The same request with another {' and '.join(twin.differs)} is let through: the content decides"
        says = says.replace("another url", "another query")
        proof = twin.evidence(says, weight=Weight.STRONG)
        yield Claim("waf-rule", (proof, edge.evidence), Weight.STRONG, "edge", edge.product.id)


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice(
        "operator",
        "Find the rule by the request id in the firewall's log, "
        "and exclude just the parameter or path that it takes wrongly",
    )
    yield advice(
        "caller",
        "Send the operator the request id, the time and what you were doing; "
        "leave out what the rule may have taken for an attack if it is not needed",
    )


CAUSE = Cause("waf-rule", detect, mend=mend)
