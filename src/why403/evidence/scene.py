"""One refusal with everything around it: what the causes' rooms are asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from ..model import Case, Evidence, Exchange, Note, Weight, query_pairs, split_url, stamps
from ..model.frozen import NamedTuple
from ..products import Hearing, decode, host_of, lower


class Scene(NamedTuple):
    """The refused exchange, the exchanges and notes around it, and what the products' tables heard."""

    case: Case
    exchange: Exchange
    notes: tuple[Note, ...]
    around: tuple[Exchange, ...]  # the others of the same input, in the order of time
    hearing: Hearing
    now: datetime | None = None  # the time to judge by where the exchange carries none

    @property
    def status(self) -> int | None:
        """The status of the refusal, where the input shows it."""
        return self.exchange.status

    @property
    def host(self) -> str:
        """The host that was asked; "" where the input does not show it."""
        return host_of(self.exchange.url) or (self.exchange.asked("host") or "").partition(":")[0].lower()

    @property
    def own_time(self) -> datetime | None:
        """When it happened: by the answer's own clock, the recording's, the notes'; None where none of them says."""
        if (date := self.exchange.answered("date")) and (when := stamps.find(date)):
            return when
        if self.exchange.at:
            return self.exchange.at
        return next((note.at for note in self.notes if note.at), None)

    @property
    def time(self) -> datetime | None:
        """When it happened, else the time given."""
        return self.own_time or self.now

    @property
    def before(self) -> tuple[Exchange, ...]:
        """The exchanges that came earlier."""
        at, index = self.exchange.at, self.exchange.index
        if at is not None:
            return tuple(other for other in self.around if other.at is not None and other.at < at)
        return tuple(other for other in self.around if (other.index or 0) < (index or 0))

    @property
    def body(self) -> str:
        """The answer's body as text; "" where there is none."""
        answer = self.exchange.response
        return decode(answer.body, self.exchange.answered("content-type")) if answer and answer.body else ""

    @property
    def text(self) -> str:
        """All that may have been written by who refused, folded and lowered."""
        return "\n".join(piece.low for piece in self.hearing.pieces)


def origin(url: str | None) -> str:
    """Scheme, host and port of a URL as a browser writes an Origin (RFC 6454); "" where it has none."""
    parts = split_url(url)
    if parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname:
        return ""
    port = f":{parts.port}" if parts.port and parts.port != {"http": 80, "https": 443}.get(parts.scheme) else ""
    return f"{parts.scheme}://{parts.hostname}{port}"


def query(scene: Scene) -> tuple[tuple[str, str], ...]:
    """The query's parameters in order, decoded."""
    text = split_url(scene.exchange.url).query
    if not text:
        return ()
    return tuple(query_pairs(text, 1000))


def request_body(scene: Scene) -> str:
    """The request's body as text; "" where there is none or it is not shown."""
    request = scene.exchange.request
    return request.body.decode("utf-8", "replace") if request and request.body else ""


def asks(scene: Scene, name: str, says: str, weight: Weight = Weight.STRONG) -> Evidence | None:
    """The request carries this header."""
    value = scene.exchange.asked(name)
    return None if value is None else Evidence(f"request.headers.{name.lower()}", value, says, weight)


def answers(scene: Scene, name: str, says: str, weight: Weight = Weight.STRONG) -> Evidence | None:
    """The answer carries this header."""
    value = scene.exchange.answered(name)
    return None if value is None else Evidence(f"response.headers.{name.lower()}", value, says, weight)


def headers_shown(scene: Scene) -> bool:
    """Whether the input shows the request's headers, so that the absence of one means something.

    Chrome exports a HAR without cookies and Authorization unless asked for them: then their absence means nothing.
    """
    request = scene.exchange.request
    return bool(request and request.headers is not None) and scene.exchange.fact("credentials") is None


def status_is(scene: Scene, codes: tuple[int, ...], says: str, weight: Weight = Weight.HINT) -> Evidence | None:
    """The status is one of these."""
    if scene.status not in codes:
        return None
    return Evidence("response.status", str(scene.status), says, weight)


def texts(scene: Scene) -> Iterator[tuple[str, str]]:
    """Every stretch of raw text with its place: the answer's body and the notes."""
    for piece in scene.hearing.pieces:
        if piece.kind != "header":
            yield piece.where, piece.raw


def says(scene: Scene, pattern: str, meaning: str, weight: Weight) -> Evidence | None:
    """A pattern (linear, ignoring case) that stands in the answer or the notes."""
    compiled = re.compile(pattern, re.IGNORECASE)
    for piece in scene.hearing.pieces:
        if found := compiled.search(piece.folded):
            line = piece.line - 1 + (piece.raw.count("\n", 0, max(0, piece.raw.find(found.group().split()[0]))) + 1)
            place = piece.where if piece.kind == "header" else f"{piece.where}:{line}"
            return Evidence(place, found.group()[:200], meaning, weight)
    return None


def heard(scene: Scene, product: str) -> bool:
    """Whether this product is known to stand in the way, by any mark, its host or its name."""
    hearing = scene.hearing
    return any(product == known.product.id for known in (*hearing.says, *hearing.wrote, *hearing.passed)) or any(
        product == known.id for known in (*hearing.hosts, *hearing.named)
    )


def mentions(scene: Scene, *words: str) -> bool:
    """Whether any of these lowered words stands in the answer or the notes."""
    text = scene.text
    return any(lower(word) in text for word in words)
