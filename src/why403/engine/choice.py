"""Which experiment next: the one that tells most of the causes that still stand for what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model import Refusal, Weight
from ..probes.catalogue import EXPERIMENTS
from ..probes.experiment import SAFE, Experiment, Given, Ruling

WEIGHTS = {"proven": 8.0, "likely": 4.0, "possible": 2.0}  # how much a cause counts that a finding names
LEFT = 1.0  # one that is left open
OFFERED = 3.0  # what the user gave for the purpose is a hint, too
FAULT = (
    "csrf-origin-mismatch",
    "cors-origin-refused",
    "host-refused",
)  # for which some fail with 500 in place of refusing
BROAD = ("deny-rule", "waf-rule", "policy-denied")  # under which a rule of any kind may stand
LEAST = 0.25  # what an experiment must tell for each request that it costs

# what a bare answer of a status leaves open, for the order of the experiments only
_CREDENTIALS = ("credentials-missing", "credentials-malformed", "token-invalid", "token-expired")
UNTOLD: dict[int, Sequence[str]] = {
    401: _CREDENTIALS,
    403: (
        "credentials-missing", "credentials-malformed", "token-invalid", "csrf-token-missing", "csrf-token-invalid", "csrf-cookie-missing",
        "csrf-origin-mismatch", "cors-origin-refused", "user-agent-blocked", "required-header-missing", "hotlink-blocked",
        "host-refused", "method-refused", "rate-limited", "file-permission", "directory-index",
        "ip-blocked", "deny-rule", "waf-rule", "signed-url-expired",
    ),
    404: ("resource-hidden", "credentials-missing", "host-refused"),
    405: ("method-refused",),
    406: ("required-header-missing",),
    407: ("proxy-refused",),
    415: ("required-header-missing",),
    419: ("csrf-token-missing", "csrf-token-invalid", "csrf-cookie-missing"),
    421: ("host-refused",),
    422: ("csrf-token-missing", "csrf-token-invalid", "csrf-cookie-missing", "csrf-origin-mismatch"),
    426: ("https-required",),
    429: ("rate-limited",),
    503: ("rate-limited",),
}  # fmt: skip


def standing(refusal: Refusal | None, ruled: Sequence[Ruling] = (), seen: Iterable[str] = ()) -> dict[str, float]:
    """How much each cause that still stands counts; `seen` are those whose own correction was tried in vain.

    Of a proven cause nothing else does: what cannot change the verdict is not asked.
    """
    weights: dict[str, float] = {}
    if refusal is None or (
        refusal.findings[0].cause == "unknown" and (refusal.exchange.status or 0) >= 500 and not refusal.next
    ):
        weights = dict.fromkeys(FAULT, LEFT)
    else:
        first = refusal.findings[0]
        for finding in refusal.findings:
            if finding.cause != "unknown":
                weights.setdefault(finding.cause, WEIGHTS[finding.confidence])
        if first.confidence == "proven" and first.cause != "unknown":
            return {cause: weight for cause, weight in weights.items() if weight >= WEIGHTS["proven"]}
        for step in refusal.next:
            for cause in step.separates:
                weights.setdefault(cause, LEFT)
        if first.cause == "unknown" or first.cause in BROAD:
            weights = dict.fromkeys(UNTOLD.get(refusal.exchange.status or 0, UNTOLD[403]), LEFT) | weights
        if refusal.exchange.method not in (None, *SAFE):
            weights.setdefault("method-refused", LEFT)  # a rule on a method speaks as one on a role does
        for out in refusal.ruled_out:
            weights[out.cause] = 0.0
    held = [one.cause for one in ruled if one.holds and one.evidence.weight > Weight.HINT]
    if held:
        return dict.fromkeys(held, WEIGHTS["likely"])
    for ruling in ruled:
        if not ruling.holds:
            weights[ruling.cause] = 0.0
    return {cause: 0.0 if cause in seen else weight for cause, weight in weights.items()}


def worth(experiment: Experiment, weights: dict[str, float]) -> float:
    """What an experiment tells, for each request that it costs."""
    told = sum(weights.get(cause, 0.0) for cause in experiment.separates)
    known = any(weight >= WEIGHTS["proven"] for weight in weights.values())
    told += OFFERED if experiment.offered and not (known and not told) else 0.0
    told /= 1.0 if experiment.mends else 4.0  # what can only rule out comes after what can end the search
    return told / (experiment.cost + 0.5)


def following(given: Given, weights: dict[str, float], done: set[str]) -> list[Experiment]:
    """The next experiments to run: the one worth most, or all the mild ones where it is one of them."""
    open_ = [one for one in EXPERIMENTS if one.id not in done and worth(one, weights) >= LEAST and one.fits(given)]
    if any(
        weight >= WEIGHTS["proven"] for weight in weights.values()
    ):  # what only rules out has nothing left to rule out
        open_ = [one for one in open_ if one.mends or not one.cost]
    if not open_:
        return []
    best = max(open_, key=lambda one: worth(one, weights))
    surely = max((weights.get(cause, 0.0) for cause in best.separates), default=0.0) >= WEIGHTS["likely"]
    if not best.mild or surely:
        return [best]
    return [one for one in open_ if one.mild]
