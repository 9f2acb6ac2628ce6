"""What a refusal looks like: its three forms, the hidden one, the one that was only logged, a websocket's; and that keys may rotate."""

from __future__ import annotations

import re

import httpx
import pytest
from examples.guard.issuer import Issuer
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

import why403
from tests.guard_doors.shops import Shop, finding

FORMS = {"application/json": "application/problem+json", "text/html": "text/html", "text/plain": "text/plain"}
CHANGES = ("date", "set-cookie")  # fields that differ from one answer to the next
HIDDEN = [
    (method, path)
    for method in ("GET", "HEAD", "POST")
    for path in ("/internal/plans", "/internal/plans/", "/internal/nothing")
]


@pytest.mark.parametrize("accept", FORMS)
def test_each_form_is_explained(shop: Shop, accept: str, issuer: Issuer, key: str) -> None:
    """By its body alone, too: what somebody pastes."""
    fields = {"Accept": accept, "Authorization": f"Bearer {issuer.token('ada')}"}
    answer = httpx.get(f"{shop.url}/loud", headers=fields)
    assert answer.headers["content-type"].startswith(FORMS[accept])
    assert finding(why403.explain(answer)) == ("role-missing", "proven")
    assert finding(why403.explain(answer.text)) == ("role-missing", "proven")
    assert finding(why403.explain(answer.text, key=key)) == ("role-missing", "proven")


@pytest.mark.parametrize(("method", "path"), [*HIDDEN, ("GET", "/hidden")])
def test_what_is_hidden_looks_like_what_is_not_there(shop: Shop, path: str, method: str, issuer: Issuer) -> None:
    """Status, fields and body are the application's own 404's; the log knows better."""
    fields = {"Authorization": f"Bearer {issuer.token('ada')}"}
    hidden = httpx.request(method, f"{shop.url}{path}", headers=fields)
    # as long as the hidden one: a page may repeat the path
    other = path.replace("plans", "plane").replace("nothing", "nowhere").replace("hidden", "hiddem")
    absent = httpx.request(method, f"{shop.url}/x{other[2:]}", headers=fields)
    assert hidden.status_code == absent.status_code == 404
    assert _fields(hidden) == _fields(absent)
    assert hidden.text.replace(path, "PATH") == absent.text.replace(f"/x{other[2:]}", "PATH")
    assert finding(why403.explain(shop.logged(f"{method} {path}:"))) == ("role-missing", "proven")


def test_what_is_hidden_is_shown_to_whom_it_may(shop: Shop, issuer: Issuer) -> None:
    """To an admin."""
    fields = {"Authorization": f"Bearer {issuer.token('grace')}"}
    assert {httpx.get(f"{shop.url}{path}", headers=fields).status_code for path in ("/internal/plans", "/hidden")} == {
        200
    }


def test_a_shadow_lets_through_and_logs(shop: Shop, issuer: Issuer) -> None:
    """What it would have refused is in the log, and explained."""
    answer = httpx.get(f"{shop.url}/draft", headers={"Authorization": f"Bearer {issuer.token('ada')}"})
    assert answer.status_code == 200
    line = shop.logged("GET /draft:")
    assert "shadow: why403.guard refused" in line
    assert "cause=role-missing" in line


def test_the_log_names_the_rule_and_its_line(shop: Shop, issuer: Issuer) -> None:
    """File and line on which the rule was written."""
    answer = httpx.get(f"{shop.url}/loud", headers={"Authorization": f"Bearer {issuer.token('ada')}"})
    line = shop.logged(answer.headers["why403-denial"])
    assert re.search(r"""rule="Role\('admin'\)" where=(fastapi/app|flask/app|django/urls)\.py:\d+ """, line), line


def test_a_token_of_a_new_key_is_good_at_once(shop: Shop, issuer: Issuer) -> None:
    """The application fetches the keys again when a token names one that it does not know; the old ones stay good."""
    old = issuer.token("ada")
    issuer.rotate()
    for token in (issuer.token("ada"), old):
        assert httpx.get(f"{shop.url}/orders", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_a_refusal_tells_the_origins_scripts(shop: Shop, issuer: Issuer) -> None:
    """Every refusal carries the CORS fields that let a browser show its status; only to origins that may ask."""
    front = f"http://app.shop.localhost:{issuer.port}"
    refused = httpx.get(f"{shop.url}/loud", headers={"Origin": front})
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == front
    assert refused.headers["access-control-allow-credentials"] == "true"
    assert "Why403-Cause" in refused.headers["access-control-expose-headers"]
    assert "Origin" in refused.headers["vary"]
    admitted = httpx.get(f"{shop.url}/prices", headers={"Origin": front})
    assert (admitted.status_code, admitted.headers["access-control-allow-origin"]) == (200, front)
    other = httpx.get(f"{shop.url}/loud", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


def test_a_websocket_is_refused_in_its_handshake(shops: dict[str, Shop], issuer: Issuer, key: str) -> None:
    """With the whole answer where the server can send one; and admitted."""
    url = shops["fastapi"].url.replace("http", "ws") + "/feed"
    with pytest.raises(InvalidStatus) as refused:
        connect(url, additional_headers={"Authorization": f"Bearer {issuer.token('ada')}"}, proxy=None).close()
    answer = refused.value.response
    assert (answer.status_code, answer.headers["Why403-Cause"]) == (403, "role-missing")
    text = f"HTTP/1.1 403 Forbidden\n{answer.headers}\n\n{(answer.body or b'').decode()}"
    assert finding(why403.explain(text, key=key)) == ("role-missing", "proven")
    with connect(url, additional_headers={"Authorization": f"Bearer {issuer.token('grace')}"}, proxy=None) as socket:
        assert socket.recv() == "grace"


def _fields(answer: httpx.Response) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in answer.headers.items() if name not in CHANGES)
