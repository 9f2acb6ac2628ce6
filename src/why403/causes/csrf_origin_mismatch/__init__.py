"""Origin or Referer fails the CSRF check."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene, csrf
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice
from ..siblings import other_page, tokens_agree


def detect(scene: Scene) -> Iterator[Claim]:
    """A complaint of CSRF about a request that another origin's page sent."""
    complaint = csrf.complaint(scene)
    if complaint is None or not csrf.unsafe(scene):
        return
    if foreign := other_page(scene):
        yield Claim("csrf-origin-mismatch", (foreign, complaint), Weight.STRONG)
    elif tokens_agree(scene) and (page := scene.exchange.asked("origin") or scene.exchange.asked("referer")):
        name = "origin" if scene.exchange.asked("origin") else "referer"
        says = (
            "Token and cookie agree, so that what Django still checks is the page's origin: its scheme, host and port"
        )
        yield Claim("csrf-origin-mismatch", (Evidence(f"request.headers.{name}", page, says), complaint), Weight.STRONG)


def against(scene: Scene) -> Iterator[Evidence]:
    """The page that sent the request is of the origin that was asked."""
    if (
        scene.exchange.asked("origin") not in (None, "null")
        and other_page(scene) is None
        and not scene.exchange.asked("x-forwarded-host")
        and not tokens_agree(scene)
    ):
        said = any(heard.rule.cause == "csrf-origin-mismatch" for heard in scene.hearing.says)
        if not said and scene.exchange.url and "://" in scene.exchange.url:
            yield Evidence(
                "request.headers.origin",
                scene.exchange.asked("origin") or "",
                "The Origin is the origin that was asked",
            )


def mend(scene: Scene, finding: Finding) -> Iterator[Fix]:
    """Let the server see the origin that the browser sees."""
    theirs = scene.exchange.asked("origin") or "https://<your site>"
    yield advice("operator", "Let the proxy pass on host and scheme as the browser sent them", language="nginx",
                 snippet="proxy_set_header Host $host;\nproxy_set_header X-Forwarded-Proto $scheme;")  # fmt: skip
    if finding.product in ("django", "drf"):
        yield advice(
            "operator",
            f"If {theirs} is yours and shall post here, trust it by name",
            language="python",
            snippet=f'CSRF_TRUSTED_ORIGINS = ["{theirs}"]',
            opens=f"forms and scripts on {theirs} may then change data here",
        )


CAUSE = Cause("csrf-origin-mismatch", detect, against, mend)
