"""The CSRF token does not match."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene, cookies, csrf
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice, corrected
from ..siblings import bodiless, other_page, tokens_agree, unseen


def detect(scene: Scene) -> Iterator[Claim]:
    """A token that is literally `undefined` or `null`; a complaint of CSRF about a request that does carry a token."""
    complaint = csrf.complaint(scene)
    if complaint is None:
        return
    if literal := csrf.spoiled_in_text(scene):
        yield Claim("csrf-token-invalid", (literal, complaint), Weight.STRONG)
    piece = csrf.token(scene)
    if piece is None:
        return
    if piece.spoiled:
        says = (
            f"The token that was sent is literally {piece.value!r}: the script read it before it was there"
            if piece.value
            else "The token that was sent is empty"
        )
        yield Claim(
            "csrf-token-invalid",
            (Evidence(piece.where, piece.value, says, Weight.PROOF), complaint),
            Weight.PROOF,
            also=("csrf-token-missing",) * (not piece.value),
        )
    elif (
        csrf.unsafe(scene)
        and csrf.shown(scene)
        and csrf.cookie(scene)
        and not (other_page(scene) or tokens_agree(scene))
    ):
        says = "A token and its cookie were sent, and the check still fails: they do not belong together"
        yield Claim("csrf-token-invalid", (Evidence(piece.where, piece.value, says), complaint), Weight.STRONG)


def against(scene: Scene) -> Iterator[Evidence]:
    """No token was sent that could be wrong."""
    if csrf.unsafe(scene) and (csrf.shown(scene) or bodiless(scene)) and csrf.token(scene) is None:
        yield Evidence("request", scene.exchange.method or "", "The request carries no token")
    elif csrf.unsafe(scene) and (csrf.shown(scene) or bodiless(scene)) and not cookies(scene) and not unseen(scene):
        piece = csrf.token(scene)
        if piece and not piece.spoiled:
            yield Evidence("request.headers", "", "No cookie came with the token, to compare it with")


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """A fresh token of this very session."""
    piece = csrf.token(scene)
    if piece and piece.where.startswith("request.headers"):
        fix = corrected(
            scene,
            "Load the page again and send its present token with its present cookie",
            {piece.name: "<token from the page>"},
        )
        if fix:
            yield fix
            return
    yield advice("caller", "Load the page again and send its present token, with the cookie of the same session")


CAUSE = Cause("csrf-token-invalid", detect, against, mend)
