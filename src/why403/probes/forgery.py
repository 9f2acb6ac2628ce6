"""CSRF: a fresh token and its cookie from the page, and the origin that the site itself would send."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote_plus, unquote, urljoin

from ..model import Exchange, Headers, Request, query_pairs
from ..model.change import Change, header
from ..tokens.csrf_names import COOKIE, FIELDS, HEADERS, OF_PRODUCT, is_header
from ..tokens.jwt import read
from .experiment import SAFE, Ask, Experiment, Given, Learned, Steps, Try, nothing, origin

TOKENS = ("csrf-token-missing", "csrf-token-invalid", "csrf-cookie-missing")
INPUT = re.compile(r"<input\b[^>]{0,400}>", re.IGNORECASE)
META = re.compile(r"<meta\b[^>]{0,400}>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"\b(name|value|content)\s{0,4}=\s{0,4}(?:\"([^\"]{0,4000})\"|'([^']{0,4000})')", re.IGNORECASE)
HELD = re.compile(  # in a script: a member, a variable, a header that it sends
    r"(?:[\"']|\b)(?:(?:x-)?[cx]srf[-_]?token|_?csrf|authenticity_token|crumb|token)[\"']?\s{0,4}[:=]\s{0,4}[\"']([^\"'<>\s]{8,4000})[\"']",
    re.IGNORECASE,
)
LINKED = re.compile(  # in the links and the actions of a page, as Tomcat's filter writes it (CsrfPreventionFilter)
    r"[?&;]((?:[\w.]{1,60}\.)?(?:csrf_?nonce|csrf_?token|_csrf|authenticity_token))=([^&\"'<>#\s]{8,400})",
    re.IGNORECASE,
)
META_NAMES = ("csrf-token", "csrf_token", "_csrf", "x-csrf-token", "xsrf-token")
ALONE = re.compile(r"[A-Za-z0-9_=+/-]{20,200}")
SPOILED = ("", "undefined", "null", "none")
# where a product gives a token to a program that asks for one: its path, as its documentation names it
ENDPOINTS = {
    "jenkins": "/crumbIssuer/api/json", "drupal": "/session/token", "mediawiki": "/api.php?action=query&meta=tokens&format=json",
    "nextcloud": "/index.php/csrftoken", "spring-security": "/csrf",
}  # fmt: skip
ECHOED = re.compile(r"x-[\w-]*(?:csrf|xsrf|session-id)[\w-]*|csrf-token|xsrf-token|crumb", re.IGNORECASE)


def unsafe(given: Given) -> bool:
    """Whether the refused request is of the kind that CSRF checks look at."""
    return (given.request.method or "GET").upper() not in SAFE


def _page(given: Given) -> str:
    """The page to fetch: where the request came from, else its own URL."""
    for candidate in (given.page, given.has("referer") or ""):
        if candidate and origin(candidate) == given.origin:
            return candidate
    return given.request.url or ""


def _asking(given: Given, url: str) -> Ask:
    kept = [
        (name, value)
        for name, value in given.request.headers or ()
        if name.lower() in ("host", "cookie", "authorization", "user-agent")
    ]
    if (given.exchange.answered("x-csrf-token") or "").lower() == "required":
        kept.append(("X-CSRF-Token", "Fetch"))  # as SAP's and Tomcat's REST filters hand theirs out
    return Ask(
        Request(
            "GET",
            url,
            Headers([*kept, ("Accept", "text/html,application/json;q=0.9,*/*;q=0.8")]),
            b"",
            None,
            given.request.options,
        ),
        f"the page {url}, for a fresh token",
    )


def cookies_of(answer: Exchange) -> dict[str, str]:
    """The cookies that an answer sets, by name."""
    fields = (
        answer.response.headers.all("set-cookie") if answer.response and answer.response.headers is not None else ()
    )
    pairs = (field.partition(";")[0].partition("=") for field in fields)
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def tokens_of(text: str) -> Iterator[tuple[str, str]]:
    """(name, token) of every CSRF token that a page holds: hidden fields, meta tags, members of JSON."""
    for pattern, names in ((INPUT, FIELDS), (META, META_NAMES)):
        for tag in pattern.findall(text[:500_000]):
            found = {name.lower(): html.unescape(double or single) for name, double, single in ATTRIBUTE.findall(tag)}
            value = found.get("value", found.get("content", ""))
            if value and found.get("name", "").lower() in names:
                yield found["name"], value
    if text[:1] in "{[":
        try:
            yield from _members(json.loads(text), 3)
        except (ValueError, RecursionError):
            pass
    for value in HELD.findall(text[:500_000]):
        yield "", value


def linked(text: str) -> list[tuple[str, str]]:
    """(name, token) of the CSRF tokens that a page's own links carry in their query."""
    return list(dict.fromkeys((name, html.unescape(value)) for name, value in LINKED.findall(text[:500_000])))


def _members(data: object, depth: int) -> Iterator[tuple[str, str]]:
    """The tokens of a JSON answer, wherever they stand in it; Jenkins names the header beside its crumb."""
    if not isinstance(data, dict):
        return
    field = data.get("crumbRequestField") or data.get("headerName") or ""
    for name, value in data.items():
        if isinstance(value, str) and name not in ("crumbRequestField", "headerName", "parameterName"):
            if "csrf" in name.lower() or "xsrf" in name.lower() or name.lower() in ("token", "crumb"):
                yield (field if isinstance(field, str) and field else name), value
        elif depth:
            yield from _members(value, depth - 1)


def _jar(given: Given) -> dict[str, str]:
    """The cookies of the refused request."""
    parts = (part.strip().partition("=") for part in (given.has("cookie") or "").split(";"))
    return {name: value for name, equals, value in parts if equals}


def _merged(given: Given, fresh: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in {**_jar(given), **fresh}.items())


def _header_names(given: Given, cookie: str) -> list[str]:
    """The headers in which the token may be wanted: the request's own, what the product documents, what is usual."""
    mine = [name for name, _ in given.request.headers or () if is_header(name)]
    documented = OF_PRODUCT.get(given.product, "")
    usual = ["X-CSRF-Token", "X-XSRF-TOKEN", "X-CSRFToken"]
    if cookie.upper() == "XSRF-TOKEN":
        usual = ["X-XSRF-TOKEN", "X-CSRF-Token", "X-CSRFToken"]
    elif cookie.lower().endswith("_xsrf"):
        usual = ["X-Xsrftoken", "X-CSRFToken", "X-CSRF-Token"]
    elif cookie.lower().startswith("csrf-token-"):
        usual = [f"X-{cookie}"]
    elif "csrftoken" in cookie.lower():
        usual = ["X-CSRFToken", "X-CSRF-Token", "X-XSRF-TOKEN"]
    answer = given.exchange.response
    text = (answer.body or b"")[:20_000].decode("utf-8", "replace").lower() if answer else ""
    named = [name for name in HEADERS if "-" in name and name in text]
    return list(
        dict.fromkeys({name.lower(): name for name in reversed([*mine, documented, *named, *usual]) if name}.values())
    )[::-1]


def _with_field(given: Given, name: str, value: str) -> bytes | None:
    """The form with its token field set; None where the request carries no form."""
    kind = (given.has("content-type") or "").lower()
    body = given.request.body
    if body is None or (kind and "application/x-www-form-urlencoded" not in kind):
        return None
    pairs = [pair for pair in query_pairs(body.decode("latin-1")) if pair[0].lower() not in FIELDS]
    return "&".join(f"{quote_plus(key)}={quote_plus(text)}" for key, text in [*pairs, (name, value)]).encode()


def _field_of(given: Given) -> str:
    """The form field in which the refused request carries its token, "" where it carries none."""
    pairs = (
        query_pairs((given.request.body or b"").decode("latin-1")) if _with_field(given, "x", "") is not None else []
    )
    return next((name for name, _ in pairs if name.lower() in FIELDS), "")


def _text(answer: Exchange) -> str:
    return answer.response.body.decode("utf-8", "replace") if answer.response and answer.response.body else ""


def _lacks(given: Given, fresh: dict[str, str]) -> tuple[str, ...]:
    """The causes that are proved if a fresh token and its cookie are let through, by what the refused request carried first."""
    first = _lack(given, fresh)
    return (first, *(cause for cause in TOKENS if cause != first))


def _lack(given: Given, fresh: dict[str, str]) -> str:
    values = [value for name, value in given.request.headers or () if is_header(name)]
    field = _field_of(given)
    if field:
        values += [value for name, value in query_pairs((given.request.body or b"").decode("latin-1")) if name == field]
    jar = _jar(given)
    bound = [name for name in fresh if COOKIE.search(name)] or list(fresh)
    lacks_cookie = not any(name in jar for name in bound) if bound else not jar
    if values and lacks_cookie and not any(value.strip().lower() in SPOILED for value in values):
        return "csrf-cookie-missing"
    return "csrf-token-invalid" if values else "csrf-token-missing"


def handed(answer: Exchange) -> Iterator[tuple[str, str]]:
    """The tokens that an answer hands out in its own header."""
    for name, value in answer.response.headers if answer.response and answer.response.headers else ():
        if ECHOED.fullmatch(name) and value.lower() not in ("required", "fetch"):
            yield name, value


def _echoed(given: Given) -> list[Try]:
    """A token that the refused answer itself hands out, in a header that is to be sent back."""
    fields = list(handed(given.exchange))
    return [
        Try((Change("csrf", f"with the answer's own {name}", ((name, value),)),), _lacks(given, {}), True, True)
        for name, value in fields[:2]
        if value != given.has(name)
    ]


def _own_cookie(given: Given) -> list[Try]:
    """The token that the request's own cookie holds, sent back in a header or the form, as double-submit checks want it."""
    jar = _jar(given)
    tokens = (read(value) for value in jar.values())  # a session in a JWT may hold the token that goes with it
    held = [("X-CSRF-TOKEN", str(token.claims["csrf"])) for token in tokens if token and token.claims.get("csrf")]
    cookie = next((name for name in jar if COOKIE.search(name) and "secret" not in name.lower()), "")
    return list(_tries(given, {}, held, cookie))[:1] if held or cookie else []


def _refreshed(given: Given) -> Steps:
    """A fresh token and its cookie: from the answer itself, from the product's endpoint, from the page."""
    if echoed := _echoed(given):
        return Learned(tuple(echoed))
    pages = [_page(given)]
    if given.product in ENDPOINTS:
        pages.insert(0, urljoin(given.origin, ENDPOINTS[given.product]))
    pages.append(urljoin(given.origin, "/"))
    fresh, held, links = dict[str, str](), list[tuple[str, str]](), list[tuple[str, str]]()
    for page in list(dict.fromkeys(pages))[:2]:
        answer = yield _asking(given, page)
        fresh |= cookies_of(answer)
        held = list(dict.fromkeys((*handed(answer), *tokens_of(_text(answer)))))
        links = linked(_text(answer))
        if not held and answer.status == 200 and ALONE.fullmatch(_text(answer).strip()):
            held = [("", _text(answer).strip())]  # an endpoint whose whole answer is the token
        if held or links or any(COOKIE.search(name) for name in fresh):
            break
    cookie = next((name for name in (*fresh, *_jar(given)) if COOKIE.search(name)), "")
    carried = (("Cookie", _merged(given, fresh)),) if fresh else ()
    says = "with the page's token in the query" + (" and its cookie" if fresh else "")
    tries = [
        Try((Change("csrf", says, carried, query=(pair,)),), _lacks(given, fresh), True, True) for pair in links[:1]
    ]
    return Learned((*tries, *_tries(given, fresh, held, cookie))[:4])


def _tries(given: Given, fresh: dict[str, str], held: list[tuple[str, str]], cookie: str) -> Iterator[Try]:
    """The request with each token in each place where it may be wanted, the likeliest first."""
    proves = _lacks(given, fresh)
    values = [value for _, value in held]
    if cookie:
        own = {**_jar(given), **fresh}.get(cookie, "")
        values += [value for value in (unquote(own), own.partition("|")[0], own) if value]
    carried: tuple[tuple[str, str | None], ...] = (("Cookie", _merged(given, fresh)),) if fresh else ()
    beside = " and its cookie" if fresh else ""
    values, mine, names = list(dict.fromkeys(values)), _field_of(given), _header_names(given, cookie)
    fields = [name for name, _ in held if name.lower() in FIELDS]
    found: list[Try] = []
    for value in values[:3]:
        for field in list(dict.fromkeys(([mine] if mine else []) + fields))[:1]:
            if (body := _with_field(given, field, value)) is not None:
                says = f"with the page's {field} in the form{beside}"
                found.append(Try((Change("csrf", says, carried, body=body),), proves, True, True))
        for name in [name for name, held_value in held if held_value == value and is_header(name)] + names[:1]:
            says = f"with the page's token in {name}{beside}"
            found.append(Try((Change("csrf", says, (*carried, (name, value))),), proves, True, True))
    mine_first = sorted(found, key=lambda one: one.changes[0].body is None) if mine else found
    yield from mine_first
    for value in values[:1]:
        if len(names) > 1:
            says = f"with the page's token in {', '.join(names[1:])}{beside}"
            yield Try((Change("csrf", says, (*carried, *((name, value) for name in names[1:]))),), proves, True, True)
    if not values and fresh:
        yield Try((Change("csrf", "with the cookies that the page sets", carried),), proves, True, True)


def _own_origin(given: Given) -> Steps:
    """Origin, Referer and fetch metadata as the site's own page would send them; then without, as what is no browser does."""
    own = given.origin
    fields: list[Change] = []
    mine, referer = given.has("origin"), given.has("referer")
    if mine and mine != own:
        fields.append(header("Origin", own, f"with Origin: {own}"))
    if referer and origin(referer) != own and (unsafe(given) or mine):
        page = given.page if origin(given.page) == own else f"{own}/"
        fields.append(header("Referer", page, f"with Referer: {page}"))
    if (site := given.has("sec-fetch-site")) and site.lower() not in ("same-origin", "none"):
        fields.append(header("Sec-Fetch-Site", "same-origin", "with Sec-Fetch-Site: same-origin"))
    proves = _causes_of_origin(given)
    tries = [Try(tuple(fields), proves, whole=len(fields) < 2)] if fields else []
    if mine and not unsafe(given):
        tries.append(Try((header("Origin", None, "without Origin"),), ("cors-origin-refused",)))
    if not mine and not referer and unsafe(given):
        added = (header("Referer", f"{own}/", f"with Referer: {own}/"), header("Origin", own, f"with Origin: {own}"))
        tries.append(Try(added, ("csrf-origin-mismatch",)))
    return nothing(*tries)


def _causes_of_origin(given: Given) -> tuple[str, ...]:
    if unsafe(given):
        return ("csrf-origin-mismatch", "cors-origin-refused")
    return ("cors-origin-refused", "csrf-origin-mismatch", "hotlink-blocked")


def _crosses(given: Given) -> bool:
    """Whether the request says that it comes from another origin, or may have to say that it does not."""
    own = given.origin
    mine, referer, site = given.has("origin"), given.has("referer"), given.has("sec-fetch-site")
    foreign = (
        (mine and mine != own)
        or (referer and origin(referer) != own and unsafe(given))
        or (site or "none").lower() not in ("none", "same-origin")
    )
    return bool(foreign) or (unsafe(given) and not mine and not referer)


EXPERIMENTS = (
    Experiment(
        "csrf-own-cookie",
        "the same with the token of its own cookie sent back",
        "Let through: the token was missing, or another than the cookie's",
        ("csrf-token-missing", "csrf-token-invalid"),
        1,
        lambda given: unsafe(given) and bool(_own_cookie(given)),
        lambda given: nothing(*_own_cookie(given)),
        joins=True,
    ),
    Experiment(
        "csrf-refreshed",
        "the page first, then the same with its fresh token and cookie",
        "Let through: token or cookie was missing or stale. Refused the same way: the check is another one",
        TOKENS,
        2,
        lambda given: unsafe(given) or bool(set(TOKENS) & set(given.found)),
        _refreshed,
        joins=True,
    ),
    Experiment(
        "origin-own",
        "the same as the site's own page would send it (Origin, Referer)",
        "Let through: the origin was what is not trusted. Refused the same way: it was not",
        ("csrf-origin-mismatch", "cors-origin-refused", "hotlink-blocked"),
        1,
        _crosses,
        _own_origin,
        joins=True,
    ),
)
