"""Which of the differences between a request that works and one that fails matter: proved by sending it with some of them."""

from __future__ import annotations

from collections.abc import Iterator

from ..evidence.difference import Row, compare
from ..model import BadCall, Case, Exchange, Headers, Request
from ..model.change import Change, header
from ..probes.experiment import Ask, Try, origin
from .difference import pair_of
from .run import Limits, Requests, Run

WHOLE = frozenset(("method", "path", "scheme", "host"))  # of the target: they are one change


def replay(working: Case, failing: Case | None, limits: Limits) -> Requests:
    """Send the failing request with the working one's parts, fewer and fewer, until only those are left that it needs.

    Args:
        working: The request that works; without `failing` both.
        failing: The request that fails.
        limits: Budget and consent.

    Yields:
        Each request, with the reason for it; takes the exchange that it made.

    Returns:
        The proof, as `prove` gives it.

    Raises:
        BadCall: The two are not to the same origin, or one has no whole URL.
        UnreadableInput: There is no request.
    """
    left, right = pair_of(working, failing)
    if not origin(left.url) or not origin(right.url):
        raise BadCall("one of the two requests has no whole URL", "--live", "Give both with their URL")
    if origin(left.url) != origin(right.url):
        raise BadCall(
            f"the requests go to {origin(left.url)} and {origin(right.url)}",
            "--live",
            "Only two of one origin are tried",
        )
    case = (failing or working)._replace(exchanges=(right._replace(index=0),), notes=())
    return _Replayer(case, limits, left).run()


def differences(working: Exchange, failing: Exchange) -> list[Try]:
    """What is to be changed in the failing request to make it the working one, each difference by itself, the most telling first."""
    mine, yours = working.request or Request(), failing.request or Request()
    found: dict[str, Try] = {}
    for row in compare(working, failing).rows:
        for change in _changes(row, mine, yours):
            found.setdefault(change.id, Try((change,), row.causes))
    left, right = mine.headers or Headers(), yours.headers or Headers()
    for name in dict.fromkeys(field.lower() for field, _ in (*left, *right) if not field.startswith(":")):
        if name not in ("content-length", "host", "cookie") and left.all(name) != right.all(name):
            found.setdefault(f"header:{name}", Try((_header(name, left, right),), ("required-header-missing",)))
    return list(found.values())


def _changes(row: Row, mine: Request, yours: Request) -> Iterator[Change]:
    """The change that undoes one row of the comparison; rows of one header, or of the body, have the same one."""
    left, right = mine.headers or Headers(), yours.headers or Headers()
    says = f"with the working {row.what} {row.name}".rstrip()
    if row.what == "cookie" and row.name:
        yield Change(f"cookie:{row.name}", says, cookies=((row.name, row.working),))
    elif row.where.startswith("request.headers.cookie"):
        yield _header("cookie", left, right)
    elif row.where.startswith("request.headers."):
        yield _header(row.field, left, right)
    elif row.where.startswith("request.body"):
        yield Change("body", "with the working body", (("Content-Type", left.first("content-type")),), body=mine.body)
    elif row.what == "query parameter":
        yield Change(f"query:{row.name}", says, query=((row.name, _raw(mine.url, row.name)),))
    elif row.field == "method":
        yield Change("method", f"with {mine.method}", method=mine.method or "GET")
    elif row.field == "url":
        yield Change("url", "with the working URL", url=mine.url or "")


def _raw(url: str | None, name: str) -> str | None:
    """A parameter as it stands in the query."""
    pairs = [part.partition("=") for part in (url or "").partition("#")[0].partition("?")[2].split("&")]
    return next((value for key, _, value in pairs if key == name), None)


def _header(name: str, left: Headers, right: Headers) -> Change:
    written = next((field for field, _ in (*left, *right) if field.lower() == name), name)
    value = ", ".join(left.all(name)) if left.has(name) else None
    return header(written, value, f"without {written}" if value is None else f"with the working {written}")


class _Replayer(Run):
    def __init__(self, case: Case, limits: Limits, working: Exchange) -> None:
        super().__init__(case, limits)
        self.working = working

    def body(self) -> Requests:
        """The failing one, the working one, both in one; then fewer and fewer of the differences."""
        live, end = yield from self.begun()
        if end is not None:
            return end
        works = yield from self.send(Ask(self.working.request or Request(), "the request that works"))
        if not self.admitted(works):
            self.told(f"Refused, too: {works.status}")
            return self.end("stopped", "The request that worked is refused, too: the difference is not in the requests")
        self.told("Let through")
        tries = differences(self.working, self.subject)
        if not tries:
            return self.end(
                "narrowed", "Nothing differs that could be changed: order and case of the fields, or the connection"
            )
        changes = tuple(change for one in tries for change in one.changes)
        whole = Try(changes, tries[0].proves, parts=tuple(tries))
        answer = yield from self.attempt(live, [], whole)
        if answer is None or not self.admitted(answer):
            return self.end(
                "narrowed", "With every difference changed it is still refused: order or case of the fields decides"
            )
        self.said.append(self.report.refusals[0] if self.report.refusals else None)
        return (yield from self.settled([whole]))
