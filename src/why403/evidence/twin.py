"""A working twin: the same request, let through, with one thing different. Nothing proves a cause better."""

from __future__ import annotations

from ..model import Evidence, Exchange, Headers, Weight, split_url
from ..model.frozen import NamedTuple
from .scene import Scene

# fields that differ from one request to the next and that nobody refuses for
NOISE = {
    "date", "content-length", "connection", "accept-encoding", "postman-token", "traceparent", "tracestate", "x-request-id",
    "if-none-match", "if-modified-since", "cache-control", "pragma", "priority", "accept", "accept-language", "dnt",
}  # fmt: skip


class Twin(NamedTuple):
    """An exchange that was let through, and what differs."""

    exchange: Exchange
    differs: tuple[str, ...]  # names of header fields, lowered; "method", "url", "body", "scheme"

    def evidence(self, says: str, name: str = "", weight: Weight = Weight.PROOF) -> Evidence:
        """The twin's request as a quotation."""
        where = f"exchange[{self.exchange.index}].request" + (f".headers.{name}" if name else "")
        value = self.exchange.asked(name) if name else None
        line = f"{self.exchange.method} {self.exchange.url} -> {self.exchange.status}"
        return Evidence(
            where, f"{name}: {value} -> {self.exchange.status}" if value is not None else line, says, weight
        )


def _path(url: str | None) -> tuple[str, str]:
    parts = split_url(url)
    return parts.hostname, parts.path


def _fields(headers: Headers | None) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, _ in headers or ():
        if name.lower() not in NOISE and not name.startswith(":"):
            found[name.lower()] = (headers or Headers()).all(name)
    return found


def twins(scene: Scene) -> tuple[Twin, ...]:
    """The exchanges with the same URL that were let through, the closest first."""
    mine = scene.exchange
    if mine.request is None or not mine.url:
        return ()
    found: list[Twin] = []
    for other in scene.around:
        if other.request is None or other.status is None or not (200 <= other.status < 300 or other.status == 304):
            continue  # a redirect may lead to a login page
        if other.request.headers is None or mine.request.headers is None:
            continue  # what is not shown may differ
        if _path(other.url) != _path(mine.url) or (other.method or "") == "OPTIONS" or (mine.method or "") == "OPTIONS":
            continue
        differs = [] if other.method == mine.method else ["method"]
        if (other.url or "").partition("://")[0] != (mine.url or "").partition("://")[0]:
            differs.append("scheme")
        elif other.url != mine.url:
            differs.append("url")
        left, right = _fields(mine.request.headers), _fields(other.request.headers)
        differs += sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
        if other.request.body != mine.request.body:
            differs.append("body")
        found.append(Twin(other, tuple(differs)))
    return tuple(sorted(found, key=lambda twin: len(twin.differs)))


def only_differs(scene: Scene, *names: str) -> Twin | None:
    """A twin that differs in nothing but these, and in at least one of them."""
    for twin in twins(scene):
        if twin.differs and set(twin.differs) <= set(names):
            return twin
    return None
