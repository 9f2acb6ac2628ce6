"""Which entries of a HAR are worth reading whole: those that somebody refused, and what stands around them.

A recording holds thousands of entries of which a few were refused. Those are kept with what explains them: calls of the
same URL (a preflight, a twin that worked) and the same origin's last answers that set a cookie or were a page.
"""

from __future__ import annotations

import json

from ..model.frozen import NamedTuple
from .har_entries import parsed
from .har_exchange import build, fields_of, table, whole, word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from why403.model import Exchange

    from .har_entries import Cut
    from .har_typed import Entry

KEEP_ALL = 200  # a recording up to this many entries is kept whole
MAX_REFUSED = 2000  # refused entries that are read; a remark tells of the others
TWINS = 3  # calls of the same URL kept before and after each refused one
FEW = 40  # up to so many prefixes are tried on each URL before it is taken apart
AROUND = 40  # pages and cookie-setting answers of the same origin kept before each refused one

# parts of a 200 HTML page that is a challenge, or of a header that says so
CHALLENGES = (
    b"cf-mitigated",
    b"captcha-delivery",
    b"_Incapsula_Resource",
    b"awsWafCookieDomainList",
    b"Just a moment",
    b"px-captcha",
)
# parts of a 200 JSON answer whose errors are refusals, as GraphQL servers write them
DENIALS = (
    b"FORBIDDEN",
    b"UNAUTHENTICATED",
    b"UNAUTHORIZED",
    b"Unauthorized",
    b"INSUFFICIENT_SCOPES",
    b"ACCESS_DENIED",
    b"access-denied",
)


class Glance(NamedTuple):
    """What a look at every entry tells; pages and cookies are asked for one at a time, since few matter."""

    urls: list[str]
    refused: list[int]
    is_page: Callable[[int], bool]
    sets_cookie: Callable[[int], bool]


def glance(held: Cut) -> Glance:
    """Look at each entry of a HAR."""
    return _glance_objects(held.entries) if held.looks is None else _glance_typed(held.looks, held.entries)


def _glance_objects(entries: Sequence[object]) -> Glance:
    urls: list[str] = []
    refused: list[int] = []
    pages: set[int] = set()
    cookies: set[int] = set()
    for index, held in enumerate(entries):
        entry = parsed(held)
        answered = table(entry.get("response"))
        content = table(answered.get("content"))
        status, mime = whole(answered.get("status")), word(content.get("mimeType"))
        urls.append(word(table(entry.get("request")).get("url")))
        if _failed(status) or (status == 200 and _hides(entry, index, _kind(mime))):
            refused.append(index)
        if _is_page(mime, word(entry.get("_resourceType"))):
            pages.add(index)
        if _has_cookie(answered.get("headers")):
            cookies.add(index)
    return Glance(urls, refused, pages.__contains__, cookies.__contains__)


def _hides(entry: dict[str, object], index: int, kind: str) -> bool:
    return bool(kind) and hidden(build(entry, index).exchange, kind)


def _glance_typed(looks: Sequence[Entry], entries: Sequence[object]) -> Glance:
    refused: list[int] = []
    kinds: dict[str | None, str] = {None: ""}
    for index, look in enumerate(looks):
        answered = look.response
        if answered is None:
            continue
        raw = bytes(answered.status)
        if raw not in (b" 200", b"200"):
            status = _number(raw)
            if _failed(status):
                refused.append(index)
            if status != 200:
                continue
        content = answered.content
        if content is None:
            continue
        kind = kinds.get(content.mime)
        if kind is None:
            kind = kinds[content.mime] = _kind(content.mime or "")
        if not kind:
            continue
        doubtful = content.encoding is not None or _might(bytes(content.text), kind)
        if not doubtful and kind == "html":
            doubtful = b"cf-mitigated" in bytes(answered.headers).lower()
        if doubtful and hidden(build(parsed(entries[index]), index).exchange, kind):
            refused.append(index)

    def is_page(index: int) -> bool:
        look = looks[index]
        content = look.response.content if look.response is not None else None
        return _is_page(content.mime or "" if content is not None else "", look.resource or "")

    def sets_cookie(index: int) -> bool:
        answered = looks[index].response
        return answered is not None and _raw_cookie(bytes(answered.headers))

    urls = [look.request.url or "" if look.request is not None else "" for look in looks]
    return Glance(urls, refused, is_page, sets_cookie)


def choose(seen: Glance) -> tuple[list[int], int]:
    """The entries to keep, in the order of the file, and how many refused ones had to be left out."""
    if len(seen.urls) <= KEEP_ALL:
        return list(range(len(seen.urls))), 0
    refused = seen.refused[:MAX_REFUSED]
    keep = {*refused, *_twins(seen, refused), *_before(seen, refused)}
    return sorted(keep), len(seen.refused) - len(refused)


def hidden(exchange: Exchange, kind: str) -> bool:
    """Whether a 200 is a refusal all the same: a challenge page ("html"), or a GraphQL answer that denies ("json")."""
    body = ((exchange.response.body if exchange.response else None) or b"").lstrip()
    if kind == "json":
        return b'"errors"' in body and any(mark in body for mark in DENIALS)
    if exchange.answered("cf-mitigated") is not None:
        return True
    return body[:1] == b"<" and any(mark in body for mark in CHALLENGES)


def _failed(status: int | None) -> bool:
    return status is not None and (status <= 0 or 400 <= status <= 599)


def _kind(mime: str) -> str:
    """Which kind of answer, that may refuse with a 200, this is: "html", "json" or none of these."""
    lower = mime.lower()
    return "html" if "html" in lower else "json" if "json" in lower or "graphql" in lower else ""


def _might(text: bytes, kind: str) -> bool:
    """Whether a body that is still JSON text can hold what `hidden` looks for."""
    if kind == "html":
        return any(mark in text for mark in CHALLENGES)
    return b"errors" in text and any(mark in text for mark in DENIALS)


def _is_page(mime: str, resource: str) -> bool:
    return resource.lower() == "document" or (not resource and mime.lower().startswith("text/html"))


def _number(raw: bytes) -> int | None:
    if len(raw) == 3 and raw.isdigit():
        return int(raw)
    try:
        return whole(json.loads(raw))
    except (ValueError, RecursionError):
        return None


def _has_cookie(headers: object) -> bool:
    found = fields_of(headers)
    return found is not None and found.has("set-cookie")


def _raw_cookie(raw: bytes) -> bool:
    """The same question of headers that are still JSON: a cheap look first."""
    if b"set-cookie" not in raw.lower():
        return False
    try:
        return _has_cookie(json.loads(raw.decode("utf-8", "replace"), strict=False))
    except (ValueError, RecursionError):
        return False


def _bare(url: str) -> str:
    """The URL without query and fragment."""
    return url.partition("#")[0].partition("?")[0]


def origin_of(url: str) -> str:
    """Scheme, host and port as they stand, or "" for what is no absolute URL."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0].partition('#')[0]}" if mark else ""


def _twins(seen: Glance, refused: Sequence[int]) -> set[int]:
    """Calls of the same URL that were not refused, the nearest before and after each refused one."""
    import bisect

    targets: dict[str, list[int]] = {}
    for index in refused:
        if bare := _bare(seen.urls[index]):
            targets.setdefault(bare, []).append(index)
    no = set(seen.refused)
    few = tuple(targets) if len(targets) <= FEW else None
    places: dict[str, list[int]] = {}
    for index, url in enumerate(seen.urls):
        if (few is None or url.startswith(few)) and (bare := _bare(url)) in targets and index not in no:
            places.setdefault(bare, []).append(index)
    keep: set[int] = set()
    for bare, found in places.items():
        for index in targets[bare]:
            at = bisect.bisect_left(found, index)
            keep.update(found[max(0, at - TWINS) : at + TWINS])
    return keep


def _before(seen: Glance, refused: Sequence[int]) -> set[int]:
    """The last pages and cookie-setting answers of the same origin before each refused entry."""
    wanted = {index: origin for index in refused if (origin := origin_of(seen.urls[index]))}
    if not wanted:
        return set()
    no = set(seen.refused)
    recent: dict[str, list[int]] = {origin: [] for origin in wanted.values()}
    few = tuple(recent) if len(recent) <= FEW else None
    keep: set[int] = set()
    for index, url in enumerate(seen.urls[: max(wanted) + 1]):
        if index in wanted:
            keep.update(recent[wanted[index]])
            recent[wanted[index]].clear()  # what is kept need not be kept again
        if few is not None and not url.startswith(few):
            continue
        held = recent.get(origin_of(url))
        if held is not None and index not in no and (seen.is_page(index) or seen.sets_cookie(index)):
            held.append(index)
            if len(held) > AROUND:
                del held[0]
    return keep
