"""What is asked for: the method, the form of the path, and the preflight that a browser sends before."""

from __future__ import annotations

from ..model import Evidence, Exchange, Headers, Weight
from ..model.change import Change
from ..products import tables
from .experiment import Ask, Experiment, Given, Learned, Ruling, Steps, Try, nothing, origin
from .reach import alike
from .way import link_ends

# fields for which a browser asks no leave (Fetch, section 2.2.2), or that it writes itself
SIMPLE = {
    "accept", "accept-language", "content-language", "host", "origin", "referer", "user-agent", "cookie", "connection", "accept-encoding",
    "content-length", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-dest",
}  # fmt: skip


def _bare(given: Given, method: str) -> Change:
    gone = tuple((name, None) for name in ("Content-Length", "Content-Type", "Transfer-Encoding"))
    return Change("method", f"with {method} in place of {_mine(given)}", gone, method=method, body=b"")


def _mine(given: Given) -> str:
    return (given.request.method or "GET").upper()


def _method(given: Given) -> Steps:
    """What the resource allows (RFC 9110, section 10.2.1), asked by OPTIONS where the answer does not say; then the reading method."""
    mine, answer = _mine(given), given.exchange
    told = answer.status in (405, 501) or "method-refused" in given.found
    allow = answer.answered("allow") or ""
    if not allow and mine != "OPTIONS" and answer.status in (405, 501):
        bare = given.request._replace(
            method="OPTIONS",
            body=b"",
            headers=(given.request.headers or Headers()).without("content-length", "content-type", "transfer-encoding"),
        )
        answer = yield Ask(bare, "OPTIONS, for the methods that are allowed")
        allow = answer.answered("allow") or ""
    allowed = [word.strip().upper() for word in allow.split(",") if word.strip()]
    if (change := posted(given)) and given.posts and (not allowed or "POST" in allowed or mine in allowed):
        return Learned(
            (Try((change,), ("method-refused",), told),)
        )  # what refuses a method that it calls allowed wants another
    if mine in allowed:
        return Learned(
            told=f"{mine} is among the methods that are said to be allowed" if answer is not given.exchange else ""
        )
    others = [word for word in ("GET", "HEAD") if word != mine and (not allowed or word in allowed)]
    # of a request with a body it may have been the body
    proves = (
        ("method-refused",) if told or not given.request.body else ("method-refused", "waf-rule", "csrf-token-missing")
    )
    return Learned(tuple(Try((_bare(given, word),), proves) for word in others[:1]))


def posted(given: Given) -> Change | None:
    """POST in place of a reading method that the answer refuses, with what stood in the query as a form; None where nothing says POST.

    It may change something: it is sent only where it was shown and agreed to.
    """
    answer = given.exchange
    refused = answer.status in (405, 501) or "method-refused" in given.found
    allowed = [word.strip().upper() for word in (answer.answered("allow") or "").split(",") if word.strip()]
    if (
        _mine(given) not in ("GET", "HEAD")
        or not refused
        or (allowed and ("POST" not in allowed or _mine(given) in allowed))
    ):
        return None
    path, _, query = (given.request.url or "").partition("#")[0].partition("?")
    kind = (("Content-Type", "application/x-www-form-urlencoded"),) if query else ()
    headers = (*kind, ("Content-Length", str(len(query))))
    says = f"with POST in place of {_mine(given)}" + (", its parameters in the body" if query else "")
    return Change("method", says, headers, method="POST", url=path, body=query.encode("latin-1", "replace"))


def _by_server(given: Given) -> bool:
    """Whether a web server's own page refused a method that changes something: it knows no CSRF tokens and no roles."""
    product = tables().named(given.product)
    served = product is not None and product.kind in ("server", "proxy", "gateway")
    return served and _mine(given) not in ("GET", "HEAD") and not given.request.body


def _content(given: Given) -> Steps:
    """The same path with nothing in its query or body: is it what the request carries that is refused?"""
    url = (given.request.url or "").partition("#")[0].partition("?")[0]
    gone = (given.request.headers or Headers()).without("content-type", "transfer-encoding")
    headers = gone.put("Content-Length", "0") if given.request.body else gone
    what = "body" if given.request.body else "query"
    bare = given.request._replace(url=url, headers=headers, body=b"")
    answer = yield Ask(bare, f"the same with nothing in its {what}")
    if answer.status in (None, 401, 403, 429, 503, given.exchange.status) or alike(given.exchange, answer):
        return Learned()
    says = f"With nothing in its {what} it is not refused: a rule about what requests carry refused it"
    return Learned(rulings=(Ruling("waf-rule", True, Evidence("probe", str(answer.status), says)),))


def _carries(given: Given) -> bool:
    """Whether a web server, which does not look at what requests carry, refused one that carries something."""
    product = tables().named(given.product)
    served = product is not None and product.kind in ("server", "proxy", "gateway", "waf", "cdn")
    signed = link_ends(given.request.url) is not None
    return (
        served
        and not signed
        and given.exchange.status == 403
        and bool(given.request.body or "?" in (given.request.url or ""))
    )


def _slash(given: Given) -> Steps:
    url = given.request.url or ""
    path, mark, rest = url.partition("?")
    if path.count("/") < 3:
        return nothing()
    other = path[:-1] if path.endswith("/") else f"{path}/"
    says = "without the slash at the end" if path.endswith("/") else "with a slash at the end"
    return nothing(Try((Change("url", says, url=other + mark + rest),), ("resource-hidden",)))


def _preflight(given: Given) -> Steps:
    """What a browser asks before a cross-origin request (Fetch, section 4.8)."""
    own = given.has("origin") or origin(given.page) or given.origin
    names = sorted({name.lower() for name, value in given.request.headers or () if not _simple(name.lower(), value)})
    fields = [
        ("Host", given.has("host") or given.origin.partition("://")[2]),
        ("Origin", own),
        ("Access-Control-Request-Method", _mine(given)),
    ]
    fields += [("Access-Control-Request-Headers", ",".join(names))] if names else []
    request = given.request._replace(method="OPTIONS", headers=Headers(fields), body=b"")
    answer = yield Ask(request, "the preflight as a browser sends it")
    status = answer.status or 0
    allowed = answer.answered("access-control-allow-origin")
    quote = f"{status}, Access-Control-Allow-Origin: {allowed or 'none'}"
    if 200 <= status < 300 and allowed in ("*", own) and (lacks := _unlisted(answer, _mine(given), names)):
        says = f"The preflight's answer does not list {lacks}"
        return Learned(rulings=(Ruling("cors-preflight-refused", True, Evidence("probe", quote, says)),))
    if 200 <= status < 300 and allowed in ("*", own):
        says = "The preflight passes: the request itself is refused"
        return Learned(rulings=(Ruling("cors-preflight-refused", False, Evidence("probe", quote, says)),))
    if status >= 400:
        says = "The preflight itself is refused"
        return Learned(rulings=(Ruling("cors-preflight-refused", True, Evidence("probe", quote, says)),))
    says = "The preflight is answered without leave for this origin"
    return Learned(rulings=(Ruling("cors-origin-refused", True, Evidence("probe", quote, says, Weight.HINT)),))


def _simple(name: str, value: str) -> bool:
    """Whether a browser sends this field without asking (Fetch, section 2.2.2)."""
    form = value.partition(";")[0].strip().lower() in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    )
    return name in SIMPLE or name.startswith(("sec-", "proxy-", ":")) or (name == "content-type" and form)


def _unlisted(answer: Exchange, method: str, names: list[str]) -> str:
    """The method or the first field for which an answer gives no leave, "" where it gives leave for all (Fetch, section 4.8)."""
    every = {"*"} if (answer.answered("access-control-allow-credentials") or "").lower() != "true" else set[str]()

    def listed(field: str) -> set[str]:
        return {word.strip().lower() for word in (answer.answered(field) or "").split(",")}

    if method not in ("GET", "HEAD", "POST") and not listed("access-control-allow-methods") & {method.lower(), *every}:
        return method
    fields = listed("access-control-allow-headers")
    # Authorization must be listed by its name
    return next((name for name in names if not fields & {name, *(every if name != "authorization" else ())}), "")


def _crosses(given: Given) -> bool:
    return bool(given.has("origin")) and _mine(given) != "OPTIONS"


EXPERIMENTS = (
    Experiment(
        "content",
        "the same path with nothing in its query or body",
        "Not refused: what the request carries is. The same words: the rule does not look at it",
        ("waf-rule", "deny-rule", "method-refused"),
        1,
        _carries,
        _content,
        mends=False,
    ),
    Experiment(
        "method",
        "what is allowed (Allow, or OPTIONS), then GET or HEAD; POST for GET where the answer asks for it and you agreed",
        "Let through: the method was refused, not the resource",
        ("method-refused",),
        1,
        lambda given: given.exchange.status in (405, 501) or "method-refused" in given.found or _by_server(given),
        _method,
    ),
    Experiment(
        "slash",
        "the same path with or without its last slash",
        "Let through: the route has another form",
        ("resource-hidden",),
        1,
        lambda given: given.exchange.status in (404, 405),
        _slash,
    ),
    Experiment(
        "preflight",
        "the preflight as a browser sends it",
        "Passes: the request itself is refused. Refused: the browser never sends it",
        ("cors-preflight-refused", "cors-origin-refused"),
        1,
        _crosses,
        _preflight,
        mends=False,
    ),
)
