"""The request signature does not match."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...rules.sigv4 import Diagnosis, Fault

OTHERS = ("clock", "expires", "token")  # parts that are causes of their own
# said in so many words: the times decided, not the signature
SETTLED = ("signed-url-expired", "clock-skew", "token-expired")
COMPUTED = 2_000_000  # the server's own computation is read whole: it goes before the sentence that comes with it


def detect(scene: Scene) -> Iterator[Claim]:
    """A Signature V4 request that contradicts its own signature, its host, or what the server computed of it."""
    found = _diagnosis(scene)
    for fault in _faults(found) if found else ():
        if fault.sure < Weight.STRONG or fault.part in OTHERS:
            continue
        computed = fault.shown_by == "server" and fault.sure == Weight.PROOF
        weight = Weight.PROOF if computed else Weight.STRONG
        yield Claim("signature-mismatch", (_evidence(fault, weight),), weight, rank=COMPUTED if computed else 0)


def _diagnosis(scene: Scene) -> Diagnosis | None:
    """What the rules of Signature V4 say of the refused request; they are imported only where one is there."""
    request = scene.exchange.request
    if request is None or scene.status not in (None, 400, 401, 403):
        return None
    signature, url = scene.exchange.asked("authorization") or "", request.url or ""
    if not signature.startswith(("AWS4-", "GOOG4-")) and "-algorithm=" not in url.lower():
        return None
    if any(heard.rule.strength == Weight.PROOF and heard.rule.cause in SETTLED for heard in scene.hearing.says):
        return None
    from ...rules.sigv4 import diagnose
    from ...rules.sigv4.around import surroundings

    around = surroundings(scene.case, scene.exchange)
    return diagnose(around.request, around.texts, scene.own_time, complete=around.complete)


def _faults(found: Diagnosis) -> tuple[Fault, ...]:
    """The faults that are this cause's. A link that was cut or escaped is `signed-url-expired`."""
    spoiled = found.presented and found.presented.form == "query" and found.presented.faults
    return () if spoiled else found.faults[:4]


def _evidence(fault: Fault, weight: Weight) -> Evidence:
    quote = fault.here or fault.there
    return Evidence(fault.where or f"request.{fault.part.partition(':')[0]}", quote, fault.says, weight)


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Sign what is sent, send what was signed: the part that differs by name, where it is known."""
    found = _diagnosis(scene)
    for fault in _faults(found) if found else ():
        if fault.sure >= Weight.STRONG and fault.fix and fault.part not in OTHERS:
            yield advice("caller", fault.fix)
    yield advice(
        "caller",
        "Sign exactly what is sent: method, path and query as encoded on the wire, the signed headers unchanged, the "
        "body's hash; check region, service and that the secret belongs to the key id",
    )
    if found:
        yield advice(
            "caller",
            "With the key in the environment, `why403 sign` tells which mistake of the signer gives this very signature",
        )


CAUSE = Cause("signature-mismatch", detect, mend=mend)
