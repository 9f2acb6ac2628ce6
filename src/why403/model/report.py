"""What why403 says: evidence, findings, fixes, and the report that holds them."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

from .frozen import NamedTuple

LAYERS = ("client", "proxy", "edge", "gateway", "server", "app")  # in the order of the request's way


class Weight(IntEnum):
    """How much a piece of evidence carries. Named, never computed."""

    HINT = 1
    STRONG = 2
    PROOF = 3


CONFIDENCE = {Weight.PROOF: "proven", Weight.STRONG: "likely", Weight.HINT: "possible"}


class Evidence(NamedTuple):
    """A quotation, its place in the input, and what it says."""

    where: str  # "response.body:14", "request.headers.authorization#jwt.exp", "log:3"
    quote: str
    says: str
    weight: Weight = Weight.STRONG
    source: str = ""  # the page that documents it


class Fix(NamedTuple):
    """A correction that the party who refused would approve of."""

    who: str  # caller | operator
    summary: str
    safety: str = "safe"  # safe | loosens (says what it opens) | blanks (placeholders are left to fill in)
    language: str = ""  # shell, nginx, apache, python, json, text
    snippet: str = ""
    opens: str = ""  # what it opens, where it loosens a protection


class Claim(NamedTuple):
    """That one cause refused, as one product's table or one cause's room sees it."""

    cause: str
    evidence: tuple[Evidence, ...]
    weight: Weight
    layer: str = ""  # "" where the claimant does not know who spoke
    product: str = ""
    fallback: str = ""  # the product by which these shared words are known, where nobody else is known to have spoken
    also: tuple[str, ...] = ()  # causes that the same words admit
    rank: int = 0  # of two claims of one weight the higher rank is the more specific
    fixes: tuple[Fix, ...] = ()
    ask: str = ""  # what would settle it, where the words leave it open
    see: tuple[str, ...] = ()


class Finding(NamedTuple):
    """A cause, who refused, how sure, and why."""

    cause: str
    layer: str
    product: str
    confidence: str  # proven | likely | possible
    mends: str  # caller | operator
    evidence: tuple[Evidence, ...] = ()
    fixes: tuple[Fix, ...] = ()
    see: tuple[str, ...] = ()


class RuledOut(NamedTuple):
    """A cause that the evidence speaks against."""

    cause: str
    evidence: tuple[Evidence, ...]


class Check(NamedTuple):
    """One of the seven questions, answered."""

    question: str
    answer: str  # yes | no | unknown | not-applicable
    evidence: tuple[Evidence, ...] = ()


class Next(NamedTuple):
    """What to ask or run next, and which causes it would tell apart."""

    ask: str
    command: str = ""
    separates: tuple[str, ...] = ()


class Seen(NamedTuple):
    """The refused exchange in one line."""

    index: int | None  # type: ignore[assignment]
    method: str | None
    url: str | None
    status: int | None
    at: datetime | None


class Refusal(NamedTuple):
    """One refusal of the input, explained."""

    exchange: Seen
    findings: tuple[Finding, ...]
    times: int = 1
    ruled_out: tuple[RuledOut, ...] = ()
    checklist: tuple[Check, ...] = ()
    next: tuple[Next, ...] = ()
    remarks: tuple[str, ...] = ()  # what a reader of RFC 9110 would say about the status itself


class Report(NamedTuple):
    """The whole answer. The renderers take this and nothing else."""

    name: str
    kind: str
    refusals: tuple[Refusal, ...] = ()
    remarks: tuple[str, ...] = ()  # what was read and not understood, by name
    knowledge: str = ""  # the newest date on which a product's source was read
