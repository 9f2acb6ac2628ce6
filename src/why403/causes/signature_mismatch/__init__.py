"""The request signature does not match."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix
from ..cause import Cause
from ..command import advice


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice(
        "caller",
        "Sign exactly what is sent: method, path and query as encoded on the wire, the signed headers unchanged, the body's hash; check region, service and that the secret belongs to the key id",
    )


CAUSE = Cause("signature-mismatch", mend=mend)
