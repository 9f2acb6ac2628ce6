"""What a guard does around its rules: where they stand, what is shown, hidden, logged, let through; tokens, CORS, identities."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import logging
import subprocess
import sys
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.guard.play import DOORS, KEY, NOW, guard, over_asgi, over_wsgi, play, request
from tests.guard.situations import token
from why403.guard import (
    AllowAddresses,
    ApiKey,
    Bearer,
    Cedar,
    Csrf,
    Guard,
    GuardRefused,
    Hide,
    Identity,
    Jwks,
    Methods,
    Owner,
    Preflight,
    RateLimit,
    Request,
    Role,
    Scope,
    Session,
    Shadow,
    csrf_field,
    csrf_meta,
    csrf_token,
    of_scope,
)  # fmt: skip

ADA, BOB = {"X-Who": "ada roles=admin"}, {"X-Who": "bob roles=reader"}
BROWSER = {"Origin": "https://shop.example", "Sec-Fetch-Site": "same-origin"}


# where rules stand


@pytest.mark.parametrize(
    ("pattern", "path", "held"),
    [
        ("/admin/**", "/admin", True), ("/admin/**", "/admin/", True), ("/admin/**", "/admin/a/b", True),
        ("/admin/**", "/administrator", False),
        ("/admin/**", "//admin/a", True), ("/admin/**", "/x/../admin/a", True), ("/admin/**", "/./admin", True),
        ("/admin/**", "/admin\\a", True),
        ("/admin/**", "/admin/\na", True), ("/admin/**", "/", False), ("/users/{id}", "/users/7", True), ("/users/{id}", "/users/7/", True),
        ("/users/{id}", "/users/7/posts", False), ("/users/*/posts", "/users/7/posts", True), ("/a/**/z", "/a/z", True),
        ("/a/**/z", "/a/b/c/z", True),
        ("/a/**/z", "/a/zz", False), ("/**", "/anything", True), ("/**", "/", True), ("/a.b", "/a.b", True), ("/a.b", "/aXb", False),
    ],
)  # fmt: skip
def test_paths(pattern: str, path: str, held: bool) -> None:
    """A pattern holds for every spelling of a path that applications take for one that it names."""
    asked = request()
    asked.path = path
    assert guard().on(pattern, Role("admin")).decide(asked).admitted is not held


def test_methods_of_a_place() -> None:
    """HEAD goes where GET goes; other methods are free."""
    known = guard().on("/here", Role("admin"), methods=["GET"])
    assert {method: known.decide(request(method)).admitted for method in ("GET", "HEAD", "POST")} == {
        "GET": False,
        "HEAD": False,
        "POST": True,
    }


def test_rules_are_asked_in_their_order() -> None:
    """Those of the application first, then those of the places in the order in which they were put."""
    known = guard(AllowAddresses("192.0.2.0/24")).on("/**", Scope("read")).on("/here", Role("admin"))
    assert [repr(rule) for rule in known.rules_on("GET", "/here")] == [
        "AllowAddresses('192.0.2.0/24')",
        "Scope('read')",
        "Role('admin')",
    ]
    assert known.decide(request(client="203.0.113.1")).cause == "ip-not-allowed"
    assert known.decide(request(headers={"X-Who": "ada"})).cause == "scope-missing"


def test_rules_of_a_route() -> None:
    """What a framework's door does: rules by themselves, and an answer where the middleware hears of the refusal."""
    known = guard()
    rules = known.bound(Role("admin"), Owner(lambda asked: "ada"))
    assert known.decide(request(headers=ADA), *rules).admitted
    assert known.decide(request(headers=BOB), *rules).cause == "role-missing"

    async def app(scope: Any, receive: Any, send: Any) -> None:
        decision = await known.adecide(scope["why403"], *rules)
        raise GuardRefused(decision)

    def wsgi(environ: Any, start_response: Any) -> Any:
        raise GuardRefused(known.decide(environ["why403"], *rules))

    for came in (over_asgi(known, request(headers=BOB), app), over_wsgi(known, request(headers=BOB), wsgi)):
        assert (came.status, came.header("why403-cause")) == (403, "role-missing")


def test_a_rule_is_frozen_and_equal_to_its_like() -> None:
    rule = Role("admin")
    with pytest.raises(AttributeError, match="frozen"):
        rule.roles = frozenset()
    assert rule == Role("admin") != Role("editor")
    assert rule != Scope("admin")
    assert len({rule, Role("admin"), Scope("admin")}) == 2
    assert repr((rule & Scope("a")) | ~Role("b")) == "((Role('admin') & Scope('a')) | ~Role('b'))"
    assert rule.shows("nothing") == rule


# what is told


def test_three_degrees() -> None:
    """Nothing, the cause, or what is required, too: of the guard, of a rule, and the strictest of several."""
    asked = request(headers=BOB)
    told = {
        show: json.loads(over_asgi(guard(Role("admin"), show=show), asked).body)
        for show in ("nothing", "cause", "required")
    }
    assert {show: sorted(set(body) - {"denial", "sealed", "status", "title", "type"}) for show, body in told.items()} == {
        "nothing": [], "cause": ["cause", "detail"], "required": ["cause", "detail", "required"],
    }  # fmt: skip
    assert told["nothing"]["type"] == "about:blank"
    assert told["required"]["required"] == "role admin"
    alone = over_asgi(guard(Role("admin").shows("nothing"), show="required"), asked)
    assert alone.header("why403-cause") is None
    assert over_asgi(guard(Role("admin") | Scope("x").shows("nothing")), asked).header("why403-cause") is None


def test_the_other_ways_in() -> None:
    """Of alternatives the first one's cause is told; the seal names what each lacked."""
    decision = guard(Role("admin") | Scope("write") | AllowAddresses("10.0.0.0/8")).decide(request(headers=BOB))
    assert decision.explanation
    assert decision.explanation.required == "role admin or scope write or an address of 10.0.0.0/8"
    assert decision.explanation.beside == "Scope('write'): scope-missing; AllowAddresses('10.0.0.0/8'): ip-not-allowed"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/problem+json"), ("*/*", "application/problem+json"), ("application/json", "application/problem+json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"), ("text/plain", "text/plain"),
        ("text/*;q=0.5", "text/plain"),
        ("text/html;q=0.1, application/json", "application/problem+json"), ("image/png", "application/problem+json"),
        ("text/html;q=0", "application/problem+json"),
        ("text/html;q=x, text/plain;q=0.2", "text/plain"), (";;,,", "application/problem+json"), ("TEXT/HTML", "text/html"),
        ("text/html;q=2", "application/problem+json"),
    ],
)  # fmt: skip
def test_accept(accept: str, kind: str) -> None:
    came = over_wsgi(guard(Role("admin")), request(headers={"Accept": accept} if accept else {}))
    assert (came.header("content-type") or "").partition(";")[0] == kind
    assert came.header("vary") == "Accept"
    assert came.header("content-length") == str(len(came.body))
    assert came.header("cache-control") == "no-store"


def test_html_is_escaped() -> None:
    """What a request brings does not become markup, and the page may load nothing."""
    rule = Owner(lambda asked: False, "<script>x</script>")
    came = over_asgi(guard(rule, show="required"), request(headers={"Accept": "text/html", **BOB}))
    assert b"<script" not in came.body
    assert "default-src 'none'" in (came.header("content-security-policy") or "")


@pytest.mark.parametrize("door", DOORS)
def test_head_has_no_body(door: str) -> None:
    came = play(door, guard(Role("admin")), request("HEAD"))
    assert (came.status, came.body) == (401, b"")


def test_challenges() -> None:
    """401 asks for what the guard takes: each credential's challenge, with the realm; 403 asks for nothing but a scope."""
    either = Bearer(b"x" * 32, algorithms=["HS256"]) | ApiKey({"0" * 64: "robot"})
    came = over_asgi(guard(Role("admin"), identity=either, realm='the "shop"'), request())
    assert came.all("www-authenticate") == ["Bearer realm=\"the 'shop'\"", "ApiKey realm=\"the 'shop'\""]
    scope = over_asgi(guard(Scope("read", "write")), request(headers=ADA))
    assert scope.all("www-authenticate") == ['Bearer error="insufficient_scope", scope="read write"']
    expired = over_asgi(
        guard(Bearer(b"thirty-two bytes of a test secret", algorithms=["HS256"])),
        request(headers={"Authorization": f"Bearer {token(exp=1)}"}),
    )
    assert expired.all("www-authenticate") == [
        'Bearer error="invalid_token", error_description="The token has expired."'
    ]
    silent = over_asgi(guard(Scope("read"), show="nothing"), request(headers=ADA))
    assert silent.all("www-authenticate") == []


# hidden


@pytest.mark.parametrize("door", DOORS)
def test_hidden_is_asked_by_get_and_changes_nothing(door: str) -> None:
    """A hidden POST never reaches a handler that would act: the application is asked by GET for what is not there, without the body."""
    came = play(
        door,
        guard(Hide(Role("admin"))),
        request("POST", body=b"delete=everything", headers={"Content-Type": "text/plain"}),
    )
    assert came.status == 404
    assert came.asked[0].startswith("GET /")
    assert "here" not in came.asked[0]
    assert came.asked[1] == ""


def test_hidden_where_every_path_is_there() -> None:
    """An application that answers everything with a page has no 404 of its own: then there is a plain one, and none of its pages."""

    async def everything(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"secret page"})

    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("no page")

    for app in (everything, broken):
        came = over_asgi(guard(Hide(Role("admin"))), request(), app)
        assert (came.status, b"secret" in came.body, came.header("why403-seal")) == (404, False, None)


# seen without refusing


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("shadow", [True, False])
def test_shadow(door: str, shadow: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Of the whole guard, or of one rule: decided, logged, let through."""
    known = guard(Role("admin"), shadow=True) if shadow else guard(Shadow(Role("admin")))
    with caplog.at_level(logging.INFO, "why403.guard"):
        assert play(door, known, request(headers=BOB)).status == 200
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert caplog.records[0].getMessage().startswith("shadow: why403.guard refused GET /here: denial=")
    assert caplog.records[0].why403["shadow"] is True  # type: ignore[attr-defined]


def test_decide() -> None:
    """In a test: what is decided, why, and by which line."""
    decision = guard(Role("admin")).decide(
        Request.of("GET", "https://shop.example/orders", identity={"id": "ada", "roles": ["reader"]})
    )
    assert (decision.admitted, decision.status, decision.cause, decision.identity and decision.identity.id) == (
        False,
        403,
        "role-missing",
        "ada",
    )
    assert str(decision).startswith("why403.guard refused GET /orders: denial=")
    assert str(guard().decide(request())) == "admitted"


def test_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """A structured record with the denial's id, one line, masked; a rule that raised is an error, without its message."""
    secret = "-".join(("example", "key", "that", "is", "secret"))
    known = guard(ApiKey({"0" * 64: "robot"}))
    asked = request(headers={"X-API-Key": secret})
    asked.path = "/here\r\nERROR forged"
    with caplog.at_level(logging.INFO, "why403.guard"):
        came = over_asgi(known, asked)
        guard(Owner(lambda asked: json.loads(secret))).decide(request(headers=ADA))
    record, raised, refused = caplog.records
    held = record.why403  # type: ignore[attr-defined]
    assert (held["cause"], held["denial"], held["address"]) == (
        "token-invalid",
        came.header("why403-denial"),
        "192.0.2.1",
    )
    assert "\n" not in record.getMessage()
    assert secret not in caplog.text
    assert (raised.levelname, refused.levelname) == ("ERROR", "WARNING")
    assert "raised JSONDecodeError at json/decoder.py:" in raised.getMessage()
    assert all(secret not in str(vars(each)) for each in caplog.records)


def test_the_log_of_what_is_admitted(caplog: pytest.LogCaptureFixture) -> None:
    """At level DEBUG, and at no other."""
    for level, lines in ((logging.DEBUG, ["why403.guard admitted GET /here"]), (logging.INFO, [])):
        caplog.clear()
        with caplog.at_level(level, "why403.guard"):
            guard(Role("admin")).decide(request(headers=ADA))
        assert [record.getMessage() for record in caplog.records] == lines


def test_spans() -> None:
    """Where OpenTelemetry is installed the current span tells the decision."""
    from opentelemetry.sdk.trace import TracerProvider

    with TracerProvider().get_tracer("tests").start_as_current_span("request") as span:
        decision = guard(Role("admin")).decide(request(headers=BOB))
    held: Any = span
    assert held.attributes["why403.cause"] == "role-missing"
    assert held.attributes["why403.denial"] == decision.denial
    assert held.attributes["why403.rule"] == "Role('admin')"


# tokens


@pytest.mark.parametrize("door", DOORS)
def test_a_page_gives_a_token_and_its_cookie(door: str) -> None:
    """The endpoint of a single-page application: what it gives is taken, by header and by form, and the body is passed on whole."""
    known = guard(Csrf(endpoint="/csrf"))
    first = play(door, known, request(url="https://shop.example/csrf"))
    given, cookie = json.loads(first.body), (first.header("set-cookie") or "").partition(";")[0]
    assert given["header"] == "x-csrf-token"
    assert (first.header("set-cookie") or "").endswith("; Path=/; Secure; HttpOnly; SameSite=Lax")
    assert (first.header("cache-control"), first.header("vary")) == ("no-store", "Cookie")
    sent = play(
        door,
        known,
        request("POST", headers={"Cookie": cookie, given["header"]: given["token"], **BROWSER}, body=b"all of it"),
    )
    assert (sent.status, sent.asked[1]) == (200, "all of it")
    form = f"{given['field']}={given['token']}&rest=".encode() + b"x" * 200_000
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", **BROWSER}
    came = play(door, known, request("POST", headers=headers, body=form))
    assert (came.status, came.asked[1]) == (200, form.decode())
    again = play(door, known, request(url="https://shop.example/csrf", headers={"Cookie": cookie}))
    assert again.header("set-cookie") is None
    assert json.loads(again.body)["token"] != given["token"], "masked anew"


def test_a_body_in_pieces_is_passed_on_as_it_came() -> None:
    """What was read for the token is replayed; the rest streams."""
    known = guard(Csrf())
    page = request()
    known.prepare(page)
    made = page.csrf_token()
    cookie = page.cookies_to_set[0].partition(";")[0]
    chunks = [f"csrf_token={made}&a=".encode(), *(b"x" * 30_000 for _ in range(10)), b"end"]
    asked = request("POST", headers={"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", **BROWSER})
    assert over_asgi(known, asked, chunks=list(chunks)).asked[1] == b"".join(chunks).decode()


@pytest.mark.parametrize("door", DOORS)
def test_templates(door: str) -> None:
    """The helpers find the guard's request in a scope, in an environ and in what has them; the response sets the cookie."""
    pages: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        pages.extend((csrf_token(scope), csrf_field(type("R", (), {"scope": scope})()), csrf_meta(scope)))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"vary", b"Accept")]})
        await send({"type": "http.response.body", "body": b""})

    def wsgi(environ: Any, start_response: Any) -> Any:
        pages.extend(
            (
                csrf_token(environ),
                csrf_field(type("R", (), {"environ": environ})()),
                csrf_meta(type("R", (), {"META": environ})()),
            )
        )
        start_response("200 OK", [("Vary", "Accept")])
        return [b""]

    known = guard(Csrf())
    came = over_asgi(known, request(), app) if door == "asgi" else over_wsgi(known, request(), wsgi)
    assert len(came.all("set-cookie")) == 1
    assert came.all("vary") == ["Accept", "Cookie"]
    assert pages[1].startswith('<input type="hidden" name="csrf_token" value="')
    assert pages[2].startswith('<meta name="csrf-token" content="')
    cookie = came.all("set-cookie")[0].partition(";")[0]
    assert (
        play(door, known, request("POST", headers={"Cookie": cookie, "X-CSRF-Token": pages[0], **BROWSER})).status
        == 200
    )
    with pytest.raises(LookupError, match="no guard"):
        csrf_token({})
    with pytest.raises(LookupError, match="no Csrf rule"):
        request().csrf_token()


def test_a_login_renews_the_token() -> None:
    """A token of before the login is another session's after it."""
    known = guard(Csrf(session="sid"))
    page = request(headers={"Cookie": "__Host-csrf=c"})
    known.prepare(page)
    before = known.decide(
        request("POST", headers={"Cookie": "__Host-csrf=c", "X-CSRF-Token": page.csrf_token(), **BROWSER})
    )
    after = known.decide(
        request("POST", headers={"Cookie": "__Host-csrf=c; sid=s1", "X-CSRF-Token": page.csrf_token(), **BROWSER})
    )
    assert (before.admitted, after.reason) == (True, "other-session")


def test_what_the_server_saw() -> None:
    """Behind a proxy that nobody named the refusal shows what the server took for its own origin."""
    asked = request(
        "POST", "http://shop.example/here", {"Origin": "https://shop.example", "X-Forwarded-Proto": "https"}
    )
    seen = guard(Csrf()).decide(asked).explanation
    assert seen
    assert seen.seen == (
        "Origin https://shop.example; the server saw http://shop.example, x-forwarded-proto: https (of a peer that is no trusted proxy)"
    )


# cross-origin


CORS = Preflight(["https://app.example"], credentials=True, expose=["X-Total"])


@pytest.mark.parametrize("door", DOORS)
def test_preflight_before_any_credential(door: str) -> None:
    """It is answered though nobody is known and the address is not allowed; the application is not asked."""
    asked = request("OPTIONS", headers={"Origin": "https://app.example", "Access-Control-Request-Method": "DELETE",
                                        "Access-Control-Request-Headers": "authorization, content-type"})  # fmt: skip
    came = play(door, guard(CORS, AllowAddresses("10.0.0.0/8"), Role("admin"), Csrf()), asked)
    assert (came.status, came.body, came.asked) == (204, b"", [])
    assert came.header("access-control-allow-origin") == "https://app.example"
    assert came.header("access-control-allow-credentials") == "true"
    assert "DELETE" in (came.header("access-control-allow-methods") or "")
    assert came.header("vary") == "Origin"


@pytest.mark.parametrize("door", DOORS)
def test_every_answer_lets_the_browser_show_it(door: str) -> None:
    """Refusals and pages carry the CORS fields for a known origin, and for another none."""
    known = guard(CORS, Role("admin"))
    refused = play(door, known, request(headers={"Origin": "https://app.example"}))
    assert (refused.status, refused.header("access-control-allow-origin")) == (401, "https://app.example")
    assert "Why403-Seal" in (refused.header("access-control-expose-headers") or "")
    page = play(door, known, request(headers={"Origin": "https://app.example", **ADA}))
    assert (page.status, page.header("access-control-allow-origin")) == (200, "https://app.example")
    assert "X-Total" in (page.header("access-control-expose-headers") or "")
    for asked in (
        request(headers={"Origin": "https://evil.example"}),
        request(headers={"Origin": "https://evil.example", **ADA}),
        request(),
    ):
        came = play(door, known, asked)
        assert came.header("access-control-allow-origin") is None
        assert "Origin" in came.all("vary")


def test_an_options_that_is_no_preflight_is_a_request() -> None:
    assert (
        guard(CORS, Role("admin")).decide(request("OPTIONS", headers={"Origin": "https://app.example"})).cause
        == "credentials-missing"
    )


def test_the_application_s_own_cors_is_left_alone() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"access-control-allow-origin", b"*")]})
        await send({"type": "http.response.body", "body": b""})

    assert over_asgi(guard(CORS), request(headers={"Origin": "https://app.example"}), app).all(
        "access-control-allow-origin"
    ) == ["*"]


# identities


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
