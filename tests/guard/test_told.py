"""What a refusal tells, in which form, and what it hides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.guard.play import DOORS, guard, over_asgi, over_wsgi, play, request
from tests.guard.situations import token
from why403.guard import (
    AllowAddresses,
    ApiKey,
    Bearer,
    Hide,
    Owner,
    Role,
    Scope,
)  # fmt: skip

ADA, BOB = {"X-Who": "ada roles=admin"}, {"X-Who": "bob roles=reader"}


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
