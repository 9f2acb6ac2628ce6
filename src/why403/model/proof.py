"""What asking again came to: every request and its answer, what each ruled out, and the request that is let through."""

from __future__ import annotations

from .case import Exchange, Request
from .change import Change
from .frozen import NamedTuple
from .report import Report, RuledOut

OUTCOMES = ("mended", "passes", "narrowed", "unstable", "stopped", "exhausted", "interrupted")


class Asked(NamedTuple):
    """One request that was sent, why, and what its answer told."""

    says: str
    exchange: Exchange
    told: str = ""


class Proof(NamedTuple):
    """The end of a probe."""

    outcome: (
        str  # mended: a changed request is let through; passes: nobody refuses any more; unstable: the answers flip;
    )
    # narrowed: what could be told apart is; stopped: the answers, or the user, said stop; exhausted: the budget is spent
    report: Report  # explained anew, with what the answers proved
    asked: tuple[Asked, ...]
    changes: tuple[Change, ...] = ()  # what was changed in the request that is let through
    mended: Request | None = None
    ruled_out: tuple[RuledOut, ...] = ()
    says: str = ""  # the end in one sentence
    command: str = ""  # the request that is let through, as the refused one was pasted
    letter: str = ""  # else the message to whoever can let it through
    differ: tuple[int, int] | None = None  # the two of `asked` that differ in `changes` alone: refused, let through
