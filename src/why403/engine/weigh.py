"""Claims into one verdict: the most telling first, and `unknown` where nothing separates what is left."""

from __future__ import annotations

from collections.abc import Sequence

from ..causes import Cause, awake
from ..evidence import Scene, cues
from ..model import CONFIDENCE, Claim, Evidence, Finding, Fix, RuledOut, Weight
from ..model.frozen import NamedTuple
from ..products import Heard, tables
from .attribute import author

# Causes that say little more than "no": beside a narrower one of the same weight they stand back.
BROAD = {
    "waf-rule": 1, "deny-rule": 1, "role-missing": 1, "policy-denied": 1, "token-invalid": 1, "unknown": 3,
    "credentials-missing": 1, "resource-hidden": 1, "bot-challenge": 1, "method-refused": 1, "cors-origin-refused": 1,
}  # fmt: skip
# where a cause is refused that nobody's name stands on
USUAL = {
    "bot-challenge": "edge", "waf-rule": "edge", "user-agent-blocked": "edge", "hotlink-blocked": "edge",
    "proxy-refused": "proxy", "client-certificate-required": "server",
    "file-permission": "server", "mac-denied": "server", "directory-index": "server", "symlink-refused": "server",
}  # fmt: skip
STANDS_BETWEEN = {"proxy", "gateway", "cdn", "waf", "server", "client"}  # what a proxy's refusal may be the work of
OWN = 1_000_000  # a product's own words go before wording that many share


class Verdict(NamedTuple):
    """What the claims came to."""

    findings: tuple[Finding, ...]
    ruled_out: tuple[RuledOut, ...]
    left: tuple[str, ...]  # the causes that the evidence leaves open, where the verdict is unknown
    ask: str  # what would settle it
    broken: tuple[Evidence, ...] = ()


def claim_of(heard: Heard) -> Claim:
    """A documented message as a claim."""
    rule = heard.rule
    shared = heard.product.kind == "wording"
    fixes = []
    for who, text in (("caller", rule.caller), ("operator", rule.operator)):
        if text:
            mine = rule.snippet if (who == "operator") == bool(rule.operator) else ""
            fixes.append(Fix(who, fill(text, heard.groups), "safe", rule.language, fill(mine, heard.groups)))
    return Claim(
        cause=rule.cause,
        evidence=(heard.evidence,),
        weight=Weight(rule.strength),
        layer=""
        if shared and rule.layer == heard.product.layer
        else rule.layer,  # a shared row may name a layer of its own
        product="" if shared else rule.as_product or heard.product.id,
        fallback=rule.as_product if shared else "",
        also=tuple(rule.also if rule.cause != "unknown" else rule.between),
        rank=heard.length + (0 if shared or heard.product.kind == "client" else OWN),
        fixes=tuple(fixes),
        ask=rule.ask,
        see=(rule.source,) if rule.source.startswith("http") else (),
    )


def fill(text: str, groups: tuple[str, ...]) -> str:
    """Put what a pattern caught into {1}, {2}; other braces stay as they are."""
    for number, group in enumerate(groups, 1):
        text = text.replace(f"{{{number}}}", group)
    return text


def claims(scene: Scene, rooms: Sequence[Cause]) -> list[Claim]:
    """What the tables heard and what the causes' rooms reason out, most telling first."""
    found = [claim_of(heard) for heard in scene.hearing.says]
    for cause in rooms:
        found += cause.detect(scene)
    return sorted(found, key=_order)


def _order(claim: Claim) -> tuple[int, int, int, int, str]:
    unknown = claim.cause == "unknown"
    own = claim.rank >= OWN
    # of one weight: a product's own words, then what a room reasons from the request, then wording that many share
    level = int(claim.weight) * 10 + (5 if own else 0 if claim.rank else 3)
    if unknown and claim.weight > Weight.HINT:
        # a page that is documented to tell nothing goes before hints and before wording that anybody uses
        level = 22 if own else 12
    return (-level, -claim.rank // 8 if own else 0, BROAD.get(claim.cause, 0), -claim.rank, claim.cause)


def weigh(scene: Scene) -> Verdict:
    """Order the claims, drop what is ruled out, and say how sure the first one is."""
    rooms = tuple(awake(cues(scene)))
    found = claims(scene, rooms)
    wrote = author(scene)
    against = {cause.id: tuple(cause.against(scene)) for cause in rooms}
    named = {claim.cause for claim in found if claim.weight >= Weight.STRONG}
    ruled = tuple(RuledOut(cause, evidence) for cause, evidence in against.items() if evidence and cause not in named)
    standing = [claim for claim in found if not (against.get(claim.cause) and claim.weight < Weight.PROOF)]
    if not standing:
        return Verdict((_unknown(wrote.product, wrote.layer, ()),), ruled, (), "")
    best = standing[0]
    if best.cause == "unknown":
        finding = _unknown(best.product or wrote.product, best.layer or wrote.layer, best.evidence, best.see)
        return Verdict((finding,), ruled, best.also, best.ask)
    # what a room infers from the shape of a request alone, and hints that point several ways, are no answer
    if best.weight == Weight.HINT and (not best.rank or len({claim.cause for claim in standing}) > 1):
        finding = _unknown(best.product or wrote.product, best.layer or wrote.layer, ())
        return Verdict((finding,), ruled, tuple(dict.fromkeys(claim.cause for claim in standing)), "")
    findings: list[Finding] = []
    for claim in standing:
        if claim.cause == "unknown" or any(finding.cause == claim.cause for finding in findings):
            continue
        if findings and claim.weight == Weight.HINT and best.weight > Weight.HINT:
            break  # beside what is said in so many words a hint is noise
        same = [other for other in standing if other.cause == claim.cause]
        finding = _finding(claim, same, standing, wrote.product, wrote.layer, first=not findings)
        findings.append(_of_service(scene, finding))
    return Verdict(tuple(findings[:4]), ruled, (), best.ask)


def _finding(
    claim: Claim, same: list[Claim], everything: list[Claim], product: str, layer: str, *, first: bool
) -> Finding:
    weight = max(other.weight for other in same)
    rivals = [
        other
        for other in everything
        if other.cause not in (claim.cause, "unknown")
        and other.weight >= Weight.PROOF
        and other.cause not in claim.also
        # the refuser's own words say which check failed; what else is wrong with the request is the next refusal
        and not (claim.rank >= OWN and not other.rank)
    ]
    if weight == Weight.PROOF and (claim.also or not first or (rivals and not _covered(claim, rivals))):
        weight = Weight.STRONG
    if weight == Weight.STRONG and not first:
        weight = Weight.HINT
    owner = next((other for other in same if other.product), None)
    if claim.layer == "proxy" and layer != "proxy":
        # what a proxy on the way out refused never reached the service that was asked
        asked = tables().named(product)
        product = product if asked and asked.kind in STANDS_BETWEEN else ""
    evidence = tuple(dict.fromkeys(proof for other in same for proof in other.evidence))
    return Finding(
        cause=claim.cause,
        layer=claim.layer or (owner.layer if owner else "") or layer or USUAL.get(claim.cause, "app"),
        product=claim.product or (owner.product if owner else "") or product or claim.fallback,
        confidence=CONFIDENCE[weight],
        mends=tables().register[claim.cause].mends,
        evidence=tuple(sorted(evidence, key=lambda proof: -proof.weight))[:8],
        fixes=tuple(dict.fromkeys(fix for other in same for fix in other.fixes)),
        see=tuple(dict.fromkeys(page for other in same for page in other.see))[:4],
    )


def _of_service(scene: Scene, finding: Finding) -> Finding:
    """Words that more than one uses, from a service that is known by its host or name: its users know the service.

    So with a framework's words (the service is built with it), and with another service's that is neither asked nor named here
    (many speak as their forerunners do), unless they are proof.
    """
    speaker = tables().named(finding.product)
    hearing = scene.hearing
    if speaker is None:
        return finding
    service = next((product for product in hearing.hosts if product.kind == "api"), None)
    own = any(proof.weight == Weight.PROOF for proof in finding.evidence)
    if speaker.kind == "api" and not own:
        shown = {known.id for known in (*hearing.hosts, *hearing.named)} | {mark.product.id for mark in hearing.wrote}
        service = service or next((product for product in hearing.named if product.kind == "api"), None)
        service = None if speaker.id in shown else service
    elif speaker.kind != "framework":
        return finding
    if service is None:
        return finding
    # what never left the client was not refused by the service, whoever's it is
    return finding._replace(product=service.id, layer="client" if finding.layer == "client" else service.layer)


def _covered(claim: Claim, rivals: list[Claim]) -> bool:
    """Whether the claim's words contain every rival's: the narrower sentence was read whole."""
    words = claim.evidence[0].quote.lower() if claim.evidence else ""
    return all(rival.evidence and rival.evidence[0].quote.lower() in words for rival in rivals)


def _unknown(product: str, layer: str, evidence: tuple[Evidence, ...], see: tuple[str, ...] = ()) -> Finding:
    return Finding("unknown", layer or "app", product, "possible", "caller", evidence, (), see)
