"""The CORS preflight is refused."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene, origin
from ...model import Claim, Evidence, Exchange, Finding, Fix, Pattern, Weight
from ..cause import Cause
from ..command import advice
from ..siblings import answered_by

# a preflight told of in prose, with the refusal that it met
TOLD = Pattern(
    r"\bpre-?flight(?: options)?(?: requests?| calls?)?\b[^\n]{0,90}?\b(?:401|403|405)\b"
    r"|\boptions requests?\b[^\n]{0,60}?\b(?:401|403|405)\b"
)


def is_preflight(exchange: Exchange) -> bool:
    """Whether an exchange is a CORS preflight (Fetch standard, section 4.8)."""
    if (exchange.method or "").upper() != "OPTIONS":
        return False
    return (
        exchange.asked("access-control-request-method") is not None
        or exchange.fact("preflight") is not None
        or exchange.fact("type") == "preflight"
    )


def left_out(exchange: Exchange) -> Evidence | None:
    """A method or header that a preflight asked for and its answer does not list (Fetch standard, section 4.8); None if all are."""
    if not is_preflight(exchange) or exchange.status is None or not 200 <= exchange.status < 300:
        return None
    if exchange.answered("access-control-allow-origin") not in ("*", exchange.asked("origin") or "*"):
        return None  # the origin is what is not allowed: that is looked at first
    for kind, free in (("method", {"get", "head", "post"}), ("headers", set())):
        wanted = (exchange.asked(f"access-control-request-{kind}") or "").lower()
        field = f"access-control-allow-{kind.rstrip('s')}s"
        listed = exchange.answered(field) or ""
        allowed = {word.strip() for word in listed.lower().split(",")} | free
        for word in (word.strip() for word in wanted.split(",")):
            if word and word not in allowed and ("*" not in allowed or word == "authorization"):
                says = f"The preflight asked for {word}, the answer does not list it: the request itself is never sent"
                return Evidence(f"exchange[{exchange.index}].response.headers.{field}", listed, says, Weight.PROOF)
    return None


def detect(scene: Scene) -> Iterator[Claim]:
    """An OPTIONS that asks for permission and gets no ok status; a request that never went out because of that."""
    mine = scene.exchange
    if is_preflight(mine) and mine.status is not None and not 200 <= mine.status < 300:
        proof = Evidence(
            "response.status",
            f"OPTIONS {mine.url} -> {mine.status}",
            "The preflight needs an ok status; the request itself is never sent",
            Weight.PROOF,
        )
        yield Claim("cors-preflight-refused", (proof, *_met(scene)), Weight.PROOF)
        return
    if mine.status in (0, None) and (mine.url or "") and mine.method:
        for other in scene.around:
            if other.url != mine.url or not _asked_for(other, mine):
                continue
            if is_preflight(other) and other.status is not None and not 200 <= other.status < 300:
                proof = Evidence(
                    f"exchange[{other.index}].response.status",
                    f"OPTIONS {other.url} -> {other.status}",
                    "Its preflight was refused",
                    Weight.PROOF,
                )
                yield Claim("cors-preflight-refused", (proof,), Weight.PROOF, *answered_by(other))
                return
            if left := left_out(other):
                yield Claim("cors-preflight-refused", (left,), Weight.PROOF, *answered_by(other))
                return
    if (mine.method or "").upper() == "OPTIONS" and mine.status in (401, 403, 404, 405) and mine.asked("origin"):
        proof = Evidence(
            "response.status",
            f"OPTIONS -> {mine.status}",
            "A preflight carries no credentials and needs an ok status",
            Weight.STRONG,
        )
        yield Claim("cors-preflight-refused", (proof,), Weight.STRONG)
    elif told := _told(scene):
        yield Claim("cors-preflight-refused", (told,), Weight.PROOF, also=("credentials-missing", "method-refused"))


def _told(scene: Scene) -> Evidence | None:
    """Somebody tells that a preflight met a refusal: what the service says of credentials then is said of a request that has none."""
    if (scene.exchange.method or "OPTIONS").upper() != "OPTIONS" or not (found := TOLD.search(scene.text)):
        return None
    return Evidence("text", found[0], "The preflight was refused: browsers send it without credentials", Weight.STRONG)


def _asked_for(preflight: Exchange, mine: Exchange) -> bool:
    """Whether a preflight is this request's, not another's to the same address: it asks for its method, and headers that it has."""
    method = preflight.asked("access-control-request-method")
    if method is not None and method.upper() != (mine.method or "").upper():
        return False
    names = (name.strip() for name in (preflight.asked("access-control-request-headers") or "").lower().split(","))
    # a recording may have been cleaned of Authorization
    return all(mine.asked(name) is not None for name in names if name not in ("", "authorization"))


def _met(scene: Scene) -> Iterator[Evidence]:
    if challenge := scene.exchange.answered("www-authenticate"):
        yield Evidence(
            "response.headers.www-authenticate",
            challenge,
            "It met authentication: browsers send a preflight without credentials",
        )
    if allow := scene.exchange.answered("allow"):
        yield Evidence("response.headers.allow", allow, "It met a method rule")


def against(scene: Scene) -> Iterator[Evidence]:
    """The preflight was answered as a browser wants it."""
    for other in scene.around:
        if (
            is_preflight(other)
            and other.url == scene.exchange.url
            and other.status is not None
            and 200 <= other.status < 300
            and left_out(other) is None
        ):
            yield Evidence(
                f"exchange[{other.index}].response.status", str(other.status), "Its preflight got an ok status"
            )
            return


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Answer OPTIONS before authentication."""
    theirs = scene.exchange.asked("origin") or origin(scene.exchange.asked("referer")) or "https://<the page's origin>"
    method = scene.exchange.asked("access-control-request-method") or "<the methods that are used>"
    headers = scene.exchange.asked("access-control-request-headers") or "<the headers that are used>"
    snippet = (
        "if ($request_method = OPTIONS) {\n"
        f"    add_header Access-Control-Allow-Origin {theirs} always;\n"
        f'    add_header Access-Control-Allow-Methods "{method}" always;\n'
        f'    add_header Access-Control-Allow-Headers "{headers}" always;\n'
        "    return 204;\n}"
    )
    yield advice(
        "operator",
        "Answer the preflight before authentication and the firewall look at it, for this origin only",
        language="nginx",
        snippet=snippet,
        opens=f"scripts on {theirs} may send these requests from a user's browser",
    )


CAUSE = Cause("cors-preflight-refused", detect, against, mend)
