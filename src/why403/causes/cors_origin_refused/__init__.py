"""The origin is not allowed."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...evidence.twin import only_differs
from ...model import Claim, Evidence, Exchange, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice
from ..siblings import answered_by, site


def _cross_origin(exchange: Exchange) -> str:
    theirs = exchange.asked("origin") or ""
    asked = site(exchange)
    return theirs if theirs and asked and theirs != asked and not theirs.endswith(f":{asked}") else ""


def detect(scene: Scene) -> Iterator[Claim]:
    """A preflight's answer that names another origin or none; a twin with another Origin that is let through."""
    mine = scene.exchange
    theirs = _cross_origin(mine)
    if mine.status in (0, None):
        for other in scene.around:
            if (
                (other.method or "").upper() == "OPTIONS"
                and other.url == mine.url
                and other.status is not None
                and 200 <= other.status < 300
                and (theirs := theirs or _cross_origin(other))  # what is never sent has no Origin, its preflight has
            ):
                allow = other.answered("access-control-allow-origin")
                if allow not in ("*", theirs):
                    says = f"The preflight's answer allows {allow or 'no origin'}, the page is {theirs}"
                    place = f"exchange[{other.index}].response.headers.access-control-allow-origin"
                    proof = Evidence(place, allow or "", says, Weight.PROOF)
                    yield Claim("cors-origin-refused", (proof,), Weight.PROOF, *answered_by(other))
                    return
        if theirs and "CORS" in (mine.error or ""):
            yield Claim(
                "cors-origin-refused",
                (Evidence("error", mine.error or "", "The browser kept the answer from the page"),),
                Weight.STRONG,
                also=("cors-preflight-refused",),
            )
    if (
        theirs
        and mine.status in (400, 401, 403)
        and (twin := only_differs(scene, "origin", "referer", "sec-fetch-site", "sec-fetch-mode"))
    ):
        if "origin" in twin.differs:
            yield Claim(
                "cors-origin-refused",
                (twin.evidence("The same request is let through with another Origin or none", "origin"),),
                Weight.PROOF,
                also=() if (mine.method or "").upper() in ("GET", "HEAD") else ("csrf-origin-mismatch",),
            )


def against(scene: Scene) -> Iterator[Evidence]:
    """The answer allows this origin, so that CORS is not what refused."""
    theirs, allow = _cross_origin(scene.exchange), scene.exchange.answered("access-control-allow-origin")
    if theirs and allow in ("*", theirs) and scene.status not in (0, None):
        yield Evidence(
            "response.headers.access-control-allow-origin",
            allow or "",
            "The answer allows this origin: the status is a refusal of its own",
        )


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Allow the origin by name."""
    theirs = scene.exchange.asked("origin") or "https://<the page's origin>"
    yield advice(
        "operator",
        f"If {theirs} shall read these answers, add it by name to the origins allowed",
        language="http",
        snippet=f"Access-Control-Allow-Origin: {theirs}\nVary: Origin",
        opens=f"scripts on {theirs} may read these answers",
    )
    yield advice("caller", "Until then call the API from your own server, or through a path of your own origin")


CAUSE = Cause("cors-origin-refused", detect, against, mend)
