"""What came of a request."""

from __future__ import annotations

from ..model.frozen import NamedTuple
from .answer import Answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..seal import Explanation
    from .identity import Identity


class Decision(NamedTuple):
    """Whether a request is let through and, where it is not, why: `explanation` for whoever operates, `answer` for the caller."""

    admitted: bool
    answer: Answer | None = None  # what is sent in place of the application's answer
    explanation: Explanation | None = None
    denial: str = ""
    hidden: bool = False  # the application's own 404 is the answer
    shadow: bool = False  # it would have been refused
    identity: Identity | None = None

    @property
    def status(self) -> int | None:
        """The refusal's status; None where nothing was refused."""
        return self.explanation.status if self.explanation else None

    @property
    def cause(self) -> str | None:
        """The cause's id; None where nothing was refused."""
        return self.explanation.cause if self.explanation else None

    @property
    def reason(self) -> str:
        """The rule's finer word; "" where it has none."""
        return self.explanation.reason if self.explanation else ""

    def __str__(self) -> str:
        """One line for a failing test."""
        if self.explanation is None:
            return "admitted"
        return ("shadow: " if self.shadow else "") + self.explanation.line(self.denial)


ADMITTED = Decision(True)


class GuardRefused(Exception):
    """A rule on a route refused, inside of the application: the middleware, or a framework's door, writes the decision's answer."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(str(decision))
        self.decision = decision
