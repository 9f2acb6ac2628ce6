"""The request signature does not match."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Evidence, Finding, Fix, Pattern, Weight
from ..cause import Cause
from ..command import advice

SIGNED = Pattern(r"SignedHeaders=([A-Za-z0-9;_-]{1,2000})")
SCOPE = Pattern(r"Credential=[^/,\s]{1,128}/(\d{8})/")
HASH = Pattern(r"^[0-9a-f]{64}$")
# added on the way, so that their absence from what is shown means nothing
ADDED = {"host", "content-length", ":authority"}


def detect(scene: Scene) -> Iterator[Claim]:
    """A Signature V4 request that contradicts its own signature: a signed header gone, another body, another day."""
    signature = scene.exchange.asked("authorization") or ""
    if not signature.startswith("AWS4-") or scene.status not in (None, 400, 401, 403):
        return
    for proof in (_header_gone(scene, signature), _other_body(scene), _other_day(scene, signature)):
        if proof:
            yield Claim("signature-mismatch", (proof,), Weight.STRONG)
            return


def _header_gone(scene: Scene, signature: str) -> Evidence | None:
    found = SIGNED.search(signature)
    names = found.group(1).lower().split(";") if found else []
    gone = [name for name in names if name not in ADDED and scene.exchange.asked(name) is None]
    if not found or not gone:
        return None
    says = f"Signed were {', '.join(names)}; {', '.join(gone)} did not come along"
    return Evidence("request.headers.authorization#SignedHeaders", found.group(), says)


def _other_body(scene: Scene) -> Evidence | None:
    request, said = scene.exchange.request, (scene.exchange.asked("x-amz-content-sha256") or "").lower()
    if request is None or not request.body or not HASH.match(said):
        return None
    import hashlib

    if hashlib.sha256(request.body).hexdigest() == said:
        return None
    return Evidence("request.headers.x-amz-content-sha256", said, "This is not the hash of the body that was sent")


def _other_day(scene: Scene, signature: str) -> Evidence | None:
    found, date = SCOPE.search(signature), scene.exchange.asked("x-amz-date") or ""
    if not found or not date or date.startswith(found.group(1)):
        return None
    says = f"The credential's scope is of {found.group(1)}, X-Amz-Date is {date}"
    return Evidence("request.headers.authorization#Credential", found.group(), says)


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """Sign what is sent, send what was signed."""
    yield advice(
        "caller",
        "Sign exactly what is sent: method, path and query as encoded on the wire, the signed headers unchanged, the "
        "body's hash; check region, service and that the secret belongs to the key id",
    )


CAUSE = Cause("signature-mismatch", detect, mend=mend)
