"""One run of asking again: what is sent within origin, consent and budget, what the answers are worth, and how it is settled."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator
from datetime import datetime

from ..causes.siblings import answered_by
from ..model import Case, Exchange, Headers, Refusal, Report, Request, RuledOut
from ..model.change import Change, changed, spoken
from ..model.frozen import NamedTuple
from ..model.proof import Asked, Proof
from ..probes.catalogue import EXPERIMENTS
from ..probes.experiment import SAFE, Ask, Experiment, Given, Learned, Offer, Ruling, Try, origin
from ..probes.shrink import shrink
from ..probes.target import posted
from ..probes.way import same_thing
from . import settle
from .explain import explain

BUDGET = 12  # requests, unless told otherwise

Requests = Generator[Ask, Exchange, Proof]
Unit = tuple[Try, tuple[Change, ...]]  # what is needed or not as a whole, and the experiment's try that it is of


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


def subject_of(case: Case, report: Report) -> Exchange | None:
    """The refused exchange that can be asked again: the first refusal whose request has a whole URL."""
    whole = [exchange for exchange in case.exchanges if exchange.request and origin(exchange.url)]
    for refusal in report.refusals:
        for exchange in whole:
            if exchange.index == refusal.exchange.index:
                return exchange
    return whole[0] if whole and (len(whole) == 1 or not report.refusals) else None


class Run(ABC):
    """One run: what was asked, what it told, and what may still be asked."""

    def __init__(self, case: Case, limits: Limits) -> None:
        self.case, self.limits = case, limits
        if forged := next((offer.name for offer in limits.offers if offer.forged), ""):
            raise ValueError(f"{forged} tells the server who or where somebody is: it is not forged here")
        self.asked: list[Asked] = []
        self.rulings: list[Ruling] = []
        self.known: set[str] = set()  # of which asking how far the rule reaches tells no more
        self.first = explain(case, limits.now, show_secrets=True)
        subject = subject_of(case, self.first)
        if subject is None or subject.request is None:
            raise ValueError("no request with a whole URL")
        self.request: Request = _sendable(subject.request)
        self.subject = subject._replace(request=self.request)
        if any(offer.kind == "link" and not same_thing(offer.value, self.request.url) for offer in limits.offers):
            raise ValueError(f"the link that was given leads elsewhere than {self.request.url}")
        self.allowed = (origin(self.request.url), *_upgraded(self.request.url, limits.offers))
        self.report = self.first
        self.posts = False
        self.posts = limits.unsafe and posted(self.given(self.subject)) is not None
        self.said: list[Refusal | None] = []  # what the answers said before each obstacle was passed

    # -- sending

    def send(self, ask: Ask, *, last: bool = False) -> Generator[Ask, Exchange, Exchange]:
        """One request within origin, consent and budget, of which the last is kept for the control. Raises Spent or Stopped."""
        if len(self.asked) >= self.limits.budget - (0 if last else 1):
            raise Spent
        method = (ask.request.method or "GET").upper()
        if origin(ask.request.url) not in self.allowed:
            raise Stopped(f"{ask.request.url} is of another origin")
        if method not in SAFE and not self.limits.unsafe:
            raise Stopped(f"{method} may change something: allow it with --allow-unsafe")
        answer = yield ask
        self.asked.append(Asked(ask.says, answer))
        if answer.status is None and sum(one.exchange.status is None for one in self.asked[-2:]) == 2:
            raise Stopped(f"No answer came twice: {answer.error or 'the connection was closed'}")
        return answer

    def told(self, says: str) -> None:
        """Note what the last answer told."""
        before = self.asked[-1].told
        if not says:
            return
        self.asked[-1] = self.asked[-1]._replace(told=f"{before}. {says}" if before else says)

    # -- judging

    def explained(self, exchange: Exchange) -> Refusal | None:
        """The verdict on one answer alone; None where nobody refused."""
        case = Case(self.case.name, "exchange", (exchange._replace(index=0),), (), self.case.form)
        report = explain(case, self.limits.now, show_secrets=True)
        return report.refusals[0] if report.refusals else None

    def admitted(self, exchange: Exchange) -> bool:
        """Whether a request was let through: a success that carries no refusal of its own."""
        return 0 < (exchange.status or 0) < 400 and self.explained(exchange) is None

    def given(self, base: Exchange) -> Given:
        """What an experiment may stand on."""
        findings = self.report.refusals[0].findings if self.report.refusals else ()
        found = tuple(finding.cause for finding in findings if finding.confidence != "possible")
        product = findings[0].product if findings else ""
        return Given(base, self.limits.offers, product, self.limits.page, found, self.posts)

    # -- the run

    def run(self) -> Requests:
        """The whole probe."""
        try:
            return (yield from self.body())
        except Spent:
            return self.end("exhausted", f"The budget of {self.limits.budget} requests is spent")
        except Stopped as stop:
            return self.end("stopped", str(stop))
        except KeyboardInterrupt:
            return self.end("interrupted", "Interrupted: this was learned so far")

    @abstractmethod
    def body(self) -> Requests:
        """Between the first request and the end. What kind of run it is says how."""

    def begun(self) -> Generator[Ask, Exchange, tuple[Exchange, Proof | None]]:
        """The refused request as it was: its answer, and the proof where that is the end already."""
        live = yield from self.send(Ask(self.request, "the refused request as it was"), last=True)
        if live.status is None:
            return live, self.end("stopped", f"No answer came: {live.error or 'the connection was closed'}")
        if self.admitted(live):
            self.told("It is let through now")
            again = yield from self.send(Ask(self.request, "the same once more: does it stay so?"), last=True)
            if self.admitted(again):
                return live, self.end("passes", "The same request is let through now: nothing needs to be changed")
            says = "The same request is now let through, now refused: something else than the request decides"
            return live, self.end("unstable", says)
        self.told(f"Still refused: {live.status}")
        now = self.explained(live)
        self.report = settle.merged(self.first, now)
        if not self.report.refusals:  # a fault that names no refusal: who answered is known all the same
            self.report = settle.unnamed(self.report, live, *answered_by(live))
        if now is not None and now.findings[0].cause == "bot-challenge" and settle.sure(now) > 1:
            says = "The answer is a challenge to a browser: why403 does not pass for one"
            return live, self.end("stopped", says)
        return live, None

    def learned(self, experiment: Experiment, given: Given) -> Generator[Ask, Exchange, tuple[Try, ...]]:
        """Run one experiment's questions; note what they told, and give the changes that it proposes."""
        steps = experiment.run(given)
        try:
            ask = next(steps)
            while True:
                ask = steps.send((yield from self.send(ask)))
        except StopIteration as end:
            learned: Learned = end.value
        self.rulings += learned.rulings
        for says in dict.fromkeys((*(ruling.evidence.says for ruling in learned.rulings), learned.told)):
            self.told(says)
        self.known |= set(learned.known)
        return learned.tries

    def attempt(self, base: Exchange, accepted: list[Try], attempt: Try) -> Generator[Ask, Exchange, Exchange | None]:
        """The request with what was accepted and this changed; None where that is no other request."""
        before = tuple(change for one in accepted for change in one.changes)
        request = changed(self.request, (*before, *attempt.changes))
        pause = max((change.pause for change in attempt.changes), default=0.0)
        if not pause and request in (base.request, changed(self.request, before)):
            return None
        says = "the same " + spoken(attempt.changes)
        return (yield from self.send(Ask(request, says, pause)))

    # -- the end

    def settled(self, accepted: list[Try]) -> Requests:
        """A changed request was let through: find the fewest changes, and see that the old one is still refused."""
        self.told("Let through")
        through = len(self.asked) - 1
        units = [unit for attempt in accepted for unit in _units(attempt)]
        needed, through = yield from self._shrunk(units, through)
        changes = tuple(change for _, some in needed for change in some)
        says = f"Let through {spoken(changes)}"
        mended = changed(self.request, changes)
        if mended == self.request:  # time alone changed: to ask once more would spend what it gave back
            self.report = settle.proved(self.report, needed, self.said, self.asked[0].exchange)
            return self.end("mended", says, changes, mended, (0, through))
        ask = Ask(self.request, "the refused request once more: is it still refused?")
        control = yield from self.send(ask, last=True)
        if self.admitted(control):
            self.told("Let through as well: the world has moved, the change proves nothing")
            return self.end(
                "unstable", "The unchanged request is let through too now: something else than the change decided"
            )
        self.told(f"Still refused: {control.status or control.error}")
        differ = (len(self.asked) - 1, through)
        needed = yield from self._undoubted(needed, control)
        self.report = settle.proved(self.report, needed, self.said, control)
        return self.end("mended", says, changes, mended, differ)

    def _undoubted(self, needed: list[Unit], control: Exchange) -> Generator[Ask, Exchange, list[Unit]]:
        """The units; where one's causes are still to be told apart, what its experiment says of them is asked."""
        found: list[Unit] = []
        for attempt, changes in needed:
            if attempt.doubt and settle.proved_cause(attempt, self.said)[1] != "proven":
                experiment = next(one for one in EXPERIMENTS if one.id == attempt.doubt)
                before = len(self.rulings)
                try:
                    yield from self.learned(experiment, self.given(control))
                except (Spent, Stopped):
                    return needed
                told = self.rulings[before:]
                out = {ruling.cause for ruling in told if not ruling.holds}
                left = tuple(cause for cause in attempt.proves if cause not in out) or attempt.proves
                held = next((ruling.cause for ruling in told if ruling.holds and ruling.cause in left), "")
                left = (held, *(cause for cause in left if cause != held)) if held else left
                attempt = attempt._replace(proves=left)
            found.append((attempt, changes))
        return found

    def _shrunk(self, units: list[Unit], through: int) -> Generator[Ask, Exchange, tuple[list[Unit], int]]:
        """The fewest units that are let through, and which request showed it."""
        if len(units) < 2:
            return units, through
        steps, best = shrink(units), units
        try:
            subset = next(steps)
            while True:
                if set(subset) == set(units):
                    subset = steps.send(True)
                    continue
                changes = tuple(change for _, some in subset for change in some)
                says = "only " + spoken(changes)
                answer = yield from self.send(Ask(changed(self.request, changes), says))
                passed = self.admitted(answer)
                self.told("Let through" if passed else f"Not enough: {answer.status}")
                if passed:
                    best, through = list(subset), len(self.asked) - 1
                subset = steps.send(passed)
        except StopIteration as end:
            return list(end.value), through
        except Spent:
            return best, through

    def end(
        self,
        outcome: str,
        says: str,
        changes: tuple[Change, ...] = (),
        mended: Request | None = None,
        differ: tuple[int, int] | None = None,
    ) -> Proof:
        """The proof as it stands."""
        report = self.report if outcome == "mended" else settle.ruled(self.report, self.rulings)
        against = {one.cause: RuledOut(one.cause, (one.evidence,)) for one in self.rulings if not one.holds}
        return Proof(outcome, report, tuple(self.asked), changes, mended, tuple(against.values()), says, differ=differ)


def _units(attempt: Try) -> list[Unit]:
    """What of a try can be left out by itself: the parts of a joined one, the changes of a loose one, or nothing."""
    if attempt.parts:
        return [unit for part in attempt.parts for unit in _units(part)]
    if attempt.whole or len(attempt.changes) < 2:
        return [(attempt, attempt.changes)]
    return [(attempt, (change,)) for change in attempt.changes]


def joined(tries: list[Try]) -> Try:
    """Several tries as one; of two that change the same thing the first."""
    kept: list[Try] = []
    for attempt in tries:
        ids = {change.id for change in attempt.changes}
        if not any(ids & {change.id for change in other.changes} for other in kept):
            kept.append(attempt)
    if len(kept) == 1:
        return kept[0]
    changes = tuple(change for attempt in kept for change in attempt.changes)
    return Try(changes, kept[0].proves, parts=tuple(kept))


def _upgraded(url: str | None, offers: tuple[Offer, ...]) -> tuple[str, ...]:
    """The same host over TLS: on its usual port, on the same one where that was named, on the one that the user gave."""
    own = origin(url)
    if not own.startswith("http://"):
        return ()
    host = own.removeprefix("http://")
    host = host if host.endswith("]") else host.rpartition(":")[0] or host
    given = (origin(f"https://{host}:{offer.value}") for offer in offers if offer.kind == "https")
    return ("https" + own[4:], *(place for place in given if place))


def _sendable(request: Request) -> Request:
    """The request without what the transport itself writes: HTTP/2's pseudo headers."""
    headers = Headers(pair for pair in request.headers or () if not pair[0].startswith(":"))
    return request._replace(method=request.method or "GET", headers=headers)
