"""What differs between two requests, as rows: what, how, which causes it could be, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model.frozen import NamedTuple

# the kinds of row, the most telling first
ORDER = (
    "host", "scheme", "credential", "pair", "csrf", "session", "claim", "method", "proxy", "origin", "signed", "path", "record", "query",
    "clearance", "required", "type", "body", "agent", "address", "fetch", "cookie", "other", "hint", "accept", "version", "spelling",
)  # fmt: skip
FAINT = frozenset(("accept", "version", "spelling", "hint"))  # seldom refused for, and different from client to client
RANK = {kind: at for at, kind in enumerate(ORDER)}


class Says(NamedTuple):
    """What one way of differing could mean."""

    causes: tuple[str, ...]  # ids of the register, the likeliest first
    why: str


class Row(NamedTuple):
    """One difference that can matter."""

    kind: str  # one of ORDER
    what: str  # "cookie", "header", "claim", "method", "path", "query parameter", "JSON member", "form field", ...
    name: str  # which: "sessionid", "X-Api-Key", "aud", "$.items[0].sku"; "" where there is but one
    change: str  # absent (the failing request lacks it) | extra (it alone has it) | differs | moved
    working: str | None  # as it stands in the working request; None: absent
    failing: str | None
    causes: tuple[str, ...]
    why: str
    where: str  # its place: "request.headers.cookie#sessionid"
    secret: bool = False

    @property
    def field(self) -> str:
        """What of the request it belongs to: a header's name in lower case, or method, scheme, url, body, version, options."""
        part = self.where.removeprefix("request.")
        return part.removeprefix("headers.").partition("#")[0].partition(":")[0]

    @property
    def faint(self) -> bool:
        """Whether requests are seldom refused for it."""
        return self.kind in FAINT

    @property
    def title(self) -> str:
        """The row in a few words: "cookie sessionid is absent"."""
        said = {"absent": "is absent", "extra": "is added", "differs": "differs", "moved": "stands elsewhere"}
        return " ".join(part for part in (self.what, self.name, said[self.change]) if part)


class Left(NamedTuple):
    """What was left out, as nobody refuses for it: a reason and a name."""

    reason: str
    name: str


class Unseen(NamedTuple):
    """What one of the two does not show, so that its absence there means nothing."""

    side: str  # working | failing
    field: str  # as Row.field
    why: str


class Side(NamedTuple):
    """What `compare` is told of one request beyond the exchange."""

    silent: frozenset[str] = frozenset()  # header names that are sent without being shown, lowered
    why: str = ""
    browser: bool = False  # a call of a browser, to which `credentials` and `mode` mean something


Found = Iterator[Row | Left | Unseen]


def change_of(working: object, failing: object) -> str:
    """Absent, extra or differs."""
    return "absent" if failing is None else "extra" if working is None else "differs"


def differing(
    kind: str,
    what: str,
    values: tuple[str | None, str | None],
    says: Says,
    where: str,
    name: str = "",
    secret: bool = False,
) -> Row:
    """A row of the two values, working first; None where one is absent."""
    working, failing = values
    return Row(kind, what, name, change_of(working, failing), working, failing, says.causes, says.why, where, secret)


def ordered(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The most telling first; of one kind absent ones before those that differ, and these before extra ones."""
    changes = {"moved": 0, "absent": 1, "differs": 2, "extra": 3}
    return tuple(sorted(rows, key=lambda row: (RANK[row.kind], changes[row.change])))
