"""Which experiment next, and what its answers prove: a generator that yields requests and takes exchanges. It never sends."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime

from ..model import Case, Evidence, Exchange, Finding, Refusal, Report, Request, RuledOut, Weight
from ..model.change import Change, changed
from ..model.frozen import NamedTuple
from ..model.proof import Asked, Proof
from ..probes.catalogue import EXPERIMENTS
from ..probes.experiment import SAFE, Ask, Experiment, Given, Learned, Offer, Ruling, Try, origin
from ..probes.reach import alike
from ..probes.shrink import shrink
from .explain import explain

BUDGET = 12  # requests, unless told otherwise
WEIGHTS = {"proven": 8.0, "likely": 4.0, "possible": 2.0}  # how much a cause counts that a finding names
LEFT, ANY = 1.0, 0.05  # one that is left open, one that nothing speaks for
STOP = (429, 503)

Requests = Generator[Ask, Exchange, Proof]


class Limits(NamedTuple):
    """What a probe may do."""

    budget: int = BUDGET
    unsafe: bool = False  # whether methods that may change something are sent
    offers: tuple[Offer, ...] = ()
    page: str = ""
    now: datetime | None = None


class Spent(Exception):
    """The budget is spent."""


class Stopped(Exception):
    """The answers say stop."""


def prove(case: Case, limits: Limits | None = None) -> Requests:
    """Ask again with one thing changed at a time until a changed request is let through or nothing is left to be told apart.

    Args:
        case: What was refused; its first refusal with a whole URL is the one that is proved.
        limits: Budget, consent to unsafe methods, and what the user offers.

    Yields:
        Each request, with the reason for it. The answer is sent back as the exchange that it made.

    Returns:
        The proof. Every request stays within the refused one's origin and within the budget.

    Raises:
        ValueError: The case holds no request that could be asked again.
    """
    prover = _Prover(case, limits or Limits())
    return prover.run()


def subject_of(case: Case, report: Report) -> Exchange | None:
    """The refused exchange that can be asked again: the first refusal whose request has a whole URL."""
    wanted = [refusal.exchange.index for refusal in report.refusals]
    whole = [exchange for exchange in case.exchanges if exchange.request and origin(exchange.url)]
    for index in wanted:
        for exchange in whole:
            if exchange.index == index:
                return exchange
    return whole[0] if len(whole) == 1 or (whole and not wanted) else None


def sent_as_it_was(case: Case) -> Request:
    """The refused request as a probe would repeat it. Raises ValueError where there is none."""
    return _Prover(case, Limits()).request


def plan(case: Case, limits: Limits) -> list[tuple[Experiment, tuple[str, ...]]]:
    """The experiments that fit, in the order in which they would be taken, with the causes that each tells apart."""
    prover = _Prover(case, limits)
    refusal = prover.first.refusals[0] if prover.first.refusals else None
    found: list[tuple[Experiment, tuple[str, ...]]] = []
    done: set[str] = set()
    weights = prover._weights(refusal)
    while experiment := prover._next(prover.subject, refusal, done):
        done.add(experiment.id)
        found.append((experiment, tuple(cause for cause in experiment.separates if weights.get(cause, ANY) > 0)))
    return found


class _Prover:
    def __init__(self, case: Case, limits: Limits) -> None:
        self.case, self.limits = case, limits
        self.asked: list[Asked] = []
        self.ruled: list[Ruling] = []
        self.first = explain(case, limits.now, show_secrets=True)
        subject = subject_of(case, self.first)
        if subject is None or subject.request is None:
            raise ValueError("no request with a whole URL")
        self.subject = subject._replace(request=_sendable(subject.request))
        self.request: Request = self.subject.request or Request()
        self.report = self.first

    # -- sending

    def send(self, ask: Ask) -> Generator[Ask, Exchange, Exchange]:
        """One request within origin, consent and budget. Raises Spent or Stopped."""
        if len(self.asked) >= self.limits.budget:
            raise Spent
        method = (ask.request.method or "GET").upper()
        if origin(ask.request.url) not in (origin(self.request.url), _upgraded(self.request.url)):
            raise Stopped(f"{ask.request.url} is of another origin")
        if method not in SAFE and not self.limits.unsafe:
            raise Stopped(f"{method} may change something: allow it with --allow-unsafe")
        answer = yield ask
        self.asked.append(Asked(ask.says, answer))
        return answer

    def told(self, says: str) -> None:
        """Note what the last answer told."""
        self.asked[-1] = self.asked[-1]._replace(told=says)

    # -- judging

    def explained(self, exchange: Exchange) -> Refusal | None:
        """The verdict on one answer alone; None where nobody refused."""
        case = Case(self.case.name, "exchange", (exchange._replace(index=0),), (), self.case.form)
        report = explain(case, self.limits.now, show_secrets=True)
        return report.refusals[0] if report.refusals else None

    def admitted(self, exchange: Exchange) -> bool:
        """Whether a request was let through: a success that carries no refusal of its own."""
        return 0 < (exchange.status or 0) < 400 and self.explained(exchange) is None

    # -- the run

    def run(self) -> Requests:
        """The whole probe."""
        try:
            return (yield from self._run())
        except Spent:
            return self.end("exhausted", f"The budget of {self.limits.budget} requests is spent")
        except Stopped as stop:
            return self.end("stopped", str(stop))

    def _run(self) -> Requests:
        live = yield from self.send(Ask(self.request, "the refused request as it was"))
        if live.status is None:
            return self.end("stopped", f"No answer came: {live.error or 'the connection was closed'}")
        if self.admitted(live):
            self.told("It is let through now")
            again = yield from self.send(Ask(self.request, "the same once more: does it stay so?"))
            flips = not self.admitted(again)
            says = "The same request is now let through, now refused: something else than the request decides"
            return self.end(
                "unstable" if flips else "passes",
                says if flips else "The same request is let through now: nothing needs to be changed",
            )
        self.told(f"Still refused: {live.status}")
        accepted: tuple[Change, ...] = ()
        first_cause = ""
        base = live
        for _ in range(4):  # so many obstacles are taken one after another
            refusal = self.explained(base)
            if not accepted:
                self.report = self._merged(base, refusal)
            step = yield from self._obstacle(base, accepted, refusal)
            if step is None:
                break
            attempt, answer = step
            first_cause = first_cause or self._cause(attempt, refusal)
            accepted += attempt.changes
            if self.admitted(answer):
                return (yield from self._settle(accepted, attempt, first_cause, refusal))
            base = answer
        return self.end("narrowed", self._narrowed())

    def _obstacle(
        self, base: Exchange, accepted: tuple[Change, ...], refusal: Refusal | None
    ) -> Generator[Ask, Exchange, tuple[Try, Exchange] | None]:
        """Take experiments, the most telling first, until one of their changes moves the refusal."""
        done: set[str] = set()
        failed: list[Try] = []
        while experiment := self._next(base, refusal, done):
            done.add(experiment.id)
            given = self._given(base)
            learned = yield from self._learn(experiment, given)
            for ruling in learned.rulings:
                self.ruled.append(ruling)
                self.told(ruling.evidence.says)
            for attempt in learned.tries:
                if attempt in failed or any(change in accepted for change in attempt.changes):
                    continue
                answer = yield from self._attempt(base, accepted, attempt)
                if answer is None:
                    continue
                if self.admitted(answer) or self._moved(base, answer, refusal):
                    return attempt, answer
                failed.append(attempt)
                self.told(f"Refused as before: {answer.status}")
                if answer.status in STOP and base.status not in STOP:
                    raise Stopped(f"{answer.status}: the server asks for a pause")
        together = _together(failed)
        if len(together) > 1:
            whole = Try(tuple(change for attempt in together for change in attempt.changes), together[0].proves)
            answer = yield from self._attempt(base, accepted, whole)
            if answer is not None and self.admitted(answer):
                self.told("All of them together are let through")
                return whole, answer
        return None

    def _learn(self, experiment: Experiment, given: Given) -> Generator[Ask, Exchange, Learned]:
        steps = experiment.run(given)
        try:
            ask = next(steps)
            while True:
                answer = yield from self.send(ask)
                ask = steps.send(answer)
        except StopIteration as end:
            learned: Learned = end.value
            return learned

    def _attempt(
        self, base: Exchange, accepted: tuple[Change, ...], attempt: Try
    ) -> Generator[Ask, Exchange, Exchange | None]:
        request = changed(self.request, (*accepted, *attempt.changes))
        if request == base.request:
            return None
        says = "the same " + ", ".join(change.says for change in attempt.changes)
        return (yield from self.send(Ask(request, says, max(change.pause for change in attempt.changes))))

    def _given(self, base: Exchange) -> Given:
        first = self.report.refusals[0].findings[0] if self.report.refusals else None
        return Given(base, self.limits.offers, first.product if first else "", self.limits.page)

    def _moved(self, base: Exchange, answer: Exchange, refusal: Refusal | None) -> bool:
        """Whether another check refuses now: the one that refused before was passed."""
        if (
            (answer.status or 0) in (0, 400, 404, 405, 406, 411, 413, 414, 415, 431, 494, *STOP)
            or (answer.status or 0) >= 500
            or alike(base, answer)
        ):
            return False
        now = self.explained(answer)
        if now is None or refusal is None:
            return False
        before, after = refusal.findings[0], now.findings[0]
        if "unknown" in (before.cause, after.cause) or before.cause == after.cause:
            return False
        self.told(f"Another check refuses now: {after.cause}")
        return after.confidence in ("proven", "likely")

    def _next(self, base: Exchange, refusal: Refusal | None, done: set[str]) -> Experiment | None:
        """The experiment that tells most of what stands for what it costs."""
        weights = self._weights(refusal)
        best: tuple[float, Experiment] | None = None
        for experiment in EXPERIMENTS:
            if experiment.id in done or not experiment.fits(self._given(base)):
                continue
            worth = sum(weights.get(cause, ANY) for cause in experiment.separates) / (experiment.cost + 0.5)
            if worth >= LEFT / 4 and (best is None or worth > best[0]):
                best = (worth, experiment)
        return best[1] if best else None

    def _weights(self, refusal: Refusal | None) -> dict[str, float]:
        weights: dict[str, float] = {}
        if refusal is None:
            return dict.fromkeys((*UNTOLD[401], *UNTOLD[403]), LEFT)
        for finding in refusal.findings:
            if finding.cause != "unknown":
                weights[finding.cause] = WEIGHTS[finding.confidence]
        for step in refusal.next:
            for cause in step.separates:
                weights.setdefault(cause, LEFT)
        if refusal.findings[0].cause == "unknown":
            weights = dict.fromkeys(UNTOLD.get(refusal.exchange.status or 0, UNTOLD[403]), LEFT) | weights
        for ruled in refusal.ruled_out:
            weights[ruled.cause] = 0.0
        for ruling in self.ruled:
            if not ruling.holds:
                weights[ruling.cause] = 0.0
        return weights

    # -- the end

    def _settle(self, accepted: tuple[Change, ...], attempt: Try, cause: str, refusal: Refusal | None) -> Requests:
        """A changed request was let through: find the fewest changes, and see that the old one is still refused."""
        self.told("Let through")
        needed = accepted
        if len(accepted) > 1 and not attempt.whole:
            steps = shrink(accepted)
            try:
                subset = next(steps)
                while True:
                    if not subset:
                        subset = steps.send(False)
                        continue
                    if subset == accepted:
                        subset = steps.send(True)
                        continue
                    says = "only " + ", ".join(change.says for change in subset)
                    answer = yield from self.send(Ask(changed(self.request, subset), says))
                    passed = self.admitted(answer)
                    self.told("Let through" if passed else f"Not enough: {answer.status}")
                    subset = steps.send(passed)
            except StopIteration as end:
                needed = end.value
        control = yield from self.send(Ask(self.request, "the refused request once more: is it still refused?"))
        if self.admitted(control):
            self.told("Let through as well: the world has moved, the change proves nothing")
            return self.end(
                "unstable", "The unchanged request is let through too now: something else than the change decided"
            )
        self.told(f"Still refused: {control.status}")
        mended = changed(self.request, needed)
        proof = Evidence(
            "probe",
            "; ".join(change.says for change in needed),
            f"Let through with this changed and nothing else; without it {control.status}",
            Weight.PROOF,
        )
        self.report = self._proved(cause, proof, refusal, attempt)
        return self.end("mended", f"Let through {', '.join(change.says for change in needed)}", needed, mended)

    def _cause(self, attempt: Try, refusal: Refusal | None) -> str:
        """The cause that a change proves: the one that was found, where the change can prove it."""
        for finding in refusal.findings if refusal else ():
            if finding.cause in attempt.proves:
                return finding.cause
        for finding in self.first.refusals[0].findings if self.first.refusals else ():
            if finding.cause in attempt.proves:
                return finding.cause
        return attempt.proves[0]

    def _proved(self, cause: str, proof: Evidence, refusal: Refusal | None, attempt: Try) -> Report:
        """The report with the proved cause first."""
        if not self.report.refusals:
            return self.report
        old = self.report.refusals[0]
        same = next((finding for finding in old.findings if finding.cause == cause), None)
        sure = "proven" if same is not None or len(attempt.proves) == 1 else "likely"
        first = (same or old.findings[0])._replace(cause=cause, confidence=sure)
        first = first._replace(evidence=(proof, *(first.evidence if same else ())))
        rest = tuple(finding for finding in old.findings if finding.cause not in (cause, "unknown"))
        refused = old._replace(
            findings=(first, *(finding._replace(confidence="possible") for finding in rest)), next=()
        )
        return self.report._replace(refusals=(refused, *self.report.refusals[1:]))

    def _merged(self, live: Exchange, refusal: Refusal | None) -> Report:
        """What the paste and the live answer say together: the live answer's verdict, unless the paste knew more."""
        if refusal is None:
            return self.first
        told = self.first.refusals[0] if self.first.refusals else None
        rank = {"proven": 3, "likely": 2, "possible": 1}

        def sure(one: Refusal) -> int:
            first: Finding = one.findings[0]
            return 0 if first.cause == "unknown" else rank[first.confidence]

        best = (
            told
            if told is not None and sure(told) >= sure(refusal) and told.exchange.status == live.status
            else refusal
        )
        return self.first._replace(refusals=(best,))

    def _narrowed(self) -> str:
        finding = self.report.refusals[0].findings[0] if self.report.refusals else None
        if finding is None or finding.cause == "unknown":
            return "No single change that a caller can make is let through"
        return f"No change that a caller can make is let through: {finding.cause} stands"

    def end(self, outcome: str, says: str, changes: tuple[Change, ...] = (), mended: Request | None = None) -> Proof:
        """The proof as it stands."""
        against = tuple(RuledOut(ruling.cause, (ruling.evidence,)) for ruling in self.ruled if not ruling.holds)
        return Proof(outcome, self.report, tuple(self.asked), changes, mended, against, says)


# what a bare answer of a status leaves open, for the order of the experiments only
UNTOLD: dict[int, Sequence[str]] = {
    401: ("credentials-missing", "credentials-malformed", "token-invalid", "token-expired"),
    403: (
        "credentials-missing",
        "credentials-malformed",
        "csrf-token-missing",
        "csrf-origin-mismatch",
        "user-agent-blocked",
        "required-header-missing",
        "hotlink-blocked",
        "host-refused",
        "method-refused",
        "ip-blocked",
        "deny-rule",
    ),
    404: ("resource-hidden", "credentials-missing", "host-refused"),
    405: ("method-refused",),
    421: ("host-refused",),
    429: ("rate-limited",),
}


def _upgraded(url: str | None) -> str:
    own = origin(url)
    return "https" + own[4:] if own.startswith("http://") else own


def _sendable(request: Request) -> Request:
    """The request without what the transport itself writes: HTTP/2's pseudo headers."""
    from ..model import Headers

    headers = Headers(pair for pair in request.headers or () if not pair[0].startswith(":"))
    return request._replace(method=request.method or "GET", headers=headers)


def _together(failed: list[Try]) -> list[Try]:
    """One try of each kind of change that did not suffice alone, to be taken together."""
    kept: dict[str, Try] = {}
    for attempt in failed:
        if any(change.method or change.url or change.pause for change in attempt.changes):
            continue
        kept.setdefault(attempt.changes[0].id, attempt)
    return list(kept.values())[:6]
