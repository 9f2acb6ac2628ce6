"""A client certificate is required."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice


def detect(scene: Scene) -> Iterator[Claim]:
    """Nginx's 495 and 496 (ngx_http_ssl_module, "Error Processing")."""
    says = {495: "The client's certificate did not pass verification", 496: "The client presented no certificate"}.get(
        scene.status or 0
    )
    if says:
        yield Claim(
            "client-certificate-required",
            (Evidence("response.status", str(scene.status), says, Weight.PROOF),),
            Weight.PROOF,
        )


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Present the certificate."""
    url = scene.exchange.url or "<URL>"
    yield advice(
        "caller",
        "Present the certificate that was issued to you, with its key",
        language="shell",
        snippet=f"curl --cert <client.pem> --key <client.key> '{url}'",
    )


CAUSE = Cause("client-certificate-required", detect, mend=mend)
