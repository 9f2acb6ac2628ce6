"""What is wrong with a signature, and where: one part of the request named."""

from __future__ import annotations

from ..model import Weight
from ..model.frozen import NamedTuple

# headers that are a part of their own
SPEAKS_OF = {
    "x-amz-content-sha256": "payload",
    "x-amz-date": "date",
    "x-goog-date": "date",
    "date": "date",
    "x-amz-security-token": "token",
}


class Fault(NamedTuple):
    """One part that breaks the signature.

    Parts: method, path, query, header:NAME, signed-headers, payload, date, clock, expires, scope.date, scope.region,
    scope.service, scope.terminator, key, algorithm, token, signature.
    """

    part: str
    says: str
    sure: Weight = Weight.STRONG
    where: str = ""  # its place in the input: "request.headers.host"
    here: str = ""  # the part as the request shows it, or as it was signed
    there: str = ""  # the part as the server computed it
    fix: str = ""
    shown_by: str = "request"  # request, server (its answer shows what it computed), log (the signer's own), key


def part_of(name: str) -> str:
    """The part that a header is."""
    return SPEAKS_OF.get(name, f"header:{name}")
