"""Whether an address is let in: lists of addresses in the formats in which servers, clouds and blocklists keep them."""

from __future__ import annotations

from .address import Address, Span, address, span
from .judge import Verdict, judge, verdict
from .kept import Entry, Judgement, Source, source
from .special import Special, special

__all__ = [
    "Address",
    "Entry",
    "Judgement",
    "Source",
    "Span",
    "Special",
    "Verdict",
    "address",
    "judge",
    "source",
    "span",
    "special",
    "verdict",
]
