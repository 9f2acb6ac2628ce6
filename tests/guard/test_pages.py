"""What a guard does for pages: tokens and their cookies, the body passed on, CORS on every answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.guard.play import DOORS, guard, over_asgi, over_wsgi, play, request
from why403.guard import (
    AllowAddresses,
    Csrf,
    Preflight,
    Role,
    csrf_field,
    csrf_meta,
    csrf_token,
)  # fmt: skip

ADA = {"X-Who": "ada roles=admin"}
BROWSER = {"Origin": "https://shop.example", "Sec-Fetch-Site": "same-origin"}


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
