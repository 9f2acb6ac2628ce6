"""The signed request of a case, and what the case knows of it: the answer, logs beside it, the server's time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ...model import Case, Exchange, Headers, Request, stamps
from ...model.frozen import NamedTuple
from .presented import presented, second_version


class Around(NamedTuple):
    """A signed request with its surroundings."""

    request: Request
    exchange: Exchange
    texts: tuple[tuple[str, str, bool], ...]
    at: datetime | None
    complete: bool


def around(case: Case) -> Around | None:
    """The refused signed request of a case (else the first signed one); None where nothing is signed with Version 4 or 2."""
    signed = [exchange for exchange in case.exchanges if exchange.request and is_signed(exchange.request)]
    exchange = next((found for found in signed if (found.status or 0) >= 400), signed[0] if signed else None)
    return surroundings(case, exchange) if exchange else None


def surroundings(case: Case, exchange: Exchange) -> Around:
    """An exchange with what the rest of the case says of it."""
    request = exchange.request or Request()
    date = exchange.answered("date")
    complete = request.version is not None  # a command shows what is to be sent, a recording what was
    if not complete and request.headers is not None:
        kept = (pair for pair in request.headers if not (pair[0].lower() == "user-agent" and pair[1] == "curl/8"))
        request = request._replace(headers=Headers(kept))
    request = request._replace(body=_whole(request))
    at = (stamps.find(date) if date else None) or exchange.at
    return Around(request, exchange, tuple(_texts(case, exchange)), at, complete)


def _whole(request: Request) -> bytes | None:
    """The body with the line end that a paste lost, by its Content-Length; None where it is not what was sent."""
    length = (request.headers.first("content-length") or "") if request.headers is not None else ""
    if request.body is None or not (length.isascii() and length.isdigit()) or len(length) > 12:
        return request.body
    if int(length) == len(request.body):
        return request.body
    missing = int(length) - len(request.body)
    if missing in (1, 2) and request.body:
        return request.body + b"\r\n"[-missing:]
    return None


def texts(case: Case) -> Iterator[tuple[str, str, bool]]:
    """Every text of a case in which a computation may be shown."""
    for exchange in case.exchanges:
        if exchange.response and exchange.response.body:
            yield exchange.response.body.decode("utf-8", "replace"), "response.body", False
    for note in case.notes:
        yield note.text, note.where, False


def is_signed(request: Request) -> bool:
    """Whether the request carries a signature of Version 4 or 2."""
    return presented(request) is not None or second_version(request) is not None


def _texts(case: Case, exchange: Exchange) -> Iterator[tuple[str, str, bool]]:
    if exchange.response and exchange.response.body:
        yield exchange.response.body.decode("utf-8", "replace"), "response.body", True
    for note in case.notes:
        yield note.text, note.where, False
    for other in case.exchanges:
        if other is not exchange and other.response and other.response.body and other.fact("file"):
            yield other.response.body.decode("utf-8", "replace"), other.fact("file") or "", True
