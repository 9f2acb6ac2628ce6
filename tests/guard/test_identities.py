"""Who asks: the application's own identity, keys that rotate, counts, policies, sessions."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import subprocess
import sys
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.guard.play import KEY, NOW, guard, over_asgi, play, request
from tests.guard.situations import token
from why403.guard import (
    AllowAddresses,
    Bearer,
    Cedar,
    Guard,
    Identity,
    Jwks,
    Methods,
    Owner,
    RateLimit,
    Request,
    Role,
    Session,
    of_scope,
)  # fmt: skip

ADA, BOB = {"X-Who": "ada roles=admin"}, {"X-Who": "bob roles=reader"}


def test_an_application_s_own_identity_may_be_async() -> None:
    """Under an event loop it is awaited; in a thread by itself it is run."""

    async def known(asked: Request) -> Identity:
        await asyncio.sleep(0)
        return Identity("ada", frozenset({"admin"}))

    async def owner(asked: Request) -> str:
        await asyncio.sleep(0)
        return "ada"

    either = guard(Role("admin"), Owner(owner), identity=known)
    assert play("asgi", either, request()).status == play("wsgi", either, request()).status == 200


def test_the_identity_is_the_application_s_to_read() -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["why403"].identity)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    bearer = Bearer(b"thirty-two bytes of a test secret", algorithms=["HS256"], roles="realm.roles")
    asked = request(headers={"Authorization": f"Bearer {token(realm={'roles': ['admin']}, scope='read write')}"})
    over_asgi(guard(Role("admin"), identity=bearer), asked, app)
    assert (seen[0].id, seen[0].roles, seen[0].scopes, seen[0].by) == ("ada", {"admin"}, {"read", "write"}, "bearer")


def test_nobody_is_asked_for_where_no_rule_needs_somebody() -> None:
    """An identity costs a look into a database: only rules on somebody take it."""

    def never(asked: Request) -> None:
        raise AssertionError("asked")

    assert guard(AllowAddresses("192.0.2.1"), Methods("GET"), identity=never).decide(request()).admitted


@pytest.mark.parametrize("found", [object(), 3.5, {"roles": ["admin"]}, True])
def test_what_is_no_identity_is_nobody(found: object) -> None:
    assert guard(Role("admin"), identity=lambda asked: found).decide(request()).reason == "rule-failed"


def test_keys_rotate() -> None:
    """A token that names an unknown key makes the set be fetched again, once the pause is over; a fetch that fails changes nothing."""
    now, old, new = [NOW], ECKey.generate_key("P-256", {"kid": "old"}), ECKey.generate_key("P-256", {"kid": "new"})
    served: list[Any] = [[old]]
    asked: list[str] = []

    def fetch(url: str) -> str:
        asked.append(url)
        return json.dumps({"keys": [key.as_dict(private=False) for key in served[0]]}) if served[0] else "gone"

    rule = Bearer(jwks=Jwks("https://issuer.example/jwks.json", fetch=fetch), algorithms=["ES256"])
    known = Guard(rule, key=KEY, clock=lambda: now[0])

    def judged(key: Any) -> str | None:
        made = jwt.encode({"alg": "ES256", "kid": key.kid}, {"sub": "ada", "exp": NOW + 9_000}, key)
        return known.decide(request(headers={"Authorization": f"Bearer {made}"})).cause

    assert (judged(old), len(asked)) == (None, 1)
    assert (judged(new), len(asked)) == ("token-invalid", 1), "within the pause nobody is asked again"
    now[0], served[0] = NOW + 31, [new, old]
    assert (judged(new), judged(old), len(asked)) == (None, None, 2)
    now[0], served[0] = NOW + 5_000, []
    assert (judged(new), len(asked)) == (None, 3), "what was known goes on"


def test_keys_are_fetched_once_however_many_ask() -> None:
    """Whoever comes while the first fetch is under way waits for it, and is not refused."""
    key, asked = ECKey.generate_key("P-256", {"kid": "k"}), []

    def fetch(url: str) -> str:
        asked.append(url)
        time.sleep(0.1)
        return json.dumps({"keys": [key.as_dict(private=False)]})

    known = guard(Bearer(jwks=Jwks("https://issuer.example/jwks.json", fetch=fetch), algorithms=["ES256"]))
    made = jwt.encode({"alg": "ES256", "kid": "k"}, {"sub": "ada", "exp": NOW + 60}, key)

    async def many() -> list[bool]:
        async def one(number: int) -> bool:
            await asyncio.sleep(number / 100)
            return (await known.adecide(request(headers={"Authorization": f"Bearer {made}"}))).admitted

        return await asyncio.gather(*(one(number) for number in range(20)))

    assert (asyncio.run(many()), len(asked)) == ([True] * 20, 1)


def test_a_revoked_token() -> None:
    rule = Bearer(
        b"thirty-two bytes of a test secret", algorithms=["HS256"], accept=lambda claims: claims["sub"] != "ada"
    )
    assert guard(rule).decide(request(headers={"Authorization": f"Bearer {token()}"})).reason == "revoked"
    assert guard(rule).decide(request(headers={"Authorization": f"Bearer {token(sub='bob')}"})).admitted


def test_a_public_key_is_nobody_s_secret() -> None:
    """An HS256 token signed with the public key's text is refused: the algorithm is the rule's, never the token's."""
    key = ECKey.generate_key("P-256")
    pem = key.as_pem(private=False)
    rule = Bearer(pem, algorithms=["ES256"])
    good = jwt.encode({"alg": "ES256"}, {"sub": "ada", "exp": NOW + 60}, key)
    assert guard(rule).decide(request(headers={"Authorization": f"Bearer {good}"})).admitted
    head, claims = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256"}, {"sub": "ada", "exp": NOW + 60})
    )
    mac = base64.urlsafe_b64encode(hmac.digest(pem, head + b"." + claims, "sha256")).rstrip(b"=")
    forged = b".".join((head, claims, mac)).decode()
    assert guard(rule).decide(request(headers={"Authorization": f"Bearer {forged}"})).cause == "token-invalid"


def test_rate_by_identity() -> None:
    """Each identity has its own count, and the refusal says when to come again."""
    known = guard(RateLimit("2/hour", by="identity", name="by identity"))
    said = [known.decide(request(headers=who)).cause for who in (ADA, ADA, ADA, BOB)]
    assert said == [None, None, "rate-limited", None]
    came = over_asgi(known, request(headers=ADA))
    assert (came.status, 0 < int(came.header("retry-after") or 0) <= 3600) == (429, True)


def test_rate_by_address() -> None:
    """An address of IPv4 by itself; of IPv6 all that one network gives to its user; those that cannot be told together."""
    known = guard(RateLimit("1/hour", name="by address"))
    clients = ("192.0.2.1", "192.0.2.2", "192.0.2.1", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "", "unix")
    assert [known.decide(request(client=client)).admitted for client in clients] == [
        True,
        True,
        False,
        True,
        False,
        True,
        True,
        False,
    ]


def test_policies_are_named() -> None:
    """The explanation names the policies that decided, by their @id; the user's name cannot write Cedar."""
    rule = Cedar(
        '@id("all") permit(principal, action, resource); @id("no-writes") forbid(principal, action == Action::"POST", resource);'
    )
    seen = guard(rule).decide(request("POST", headers={"X-Who": 'a"||true//'})).explanation
    assert seen
    assert seen.seen == 'forbidden by no-writes: User a"||true// POST /here'


def test_sessions_may_be_the_request_s() -> None:
    """A session that the application knows itself: the callable is given the request."""
    rule = Session(lambda asked: asked.scope.get("session", {}).get("user"))
    asked = of_scope({"type": "http", "method": "GET", "path": "/", "headers": [], "session": {"user": "ada"}})
    decision = guard(rule).decide(asked)
    assert decision.identity == Identity("ada", by="session")
    assert guard(rule).decide(request()).cause == "credentials-missing"


def test_it_imports_no_framework() -> None:
    """The guard alone brings neither Django, Flask nor Starlette along, nor what only some rules need."""
    program = (
        "import sys, why403.guard; "
        "print([name for name in ('django', 'flask', 'starlette', 'limits', 'cedarpy', 'httpcore', 'joserfc') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={"PYTHONPATH": "src"},
    )
    assert done.stdout.strip() == "[]"
