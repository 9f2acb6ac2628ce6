"""Two canonical requests, part by part: where they differ, and what makes such a difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...model import Pattern, Request, Weight, unquoted
from ...model.frozen import NamedTuple
from ..body import variants
from ..fault import Fault, part_of
from .canonical import EMPTY, UNSIGNED, Canonical, encode, normalised, sha256, trimmed
from .inspect import ADDED


class Sides(NamedTuple):
    """In words, whose canonical requests are compared."""

    here: str = "the request shown here"
    there: str = "the server"
    shown_by: str = "server"
    complete: bool = True  # whether a header that is absent here was absent for certain


REDACTED = Pattern(r"\*{3}|…|x{5}|<[^>]{1,40}>|\{[^}]{1,40}\}|redacted|hidden|omitted", 2)
# who rewrites a header, as far as one name tells it
BY_WHOM = {
    "host": "a proxy that passes its own upstream's name or port instead of the Host that was signed",
    "accept-encoding": "a client library, proxy or CDN that sets its own",
    "user-agent": "a client or proxy that sets its own",
    "content-type": "a client library that adds a charset or a boundary, or sets a type of its own",
    "content-length": "a body that was changed or re-encoded after signing",
    "transfer-encoding": "a proxy, which owns this header",
    "connection": "a proxy, which owns this header",
    "content-md5": "a body that was changed after signing",
    "x-amz-date": "a signer that was run twice",
    "date": "a client that sets its own date when it sends",
    "x-amz-content-sha256": "a body that was changed after signing, or a client that hashes it again",
    "x-amz-security-token": "other credentials than those that signed",
    "cache-control": "a browser or CDN that sets its own",
    "range": "a proxy or cache that takes it out",
    "expect": "a client that adds it when it sends",
}
MENDS = {
    "host": "Let the proxy pass the Host that was signed, or sign for the host that the server sees",
    "content-type": "Set Content-Type explicitly before signing, to exactly what is sent",
}


def compare(here: Canonical, there: Canonical, request: Request | None, sides: Sides) -> Iterator[Fault]:
    """Every part in which two canonical requests differ, each with what the difference looks like."""
    for fault in _faults(here, there, request, sides):
        sure = Weight.HINT if REDACTED.search(fault.here) else fault.sure if sides.complete else Weight.STRONG
        yield fault._replace(sure=sure, shown_by=sides.shown_by)


def _faults(here: Canonical, there: Canonical, request: Request | None, sides: Sides) -> Iterator[Fault]:
    if here.method != there.method:
        says = f"{sides.here} says {here.method}, {sides.there} computed with {there.method}{_method(here, there)}"
        yield _fault("method", says, here.method, there.method, "Send the method that was signed")
    if here.path != there.path:
        says, mend = _path(here.path, there.path, sides)
        yield _fault("path", says, here.path, there.path, mend, "request.url")
    if here.query != there.query:
        says, mend = _query(here.query, there.query, sides)
        yield _fault("query", says, here.query, there.query, mend, "request.url")
    yield from _headers(here, there, sides)
    if here.payload is not None and here.payload != there.payload:
        yield _payload(here, there, request, sides)


def _fault(
    part: str, says: str, here: str, there: str, fix: str, where: str = "", sure: Weight = Weight.PROOF
) -> Fault:
    return Fault(part, says[0].upper() + says[1:], sure, where, here, there, fix)


def _method(here: Canonical, there: Canonical) -> str:
    if here.method == "POST" and there.method == "GET":
        return ": a redirect turned it into a GET, or a rewritten rule did"
    if {here.method, there.method} == {"GET", "HEAD"}:
        return ": a link that is signed for one of them is not good for the other"
    return ""


def _path(here: str, there: str, sides: Sides) -> tuple[str, str]:
    first = f"the path is {here!r} for {sides.here}, {there!r} for {sides.there}"
    if encode(here, "/") == there:
        return (
            f"{first}: here it is encoded once, there once more",
            "Encode the path as this service does (S3: once; others: twice)",
        )
    if encode(there, "/") == here:
        return (
            f"{first}: here it is encoded twice, there once",
            "Encode the path as this service does (S3: once; others: twice)",
        )
    plain, other = _unquoted(here), _unquoted(there)
    if plain == other:
        odd = "".join(dict.fromkeys(letter for letter in other if not letter.isalnum() and letter not in "/-_.~"))
        return (
            f"{first}: the same path, encoded differently ({odd or 'letters'})",
            "Percent-encode everything but letters, digits, - _ . ~ and /, in UTF-8, with upper-case digits",
        )
    if plain.replace("+", " ") == other.replace("+", " "):
        return f"{first}: one takes a plus for a space", "Write %20 for a space and %2B for a plus"
    if normalised(plain) == normalised(other):
        kind = "a slash at the end" if plain.rstrip("/") == other.rstrip("/") else "empty or dot segments"
        return (
            f"{first}: {kind} was added or removed on the way",
            "Send the path as it is signed; keep proxies from normalising it",
        )
    if plain.lower() == other.lower():
        return f"{first}: they differ in the case of letters", "Send the path as it is signed"
    if plain.endswith(other) or other.endswith(plain):
        longer, shorter = (plain, other) if len(plain) > len(other) else (other, plain)
        prefix = longer[: len(longer) - len(shorter)]
        verb = "took away" if longer == plain else "put before it"
        return (
            f"{first}: something on the way {verb} {prefix!r} (a gateway's stage, a base path, a bucket's name)",
            "Sign the path that the server sees, or let the proxy pass it unchanged",
        )
    return f"{first}: it was rewritten on the way", "Let the proxy pass the path unchanged"


def _unquoted(path: str) -> str:
    for _ in range(3):
        plain = unquoted(path)
        if plain == path:
            break
        path = plain
    return path


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (part.partition("=") for part in query.split("&") if part)]


def _query(here: str, there: str, sides: Sides) -> tuple[str, str]:
    ours, theirs = _pairs(here), _pairs(there)
    words: list[str] = []
    mend = "Send exactly the query that was signed: nothing added, dropped or encoded anew"
    if ours == theirs and ("=" in here) != ("=" in there):
        return (
            "a parameter without a value is written with '=' by one and without it by the other",
            "Write name= for an empty value",
        )
    if sorted(ours) == sorted(theirs):
        return (
            f"the parameters are the same, in another order; {sides.there} sorts them by their encoded names, then by value",
            "Sort the parameters by the bytes of their encoded names, then of their values",
        )
    gone, come = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    lost, new = dict(gone.keys()), dict(come.keys())
    for name in dict.fromkeys([*lost, *new]):
        if name in lost and name in new:
            how = _spelt(lost[name], new[name])
            words.append(
                f"the parameter {unquoted(name)} is {lost[name]!r} for {sides.here}, {new[name]!r} for {sides.there}{how}"
            )
            if how:
                mend = "Encode a space as %20, a plus as %2B, and everything but letters, digits, - _ . ~, once"
    for name in lost:
        if name not in new:
            twin = next(
                (other for other in new if other not in lost and unquoted(unquoted(other)) == unquoted(unquoted(name))),
                None,
            )
            if twin:
                words.append(f"the name {name!r} is encoded differently ({twin!r})")
            else:
                words.append(f"the parameter {unquoted(name)} did not arrive at {sides.there}")
    for name in new:
        if name not in lost and not any("encoded differently" in word and repr(name) in word for word in words):
            words.append(f"the parameter {unquoted(name)} was added after signing")
    return "; ".join(words[:6]) or f"the query is {here!r} for {sides.here}, {there!r} for {sides.there}", mend


def _spelt(left: str, right: str) -> str:
    if unquoted(left) == unquoted(right):
        return ": the same, encoded differently"
    if unquoted(unquoted(left)) == unquoted(unquoted(right)):
        return ": one of them is encoded twice"
    if unquoted(left).replace("+", " ") == unquoted(right).replace("+", " "):
        return ": one takes a plus for a space"
    return ""


def _headers(here: Canonical, there: Canonical, sides: Sides) -> Iterator[Fault]:
    ours, theirs = dict(here.headers), dict(there.headers)
    if here.signed != there.signed:
        says = f"signed headers are {here.signed!r} for {sides.here}, {there.signed!r} for {sides.there}"
        left, right = here.signed.lower().split(";"), there.signed.lower().split(";")
        if sorted(left) == sorted(right):
            says += ": they must be in lower case and sorted"
        mend = "Name in SignedHeaders exactly the headers that are signed, in lower case, sorted"
        yield _fault(
            "signed-headers", says, here.signed, there.signed, mend, "request.headers.authorization#SignedHeaders"
        )
    for name in dict.fromkeys([*ours, *theirs]):
        if ours.get(name) == theirs.get(name):
            continue
        if fault := _header(name, ours.get(name), theirs.get(name), sides):
            yield fault
    if ours == theirs and [name for name, _ in here.headers] != [name for name, _ in there.headers]:
        says = "the signed headers stand in another order; they must be sorted by name"
        yield _fault("signed-headers", says, ";".join(ours), ";".join(theirs), "Sort the headers by their names")


def _header(name: str, ours: str | None, theirs: str | None, sides: Sides) -> Fault | None:
    where, mend = (
        f"request.headers.{name}",
        MENDS.get(name, f"Send {name} exactly as it was signed, or leave it unsigned"),
    )
    by = f"; the usual reason: {BY_WHOM[name]}" if name in BY_WHOM else ""
    if ours is None:
        if not sides.complete and name in ADDED:
            return None
        if not theirs:
            says = f"the header {name} was signed, and it came neither along here nor at {sides.there}"
            return _fault(part_of(name), says, "", theirs or "", mend, where)
        says = f"the header {name} is missing for {sides.here}; {sides.there} computed with {theirs!r}{by}"
        return _fault(part_of(name), says, "", theirs, mend, where)
    if theirs is None or (theirs == "" and ours):
        says = (
            f"the header {name} did not arrive at {sides.there}{by or '; the usual reason: a proxy that takes it out'}"
        )
        return _fault(part_of(name), says, ours, theirs or "", mend, where)
    how = ""
    if trimmed(ours) == trimmed(theirs):
        how = ": they differ in blanks; the ends are trimmed and runs of blanks become one"
    elif ours.lower() == theirs.lower():
        how = ": they differ in the case of letters"
    elif name == "host" and ours.partition(":")[0] == theirs.partition(":")[0]:
        how = ": they differ in the port"
        by = "; a client that leaves out or adds the port after signing, or a proxy"
    elif sorted(ours.split(",")) == sorted(theirs.split(",")):
        how = ": the same values in another order; repeated headers are joined in the order in which they are sent"
    elif name == "content-type" and theirs.startswith(ours.partition(";")[0]):
        how = ": the parameter differs"
    says = f"the header {name} is {ours!r} for {sides.here}, {theirs!r} for {sides.there}{how}{by}"
    return _fault(part_of(name), says, ours, theirs, mend, where)


def _payload(here: Canonical, there: Canonical, request: Request | None, sides: Sides) -> Fault:
    ours, theirs = here.payload or "", there.payload or ""
    says = f"the payload's hash is {ours!r} for {sides.here}, {theirs!r} for {sides.there}"
    mend = "Hash exactly the bytes that are sent"
    if theirs == EMPTY:
        says += ": the body did not arrive"
    elif ours == EMPTY:
        says += ": the hash of an empty body was signed"
    elif UNSIGNED in (ours, theirs):
        says += ": one of them takes the payload as unsigned"
        mend = "Send x-amz-content-sha256 with the value that was signed"
    elif "STREAMING" in ours or "STREAMING" in theirs:
        says += ": one of them expects a body in signed chunks"
    elif request is not None and request.body is not None:
        found = next((words for words, body in variants(request.body) if sha256(body) == theirs), None)
        if found and ours == sha256(request.body):
            says += f": what arrived is {found}"
    return _fault("payload", says, ours, theirs, mend, "request.body")
