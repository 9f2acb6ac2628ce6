"""Servers as functions: a request in, an answer out. A world keeps what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from why403.engine.prove import Limits, prove
from why403.model import Case, Exchange, Headers, NetworkFailed, Request, Response
from why403.model.proof import Proof
from why403.net.ask import drive
from why403.readers.choose import read_bytes

Answer = tuple[int, dict[str, str], bytes]
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
URL = "https://shop.example/orders"


class World:
    """Answers requests by a function, and keeps them."""

    def __init__(self, answers: Callable[[Request, int], Answer | None]) -> None:
        self.answers = answers
        self.asked: list[Request] = []
        self.waited: list[float] = []

    def send(self, request: Request) -> Exchange:
        self.asked.append(request)
        answer = self.answers(request, len(self.asked))
        if answer is None:
            raise NetworkFailed("the connection was reset", URL)
        status, fields, body = answer
        return Exchange(request, Response(status, None, Headers(fields.items()), body, "HTTP/1.1"), 0, NOW)

    def prove(self, pasted: str | Case, limits: Limits | None = None, pause: float = 1.0) -> Proof:
        case = pasted if isinstance(pasted, Case) else read_bytes(pasted.encode())
        return drive(prove(case, limits or Limits(now=NOW)), self.send, pause=pause, wait=self.waited.append)


def has(request: Request, name: str) -> str | None:
    """A header of a request."""
    return (request.headers or Headers()).first(name)


def verdict(proof: Proof) -> str:
    """Outcome, confidence and cause in one line."""
    finding = proof.report.refusals[0].findings[0]
    return f"{proof.outcome}: {finding.confidence} {finding.cause}"


def steps(proof: Proof) -> list[str]:
    """What was asked, and the status that came."""
    return [f"{asked.says} -> {asked.exchange.status}" for asked in proof.asked]
