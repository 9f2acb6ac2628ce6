"""Too many requests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice

LEFT = ("x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining", "x-app-rate-limit-remaining")


def detect(scene: Scene) -> Iterator[Claim]:
    """429 (RFC 6585, section 4); a refusal with nothing left of a limit, or one that says when to come back."""
    if scene.status == 429:
        yield Claim(
            "rate-limited", (Evidence("response.status", "429", "429 Too Many Requests (RFC 6585)"),), Weight.STRONG
        )
    if scene.status not in (401, 403, 429, 503):
        return
    for name in LEFT:
        if scene.exchange.answered(name) == "0":
            yield Claim(
                "rate-limited",
                (Evidence(f"response.headers.{name}", "0", "Nothing is left of the limit"),),
                Weight.STRONG,
            )
            return
    # the field of the IETF's draft: RateLimit: "default";r=0;t=50
    if found := re.search(r";\s{0,4}r=0(?![\d.])", scene.exchange.answered("ratelimit") or ""):
        says = "Nothing is left of the limit"
        proof = Evidence("response.headers.ratelimit", scene.exchange.answered("ratelimit") or found.group(), says)
        yield Claim("rate-limited", (proof,), Weight.STRONG)
        return
    if scene.status == 403 and (after := scene.exchange.answered("retry-after")):
        yield Claim(
            "rate-limited",
            (Evidence("response.headers.retry-after", after, "The answer says when to come back", Weight.HINT),),
            Weight.HINT,
        )


def against(scene: Scene) -> Iterator[Evidence]:
    """Much is left of the limit."""
    for name in LEFT:
        left = scene.exchange.answered(name)
        if (
            left
            and left.isdigit()
            and int(left) > 10
            and scene.status != 429
            and "second" not in scene.text
            and "abuse" not in scene.text
        ):
            yield Evidence(f"response.headers.{name}", left, "There are requests left in this limit")
            return


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Wait as long as the answer says."""
    after = scene.exchange.answered("retry-after")
    wait = (
        f"{after} s"
        if after and after.isdigit()
        else f"until {after}"
        if after
        else "before the next try, twice as long each time"
    )
    yield advice(
        "caller",
        f"Wait {wait}, send fewer requests at once, and authenticate if unauthenticated calls have the smaller limit",
    )


CAUSE = Cause("rate-limited", detect, against, mend)
