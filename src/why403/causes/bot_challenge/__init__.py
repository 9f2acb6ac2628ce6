"""Taken for a bot."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...evidence.twin import only_differs
from ...model import Claim, Evidence, Finding, Fix, Pattern, Weight
from ..cause import Cause
from ..command import advice
from ..siblings import clearance, who

# how a page embeds a CAPTCHA, as the makers document it: a class, or the address of the script
WIDGET = Pattern(
    r"(?:class=[\"']?[\w -]{0,60}\b(?:g-recaptcha|h-captcha|cf-turnstile|frc-captcha)\b|"
    r"(?:google|recaptcha)\.(?:com|net)/recaptcha/(?:api|enterprise)\.js|hcaptcha\.com/1/api\.js|"
    r"challenges\.cloudflare\.com/turnstile/v0/api\.js)"
)


def detect(scene: Scene) -> Iterator[Claim]:
    """A twin that is let through for a passed check; a refusal whose page embeds a CAPTCHA."""
    if scene.status not in (403, 405, 429, 503):
        return
    if twin := only_differs(scene, "cookie"):
        passed = set(clearance(twin.exchange)) - set(clearance(scene.exchange))
        if passed and who(twin.exchange) == who(scene.exchange):
            place = f"exchange[{twin.exchange.index}].request.headers.cookie"
            says = "The same request with the cookie of a check that was passed is let through"
            proof = Evidence(place, ", ".join(sorted(passed)), says, Weight.PROOF)
            yield Claim("bot-challenge", (proof,), Weight.PROOF)
            return
    for piece in scene.hearing.pieces:
        if piece.kind != "body" or not ("captcha" in piece.low or "turnstile" in piece.low):
            continue
        if found := WIDGET.search(piece.low):
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
