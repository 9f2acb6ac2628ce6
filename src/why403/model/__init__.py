"""Frozen data and the few errors; imports nothing of ours."""

from .case import Case, Exchange, Note, Request, Response
from .errors import BadCall, BadTable, NetworkFailed, UnreadableInput, Why403Error
from .headers import Headers
from .patterns import Pattern
from .report import (
    CONFIDENCE,
    LAYERS,
    Check,
    Claim,
    Evidence,
    Finding,
    Fix,
    Next,
    Refusal,
    Report,
    RuledOut,
    Seen,
    Weight,
)
from .url import Url, query_pairs, split_url, unquoted, unquoted_bytes

__all__ = [
    "CONFIDENCE",
    "LAYERS",
    "BadCall",
    "BadTable",
    "Case",
    "Check",
    "Claim",
    "Evidence",
    "Exchange",
    "Finding",
    "Fix",
    "Headers",
    "NetworkFailed",
    "Next",
    "Note",
    "Pattern",
    "Refusal",
    "Report",
    "Request",
    "Response",
    "RuledOut",
    "Seen",
    "UnreadableInput",
    "Url",
    "Weight",
    "Why403Error",
    "query_pairs",
    "split_url",
    "unquoted",
    "unquoted_bytes",
]
