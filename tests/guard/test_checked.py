"""What is wrong with a configuration is an error when the application starts, and names the line on which it was written."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from tests.guard.play import KEY, guard
from why403.guard import (
    AllowAddresses,
    ApiKey,
    BadCall,
    Bearer,
    Cedar,
    Csrf,
    DenyAddresses,
    Flag,
    Guard,
    Hosts,
    Https,
    Jwks,
    Methods,
    Preflight,
    RateLimit,
    RequireHeader,
    Role,
    Scope,
    Session,
    Shadow,
    proxies,
)  # fmt: skip

SECRET = b"x" * 32
WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: guard(Scope("read write")), "'read write' is several scopes: write Scope('read', 'write')"),
    (lambda: guard(Scope('re"ad')), "is no scope"),
    (lambda: guard(Scope("")), "is no scope"),
    (lambda: guard(Scope("é")), "is no scope"),
    (lambda: guard(Scope()), "names no scope"),
    (lambda: guard(Role()), "it can never admit"),
    (lambda: guard(Csrf(["https://shop.example/app"])), "is no origin: it has a path"),
    (lambda: guard(Csrf(["https://shop.example/"])), "is no origin: it ends with a slash"),
    (lambda: guard(Csrf(["shop.example"])), "is no origin: it lacks the scheme"),
    (lambda: guard(Csrf(["https://a@shop.example"])), "is no origin: it has a user in it"),
    (lambda: guard(Csrf(["https://shop.*.example"])), "a star stands for the first label only"),
    (lambda: guard(Csrf(["https://shop.example?x"])), "is no origin: it has a query or a fragment"),
    (lambda: guard(Csrf(["*"])), "'*' trusts everybody"),
    (lambda: guard(Csrf(["null"])), "'null' trusts everybody"),
    (lambda: guard(Preflight(["https://app.example/x"])), "is no origin: it has a path"),
    (lambda: guard(Preflight(["*"], credentials=True)), "every origin with credentials"),
    (lambda: guard(Preflight([])), "names no origin"),
    (lambda: guard(Preflight(["https://a.example"], headers=["a b"])), "'a b' is no name of a header"),
    (lambda: guard(Role("admin"), key=None), "there is no key"),
    (lambda: Guard(Role("admin")), "there is no key"),
    (lambda: guard(Role("admin"), key=""), "there is no key"),
    (lambda: guard(Role("admin"), key="secret"), "this is no key"),
    (lambda: guard(Role("admin"), show="all"), "'all' cannot be shown"),
    (lambda: guard(Role("admin").shows("everything")), "'everything' cannot be shown"),
    (lambda: guard("admin"), "'admin' is no rule"),
    (lambda: guard(Role), "is no rule"),
    (lambda: guard().on("admin/**", Role("admin")), "can never match: a path begins with /"),
    (lambda: guard().on("/admin?x=1", Role("admin")), "can never match"),
    (lambda: guard().on("/a/../b", Role("admin")), "can never match"),
    (lambda: guard().on("/admin*", Role("admin")), "cannot be read"),
    (lambda: guard().on("/admin/**"), "no rule is put on"),
    (lambda: guard(Methods()), "it can never admit"),
    (lambda: guard(Methods("GET") & Methods("POST")), "they have no method in common"),
    (lambda: guard(Methods("GET", "POST"), Methods("PUT")), "they have no method in common"),
    (lambda: guard(Methods("GET")).on("/x", Role("admin"), methods=["POST"]), "can never match"),
    (lambda: guard().on("/x", Methods("GET"), Methods("POST")), "they have no method in common"),
    (lambda: guard(Hosts()), "names no host"),
    (lambda: guard(Hosts("https://shop.example")), "is no name of a host"),
    (lambda: guard(Hosts("shop.example:443")), "is no name of a host"),
    (lambda: guard(Hosts("a.example") & Hosts("b.example")), "they have no host in common"),
    (lambda: guard(AllowAddresses()), "names no address"),
    (lambda: guard(AllowAddresses("10.0.0.300")), "is no address or network"),
    (lambda: guard(AllowAddresses("10.0.0.0/8") & AllowAddresses("192.168.0.0/16")), "they have no address in common"),
    (lambda: guard(AllowAddresses("10.1.0.0/16"), DenyAddresses("10.0.0.0/8")), "every address that one allows the other denies"),
    (lambda: guard(Role("admin"), ~Role("admin")), "one admits exactly what the other refuses"),
    (lambda: guard((Role("a") & ~Role("a")) | Scope("x")), "one admits exactly what the other refuses"),
    (lambda: guard(Https(), ~Https()), "one admits exactly what the other refuses"),
    (lambda: guard(Role("a"), Session(lambda value: "ada", "sid"), identity=None), "it is asked before Session(cookie='sid')"),
    (lambda: guard(Preflight(["https://a.example"]), Preflight(["https://b.example"])), "can never answer"),
    (lambda: guard().on("/x", Preflight(["https://a.example"])), "is asked before every rule"),
    (lambda: guard(Preflight(["https://c.example"]) | Role("a")), "stands by itself"),
    (lambda: guard(Csrf(session="a")).on("/x", Csrf(session="b")), "can never admit a token"),
    (lambda: guard(Role("a") | Shadow(Role("b"))), "within | or ~ decides for the others"),
    (lambda: guard(~Shadow(Role("b"))), "it admits everything"),
    (lambda: guard(RequireHeader("X Workspace")), "is no name of a header"),
    (lambda: guard(Flag("")), "names no flag"),
    (lambda: guard(RateLimit("many")), "'many' is no limit"),
    (lambda: guard(RateLimit("1/minute", by="moon")), "nobody can be counted"),
    (lambda: guard(RateLimit("1/minute", strategy="moon")), "is no strategy"),
    (lambda: guard(RateLimit("1/minute", store="moon://")), "the store moon cannot be used"),
    (lambda: guard(Bearer(algorithms=["RS256"])), "it needs keys or jwks"),
    (lambda: guard(Bearer(SECRET, algorithms=["none"])), "none is none of them"),
    (lambda: guard(Bearer(SECRET, algorithms=["HS257"])), "is no algorithm"),
    (lambda: guard(Bearer(b"short", algorithms=["HS256"])), "a shared secret has at least 32 bytes"),
    (lambda: guard(Bearer("-----BEGIN PUBLIC KEY-----\nx", algorithms=["RS256"])), "no keys that I can read"),
    (lambda: guard(Bearer(jwks="http://issuer.example/jwks", algorithms=["RS256"])), "could be anybody's: use https"),
    (lambda: guard(Bearer(jwks="https://issuer.example/jwks", algorithms=["HS256"])), "HS algorithms take a public key for a secret"),
    (lambda: guard(ApiKey({})), "it knows no key"),
    (lambda: guard(ApiKey({"example-key": "robot"})), "keys are kept as SHA-256"),
    (lambda: guard(ApiKey({"0" * 64: "robot"}, query="key", prefix="ApiKey")), "a key in the query has no prefix"),
    (lambda: guard(Session(lambda value: None, "a b")), "is no name of a cookie"),
    (lambda: guard(Cedar("permit(")), "the policies cannot be read"),
    (lambda: guard(Cedar("forbid(principal, action, resource);")), "no policy permits anything"),
    (lambda: guard(Role("admin"), identity=Scope("a b") | Role("x")), "is several scopes"),
    (lambda: guard(Role("admin"), proxies=["10.0.0.0/99"]), "is no network"),
    (lambda: guard(Role("admin"), proxies=["0.0.0.0/0"]), "everybody is no proxy"),
]  # fmt: skip


MADE = inspect.getsourcelines(guard)[1] + 1  # the line on which the tests make a guard


@pytest.mark.parametrize(("make", "said"), WRONG, ids=[said for _, said in WRONG])
def test_error_at_the_start(make: Callable[[], Any], said: str) -> None:
    """One line: where, what, what to do. The line is the rule's own."""
    with pytest.raises(BadCall) as fault:
        make()
    assert said in str(fault.value)
    line = inspect.getsourcelines(make)[1]
    assert fault.value.where in (f"guard/test_checked.py:{line}", f"guard/play.py:{MADE}")


def test_a_key_is_not_shown_by_its_error() -> None:
    with pytest.raises(BadCall) as fault:
        Guard(key="almost-a-key-but-one-letter-too-short")
    assert "almost" not in str(fault.value)


def test_a_field_that_no_proxy_writes() -> None:
    with pytest.raises(BadCall, match="names no chain"):
        proxies("10.0.0.1", field="X-Real-IP")


def test_what_is_right() -> None:
    """Rules that only look alike: nothing of it is refused."""
    made = guard(
        Https(), Hosts("shop.example", "*.shop.example"), Methods("GET", "POST"), AllowAddresses("10.0.0.0/8"),
        DenyAddresses("10.1.0.0/16"),
        Role("a") | ~Role("a"), Csrf(["https://admin.example", "http://localhost:3000", "https://*.shop.example"]),
        Scope("orders:read", "urn:x/y"),
        Bearer(jwks=Jwks("http://localhost:9000/jwks"), algorithms=["RS256"]), key=[KEY, "ab" * 16 + "0123456789abcdef" * 2],
    ).on("/orders/{id}", Methods("POST"), methods=["POST"])  # fmt: skip
    assert len(made.rules) == 9
