"""Method, version, URL and the way out: scheme, host, port, path, query."""

from __future__ import annotations

import re
from collections import Counter

from ...model import Exchange, Request, split_url
from ...model.url import RECORD, Url
from .names import BUSTERS, KEY, SIGNATURE, SIGNED
from .row import Found, Left, Row, Says, Side, change_of, differing

PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
VERSIONS = {"HTTP/2.0": "HTTP/2", "HTTP/3.0": "HTTP/3", "H2": "HTTP/2", "H3": "HTTP/3"}
VERSION = Says(("bot-challenge",), "Bot checks look at it; some gateways speak one version only")
# how a request is to be sent, as commands say it: the kind of row and what it means
ANOTHER_SERVER = Says(("host-refused", "ip-not-allowed"), "Another server is asked under the same name")
OPTIONS = {
    "proxy": (
        "proxy",
        Says(("proxy-refused", "ip-not-allowed"), "A proxy may refuse, and the server sees its address"),
    ),
    "cert": ("credential", Says(("client-certificate-required",), "Only with its certificate is a client let in")),
    "user": ("credential", Says(("token-invalid", "credentials-missing"), "Another user and password")),
    "credentials": (
        "session",
        Says(("credentials-missing", "csrf-cookie-missing"), "It decides whether a browser sends its cookies"),
    ),
    "mode": (
        "origin",
        Says(("cors-origin-refused", "cors-preflight-refused"), "It decides what a browser may ask of another origin"),
    ),
    "resolve": ("address", ANOTHER_SERVER),
    "connect-to": ("address", ANOTHER_SERVER),
    "interface": ("address", Says(("ip-not-allowed", "ip-blocked"), "The request leaves from another address")),
}
DEFAULTS = {"credentials": "same-origin", "mode": "cors"}  # of fetch, by its standard
CHANGES = Says(
    ("csrf-token-missing", "method-refused", "role-missing"),
    "It changes something: CSRF checks, roles and method rules begin there",
)
PREFLIGHT = Says(
    ("cors-preflight-refused", "method-refused"),
    "OPTIONS is the browser's question beforehand, sent without credentials",
)
METHOD = Says(("method-refused", "role-missing"), "One method of a URL may be forbidden where another is not")
UNENCRYPTED = Says(("https-required", "csrf-origin-mismatch"), "The failing request goes without TLS")
SCHEME = Says(("https-required",), "Another scheme: one may be served as the other is not")
HOST = Says(
    ("host-refused", "token-wrong-audience", "ip-not-allowed"),
    "Another environment or tenant, for which credentials and allowlists are others",
)
PORT = Says(("host-refused", "ip-not-allowed"), "Another server may listen there")
USERINFO = Says(
    ("credentials-missing", "credentials-malformed", "token-invalid"),
    "User and password in a URL: curl makes Basic credentials of them, a browser's fetch refuses them",
)
ENCODED = Says(
    ("signature-mismatch", "waf-rule", "deny-rule"),
    "The same path, encoded in another way: signatures and rules see it",
)
SLASH = Says(
    ("deny-rule", "directory-index", "role-missing"),
    "A slash at the end: rules are written for one of the two, and at a redirect credentials are lost",
)
DOUBLED = Says(("deny-rule", "signature-mismatch", "waf-rule"), "A doubled slash makes it another path")
CASE = Says(
    ("deny-rule", "resource-hidden", "policy-denied"), "Letters in another case make another path on most servers"
)
RECORDS = Says(("not-owner", "resource-hidden", "policy-denied"), "Another record: it may belong to somebody else")
PATH = Says(
    ("deny-rule", "role-missing", "resource-hidden", "policy-denied"), "Another path: rules and permissions go by it"
)
ORDER = Says(
    ("signature-mismatch", "waf-rule"),
    "The same parameters in another order or encoding: signatures see the difference",
)
LINK = Says(
    ("signed-url-expired", "signature-mismatch"),
    "The link is signed: it is refused past its time, or when anything of it was altered",
)
KEYS = {
    "absent": Says(("credentials-missing",), "The key or token of the working request did not go along"),
    "extra": Says(
        ("token-invalid", "credentials-malformed"), "A credential that is not accepted can be worse than none"
    ),
    "differs": Says(("token-invalid", "role-missing"), "Another key or token"),
}
PARAMETERS = {
    "absent": Says(("required-header-missing", "role-missing"), "Without it more, or something else, is asked for"),
    "extra": Says(
        ("waf-rule", "role-missing"), "Firewalls read the query, and some parameters ask for more than others"
    ),
    "differs": Says(
        ("waf-rule", "not-owner", "role-missing"), "Firewalls read the query, and it may name somebody else's record"
    ),
}


def method(working: Request, failing: Request) -> Found:
    """The methods, where both are shown."""
    left, right = (working.method or "").upper(), (failing.method or "").upper()
    if not left or not right or left == right:
        return
    says = CHANGES if right in UNSAFE and left not in UNSAFE else PREFLIGHT if right == "OPTIONS" else METHOD
    yield differing("method", "method", (left, right), says, "request.method")


def version(working: Exchange, failing: Exchange) -> Found:
    """The protocol's versions, where both are shown."""
    left, right = _version(working), _version(failing)
    if left and right and left != right:
        yield differing("version", "HTTP version", (left, right), VERSION, "request.version")


def _version(exchange: Exchange) -> str:
    shown = (exchange.request and exchange.request.version) or (exchange.response and exchange.response.version) or ""
    return VERSIONS.get(shown.upper(), shown.upper())


def options(working: Request, failing: Request, sides: tuple[Side, Side]) -> Found:
    """How the two are to be sent; what a browser makes of a call is compared between two of its calls only."""
    left, right = dict(working.options), dict(failing.options)
    both = all(side.browser for side in sides)
    if both:
        left, right = {**DEFAULTS, **left}, {**DEFAULTS, **right}
    for name, (kind, says) in OPTIONS.items():
        if left.get(name) != right.get(name) and (both or name not in DEFAULTS):
            place = f"request.options#{name}"
            yield differing(kind, "option", (left.get(name), right.get(name)), says, place, name, name == "user")


def url(working: Request, failing: Request) -> Found:
    """The URLs, part by part."""
    if working.url is None or failing.url is None or working.url == failing.url:
        return
    left, right = split_url(working.url), split_url(failing.url)
    if left.hostname and right.hostname:
        yield from _place(left, right)
    if (left.path or "/") != (right.path or "/"):
        kind, says = _paths(left.path or "/", right.path or "/")
        yield differing(kind, "path", (left.path or "/", right.path or "/"), says, "request.url#path")
    yield from _query(left, right)


def _place(left: Url, right: Url) -> Found:
    if left.scheme != right.scheme:
        says = UNENCRYPTED if right.scheme in ("http", "ws") else SCHEME
        yield differing("scheme", "scheme", (left.scheme, right.scheme), says, "request.scheme")
    if left.hostname.rstrip(".") != right.hostname.rstrip("."):
        yield differing("host", "host", (left.hostname, right.hostname), HOST, "request.url#host")
    ports = [part.port or PORTS.get(part.scheme, 0) for part in (left, right)]
    if left.scheme == right.scheme and ports[0] != ports[1]:
        yield differing("host", "port", (str(ports[0]), str(ports[1])), PORT, "request.url#port")
    if (left.username, left.password) != (right.username, right.password):
        ours, theirs = (f"{part.username}:{part.password}" if part.username else None for part in (left, right))
        yield differing("credential", "user in the URL", (ours, theirs), USERINFO, "request.url#userinfo", secret=True)


def _paths(left: str, right: str) -> tuple[str, Says]:
    from urllib.parse import unquote

    if unquote(left) == unquote(right):
        return "path", ENCODED
    if left.rstrip("/") == right.rstrip("/"):
        return "path", SLASH
    if re.sub(r"/{2,20}", "/", left) == re.sub(r"/{2,20}", "/", right):
        return "path", DOUBLED
    if left.lower() == right.lower():
        return "path", CASE
    ours, theirs = left.split("/"), right.split("/")
    if len(ours) == len(theirs) and all(
        RECORD.match(a) and RECORD.match(b) for a, b in zip(ours, theirs, strict=True) if a != b
    ):
        return "record", RECORDS
    return "path", PATH


def pairs(query: str) -> list[tuple[str, str]]:
    """A query's parameters, decoded; of at most a thousand."""
    if not query:
        return []
    from urllib.parse import parse_qsl

    return parse_qsl("&".join(query[:200_000].split("&")[:1000]), keep_blank_values=True)


def _query(left: Url, right: Url) -> Found:
    if left.query == right.query:
        return
    ours, theirs = pairs(left.query), pairs(right.query)
    signed = any(SIGNATURE.match(name) for name, _ in (*ours, *theirs))
    for name in dict.fromkeys(name for name, _ in (*ours, *theirs)):
        mine = [value for key, value in ours if key == name]
        yours = [value for key, value in theirs if key == name]
        if mine != yours and BUSTERS.match(name) and not signed:
            yield Left("cache busters", name)
        elif mine != yours:
            yield _parameter(name, ", ".join(mine) if mine else None, ", ".join(yours) if yours else None, signed)
    if Counter(ours) == Counter(theirs):
        yield differing("spelling", "query", (left.query, right.query), ORDER, "request.url#query")


def _parameter(name: str, ours: str | None, theirs: str | None, signed: bool) -> Row:
    change, secret = change_of(ours, theirs), False
    if signed:
        kind, says, secret = "signed", LINK, bool(SIGNED.match(name))
    elif KEY.search(name):
        kind, says, secret = "credential", KEYS[change], True
    else:
        kind, says = "query", PARAMETERS[change]
    return differing(kind, "query parameter", (ours, theirs), says, f"request.url#{name}", name, secret)
