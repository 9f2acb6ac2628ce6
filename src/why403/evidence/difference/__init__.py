"""What differs between a request that works and one that fails, the most telling first."""

from __future__ import annotations

from datetime import datetime

from ...model import Exchange, Headers, Request
from ...model.frozen import NamedTuple
from . import bodies, cookies, credentials, fields, target
from .pairs import csrf_pair, moved
from .row import Found, Left, Row, Side, Unseen, ordered

__all__ = ["Difference", "Left", "Row", "Side", "Unseen", "compare"]

SHOWN = Side()


class Difference(NamedTuple):
    """The differences of two requests."""

    rows: tuple[Row, ...]
    left: tuple[Left, ...] = ()  # what differs and nobody refuses for
    unseen: tuple[Unseen, ...] = ()  # what one of the two does not show


def compare(
    working: Exchange, failing: Exchange, sides: tuple[Side, Side] = (SHOWN, SHOWN), now: datetime | None = None
) -> Difference:
    """Compare two exchanges' requests; `now` judges expiry where an exchange carries no time. Nothing is masked here."""
    found = list(_found(working, failing, sides, now))
    rows = moved([one for one in found if isinstance(one, Row)])
    left = tuple(dict.fromkeys(one for one in found if isinstance(one, Left)))
    unseen = tuple(dict.fromkeys(one for one in found if isinstance(one, Unseen)))
    if not rows and working.request and failing.request and not unseen:
        rows = [row for row in fields.spelling(working.request, failing.request) if isinstance(row, Row)]
    return Difference(ordered(rows), left, unseen)


def _found(working: Exchange, failing: Exchange, sides: tuple[Side, Side], now: datetime | None) -> Found:
    mine, yours = working.request, failing.request
    if mine is None or yours is None:
        for name, request in (("working", mine), ("failing", yours)):
            if request is None:
                yield Unseen(name, "request", "its request is not shown")
        return
    yield from target.method(mine, yours)
    yield from target.url(mine, yours)
    yield from target.version(working, failing)
    yield from target.options(mine, yours, sides)
    yield from bodies.bodies(mine, yours)
    if mine.headers is None or yours.headers is None:
        for name, request in (("working", mine), ("failing", yours)):
            if request.headers is None:
                yield Unseen(name, "headers", "its headers are not shown")
        return
    heads = _heads(working, failing, mine, yours, now)
    heads = fields.silent(heads, "working", sides[0].silent, sides[0].why)
    yield from fields.silent(heads, "failing", sides[1].silent, sides[1].why)


def _heads(working: Exchange, failing: Exchange, mine: Request, yours: Request, now: datetime | None) -> Found:
    yield from credentials.authorizations(working, failing, now)
    yield from cookies.cookies(mine.headers or Headers(), yours.headers or Headers())
    yield from csrf_pair(mine, yours)
    yield from fields.fields(mine, yours)
