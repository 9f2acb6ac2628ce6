"""The whole question: a signed request, what the texts around it show, and perhaps the key; what is wrong, and what cannot be known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from ...model import Request, Weight, stamps
from ...model.frozen import NamedTuple
from ..fault import Fault, part_of
from .canonical import Canonical, canonical, host_of
from .compare import Sides, compare
from .endpoint import endpoint
from .inspect import inspect, life
from .presented import Presented, left_out, moment, presented, second_version
from .shown import Shown, shown
from .signature import Credentials, Scope, ToSign

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .match import Match

SAME = "Signer and server have the same string to sign: the secret is not the one of this key id, or has a blank in it"


class Diagnosis(NamedTuple):
    """What is wrong with a signature, the most certain first."""

    presented: Presented | None
    faults: tuple[Fault, ...]
    ours: Canonical | None  # computed from the request as it is shown
    theirs: Canonical | None  # as the server shows it
    own: Canonical | None  # as the signer's log shows it
    unknown: tuple[str, ...]  # what cannot be known from this, in sentences
    signed: Canonical | None = None  # with the key: what the signer signed, where a usual mistake explains it
    sound: bool | None = None  # with the key: whether the signature is the right one for the request as shown

    @property
    def part(self) -> str | None:
        """The part that breaks the signature, where one is named."""
        return self.faults[0].part if self.faults else None


def diagnose(
    request: Request,
    texts: Iterable[tuple[str, str, bool]] = (),
    at: datetime | None = None,
    credentials: Credentials | None = None,
    *,
    complete: bool = True,
    now: datetime | None = None,
) -> Diagnosis | None:
    """What is wrong with the signature of a request; None where the request has none of Version 4 or 2.

    Args:
        request: The signed request, as it is shown.
        texts: The answer's body and whatever else is there, each with its place and whether it is the answer for certain.
        at: The server's time of the request (the answer's Date), where it is known.
        credentials: The key that signed, where it is known: then mistakes are found that reproduce the very signature.
        now: The time by which a presigned link is judged where `at` is not known.
        complete: Whether a header that is not shown was not sent; a pasted command is not complete, as clients add their own.
    """
    found = presented(request)
    if found is None:
        old = second_version(request)
        return Diagnosis(None, (old,), None, None, None, ()) if old else None
    seen = shown(texts)
    at = _time(seen) or at
    ours = canonical(request, found.scope.service, found.signed, presigned=found.form == "query")
    faults = list(inspect(request, found, at))
    if at is None and now is not None and found.form == "query":
        faults += (fault._replace(sure=Weight.STRONG) for fault in life(found, now))
    faults += (fault._replace(shown_by="server") for fault in _said(seen, found))
    certain = [fault for fault in faults if fault.sure == Weight.PROOF]
    if seen.server:
        faults += compare(ours, seen.server, request, Sides(complete=complete))
        faults += _own(seen, request)
    elif seen.own:
        faults += compare(
            seen.own, ours, request, Sides("the signer's log", "the request as it was sent", "log", complete)
        )
    faults += (fault._replace(shown_by="server") for fault in _strings(seen, found))
    matched = None
    if credentials and found.checkable:
        from .match import match  # the catalogue of mistakes is read only where there is a key to try them with

        matched = match(request, found, ours, credentials, seen.server)
    if matched and not matched.sound:
        faults += (fault._replace(shown_by="key") for fault in matched.faults)
    if not any(fault.sure == Weight.PROOF for fault in faults) and not certain:
        faults += _key(seen, ours, found, credentials, matched)
    unknown = tuple(_unknown(request, found, seen, ours, credentials))
    signed, sound = (matched.signed, matched.sound) if matched else (None, None)
    return Diagnosis(found, _ordered(faults), ours, seen.server, seen.own, unknown, signed, sound)


def of_texts(texts: Iterable[tuple[str, str, bool]]) -> Diagnosis | None:
    """What a signer's log and a server's answer show of one request that is itself not shown; None where one is missing."""
    seen = shown(texts)
    if seen.own is None or seen.server is None:
        return None
    faults = list(compare(seen.own, seen.server, None, Sides("the signer's log", "the server")))
    if not faults:
        faults = [Fault("key", SAME, Weight.PROOF, seen.where, fix="Check the secret of this key id")]
    unknown = ("The request itself is not shown",)
    return Diagnosis(None, _ordered(faults), None, seen.server, seen.own, unknown)


def _time(seen: Shown) -> datetime | None:
    """The server's own time, where its answer names it."""
    text = seen.field("ServerTime")
    return stamps.find(text) if text else None


def _own(seen: Shown, request: Request) -> Iterator[Fault]:
    if seen.own and seen.server:
        yield from compare(seen.own, seen.server, request, Sides("the signer's log", "the server"))


def _said(seen: Shown, found: Presented) -> Iterator[Fault]:
    """What S3's answer says in elements of its own."""
    if names := seen.field("HeadersNotSigned"):
        for name in names.replace(",", " ").split():
            says = f"S3 says that {name} was sent and not signed"
            yield Fault(part_of(name.lower()), says, Weight.PROOF, seen.where, name, fix=f"Sign {name}")
    region = seen.field("Region")
    if region and seen.field("Code") == "AuthorizationHeaderMalformed" and region != found.scope.region:
        says = f"Signed for the region {found.scope.region!r}; S3 says that the bucket is in {region!r}"
        yield Fault("scope.region", says, Weight.PROOF, seen.where, found.scope.region, region, f"Sign for {region}")


def _strings(seen: Shown, found: Presented) -> Iterator[Fault]:
    """Where the server's string to sign differs from the one that goes with the request: date, scope, algorithm."""
    theirs, where = seen.server_string, f"{found.where}#Credential"
    if theirs is None:
        return
    if found.algorithm and theirs.algorithm != found.algorithm:
        says = f"The request is signed with {found.algorithm}, the server computed with {theirs.algorithm}"
        yield Fault("algorithm", says, Weight.PROOF, found.where, found.algorithm, theirs.algorithm)
    if found.at and moment(theirs.date) and theirs.date != found.stamp:
        says = f"The request's date is {found.stamp}, the server computed with {theirs.date}: another date arrived"
        yield Fault("date", says, Weight.PROOF, f"request.headers.{found.date_field}", found.stamp, theirs.date)
    parts = theirs.scope.split("/")
    if len(parts) == 4:
        for name, mine, other in zip(Scope._fields, found.scope, parts, strict=True):
            if mine != other:
                says = f"The scope's {name} is {mine!r} in the request, {other!r} for the server"
                yield Fault(f"scope.{name}", says, Weight.PROOF, where, mine, other, f"Sign for {other}")
    provided = seen.field("SignatureProvided")
    if provided and found.signature and provided != found.signature:
        says = "The server was given another signature than the request shows: this is the answer to another request"
        yield Fault("signature", says, Weight.STRONG, f"{found.where}#Signature")


def _key(
    seen: Shown, ours: Canonical, found: Presented, credentials: Credentials | None, matched: Match | None
) -> Iterator[Fault]:
    """Everything that is signed is equal, and the signature differs all the same: then the key differs."""
    if matched is not None or seen.server is None or not found.checkable:
        return
    if seen.server.text != ours.text and ours.payload is not None:
        return
    if seen.server_string and seen.server_string.hash and seen.server_string.hash != seen.server.hash:
        return
    signed = seen.own_string or (found.to_sign(seen.own.hash) if seen.own else None)
    same = bool(signed and seen.server_string and signed.text == seen.server_string.text)
    says = (
        "The server computed with exactly the request that is shown: the secret is not the one of this key id (another key's, "
        "cut, or with a blank or line end), or the signer signed something else than it sent"
    )
    if same:
        says = SAME
    sure = Weight.PROOF if same else Weight.STRONG
    fix = "Check the secret (why403 sign with the key in the environment tells which)"
    yield Fault("key", says, sure, f"{found.where}#Credential", fix=fix)


def _unknown(
    request: Request, found: Presented, seen: Shown, ours: Canonical, credentials: Credentials | None
) -> Iterator[str]:
    if not found.checkable:
        yield f"{found.algorithm} is a signature with a key pair: whether it is right cannot be checked here"
    if seen.server is None:
        yield "Without the server's canonical request (S3's XML answer, API Gateway's message) it cannot be known what arrived"
    if credentials is None and found.checkable:
        yield "Without the key it cannot be known whether the signature was computed from what is shown"
    if ours.payload is None:
        yield "The body is not shown: its hash cannot be compared"
    if found.signature and left_out(found.signature):
        yield "The signature itself is left out of what is shown"
    if request.headers is None:
        yield "The headers are not shown"
    if credentials and credentials.key_id and credentials.key_id != found.key_id:
        yield "The key given is not the one that signed"
    if endpoint(host_of(request)) is None:
        yield f"{host_of(request) or 'The host'} does not tell which service and region it is"


def _ordered(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The most certain first; of one part only the most certain."""
    best: dict[str, Fault] = {}
    for fault in faults:
        if fault.part not in best or fault.sure > best[fault.part].sure:
            best[fault.part] = fault
    return tuple(sorted(best.values(), key=lambda fault: -fault.sure))


__all__ = ["Diagnosis", "ToSign", "diagnose"]
