"""What else a request says of itself: its User-Agent, Accept, Referer, Host, scheme, method and path."""

from __future__ import annotations

import re

from ..model import Evidence, Headers, Weight, split_url
from ..model.change import Change, header
from .experiment import SAFE, Ask, Experiment, Given, Learned, Ruling, Steps, Try, nothing

LONGEST = 60.0  # seconds that are waited for
AGENT = "why403 (+https://github.com/why403/why403)"  # says who asks; it is no browser's


def _agent(given: Given) -> Steps:
    proves = ("user-agent-blocked",) if given.has("user-agent") else ("required-header-missing", "user-agent-blocked")
    return nothing(Try((header("User-Agent", AGENT, "with a User-Agent that says who asks"),), proves))


def _accept(given: Given) -> Steps:
    fields = (
        [header("Accept", "application/json, text/html;q=0.9, */*;q=0.8", "with an Accept header")]
        if not given.has("accept")
        else []
    )
    fields += (
        [header("Accept-Language", "en", "with an Accept-Language header")] if not given.has("accept-language") else []
    )
    return nothing(*(Try((one,), ("required-header-missing", "waf-rule")) for one in fields))


def _referer(given: Given) -> Steps:
    page = f"{given.origin}/"
    return nothing(Try((header("Referer", page, f"with Referer: {page}"),), ("hotlink-blocked",)))


def _host(given: Given) -> Steps:
    parts = split_url(given.request.url)
    own = given.origin.partition("://")[2]
    names = [own] if given.has("host") not in (None, own) else []
    if parts.hostname in ("127.0.0.1", "::1", "[::1]"):
        names.append("localhost" + (f":{parts.port}" if parts.port else ""))
    return nothing(*(Try((header("Host", name, f"with Host: {name}"),), ("host-refused",)) for name in names))


def _https(given: Given) -> Steps:
    url = re.sub(r"^http://([^/?#:]+)(?::80)?(?=[/?#]|$)", r"https://\1", given.request.url or "")
    return nothing(Try((Change("url", "over https", url=url),), ("https-required",)))


def _method(given: Given) -> Steps:
    """What the resource allows (RFC 9110, section 10.2.1), asked by OPTIONS; then the reading method."""
    mine = (given.request.method or "GET").upper()
    answer = given.exchange
    allow = answer.answered("allow") or ""
    if not allow:
        bare = given.request._replace(
            method="OPTIONS",
            body=b"",
            headers=(given.request.headers or Headers()).without("content-length", "content-type", "transfer-encoding"),
        )
        answer = yield Ask(bare, "OPTIONS, for the methods that are allowed")
        allow = answer.answered("allow") or ""
    allowed = [word.strip().upper() for word in allow.split(",") if word.strip()]
    rulings = []
    if allowed and mine in allowed:
        rulings.append(
            Ruling(
                "method-refused",
                False,
                Evidence("probe", f"Allow: {allow}"[:200], f"{mine} is among the methods that are allowed"),
            )
        )
    other = next((word for word in ("GET", "HEAD") if word != mine and (not allowed or word in allowed)), "")
    tries = (
        [
            Try(
                (
                    Change(
                        "method",
                        f"with {other} in place of {mine}",
                        (("Content-Length", None), ("Content-Type", None)),
                        method=other,
                        body=b"",
                    ),
                ),
                ("method-refused",),
            )
        ]
        if other and mine not in allowed
        else []
    )
    return Learned(tuple(tries), tuple(rulings))


def _slash(given: Given) -> Steps:
    url = given.request.url or ""
    path, mark, rest = url.partition("?")
    if path.count("/") < 3:
        return nothing()
    other = path[:-1] if path.endswith("/") else f"{path}/"
    says = "without the slash at the end" if path.endswith("/") else "with a slash at the end"
    return nothing(Try((Change("url", says, url=other + mark + rest),), ("resource-hidden",)))


def _pause(given: Given) -> Steps:
    after = given.exchange.answered("retry-after") or ""
    seconds = float(after) if after.strip().isdigit() else 2.0
    if seconds <= LONGEST:
        return nothing(Try((Change("pause", f"after {seconds:.0f} s", pause=seconds),), ("rate-limited",)))
    says = f"The answer asks to wait {seconds:.0f} s: too long to be waited for here"
    return nothing(rulings=(Ruling("rate-limited", True, Evidence("response.headers.retry-after", after, says)),))


def _preflight(given: Given) -> Steps:
    """What a browser asks before a cross-origin request (Fetch, section 4.8)."""
    own = given.has("origin") or given.origin
    names = sorted({name.lower() for name, _ in given.request.headers or () if name.lower() not in SIMPLE})
    fields = [
        ("Host", given.has("host") or given.origin.partition("://")[2]),
        ("Origin", own),
        ("Access-Control-Request-Method", (given.request.method or "GET").upper()),
    ]
    fields += [("Access-Control-Request-Headers", ",".join(names))] if names else []
    answer = yield Ask(
        given.request._replace(method="OPTIONS", headers=Headers(fields), body=b""),
        "the preflight as a browser sends it",
    )
    status = answer.status or 0
    allowed = answer.answered("access-control-allow-origin")
    quote = f"{status}, Access-Control-Allow-Origin: {allowed or 'none'}"
    if 200 <= status < 300 and allowed in ("*", own):
        return Learned(
            rulings=(
                Ruling(
                    "cors-preflight-refused",
                    False,
                    Evidence("probe", quote, "The preflight passes: the request itself is refused"),
                ),
            )
        )
    if status >= 400:
        return Learned(
            rulings=(
                Ruling("cors-preflight-refused", True, Evidence("probe", quote, "The preflight itself is refused")),
            )
        )
    return Learned(
        rulings=(
            Ruling(
                "cors-origin-refused",
                True,
                Evidence("probe", quote, "The preflight is answered without leave for this origin", Weight.HINT),
            ),
        )
    )


SIMPLE = {
    "accept", "accept-language", "content-language", "host", "origin", "referer", "user-agent", "cookie", "connection", "accept-encoding",
    "content-length", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-dest",
}  # fmt: skip


def _odd_host(given: Given) -> bool:
    return split_url(given.request.url).hostname in ("127.0.0.1", "::1") or given.has("host") not in (
        None,
        given.origin.partition("://")[2],
    )


def _reads(given: Given) -> bool:
    return (given.request.method or "GET").upper() in SAFE


def _crosses(given: Given) -> bool:
    return bool(given.has("origin") or given.has("access-control-request-method"))


def _plain(given: Given) -> bool:
    return bool(re.match(r"http://[^/?#:]+(?::80)?(?:[/?#]|$)", given.request.url or ""))


def _always(_: Given) -> bool:
    return True


EXPERIMENTS = (
    Experiment(
        "agent-honest",
        "the same with an honest, descriptive User-Agent",
        "Let through: the User-Agent's text was refused, or its absence",
        ("user-agent-blocked", "required-header-missing", "bot-challenge"),
        1,
        _always,
        _agent,
    ),
    Experiment(
        "accept-added",
        "the same with Accept and Accept-Language",
        "Let through: the header was required",
        ("required-header-missing", "waf-rule"),
        2,
        lambda given: not (given.has("accept") and given.has("accept-language")),
        _accept,
    ),
    Experiment(
        "referer-own",
        "the same with the site itself as Referer",
        "Let through: another Referer, or none, was refused",
        ("hotlink-blocked",),
        1,
        _reads,
        _referer,
    ),
    Experiment(
        "host-own",
        "the same with the URL's own host name in Host",
        "Let through: the Host was not served",
        ("host-refused",),
        1,
        _odd_host,
        _host,
    ),
    Experiment(
        "https",
        "the same over https",
        "Let through: plain http was refused",
        ("https-required",),
        1,
        _plain,
        _https,
    ),
    Experiment(
        "method",
        "OPTIONS for what is allowed, then GET or HEAD",
        "Let through: the method was refused, not the resource",
        ("method-refused",),
        2,
        _always,
        _method,
    ),
    Experiment(
        "slash",
        "the same path with or without its last slash",
        "Let through: the route has another form",
        ("resource-hidden",),
        1,
        _always,
        _slash,
    ),
    Experiment(
        "pause",
        "the same after a pause",
        "Let through: it was a limit on the rate",
        ("rate-limited",),
        1,
        lambda given: given.exchange.status in (403, 429, 503),
        _pause,
    ),
    Experiment(
        "preflight",
        "the preflight as a browser sends it",
        "Passes: the request itself is refused. Refused: the browser never sends it",
        ("cors-preflight-refused", "cors-origin-refused"),
        1,
        _crosses,
        _preflight,
    ),
)
