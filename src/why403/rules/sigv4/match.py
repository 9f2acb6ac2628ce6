"""With the key at hand: which usual mistake of a signer gives the very signature that was sent.

A signature that comes out is proof: 64 hexadecimal digits do not agree by chance. Tried are single mistakes, then two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice, product

from ...model import Request, Weight
from ...model.frozen import NamedTuple
from ..fault import Fault
from ..spoiled import secrets
from .canonical import EMPTY, Canonical
from .mistakes import headers, once, paths, payloads, queries
from .presented import Presented
from .signature import Credentials
from .signing import AFTER, DERIVE, Mistake, Signing
from .wrong_keys import dates, scopes

METHODS = ("GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS")
PAIRED = ("path", "query", "payload", "headers", "key", "scope")  # mistakes that come in twos
EACH, MOST = 12, 2500  # of each part, and pairs in all


class Match(NamedTuple):
    """What trying the key came to."""

    sound: bool  # the signature is right for the request as shown
    expected: str
    faults: tuple[Fault, ...]
    tried: int
    signed: Canonical | None = None  # what the signer signed, where a mistake explains it


def match(
    request: Request, found: Presented, ours: Canonical, credentials: Credentials, server: Canonical | None = None
) -> Match:
    """Whether the signature is right for the request as shown; if not, which mistake gives it."""
    fields = "".join(f"{name}:{value}\n" for name, value in ours.headers)
    base = Signing(
        ours.method, ours.path, ours.query, fields, ours.signed, ours.payload or EMPTY, found.algorithm, found.stamp,
        found.scope.text, found.scope, credentials.secret, found.dialect.prefix,
    )  # fmt: skip
    keys: dict[tuple[str, ...], bytes] = {}
    expected, given = base.signature(keys), found.signature.lower()
    if expected == given and found.signature == given:
        return Match(True, expected, (), 1)
    mistakes = list(_mistakes(request, found, ours, credentials, server))
    for mistake in mistakes:
        if base._replace(**mistake.change).signature(keys) == given:
            return Match(False, expected, (_fault(mistake, base),), len(mistakes), _signed(base, mistake))
    tried = len(mistakes)
    for one, other in islice(_pairs(mistakes), MOST):
        tried += 1
        if base._replace(**one.change, **other.change).signature(keys) == given:
            return Match(False, expected, (_fault(one, base), _fault(other, base)), tried, _signed(base, one, other))
    says = f"With this secret none of {tried} usual mistakes gives the signature that was sent: another secret made it"
    sure = Weight.STRONG
    if ours.payload is None:
        says, sure = f"{says}, or it is of the body, which is not shown", Weight.HINT
    return Match(False, expected, (Fault("key", says, sure, f"{found.where}#Credential"),), tried)


def _pairs(mistakes: list[Mistake]) -> Iterator[tuple[Mistake, Mistake]]:
    """Two mistakes in two parts that do not touch the same field."""
    of: dict[str, list[Mistake]] = {}
    for mistake in mistakes:
        kind = mistake.part.partition(".")[0]
        if kind in PAIRED or kind.startswith("header:"):
            of.setdefault(kind, []).append(mistake)
    for left, right in combinations(of, 2):
        for one, other in product(of[left][:EACH], of[right][:EACH]):
            if one.change.keys().isdisjoint(other.change):
                yield one, other


def _signed(base: Signing, *mistakes: Mistake) -> Canonical:
    for mistake in mistakes:
        base = base._replace(**mistake.change)
    lines = (line.partition(":") for line in base.fields.split("\n")[:-1])
    fields = tuple((name, value) for name, _, value in lines)
    return Canonical(base.method, base.path, base.query, fields, base.signed, base.payload)


def _fault(mistake: Mistake, base: Signing) -> Fault:
    says = f"The very signature comes out of {mistake.words}: that is what the signer signed"
    here = there = ""
    for name, value in mistake.change.items():
        if name not in ("secret", "prefix", "derive", "after", "key_scope") and isinstance(value, str):
            here, there = value, str(getattr(base, name))
    return Fault(mistake.part, says, Weight.PROOF, "", here, there, "Sign " + MENDS.get(mistake.part, "what is sent"))


MENDS = {
    "key": "with the secret as it was issued, without blanks, quotation marks or line ends",
    "scope.region": "for the region of the endpoint, in the credential and in the key alike",
    "scope.service": "for the service of the endpoint, in the credential and in the key alike",
    "scope.date": "for the day of X-Amz-Date, in UTC",
    "payload": "the hash of exactly the bytes that are sent",
    "path": "the path as this service canonicalises it (S3: encoded once; others: normalised and encoded once more)",
    "query": "the query strictly encoded (%20 for a space) and sorted by name",
    "method": "the method that is sent",
}


def _mistakes(
    request: Request, found: Presented, ours: Canonical, credentials: Credentials, server: Canonical | None
) -> Iterator[Mistake]:
    yield from once("path", "path", ours.path, paths(request, ours))
    yield from once("query", "query", ours.query, queries(request, ours))
    yield from once("payload", "payload", ours.payload, payloads(request))
    yield from once(
        "method", "method", ours.method, ((f"the method {name}", name) for name in (*METHODS, ours.method.lower()))
    )
    yield from headers(request, ours)
    yield from scopes(request, found)
    for words, secret in secrets(credentials.secret):
        if secret != credentials.secret:
            yield Mistake("key", words, {"secret": secret})
    for words in DERIVE:
        yield Mistake("key", words, {"derive": words})
    for words in AFTER:
        yield Mistake("canonical", words, {"after": words})
    yield from dates(found)
    if server:
        yield from _as_the_server(ours, server)


def _as_the_server(ours: Canonical, server: Canonical) -> Iterator[Mistake]:
    """What the server computed with is another spelling that the signer may have had."""
    for part, here, there in (
        ("method", ours.method, server.method), ("path", ours.path, server.path), ("query", ours.query, server.query),
        ("payload", ours.payload, server.payload),
    ):  # fmt: skip
        if here != there and there is not None:
            yield Mistake(part, f"the {part} as the server has it", {part: there})
