"""A request that works beside one that fails: which two are meant, what differs, who answered; masked where it is secret."""

from __future__ import annotations

from datetime import datetime

from ..evidence.credentials import spoiled
from ..evidence.difference import Left, Row, Side, Unseen, compare
from ..model import BadCall, Case, Exchange, Pattern, UnreadableInput, split_url
from ..model.frozen import NamedTuple
from ..tokens.masking import masked
from ..writers.mask import masker, secret_header, secret_name

SCHEME = Pattern(r"^(?:(?:Bearer|Basic|Token|ApiKey|Api-Key|Key|JWT|Digest|DPoP|OAuth)\s+)?", 2)
NEAREST = 200  # working requests of a recording that are compared, to find the closest
HINT = "Choose with --working and --failing: a number, status:403, or a part of the URL"
BROWSER = frozenset((
    "accept", "accept-encoding", "accept-language", "connection", "content-length", "cookie", "dnt", "host", "origin", "priority",
    "referer", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site",
    "sec-fetch-user", "upgrade-insecure-requests", "user-agent",
))  # fmt: skip
CLIENT = frozenset(
    (
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "content-length",
        "host",
        "sec-fetch-mode",
        "user-agent",
    )
)
SILENT = {  # by the form of what was pasted: fields that are sent without being written in it
    "fetch": Side(BROWSER, "a browser adds it to a call by itself", browser=True),
    "fetch-node": Side(CLIENT, "Node adds it to a call by itself"),
    "powershell": Side(CLIENT, "PowerShell adds it by itself"),
    "axios": Side(BROWSER, "a browser adds it to a call by itself", browser=True),
}
STRIPPED = Side(frozenset(("cookie", "authorization", "proxy-authorization")), "the recording leaves it out")


class Place(NamedTuple):
    """One of the two exchanges, in one line, and who answered it."""

    name: str  # of the input
    index: int | None  # type: ignore[assignment]
    method: str | None
    url: str | None
    status: int | None
    layer: str = ""
    product: str = ""


class Comparison(NamedTuple):
    """The whole answer of `why403 diff`."""

    working: Place
    failing: Place
    rows: tuple[Row, ...]
    left: tuple[Left, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    remarks: tuple[str, ...] = ()


def difference(
    working: Case, failing: Case | None = None, now: datetime | None = None, *, show_secrets: bool = False
) -> Comparison:
    """Compare the request of one case that works with the one of the other that fails; of one case, two of its own.

    Raises UnreadableInput where there is no request, BadCall where it does not show which two are meant.
    """
    left, right, remarks = _pair(working, failing)
    failing = failing or working
    found = compare(left, right, (_side(working, left), _side(failing, right)), now)
    places = _place(working, left), _place(failing, right)
    rows, told = _as_told(found.rows, right)
    said = (*remarks, *told, *_remarks(*places))
    whole = Comparison(places[0], places[1], rows, found.left, found.unseen, said)
    return whole if show_secrets else _masked(whole, left, right)


def pair_of(working: Case, failing: Case | None) -> tuple[Exchange, Exchange]:
    """The two exchanges that are meant, the working one first. Raises as `difference` does."""
    return _pair(working, failing)[:2]


def _pair(working: Case, failing: Case | None) -> tuple[Exchange, Exchange, tuple[str, ...]]:
    if failing is None:
        return _two_of(working)
    right, remarks = _failing(failing)
    left, said = _working(working, right)
    return left, right, (*remarks, *said)


def _asked(case: Case) -> list[Exchange]:
    held = [one for one in case.exchanges if one.request is not None and (one.request.url or one.request.method)]
    if not held:
        raise UnreadableInput(
            "no request is in it", case.name, "Give a HAR, a command, a call, or HTTP with its request"
        )
    return held


def _refused(one: Exchange) -> bool:
    return (one.status or 0) >= 400 or bool(one.error)


def _told(one: Exchange) -> str:
    words = " ".join(str(part) for part in (one.method, (one.url or "").partition("?")[0][:120], one.status) if part)
    return f"{words} (number {one.index})" if one.index is not None else words


def _two_of(case: Case) -> tuple[Exchange, Exchange, tuple[str, ...]]:
    """A refused request of one input and the closest that was let through."""
    held = _asked(case)
    refused, passed = [one for one in held if _refused(one)], [one for one in held if one.status and one.status < 400]
    if len(held) == 2 and not (refused and passed):
        return held[0], held[1], ("the first is taken for the one that works, the second for the one that fails",)
    if not refused or not passed:
        lacks = "was refused" if not refused else "was let through"
        raise BadCall(
            f"of its {len(held)} requests none {lacks}",
            case.name,
            "Give a second input, or " + HINT[:1].lower() + HINT[1:],
        )
    places = {_path(one) for one in passed}
    right = next((one for one in refused if _path(one) in places and one.method != "OPTIONS"), refused[0])
    left, _ = _nearest(passed, right)
    return left, right, (f"compared: {_told(left)} and {_told(right)}",) if len(held) > 2 else ()


def _path(one: Exchange) -> tuple[str, str]:
    parts = split_url(one.url)
    return parts.hostname, parts.path


def _nearest(held: list[Exchange], right: Exchange) -> tuple[Exchange, int]:
    """Of several the one that differs least: in host and path, then method, then in the number of rows."""
    near = [one for one in held if _path(one) == _path(right)] or held
    near = [one for one in near if one.method == right.method] or near
    scored = [(len(compare(one, right).rows), at, one) for at, one in enumerate(near[:NEAREST])]
    return min(scored)[2], len(near)


def _failing(case: Case) -> tuple[Exchange, tuple[str, ...]]:
    held = _asked(case)
    refused = [one for one in held if _refused(one)]
    right = next((one for one in refused if one.method != "OPTIONS"), (refused or held)[0])
    return right, (f"of {len(held)} requests of {case.name} this is compared: {_told(right)}",) if len(held) > 1 else ()


def _working(case: Case, right: Exchange) -> tuple[Exchange, tuple[str, ...]]:
    held = _asked(case)
    if len(held) == 1:
        return held[0], ()
    left, _ = _nearest([one for one in held if not _refused(one)] or held, right)
    return left, (f"of {len(held)} requests of {case.name} this is compared: {_told(left)}",)


def _side(case: Case, exchange: Exchange) -> Side:
    if exchange.fact("credentials"):
        return STRIPPED
    if exchange.response is not None and case.kind in ("har", "object", "transcript"):
        return Side()
    side = SILENT.get(case.form, Side())
    if dict(exchange.request.options if exchange.request else ()).get("credentials") == "omit":
        return side._replace(silent=side.silent - {"cookie"})
    return side


def _place(case: Case, exchange: Exchange) -> Place:
    layer, product = _author(exchange) if exchange.response else ("", "")
    return Place(case.name, exchange.index, exchange.method, exchange.url, exchange.status, layer, product)


def _author(exchange: Exchange) -> tuple[str, str]:
    from ..causes.siblings import answered_by  # the products' tables are searched only where there is an answer

    return answered_by(exchange)


def _as_told(rows: tuple[Row, ...], right: Exchange) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """The rows with those first that could be what the failing answer itself names, in documented words."""
    if not rows or right.response is None or (right.status or 0) < 400:
        return rows, ()
    from ..products import listen

    named = {heard.rule.cause for heard in listen(right).says} - {"unknown"}
    meant = [row for row in rows if named & set(row.causes)]
    if not meant:
        return rows, ()
    said = f"the answer itself says {', '.join(sorted(named))}: what could be that stands first"
    return (*meant, *(row for row in rows if row not in meant)), (said,)


def _remarks(left: Place, right: Place) -> tuple[str, ...]:
    said = []
    if left.status and right.status and left.status >= 400 > right.status:
        said.append(
            f"the one called working got {left.status}, the one called failing {right.status}: are they the other way round?"
        )
    elif left.status and right.status and left.status == right.status:
        said.append(f"both were answered with {left.status}")
    if left.product and right.product and left.product != right.product:
        where = f"{right.product} ({right.layer})" if right.layer else right.product
        said.append(f"{left.product} answered the one that works, {where} the other: look there")
    return tuple(said)


def _masked(whole: Comparison, left: Exchange, right: Exchange) -> Comparison:
    clean = masker(Case("", "", (left, right)))

    def value(row: Row, text: str | None) -> str | None:
        if text is None:
            return None
        last = row.name.rpartition(".")[2]
        named = secret_name(last) or (row.where.startswith("request.headers.") and secret_header(row.field.lower()))
        if row.secret or (named and row.kind not in ("claim", "signed", "pair")):
            return _hidden(text)
        return clean(text)

    rows = tuple(
        row._replace(working=value(row, row.working), failing=value(row, row.failing), why=clean(row.why))
        for row in whole.rows
    )
    sides = [
        place._replace(url=clean(place.url) if place.url else place.url) for place in (whole.working, whole.failing)
    ]
    remarks = tuple(clean(remark) for remark in whole.remarks)
    return whole._replace(working=sides[0], failing=sides[1], rows=rows, remarks=remarks)


def _hidden(text: str) -> str:
    """A secret masked, its scheme left to be read; words that stand where a secret should be are left as they are."""
    found = SCHEME.match(text)
    scheme = found.group() if found else ""
    rest = text[len(scheme) :]
    return text if not rest or spoiled(rest) else scheme + masked(rest)
