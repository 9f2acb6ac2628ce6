"""What else a request says of itself: its User-Agent, Accept, Referer, Host, and the headers that the user or the answer names."""

from __future__ import annotations

import json
import re

from ..model import split_url
from ..model.change import header
from ..products import tables
from .experiment import SAFE, Ask, Experiment, Given, Learned, Offer, Steps, Try, nothing, origin

AGENT = "why403 (+https://github.com/why403/why403)"  # says who asks; it is no browser's
# fields that a service may ask for and whose value needs no knowing, with what their documentation sends
KNOWN = {
    "x-requested-with": ("X-Requested-With", "XMLHttpRequest"),
    "apollo-require-preflight": ("Apollo-Require-Preflight", "true"),
    "kbn-xsrf": ("kbn-xsrf", "true"),
    "osd-xsrf": ("osd-xsrf", "true"),
    "ocs-apirequest": ("OCS-APIRequest", "true"),
    "metadata-flavor": ("Metadata-Flavor", "Google"),
    "x-requested-by": ("X-Requested-By", "why403"),
}
NAMED = {
    "host": "host-refused", "user-agent": "user-agent-blocked", "origin": "cors-origin-refused", "referer": "hotlink-blocked",
    "proxy-authorization": "proxy-refused",
}  # fmt: skip
ORIGIN = re.compile(
    r"\borigin\b[^.\n]{0,40}\bheader\b|\bheader\b[^.\n]{0,40}\borigin\b|\borigin[ :]{1,3}(?:''|\"\")", re.IGNORECASE
)
WORD = re.compile(r"[A-Za-z][A-Za-z-]{4,40}")


def _agent(given: Given) -> Steps:
    proves = ("user-agent-blocked",) if given.has("user-agent") else ("required-header-missing", "user-agent-blocked")
    return nothing(Try((header("User-Agent", AGENT, "with a User-Agent that says who asks"),), proves))


def _accept(given: Given) -> Steps:
    fields = []
    if given.has("accept") in (None, ""):
        fields.append(header("Accept", "application/json, text/html;q=0.9, */*;q=0.8", "with an Accept header"))
    if not given.has("accept-language"):
        fields.append(header("Accept-Language", "en", "with an Accept-Language header"))
    return nothing(*(Try((one,), ("required-header-missing",)) for one in fields))


def _referer(given: Given) -> Steps:
    pages = [given.page] if origin(given.page) else []  # a page of another host is named, never fetched
    pages += [f"{given.origin}/"] if not pages or origin(given.page) != given.origin else []
    product = tables().named(given.product)
    served = product is not None and product.kind in ("server", "proxy", "gateway", "cdn", "waf")
    # a web server looks at it for hotlinks; an application also against forged requests
    proves = ("hotlink-blocked",) if served else ("hotlink-blocked", "csrf-origin-mismatch", "cors-origin-refused")
    return nothing(*(Try((header("Referer", page, f"with Referer: {page}"),), proves) for page in pages))


def _host(given: Given) -> Steps:
    parts = split_url(given.request.url)
    own = given.origin.partition("://")[2]
    names = [own] if given.has("host") not in (None, own) else []
    if parts.hostname in ("127.0.0.1", "::1", "[::1]") and given.has("host") in (None, own):
        names.append("localhost" + (f":{parts.port}" if parts.port else ""))
    names += [
        name for name in (given.exchange.fact("certificate") or "").partition(" until ")[0].split(", ")[:1] if name
    ]
    if "host-refused" not in given.found and given.exchange.status != 421:
        asked = given.request._replace(method="GET", url=f"{given.origin}/robots.txt", body=b"")
        answer = yield Ask(asked, "/robots.txt of the same Host: is all of it refused?")
        if answer.status != given.exchange.status:
            return Learned()  # the host is served: another one would be another site
    tries = [Try((header("Host", name, f"with Host: {name}"),), ("host-refused",)) for name in dict.fromkeys(names)]
    return Learned(tuple(one for one in tries if one.changes[0].headers[0][1] != given.has("host")))


def _headers(given: Given) -> Steps:
    """Headers that the user gave: a tenant, a client id, an API version."""
    wanted = [offer for offer in given.offers if offer.kind == "header"]
    tries = [
        Try((header(offer.name, offer.value, _says(offer)),), _missing(given, offer.name.lower())) for offer in wanted
    ]
    if len(tries) > 1:
        tries.insert(0, Try(tuple(one.changes[0] for one in tries), ("required-header-missing",)))
    return nothing(*tries)


def _says(offer: Offer) -> str:
    return f"with {offer.name}" + (f": {offer.value}" if offer.name.lower() == "host" else "")


def _missing(given: Given, name: str) -> tuple[str, ...]:
    """What is proved by a header that the user gave."""
    if name in NAMED:
        return (NAMED[name],)
    if given.has(name) is not None:  # it was there, with another value: another tenant's, another user's
        return ("required-header-missing", "not-owner", "role-missing")
    return ("required-header-missing",)


def _hinted(given: Given) -> Steps:
    """What the refused answer itself asks for: a header that it names, a type of body that it takes (RFC 5789, section 3.1)."""
    answer = given.exchange.response
    text = (answer.body or b"")[:20_000].decode("utf-8", "replace") if answer else ""
    said = {word.lower() for word in WORD.findall(text)}
    said |= {name.lower() for name in (given.exchange.answered("access-control-allow-headers") or "").split(", ")}
    names = [
        KNOWN[name]
        for name in KNOWN
        if name in said and not any(field.lower() == name for field, _ in given.request.headers or ())
    ]
    tries = [
        Try((header(name, value, f"with {name}: {value}"),), ("required-header-missing",)) for name, value in names
    ]
    if ORIGIN.search(text) and not given.has("origin"):
        says = f"with Origin: {given.origin}"
        tries.append(Try((header("Origin", given.origin, says),), ("required-header-missing", "csrf-origin-mismatch")))
    kinds = (given.exchange.answered("accept-patch"), given.exchange.answered("accept-post"))
    wanted = [kind.strip() for field in kinds if field for kind in field.split(",")]
    if _json(given.request.body) and (given.has("content-type") or "").partition(";")[0] != "application/json":
        wanted.append("application/json")
    for kind in wanted[:2]:
        tries.append(Try((header("Content-Type", kind, f"with Content-Type: {kind}"),), ("required-header-missing",)))
    return nothing(*tries[:3])


def _json(body: bytes | None) -> bool:
    if not body or body[:1] not in b"{[":
        return False
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _odd_host(given: Given) -> bool:
    named = given.has("host") not in (None, given.origin.partition("://")[2])
    return named or "host-refused" in given.found or given.exchange.status == 421


def _reads(given: Given) -> bool:
    return (given.request.method or "GET").upper() in SAFE and not given.has("origin")


EXPERIMENTS = (
    Experiment(
        "header-given",
        "the same with the header that you gave",
        "Let through: the header was required. Refused the same way: it was not that",
        ("required-header-missing", "host-refused"),
        1,
        lambda given: any(offer.kind == "header" for offer in given.offers),
        _headers,
        offered=True,
        joins=True,
    ),
    Experiment(
        "hinted",
        "the same with the header or type of body that the answer names",
        "Let through: it was required. Refused the same way: the hint was about something else",
        ("required-header-missing", "csrf-token-missing", "csrf-origin-mismatch"),
        1,
        lambda given: bool(given.exchange.response),
        _hinted,
    ),
    Experiment(
        "agent-honest",
        "the same with an honest, descriptive User-Agent",
        "Let through: the User-Agent's text was refused, or its absence",
        ("user-agent-blocked", "required-header-missing"),
        1,
        lambda _: True,
        _agent,
        mild=True,
    ),
    Experiment(
        "referer-own",
        "the same with the site itself as Referer",
        "Let through: another Referer, or none, was refused",
        ("hotlink-blocked",),
        1,
        _reads,
        _referer,
        mild=True,
    ),
    Experiment(
        "accept-added",
        "the same with Accept and Accept-Language",
        "Let through: the header was required",
        ("required-header-missing",),
        1,
        lambda given: not (given.has("accept") and given.has("accept-language")),
        _accept,
        mild=True,
    ),
    Experiment(
        "host-own",
        "the same with the name that the URL or the certificate gives as Host",
        "Let through: the Host was not served",
        ("host-refused",),
        1,
        _odd_host,
        _host,
    ),
)
