"""The method is not permitted here."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...evidence.twin import only_differs
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice, corrected
from ..siblings import redirected_from


def allowed(scene: Scene) -> tuple[str, ...]:
    """The methods of the Allow field (RFC 9110, section 10.2.1)."""
    return tuple(part.strip().upper() for part in (scene.exchange.answered("allow") or "").split(",") if part.strip())


def detect(scene: Scene) -> Iterator[Claim]:
    """405 (RFC 9110, section 15.5.6); a twin that differs only in its method and is let through."""
    method = (scene.exchange.method or "").upper()
    if scene.status == 405 and not (method == "OPTIONS" and scene.exchange.asked("access-control-request-method")):
        proof = Evidence("response.status", "405", "405 Method Not Allowed: the resource is there, the method is not")
        if turned := _turned(scene):
            yield Claim("method-refused", (turned, proof), Weight.PROOF)
            return
        more = allowed(scene)
        if more and method and method not in more:
            yield Claim(
                "method-refused",
                (proof, Evidence("response.headers.allow", ", ".join(more), f"{method} is not among them")),
                Weight.PROOF,
            )
        else:
            # some services answer 405 to what the plan does not include, and some to a browser's preflight, and it is told
            told = {heard.rule.cause for heard in scene.hearing.says if heard.rule.strength >= Weight.STRONG}
            other = told & {"feature-disabled", "cors-preflight-refused"} and "method-refused" not in told
            yield Claim("method-refused", (proof,), Weight.HINT if other else Weight.STRONG)
    elif (
        scene.status in (401, 403)
        and (twin := only_differs(scene, "method", "body", "content-type"))
        and "method" in twin.differs
    ):
        says = f"{twin.exchange.method} of the same URL is let through"
        yield Claim(
            "method-refused",
            (twin.evidence(says, weight=Weight.STRONG),),
            Weight.STRONG,
            also=("role-missing", "scope-missing"),
        )


def _turned(scene: Scene) -> Evidence | None:
    """The redirect after which a POST went on as a GET (RFC 9110, section 15.4.2)."""
    earlier = redirected_from(scene)
    if earlier and earlier.status in (301, 302, 303) and (earlier.method or "") not in ("GET", "HEAD", ""):
        if (scene.exchange.method or "").upper() == "GET":
            line = f"{earlier.method} {earlier.url} -> {earlier.status} Location: {earlier.answered('location')}"
            says = f"This redirect turned the {earlier.method} into a GET: ask the final URL at once"
            return Evidence(f"exchange[{earlier.index}].response.status", line, says, Weight.PROOF)
    return None


def against(scene: Scene) -> Iterator[Evidence]:
    """The method is among those that are allowed."""
    method = (scene.exchange.method or "").upper()
    if scene.status != 405 and method and method in allowed(scene):
        yield Evidence("response.headers.allow", ", ".join(allowed(scene)), f"{method} is among the methods allowed")


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """A method that is allowed."""
    if earlier := redirected_from(scene):
        yield advice("caller", f"Send the {earlier.method} to {scene.exchange.url} at once, without the redirect")
    more = [method for method in allowed(scene) if method not in ("HEAD", "OPTIONS")]
    if len(more) == 1 and (
        fix := corrected(scene, f"Use {more[0]}, the method that is allowed here", {}, method=more[0])
    ):
        yield fix
    else:
        yield advice(
            "caller",
            f"Use a method that is allowed{': ' + ', '.join(more) if more else ''}, or the URL that takes this one",
        )


CAUSE = Cause("method-refused", detect, against, mend)
