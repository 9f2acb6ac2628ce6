"""Taken for a bot."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice

# how a page embeds a CAPTCHA, as the makers document it: a class, or the address of the script
WIDGET = re.compile(
    r"(?:class=[\"']?[\w -]{0,60}\b(?:g-recaptcha|h-captcha|cf-turnstile|frc-captcha)\b|"
    r"(?:google|recaptcha)\.(?:com|net)/recaptcha/(?:api|enterprise)\.js|hcaptcha\.com/1/api\.js|"
    r"challenges\.cloudflare\.com/turnstile/v0/api\.js)"
)


def detect(scene: Scene) -> Iterator[Claim]:
    """A refusal whose page embeds a CAPTCHA: whoever solves it is let through."""
    if scene.status not in (403, 405, 429, 503):
        return
    for piece in scene.hearing.pieces:
        if piece.kind == "body" and (found := WIDGET.search(piece.low)):
            quote = piece.folded[found.start() : found.end()]
            says = "The page that was sent in place of the answer asks to solve a CAPTCHA"
            yield Claim("bot-challenge", (Evidence(piece.where, quote, says),), Weight.STRONG)
            return


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice(
        "caller", "Open the page in a browser; a program should use the site's API or ask the operator to admit it"
    )
    yield advice(
        "operator",
        "If programs shall call this path, except it from the challenge for authenticated clients or named addresses",
    )


CAUSE = Cause("bot-challenge", detect, mend=mend)
