"""A working twin: the same request, let through, with one thing different. Nothing proves a cause better."""

from __future__ import annotations

from ..model import Evidence, Exchange, Weight, split_url
from ..model.frozen import NamedTuple
from .scene import Scene

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .difference import Row


NEAREST = 8  # twins of one request that are compared part by part


class Twin(NamedTuple):
    """An exchange that was let through, and what differs."""

    exchange: Exchange
    differs: tuple[str, ...]  # names of header fields, lowered; "method", "url", "body", "scheme"
    rows: tuple[Row, ...] = ()  # the differences themselves, the most telling first

    def evidence(self, says: str, name: str = "", weight: Weight = Weight.PROOF) -> Evidence:
        """The twin's request as a quotation, with the telling difference in the words of `why403 diff`."""
        where = f"exchange[{self.exchange.index}].request" + (f".headers.{name}" if name else "")
        value = self.exchange.asked(name) if name else None
        line = f"{name}: {value}" if value is not None else f"{self.exchange.method} {self.exchange.url}"
        return Evidence(where, f"{line} -> {self.exchange.status}", f"{says}{self._told(name)}", weight)

    def _told(self, name: str) -> str:
        """What else the comparison says of this field: " (refused: cookie sessionid is absent)"."""
        rows = [row for row in self.rows if not row.faint and (not name or row.field == name)]
        titles = [row.title for row in rows if row.title.lower() != f"header {name} differs"]
        return f" (in the refused request: {'; '.join(titles[:3])})" if titles else ""


_asked: tuple[Scene | None, tuple[Twin, ...]] = (None, ())  # the last scene whose twins were asked for, and these


def _path(url: str | None) -> tuple[str, str]:
    parts = split_url(url)
    return parts.hostname, parts.path


def twins(scene: Scene) -> tuple[Twin, ...]:
    """The exchanges with the same URL that were let through, the closest first."""
    global _asked
    if _asked[0] is not scene:  # every room asks for the twins of the same scene
        _asked = (scene, _twins(scene))
    return _asked[1]


def _twins(scene: Scene) -> tuple[Twin, ...]:
    mine = scene.exchange
    if mine.request is None or not mine.url or mine.request.headers is None or (mine.method or "") == "OPTIONS":
        return ()  # what is not shown may differ
    found: list[Exchange] = []
    for other in scene.around:
        if other.request is None or other.status is None or not (200 <= other.status < 300 or other.status == 304):
            continue  # a redirect may lead to a login page
        if other.request.headers is None or _path(other.url) != _path(mine.url) or (other.method or "") == "OPTIONS":
            continue
        found.append(other)
    if len(found) > NEAREST:
        parts = _parts(mine)
        found = sorted(found, key=lambda other: len(parts ^ _parts(other)))[:NEAREST]
    return tuple(sorted((_twin(other, mine) for other in found), key=lambda twin: len(twin.differs)))


def _parts(exchange: Exchange) -> frozenset[object]:
    """What of a request can be compared at a glance."""
    request = exchange.request
    fields = request.headers if request and request.headers is not None else ()
    return frozenset((*fields, ("", exchange.method), (" ", exchange.url), ("  ", request and request.body)))


def _twin(other: Exchange, mine: Exchange) -> Twin:
    from .difference import compare

    difference = compare(other, mine)
    told = [row.field for row in difference.rows if not row.faint]
    unseen = [one.field for one in difference.unseen]  # what is not shown may differ
    return Twin(other, tuple(dict.fromkeys((*told, *unseen))), difference.rows)


def only_differs(scene: Scene, *names: str) -> Twin | None:
    """A twin that differs in nothing but these, and in at least one of them."""
    for twin in twins(scene):
        if twin.differs and set(twin.differs) <= set(names):
            return twin
    return None
