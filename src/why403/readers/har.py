"""HAR 1.2 as browsers, proxies and test tools write it, whole, cut short, or one entry alone.

Strategy: `har_entries` cuts the file into entries without reading them, `har_glance` looks at each and picks those that
were refused and what explains them, `har_exchange` makes Exchanges of these alone. So a recording of 100 MB costs a
fraction of what parsing it would, and a small one takes the standard library only.
"""

from __future__ import annotations

from why403.model import Case, Exchange, UnreadableInput

from . import har_entries, har_glance
from .har_exchange import build

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mmap import mmap

NAME = "har"

_OWN_NOTES = ("cookie", "authorization", "proxy-authorization")
_STRIPPED = (
    "no request of this recording carries a cookie or an Authorization header and no answer sets a cookie: Chrome "
    "leaves them out of an export unless it is told to include sensitive data, so that their absence proves nothing"
)


def likeness_bytes(data: bytes | mmap) -> float:
    """How surely this is a HAR, from its beginning: 0 no, 1 certain."""
    head = bytes(data[:65536])
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "replace").encode("utf-8", "replace")
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] not in (b"{", b"["):
        return 0.0
    if b'"log"' in head and (b'"entries"' in head or b'"creator"' in head or b'"pages"' in head):
        return 1.0
    if b'"startedDateTime"' in head and b'"request"' in head:
        return 0.95
    if (
        b'"request"' in head
        and b'"response"' in head
        and b'"status"' in head
        and b'"url"' in head
        and b'"method"' in head
    ):
        return 0.8
    return 0.6 if b'"entries"' in head and (b'"request"' in head or b"Time" in head) else 0.0


def read_bytes(data: bytes | mmap, name: str, everything: bool = False, small: int = har_entries.SMALL) -> Case:
    """A HAR as a Case: exchanges in the order of their times, `index` the place in the file.

    A recording of more than 200 entries is thinned to the refused ones and what stands around them, which has the fact
    "context", unless `everything` is asked for. `small` is the size up to which the standard library reads it.

    Raises:
        UnreadableInput: it is no JSON, no HAR, or breaks off before the first entry is whole.
    """
    held = har_entries.cut(data, name, small)
    seen = har_glance.glance(held)
    total = len(seen.urls)
    keep, left_out = (list(range(total)), 0) if everything else har_glance.choose(seen)
    remarks = list(held.remarks)
    exchanges: list[Exchange] = []
    refused = set(seen.refused)
    thinned = len(keep) < total
    for index in keep:
        entry = har_entries.parsed(held.entries[index])
        if not entry:
            remarks.append(f"entry {index} is no object and was left out")
            continue
        built = build(entry, index)
        exchange = built.exchange
        if thinned and index not in refused:
            exchange = exchange._replace(facts=(*exchange.facts, ("context", "")))
        exchanges.append(exchange)
        remarks.extend(built.remarks)
    if not total:
        remarks.append("the recording has no entries")
    elif not exchanges and total == len(keep):
        raise UnreadableInput("none of the entries is an object", name, har_entries.HINT)
    if len(keep) < total:
        remarks.append(f"{len(seen.refused)} of {total} entries were refused; these and what led to them were read")
    if left_out:
        remarks.append(f"{left_out} more refused entries were not read")
    if held.creator == "WebInspector" and exchanges and not any(_carries_secret(exchange) for exchange in exchanges):
        exchanges = [made._replace(facts=(*made.facts, ("credentials", "perhaps left out"))) for made in exchanges]
        remarks.append(_STRIPPED)
    return Case(name=name, kind=NAME, exchanges=_in_time(exchanges), remarks=tuple(remarks))


def _carries_secret(exchange: Exchange) -> bool:
    return any(exchange.asked(field) is not None for field in _OWN_NOTES) or exchange.answered("set-cookie") is not None


def _in_time(exchanges: list[Exchange]) -> tuple[Exchange, ...]:
    """Sorted by the time at which they were sent; one without a time stays behind the one before it in the file."""
    keyed: list[tuple[float, int, Exchange]] = []
    latest = float("-inf")
    for place, exchange in enumerate(exchanges):
        if exchange.at is not None:
            try:
                latest = exchange.at.timestamp()
            except (OverflowError, ValueError):
                latest = float("-inf")
        keyed.append((latest, place, exchange))
    keyed.sort(key=lambda row: row[:2])
    return tuple(exchange for _, _, exchange in keyed)
