"""A working twin: the same request, let through, with one thing different. Nothing proves a cause better."""

from __future__ import annotations

from ..model import Evidence, Exchange, Weight, split_url
from ..model.frozen import NamedTuple
from .scene import Scene

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .difference import Row


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


def _path(url: str | None) -> tuple[str, str]:
    parts = split_url(url)
    return parts.hostname, parts.path


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
        found.append(_twin(other, mine))
    return tuple(sorted(found, key=lambda twin: len(twin.differs)))


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
