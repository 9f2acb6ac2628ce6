"""Header fields other than Authorization and Cookie; names without regard to case, repeated ones joined (RFC 9110, section 5.3)."""

from __future__ import annotations

from ...model import Headers, Request, split_url
from ...tokens.places import KEY_HEADERS
from .. import csrf
from ..credentials import spoiled
from ..scene import origin
from .names import API_KEY, REASON, about
from .row import Found, Left, Row, Says, Unseen, change_of

APART = ("authorization", "cookie")  # compared by what is in them, elsewhere
CHARSET = Says(
    ("waf-rule", "required-header-missing"),
    "The same type with another parameter: some servers compare the whole value",
)
TOKEN = {
    "absent": Says(("csrf-token-missing",), "The CSRF token of the working request did not go along"),
    "extra": Says(
        ("csrf-token-invalid", "cors-preflight-refused"),
        "A token that does not fit is refused; a header of one's own makes a browser ask first",
    ),
    "differs": Says(("csrf-token-invalid",), "Another CSRF token: it must be the one of this session and its cookie"),
}


def joined(headers: Headers) -> dict[str, str]:
    """Each field's values in one line, by lowered name."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        if not name.startswith(":"):
            found.setdefault(name.lower(), []).append(value.strip())
    return {name: ", ".join(values) for name, values in found.items()}


def fields(working: Request, failing: Request) -> Found:
    """The fields that only one of the two carries, or both with another value."""
    left, right = joined(working.headers or Headers()), joined(failing.headers or Headers())
    written = {name.lower(): name for name, _ in (*(failing.headers or ()), *(working.headers or ()))}
    for name in dict.fromkeys((*left, *right)):
        mine, yours = left.get(name), right.get(name)
        if name in APART or mine == yours:
            continue
        if name in REASON:
            yield Left(REASON[name], name)
        elif name == "host":
            yield from _host(mine, yours, working, failing)
        elif name == "content-length":
            if working.body is None or failing.body is None:
                yield _row(name, written[name], mine, yours)
            else:
                yield Left("lengths, which follow from the body", name)
        elif (
            name == "content-type"
            and mine is not None
            and yours is not None
            and "boundary=" in mine
            and "boundary=" in yours
        ):
            yield from _boundaries(mine, yours, written[name])
        elif name == "content-type" and _media(mine) == _media(yours):
            yield _row(name, written[name], mine, yours)._replace(kind="hint", causes=CHARSET.causes, why=CHARSET.why)
        elif name == "referer" and mine and yours and origin(mine) and origin(mine) == origin(yours):
            yield Left("other pages of the same site as Referer", name)
        elif name == "sec-websocket-key":
            yield Left("request ids", name) if mine and yours else _row(name, written[name], mine, yours)
        else:
            yield _row(name, written[name], mine, yours)


def _row(name: str, written: str, mine: str | None, yours: str | None) -> Row:
    change, place = change_of(mine, yours), f"request.headers.{name}"
    secret = name in KEY_HEADERS or name in csrf.HEADERS
    known = about(name)
    if name in csrf.HEADERS:
        causes, why = TOKEN[change]
        kind = "csrf"
    else:
        known = API_KEY if name in KEY_HEADERS and known.kind != "credential" else known
        causes, why = {"absent": known.absent, "extra": known.extra, "differs": known.differs}[change]
        kind = known.kind
    if secret and any(value is not None and spoiled(value.strip()) for value in (mine, yours)):
        spoilt = "csrf-token-invalid" if kind == "csrf" else "credentials-malformed"
        causes, why = (spoilt,), "A value was missing where the request was made"
    return Row(kind, "header", written, change, mine, yours, causes, why, place, secret or kind == "credential")


def _host(mine: str | None, yours: str | None, working: Request, failing: Request) -> Found:
    """The Host field counts where it is not what the URL says anyway."""
    follows = [
        value is None or value.lower() in _hosts(request.url) for value, request in ((mine, working), (yours, failing))
    ]
    if all(follows):
        yield Left("Host, which follows from the URL", "host")
    else:
        yield _row("host", "Host", mine, yours)


def _hosts(url: str | None) -> tuple[str, ...]:
    parts = split_url(url)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return (
        host,
        f"{host}:{parts.port}" if parts.port else f"{host}:{ {'https': 443, 'wss': 443}.get(parts.scheme, 80) }",
    )


def _media(value: str | None) -> str:
    return (value or "").partition(";")[0].strip().lower()


def _boundaries(mine: str, yours: str, written: str) -> Found:
    if _media(mine) == _media(yours):
        yield Left("random boundaries", "content-type")
    else:
        yield _row("content-type", written, mine, yours)


def spelling(working: Request, failing: Request) -> Found:
    """Order and case of the field names: asked only where nothing else differs."""
    left = [name for name, _ in working.headers or () if name.lower() not in REASON]
    right = [name for name, _ in failing.headers or () if name.lower() not in REASON]
    causes = ("bot-challenge",)
    if [name.lower() for name in left] != [name.lower() for name in right] and sorted(map(str.lower, left)) == sorted(
        map(str.lower, right)
    ):
        why = "Nothing else differs; bot checks know each client by the order of its fields"
        yield Row(
            "spelling",
            "order of the headers",
            "",
            "differs",
            ", ".join(left),
            ", ".join(right),
            causes,
            why,
            "request.headers",
        )
    elif left != right and sorted(map(str.lower, left)) == sorted(map(str.lower, right)):
        odd = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
        why = "Nothing else differs; names are the same in any case (RFC 9110, section 5.1), but some servers and bot checks look"
        yield Row(
            "spelling",
            "case of the headers",
            "",
            "differs",
            ", ".join(a for a, _ in odd),
            ", ".join(b for _, b in odd),
            causes,
            why,
            "request.headers",
        )


def silent(found: Found, side: str, names: frozenset[str], why: str) -> Found:
    """What is absent on a side that does not show such fields is not known, rather than different."""
    gone = "absent" if side == "failing" else "extra"
    for one in found:
        if isinstance(one, Row) and one.change == gone and one.field in names:
            yield Unseen(side, one.field, why)
        else:
            yield one
