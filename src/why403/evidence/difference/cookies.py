"""Cookies, one by one (RFC 6265, section 4.2)."""

from __future__ import annotations

from ...model import Headers
from ...tokens.places import SESSION_COOKIE
from .. import csrf
from ..credentials import CLEARANCE
from .names import ANALYTICS, FLAG
from .row import Found, Left, Row, Says, change_of

SESSION = {
    "absent": Says(
        ("credentials-missing", "csrf-token-invalid"), "Without the session's cookie the server does not know who asks"
    ),
    "extra": Says(
        ("csrf-token-missing", "token-expired"),
        "With a session's cookie frameworks want a CSRF token too, and a stale one is refused",
    ),
    "differs": Says(
        ("token-expired", "role-missing", "csrf-token-invalid"), "Another session: another user, or one that has ended"
    ),
}
CSRF = {
    "absent": Says(("csrf-cookie-missing",), "The CSRF check compares the token with this cookie"),
    "extra": Says(
        ("csrf-token-invalid", "csrf-token-missing"), "Where this cookie is, a token that matches it is wanted"
    ),
    "differs": Says(("csrf-token-invalid",), "Another CSRF cookie: the token must be the one that belongs to it"),
}
CLEARED = {
    "absent": Says(("bot-challenge",), "It remembers that a bot check was passed"),
    "extra": Says(("bot-challenge",), "It remembers a bot check, and holds for the browser and address that passed it"),
    "differs": Says(("bot-challenge",), "It remembers that a bot check was passed: another one may have run out"),
}
FLAGS = {
    change: Says(("feature-disabled",), "It chooses features that are switched on for some only") for change in CSRF
}
ANY = {
    "absent": Says(("credentials-missing", "bot-challenge"), "Sessions and passed checks live in cookies of any name"),
    "extra": Says(("waf-rule", "token-expired"), "Firewalls read cookies, and one of another time may be refused"),
    "differs": Says(("token-expired", "waf-rule"), "Sessions live in cookies of any name"),
}
FAMILIES = (
    (csrf.COOKIE, "csrf", CSRF),
    (CLEARANCE, "clearance", CLEARED),
    (SESSION_COOKIE, "session", SESSION),
    (FLAG, "required", FLAGS),
)


def jar(headers: Headers | None) -> dict[str, tuple[str, ...]]:
    """The cookies of a request by name; a name that stands twice has both values."""
    found: dict[str, tuple[str, ...]] = {}
    for field in headers.all("cookie") if headers is not None else ():
        for pair in field.split(";"):
            name, equals, value = pair.strip().partition("=")
            if name or equals:
                found[name] = (*found.get(name, ()), value.strip())
    return found


def cookies(working: Headers, failing: Headers) -> Found:
    """The cookies that only one of the two carries, or both with another value."""
    left, right = jar(working), jar(failing)
    for name in dict.fromkeys((*left, *right)):
        mine, yours = left.get(name), right.get(name)
        if mine == yours:
            continue
        if ANALYTICS.match(name):
            yield Left("analytics cookies", name)
            continue
        kind, says = next(((kind, says) for pattern, kind, says in FAMILIES if pattern.search(name)), ("cookie", ANY))
        change = change_of(mine, yours)
        ours, theirs = "; ".join(mine) if mine is not None else None, "; ".join(yours) if yours is not None else None
        causes, why = says[change]
        yield Row(kind, "cookie", name, change, ours, theirs, causes, why, f"request.headers.cookie#{name}", True)
