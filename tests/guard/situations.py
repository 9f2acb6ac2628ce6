"""Every rule, refusing and admitting: the rule, the request, and what is to come of it. `None` is admitted."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from joserfc import jwt
from joserfc.jwk import OctKey

from tests.guard.play import NOW, request
from why403.guard import (
    AllowAddresses,
    ApiKey,
    Bearer,
    Cedar,
    Csrf,
    DenyAddresses,
    Flag,
    Hosts,
    Https,
    Jwks,
    Methods,
    Owner,
    Preflight,
    RateLimit,
    Request,
    RequireHeader,
    Role,
    Rule,
    Scope,
    Session,
)  # fmt: skip

SECRET = b"thirty-two bytes of a test secret"
API_KEY = "-".join(("example", "key", "of", "tests"))
POLICIES = """
@id("editors-write") permit(principal, action == Action::"GET", resource) when { principal.roles.contains("editor") };
@id("nobody-deletes") forbid(principal, action == Action::"DELETE", resource);
@id("admins-all") permit(principal, action, resource) when { principal.roles.contains("admin") };
"""


class Situation(NamedTuple):
    name: str
    rule: Callable[[], Rule]
    asked: Callable[[], Request]
    cause: str | None = None
    reason: str = ""
    status: int = 403


def token(secret: bytes = SECRET, alg: str = "HS256", kid: str = "", **claims: Any) -> str:
    held = {"sub": "ada", "exp": NOW + 600, "iss": "https://issuer.example/", "aud": "orders", **claims}
    header = {"alg": alg, **({"kid": kid} if kid else {})}
    return jwt.encode(
        header,
        {name: value for name, value in held.items() if value is not None},
        OctKey.import_key(secret),
        algorithms=[alg],
    )


def bearer(value: str) -> Callable[[], Request]:
    return lambda: request(headers={"Authorization": f"Bearer {value}"})


def bearer_rule() -> Rule:
    return Bearer(SECRET, algorithms=["HS256"], issuer="https://issuer.example/", audience="orders")


def api_key(**settings: Any) -> Callable[[], Rule]:
    return lambda: ApiKey({ApiKey.hashed(API_KEY): {"id": "robot", "roles": ["reader"]}}, **settings)


@cache
def provider() -> Any:
    from openfeature import api
    from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider

    flags: dict[str, InMemoryFlag[Any]] = {
        "beta": InMemoryFlag("on", {"on": True, "off": False}, context_evaluator=None),
        "off": InMemoryFlag("off", {"on": True, "off": False}),
        "color": InMemoryFlag("blue", {"blue": "blue", "red": "red"}),
    }
    api.set_provider(InMemoryProvider(flags), "tests")
    return api.get_client("tests")


def flag(name: str, on: bool | str = True) -> Callable[[], Rule]:
    return lambda: Flag(name, on=on, client=provider())


def used_up() -> Rule:
    rule = RateLimit("2/minute", name="used up")
    for _ in range(2):
        rule._over("address 192.0.2.1")
    return rule


def get(**headers: str) -> Callable[[], Request]:
    return lambda: request(headers={name.replace("_", "-"): value for name, value in headers.items()})


def ask(
    method: str = "GET", url: str = "https://shop.example/here", client: str = "192.0.2.1", **headers: str
) -> Callable[[], Request]:
    return lambda: request(
        method, url, {name.replace("_", "-"): value for name, value in headers.items()}, client=client
    )


def raising(request: Request) -> str:
    raise LookupError("a message that may hold a secret")


ADA = "ada roles=admin,editor scopes=read,write"
BOB = "bob roles=reader scopes=read"
PREFLIGHT = {"Access_Control_Request_Method": "PUT", "Access_Control_Request_Headers": "authorization"}
SITUATIONS = [
    Situation("role", lambda: Role("admin"), get(X_Who=ADA)),
    Situation("one of the roles", lambda: Role("owner", "editor"), get(X_Who=ADA)),
    Situation("no such role", lambda: Role("admin"), get(X_Who=BOB), "role-missing"),
    Situation("a role, and nobody is known", lambda: Role("admin"), get(), "credentials-missing", "nobody", 401),
    Situation("scope", lambda: Scope("read", "write"), get(X_Who=ADA)),
    Situation("a scope is lacking", lambda: Scope("read", "write"), get(X_Who=BOB), "scope-missing"),
    Situation("a scope, and nobody is known", lambda: Scope("read"), get(), "credentials-missing", "nobody", 401),
    Situation("owner", lambda: Owner(lambda request: "ada", "the order"), get(X_Who=ADA)),
    Situation("one of the owners", lambda: Owner(lambda request: ["eve", "ada"]), get(X_Who=ADA)),
    Situation("nothing to own", lambda: Owner(lambda request: None), get(X_Who=ADA)),
    Situation("another's", lambda: Owner(lambda request: "ada", "the order"), get(X_Who=BOB), "not-owner"),
    Situation("not the owner, says the application", lambda: Owner(lambda request: False), get(X_Who=BOB), "not-owner"),
    Situation("header", lambda: RequireHeader("X-Workspace"), get(X_Workspace="acme")),
    Situation("header with a value", lambda: RequireHeader("X-Workspace", "acme", "emca"), get(X_Workspace="acme")),
    Situation("no header", lambda: RequireHeader("X-Workspace"), get(), "required-header-missing", "missing", 400),
    Situation("an empty header", lambda: RequireHeader("X-Workspace"), get(X_Workspace=" "), "required-header-missing", "empty", 400),
    Situation("another value", lambda: RequireHeader("X-Workspace", "acme"), get(X_Workspace="x"), "required-header-missing", "value", 403),
    Situation("flag", flag("beta"), get(X_Who=BOB)),
    Situation("flag that is off", flag("off"), get(X_Who=BOB), "feature-disabled"),
    Situation("flag that is asked to be off", flag("off", False), get(X_Who=BOB)),
    Situation("flag that is not known", flag("gone"), get(X_Who=BOB), "feature-disabled"),
    Situation("flag's variant", flag("color", "blue"), get()),
    Situation("flag's other variant", flag("color", "red"), get(), "feature-disabled"),
    Situation("address", lambda: AllowAddresses("192.0.2.0/24", "2001:db8::/32"), get()),
    Situation("address of IPv6", lambda: AllowAddresses("2001:db8::/32"), ask(client="2001:db8::7")),
    Situation("address of IPv4 written as IPv6", lambda: AllowAddresses("192.0.2.0/24"),
              ask(client="::ffff:192.0.2.7")),
    Situation("another address", lambda: AllowAddresses("10.0.0.0/8"), get(), "ip-not-allowed"),
    Situation("a forwarded address of nobody trusted", lambda: AllowAddresses("10.0.0.0/8"), get(X_Forwarded_For="10.0.0.1"),
              "ip-not-allowed"),
    Situation("no address", lambda: AllowAddresses("0.0.0.0/0", "::/0"), ask(client=""),
              "ip-not-allowed", "client-unknown"),
    Situation("no address that is denied", lambda: DenyAddresses("10.0.0.0/8"), get()),
    Situation("denied address", lambda: DenyAddresses("192.0.2.1"), get(), "ip-blocked"),
    Situation("denied, and no address", lambda: DenyAddresses("10.0.0.0/8"), ask(client=""),
              "ip-blocked", "client-unknown"),
    Situation("rate", lambda: RateLimit("1000/second"), get()),
    Situation("too many", used_up, get(), "rate-limited", "", 429),
    Situation("https", Https, get()),
    Situation("http", Https, ask(url="http://shop.example/here"), "https-required"),
    Situation("host", lambda: Hosts("shop.example"), get()),
    Situation("host with a port", lambda: Hosts("shop.example"), ask(url="https://shop.example:8443/here")),
    Situation("host below", lambda: Hosts("*.example"), get()),
    Situation("another host", lambda: Hosts("shop.example"),
              ask(url="https://evil.example/here"), "host-refused", "", 421),
    Situation("a host that is none", lambda: Hosts("shop.example"),
              ask(Host="shop.example/x"), "host-refused", "malformed", 400),
    Situation("method", lambda: Methods("GET"), get()),
    Situation("HEAD where GET is", lambda: Methods("GET"), ask("HEAD")),
    Situation("another method", lambda: Methods("GET"), ask("DELETE"), "method-refused", "", 405),
    Situation("policy", lambda: Cedar(POLICIES), get(X_Who=ADA)),
    Situation("nothing permits", lambda: Cedar(POLICIES), get(X_Who=BOB), "policy-denied", "nothing-permits"),
    Situation("a policy forbids", lambda: Cedar(POLICIES), ask("DELETE", X_Who=ADA), "policy-denied", "forbidden"),
    Situation("a policy, and nobody is known", lambda: Cedar(POLICIES), get(), "credentials-missing", "nobody", 401),
    Situation("bearer", bearer_rule, bearer(token())),
    Situation("bearer for several", bearer_rule, bearer(token(aud=["x", "orders"]))),
    Situation("bearer just expired", bearer_rule, bearer(token(exp=NOW - 10))),
    Situation("no bearer", bearer_rule, get(), "credentials-missing", "missing", 401),
    Situation("expired", bearer_rule, bearer(token(exp=NOW - 60)), "token-expired", "expired", 401),
    Situation("no exp", bearer_rule, bearer(token(exp=None)), "token-invalid", "no-exp", 401),
    Situation("not yet", bearer_rule, bearer(token(nbf=NOW + 60)), "clock-skew", "nbf", 401),
    Situation("issued in the future", bearer_rule, bearer(token(iat=NOW + 60)), "clock-skew", "iat", 401),
    Situation("another audience", bearer_rule, bearer(token(aud="billing")), "token-wrong-audience", "audience", 401),
    Situation("no audience", bearer_rule, bearer(token(aud=None)), "token-wrong-audience", "audience", 401),
    Situation("another issuer", bearer_rule, bearer(token(iss="https://other.example/")),
              "token-wrong-audience", "issuer", 401),
    Situation("another key", bearer_rule, bearer(token(SECRET[::-1])), "token-invalid", "signature", 401),
    Situation("another algorithm", bearer_rule, bearer(token(alg="HS512")), "token-invalid", "not-verifiable", 401),
    Situation("no signature", bearer_rule, bearer("eyJhbGciOiJub25lIn0.e30."),
              "token-invalid", "not-verifiable", 401),
    Situation("undefined", bearer_rule, bearer("undefined"), "credentials-malformed", "undefined", 401),
    Situation("null", bearer_rule, bearer("null"), "credentials-malformed", "null", 401),
    Situation("twice Bearer", bearer_rule, bearer("Bearer " + token()), "credentials-malformed", "twice", 401),
    Situation("in quotes", bearer_rule, bearer('"' + token() + '"'), "credentials-malformed", "quoted", 401),
    Situation("no token at all", bearer_rule, bearer("abc"), "credentials-malformed", "no-jwt", 401),
    Situation("a token of 20,000 letters", bearer_rule, bearer("a" * 20_000),
              "credentials-malformed", "too-long", 401),
    Situation("without Bearer", bearer_rule, get(Authorization=token()), "credentials-malformed", "no-scheme", 401),
    Situation("Basic", bearer_rule, get(Authorization="Basic dGVzdDp0ZXN0"), "credentials-malformed", "scheme", 401),
    Situation("token in the query", bearer_rule, ask(url="https://shop.example/here?access_token=x"),
              "credentials-malformed", "wrong-place", 401),
    Situation("API key", api_key(), get(X_API_Key=API_KEY)),
    Situation("API key with a prefix", api_key(header="Authorization", prefix="ApiKey"), get(Authorization="apikey " + API_KEY)),
    Situation("API key in the query", api_key(query="key"), ask(url=f"https://shop.example/here?key={API_KEY}")),
    Situation("no API key", api_key(), get(), "credentials-missing", "missing", 401),
    Situation("an unknown API key", api_key(), get(X_API_Key="another"), "token-invalid", "unknown-key", 401),
    Situation("API key as bearer", api_key(), get(Authorization="Bearer " + API_KEY),
              "credentials-malformed", "wrong-place", 401),
    Situation("API key in the wrong header", api_key(header="Api-Token"), get(X_API_Key=API_KEY),
              "credentials-malformed", "wrong-place", 401),
    Situation("API key without its prefix", api_key(header="Authorization", prefix="ApiKey"), get(Authorization=API_KEY),
              "credentials-malformed", "wrong-place", 401),
    Situation("API key in the query, where a header is", api_key(),
              ask(url=f"https://shop.example/here?api_key={API_KEY}"),
              "credentials-malformed", "wrong-place", 401),
    Situation("API key that is undefined", api_key(), get(X_API_Key="undefined"),
              "credentials-malformed", "no-key", 401),
    Situation("session", lambda: Session({"s1": "ada"}.get, "sid"), get(Cookie="sid=s1")),
    Situation("no session", lambda: Session({"s1": "ada"}.get, "sid"), get(), "credentials-missing", "missing", 401),
    Situation("a session that has ended", lambda: Session({"s1": "ada"}.get, "sid"), get(Cookie="sid=s2"),
              "token-expired", "session-gone", 401),
    Situation("preflight", lambda: Preflight(["https://app.example"]),
              ask("OPTIONS", Origin="https://app.example", **PREFLIGHT)),
    Situation("preflight of another origin", lambda: Preflight(["https://app.example"]),
              ask("OPTIONS", Origin="https://evil.example", **PREFLIGHT),
              "cors-origin-refused"),
    Situation("preflight for another method", lambda: Preflight(["https://app.example"], methods=["GET"]),
              ask("OPTIONS", Origin="https://app.example", **PREFLIGHT), "cors-preflight-refused", "method"),
    Situation("preflight for another header", lambda: Preflight(["https://app.example"], headers=[]),
              ask("OPTIONS", Origin="https://app.example", **PREFLIGHT), "cors-preflight-refused", "header"),
    Situation("a GET needs no token", Csrf, get()),
    Situation("cookie of the token is missing", Csrf, ask("POST", Origin="https://shop.example"),
              "csrf-cookie-missing", "cookie-missing"),
    Situation("a page of another site", Csrf, ask("POST", Origin="https://evil.example"),
              "csrf-origin-mismatch", "origin-untrusted"),
    Situation("token is missing", Csrf, ask("POST", Origin="https://shop.example", Cookie="__Host-csrf=abc"),
              "csrf-token-missing", "token-missing"),
    Situation("token is none", Csrf,
              ask("POST", Origin="https://shop.example", Cookie="__Host-csrf=abc", X_CSRF_Token="abc"),
              "csrf-token-invalid", "mismatch"),
    Situation("all", lambda: Role("admin") & Scope("read"), get(X_Who=ADA)),
    Situation("all but one", lambda: Role("reader") & Scope("write"), get(X_Who=BOB), "scope-missing"),
    Situation("any", lambda: Role("admin") | Scope("read"), get(X_Who=BOB)),
    Situation("none", lambda: Role("admin") | Scope("write"), get(X_Who=BOB), "role-missing"),
    Situation("not", lambda: ~Role("admin"), get(X_Who=BOB)),
    Situation("not, and it is", lambda: ~Role("admin"), get(X_Who=ADA), "policy-denied", "not"),
    Situation("not, and nobody is known", lambda: ~Role("admin"), get(), "credentials-missing", "nobody", 401),
    Situation("not allowed", lambda: ~AllowAddresses("192.0.2.1"), get(), "ip-blocked", "not"),
    Situation("a rule that raises", lambda: Owner(raising), get(X_Who=ADA), "policy-denied", "rule-failed"),
    Situation("not a rule that raises", lambda: ~Owner(raising), get(X_Who=ADA), "policy-denied", "rule-failed"),
    Situation("a rule that raises, or another", lambda: Owner(raising) | Role("admin"), get(X_Who=ADA)),
]  # fmt: skip
JWKS = json.dumps({"keys": []})
__all__ = ["JWKS", "SITUATIONS", "Jwks", "Situation", "token"]
