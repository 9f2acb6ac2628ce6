"""The CSRF cookie did not come along."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene, cookies, csrf
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice, corrected
from ..siblings import bodiless, unseen


def detect(scene: Scene) -> Iterator[Claim]:
    """A complaint of CSRF about a request with the token but no cookie, or without the cookie that was set before."""
    complaint = csrf.complaint(scene)
    shown = csrf.shown(scene) or bodiless(scene)
    if complaint is None or not csrf.unsafe(scene) or not shown or csrf.cookie(scene) or unseen(scene):
        return
    if earlier := csrf.cookie_set_before(scene):
        name, proof = earlier
        lacks = Evidence(
            "request.headers.cookie",
            "; ".join(key for key, _ in cookies(scene)),
            f"{name} was set before and is not sent now",
            Weight.STRONG,
        )
        yield Claim(
            "csrf-cookie-missing",
            (lacks, proof, complaint),
            Weight.STRONG,
            also=("csrf-token-missing",) * (csrf.token(scene) is None),
        )
    elif csrf.token(scene) and not cookies(scene):
        lacks = Evidence(
            "request.headers", "", "A token was sent, and no cookie at all to compare it with", Weight.STRONG
        )
        yield Claim("csrf-cookie-missing", (lacks, complaint), Weight.STRONG)


def against(scene: Scene) -> Iterator[Evidence]:
    """The cookie was sent."""
    if piece := csrf.cookie(scene):
        yield Evidence(piece.where, piece.value, "The cookie was sent")


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Send cookies along."""
    if scene.case.form.startswith("fetch") or scene.case.kind == "har":
        snippet = "fetch(url, {method, body, headers, credentials: 'include'})"
        yield advice(
            "caller",
            "Load the page that sets the cookie first, and let the browser send it",
            language="javascript",
            snippet=snippet,
        )
    elif fix := corrected(
        scene,
        "Load the page first (curl -c jar URL), then send its cookie with the token",
        {"Cookie": "<name>=<value from the page's Set-Cookie>"},
    ):
        yield fix
    else:
        yield advice(
            "caller",
            "Load the page that sets the cookie first, and send that cookie with the request "
            "(in a browser: credentials: 'include')",
        )
    if earlier := csrf.cookie_set_before(scene):
        attributes = earlier[1].quote.lower()
        if "samesite=strict" in attributes or "samesite=lax" in attributes:
            yield advice(
                "operator",
                "The cookie's SameSite keeps it from requests of other sites: serve page and API from one site",
                opens="",
            )


CAUSE = Cause("csrf-cookie-missing", detect, against, mend)
