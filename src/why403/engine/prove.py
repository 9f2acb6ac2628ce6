"""Asks again until a changed request is let through: a generator that yields requests and takes exchanges. It never sends."""

from __future__ import annotations

from collections.abc import Generator

from ..model import Case, Exchange, Refusal, Request
from ..model.change import changed
from ..model.proof import Proof
from ..probes.catalogue import EXPERIMENTS
from ..probes.experiment import Ask, Experiment, Try
from ..probes.reach import alike
from ..probes.target import posted
from .choice import following, standing
from .run import BUDGET, Limits, Requests, Run, Stopped, joined, subject_of

__all__ = ["BUDGET", "Limits", "Requests", "plan", "prove", "subject_of", "to_agree"]

BROWSERS = (
    "cors-preflight-refused",
    "cors-origin-refused",
)  # by whose causes it is the browser that holds an answer back
OBSTACLES = 4  # so many are taken one after another
STOP = (429, 503)
# another answer of these kinds is a worse request, not a passed check
WORSE = frozenset((0, 400, 404, 405, 406, 411, 413, 414, 415, 421, 431, 494, *STOP))


def prove(case: Case, limits: Limits | None = None) -> Requests:
    """Ask again with one thing changed at a time until a changed request is let through or nothing is left to be told apart.

    Args:
        case: What was refused; its first refusal with a whole URL is the one that is proved.
        limits: Budget, consent to unsafe methods, and what the user offers.

    Yields:
        Each request, with the reason for it. The answer is sent back as the exchange that it made; an exception that is thrown in
        (the user's interrupt) ends the probe with what was learned so far.

    Returns:
        The proof. Every request stays within the refused one's origin and within the budget.

    Raises:
        ValueError: The case holds no request that could be asked again, or an offer forges who or where somebody is.
    """
    return Prover(case, limits or Limits()).run()


def to_agree(case: Case, limits: Limits) -> tuple[Request, ...]:
    """What a probe may send that its user should see first: the refused request, and POST where the answer asks for that.

    Raises ValueError where there is no request.
    """
    prover = Prover(case, limits)
    change = posted(prover.given(prover.subject)) if prover.posts else None
    return (prover.request, *((changed(prover.request, (change,)),) if change else ()))


def plan(case: Case, limits: Limits) -> list[tuple[Experiment, tuple[str, ...]]]:
    """The experiments that fit, in the order in which they would be taken, with the causes that each tells apart."""
    prover = Prover(case, limits)
    refusal = prover.first.refusals[0] if prover.first.refusals else None
    weights, done = standing(refusal), set[str]()
    found: list[tuple[Experiment, tuple[str, ...]]] = []
    while batch := following(prover.given(prover.subject), weights, done):
        done |= {one.id for one in batch}
        found += ((one, tuple(cause for cause in one.separates if weights.get(cause, 0) > 0)) for one in batch)
    return found


class Prover(Run):
    """Experiments, the most telling first, until a changed request is let through."""

    def body(self) -> Requests:
        """Between the first request and the end."""
        live, end = yield from self.begun()
        if end is not None:
            return (yield from self._by_browser(end)) if end.outcome == "passes" and self._kept_by_browser() else end
        accepted, base = list[Try](), live
        for _ in range(OBSTACLES):
            refusal = self.report.refusals[0] if not accepted and self.report.refusals else self.explained(base)
            step = yield from self._obstacle(base, accepted, refusal)
            if step is None:
                break
            attempt, answer = step
            self.said.append(refusal)
            accepted.append(attempt)
            if self.admitted(answer):
                return (yield from self.settled(accepted))
            base = answer
        return self.end("narrowed", self._narrowed())

    def _kept_by_browser(self) -> bool:
        """Whether what was pasted is a browser's refusal: the server lets the request itself through, and a program with it."""
        findings = self.first.refusals[0].findings if self.first.refusals else ()
        return any(finding.cause in BROWSERS for finding in findings[:1])

    def _by_browser(self, passes: Proof) -> Generator[Ask, Exchange, Proof]:
        """The preflight that a browser sends first: does it still refuse?"""
        experiment = next(one for one in EXPERIMENTS if one.id == "preflight")
        told = (exchange.asked("origin") for exchange in self.case.exchanges if exchange.url == self.subject.url)
        page = next((value for value in told if value), "") or self.limits.page or self.subject.asked("referer") or ""
        yield from self.learned(experiment, self.given(self.subject)._replace(page=page))
        if not any(ruling.holds for ruling in self.rulings):
            return self.end(passes.outcome, passes.says)
        return self.end(
            "narrowed",
            "The request itself is let through: what is refused is the preflight that browsers send before it",
        )

    def _obstacle(
        self, base: Exchange, accepted: list[Try], refusal: Refusal | None
    ) -> Generator[Ask, Exchange, tuple[Try, Exchange] | None]:
        """Take experiments, the most telling first, until one of their changes moves the refusal."""
        done, seen, strong, mild = set[str](), set[str](), list[Try](), list[Try]()
        given = self.given(base)
        while batch := following(given, standing(refusal, self.rulings, seen | self.known), done):
            done |= {experiment.id for experiment in batch}
            tries: list[Try] = []
            for experiment in batch:
                tries += yield from self.learned(experiment, given)
            if batch[0].mild and len(batch) > 1 and tries:
                tries = [joined(tries)]
            for attempt in tries:
                answer = yield from self.attempt(base, accepted, attempt)
                if answer is None:
                    continue
                if self.admitted(answer) or self._moved(base, answer, refusal):
                    return attempt, answer
                if batch[0].joins or batch[0].mild:
                    (strong if batch[0].joins else mild).append(attempt)
                seen |= {one.proves[0] for one in attempt.parts or (attempt,) if batch[0].mild}
                self.told(f"Refused as before: {answer.status}")
                if answer.status in STOP and base.status not in STOP:
                    raise Stopped(f"{answer.status}: the server asks for a pause")
        return (yield from self._together(base, accepted, [*strong, *mild])) if strong else None

    def _together(
        self, base: Exchange, accepted: list[Try], failed: list[Try]
    ) -> Generator[Ask, Exchange, tuple[Try, Exchange] | None]:
        """One try of each kind that did not suffice alone, all at once: a cookie and a header and an Origin."""
        kept: dict[str, Try] = {}
        for attempt in failed:
            if not any(change.method or change.url or change.pause for change in attempt.changes):
                kept.setdefault(attempt.changes[0].id, attempt)
        if len(kept) < 2:
            return None
        whole = joined([part for attempt in list(kept.values())[:6] for part in attempt.parts or (attempt,)])
        answer = yield from self.attempt(base, accepted, whole)
        if answer is None or not self.admitted(answer):
            return None
        return whole, answer

    def _moved(self, base: Exchange, answer: Exchange, refusal: Refusal | None) -> bool:
        """Whether another check refuses now: the one that refused before was passed."""
        if not answer.status or answer.status >= 500 or alike(base, answer):
            return False
        now = self.explained(answer)
        if now is None or refusal is None:
            return False
        before, after = refusal.findings[0], now.findings[0]
        if "unknown" in (before.cause, after.cause) or before.cause == after.cause:
            return False
        if after.confidence != "proven" and (answer.status in WORSE or after.confidence != "likely"):
            return False
        self.told(f"Another check refuses now: {after.cause}")
        return True

    def _narrowed(self) -> str:
        finding = self.report.refusals[0].findings[0] if self.report.refusals else None
        if finding is None or finding.cause == "unknown":
            return "No single change that a caller can make is let through"
        return f"No change that a caller can make is let through: {finding.cause} stands"
