"""CSRF: a fresh token and its cookie from the page, and the origin that the site itself would send."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote_plus, unquote, urljoin

from ..model import Exchange, Headers, Request, query_pairs
from ..model.change import Change, header
from ..tokens.csrf_names import COOKIE, FIELDS, HEADERS, OF_PRODUCT
from .experiment import SAFE, Ask, Experiment, Given, Learned, Steps, Try, nothing, origin

TOKENS = ("csrf-token-missing", "csrf-token-invalid", "csrf-cookie-missing")
INPUT = re.compile(r"<input\b[^>]{0,400}>", re.IGNORECASE)
META = re.compile(r"<meta\b[^>]{0,400}>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"\b(name|value|content)\s{0,4}=\s{0,4}(?:\"([^\"]{0,4000})\"|'([^']{0,4000})')", re.IGNORECASE)
HELD = re.compile(
    r"[\"'](?:csrf_?token|_csrf|xsrf_?token|authenticity_token|crumb|token)[\"']\s{0,4}:\s{0,4}[\"']([^\"']{8,4000})[\"']",
    re.IGNORECASE,
)
META_NAMES = ("csrf-token", "csrf_token", "_csrf", "x-csrf-token", "xsrf-token")


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
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            for name, value in data.items():
                if isinstance(value, str) and (
                    "csrf" in name.lower() or "xsrf" in name.lower() or name.lower() in ("token", "crumb")
                ):
                    yield name, value
    for value in HELD.findall(text[:500_000]):
        yield "", value


def _merged(given: Given, fresh: dict[str, str]) -> str:
    old = {}
    for part in (given.has("cookie") or "").split(";"):
        name, equals, value = part.strip().partition("=")
        if equals:
            old[name] = value
    return "; ".join(f"{name}={value}" for name, value in {**old, **fresh}.items())


def _header_names(given: Given, cookie: str) -> list[str]:
    mine = [name for name, _ in given.request.headers or () if name.lower() in HEADERS]
    documented = OF_PRODUCT.get(given.product, "")
    usual = (
        "X-XSRF-TOKEN"
        if cookie.upper() == "XSRF-TOKEN"
        else "X-CSRFToken"
        if "csrftoken" in cookie.lower()
        else "X-CSRF-Token"
    )
    names = [*mine, documented, usual]
    return list({name.lower(): name for name in reversed(names) if name}.values())[::-1]


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


def _refreshed(given: Given) -> Steps:
    page = _page(given)
    answer = yield _asking(given, page)
    fresh = cookies_of(answer)
    text = answer.response.body.decode("utf-8", "replace") if answer.response and answer.response.body else ""
    held = list(dict.fromkeys(tokens_of(text)))
    if not fresh and not held and page == given.request.url:
        answer = yield _asking(given, urljoin(page, "/"))
        fresh = cookies_of(answer)
        text = answer.response.body.decode("utf-8", "replace") if answer.response and answer.response.body else ""
        held = list(dict.fromkeys(tokens_of(text)))
    cookie = next((name for name in fresh if COOKIE.search(name)), "")
    if not cookie:
        cookie = next(
            (
                name
                for name, _ in (part.strip().partition("=")[::2] for part in (given.has("cookie") or "").split(";"))
                if COOKIE.search(name)
            ),
            "",
        )
    values = [value for _, value in held]
    if cookie:
        own = dict(part.split("=", 1) for part in _merged(given, fresh).split("; ") if "=" in part).get(cookie, "")
        values += [value for value in (own, unquote(own)) if value]
    tries: list[Try] = []
    carried: tuple[tuple[str, str | None], ...] = (("Cookie", _merged(given, fresh)),) if fresh else ()
    for value in dict.fromkeys(values):
        for name in _header_names(given, cookie):
            change = Change(
                "csrf",
                f"with the page's token in {name}" + (" and its cookie" if fresh else ""),
                (*carried, (name, value)),
            )
            tries.append(Try((change,), TOKENS, whole=True))
    mine = _field_of(given)
    for name, value in [*((mine, value) for value in dict.fromkeys(values) if mine), *held]:
        if name and (body := _with_field(given, name, value)) is not None:
            change = Change(
                "csrf", f"with the page's {name} in the form" + (" and its cookie" if fresh else ""), carried, body=body
            )
            tries.insert(0, Try((change,), TOKENS, whole=True))
    return Learned(tuple(tries)[:4])


def _own_origin(given: Given) -> Steps:
    """Origin, Referer and fetch metadata as the site's own page would send them."""
    own = given.origin
    fields: list[Change] = []
    mine = given.has("origin")
    if mine and mine != own:
        fields.append(header("Origin", own, f"with Origin: {own}"))
    referer = given.has("referer")
    if referer and origin(referer) != own:
        fields.append(header("Referer", f"{own}/", f"with Referer: {own}/"))
    if (site := given.has("sec-fetch-site")) and site.lower() not in ("same-origin", "none"):
        fields.append(header("Sec-Fetch-Site", "same-origin", "with Sec-Fetch-Site: same-origin"))
    tries = [Try(tuple(fields), _causes_of_origin(given))] if fields else []
    if not mine and not referer:
        tries.append(Try((header("Origin", own, f"with Origin: {own}"),), ("csrf-origin-mismatch",)))
        tries.append(
            Try((header("Referer", f"{own}/", f"with Referer: {own}/"),), ("csrf-origin-mismatch", "hotlink-blocked"))
        )
    return nothing(*tries)


def _causes_of_origin(given: Given) -> tuple[str, ...]:
    return (
        ("csrf-origin-mismatch", "cors-origin-refused")
        if unsafe(given)
        else ("cors-origin-refused", "csrf-origin-mismatch", "hotlink-blocked")
    )


EXPERIMENTS = (
    Experiment(
        "csrf-refreshed",
        "the page first, then the same with its fresh token and cookie",
        "Let through: token or cookie was missing or stale. Refused the same way: the check is another one",
        TOKENS,
        2,
        unsafe,
        _refreshed,
    ),
    Experiment(
        "origin-own",
        "the same as the site's own page would send it (Origin, Referer)",
        "Let through: the origin was what is not trusted. Refused the same way: it was not",
        ("csrf-origin-mismatch", "cors-origin-refused", "hotlink-blocked"),
        1,
        lambda given: unsafe(given) or bool(given.has("origin") or given.has("referer") or given.has("sec-fetch-site")),
        _own_origin,
    ),
)
