"""The CSRF token is missing."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene, csrf
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice, corrected
from ..siblings import bodiless, other_page

# under which header each product takes its token
HEADER = {
    "django": "X-CSRFToken", "drf": "X-CSRFToken", "rails": "X-CSRF-Token", "laravel": "X-CSRF-TOKEN",
    "jenkins": "Jenkins-Crumb", "spring-security": "X-CSRF-TOKEN", "jira": "X-Atlassian-Token",
    "wordpress": "X-WP-Nonce", "nextcloud": "requesttoken", "asp-net-core": "RequestVerificationToken",
    "tornado": "X-XSRFToken", "jupyter": "X-XSRFToken", "harbor": "X-Harbor-CSRF-Token",
}  # fmt: skip


def detect(scene: Scene) -> Iterator[Claim]:
    """Somebody complains of CSRF, and the request, shown whole, carries no token in header, form or query."""
    request = scene.exchange.request
    # a browser that leaves cookies out of a recording still shows the token's header and the form
    whole = request is not None and request.headers is not None and (request.body is not None or bodiless(scene))
    if not (csrf.unsafe(scene) and whole) or csrf.token(scene):
        return
    if scene.exchange.asked("origin") and other_page(scene):
        return
    if complaint := csrf.complaint(scene):
        shown = Evidence(
            "request", scene.exchange.method or "", "No CSRF token is in its headers, form or query", Weight.STRONG
        )
        yield Claim(
            "csrf-token-missing",
            (shown, complaint),
            Weight.STRONG,
            also=() if csrf.cookie(scene) else ("csrf-cookie-missing",),
        )


def against(scene: Scene) -> Iterator[Evidence]:
    """A token was sent."""
    if piece := csrf.token(scene):
        yield Evidence(piece.where, piece.value, "A token was sent")


def mend(scene: Scene, finding: Finding) -> Iterator[Fix]:
    """Read the token from the page and send it with the cookie."""
    header = HEADER.get(finding.product, "X-CSRF-Token")
    value = "no-check" if finding.product == "jira" else "<token from the page or its cookie>"
    if fix := corrected(
        scene, f"Send the token of the page in {header}, together with the cookie that was set with it", {header: value}
    ):
        yield fix
    else:
        yield advice(
            "caller",
            f"Load the page first, keep its cookies, and send its token in {header}",
            language="http",
            snippet=f"{header}: {value}",
        )


CAUSE = Cause("csrf-token-missing", detect, against, mend)
