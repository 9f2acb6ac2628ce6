"""Csrf in every example: tokens in forms, headers and JSON, bound to the session; what comes of each mistake, in words of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

import why403
from tests.guard_doors.shops import Shop, finding, log_in, page_token


def _client(shop: Shop) -> httpx.Client:
    return httpx.Client(base_url=shop.url, timeout=20)


def _order(client: httpx.Client, **how: Any) -> httpx.Response:
    return client.post("/orders", **how)


SENT: dict[str, Callable[[str], dict[str, Any]]] = {
    "form": lambda token: {"data": {"item": "tea", "csrf_token": token}},
    "multipart": lambda token: {
        "data": {"csrf_token": token},
        "files": {"photo": ("tea.png", b"\x89PNG" * (100_000 if token else 100))},
    },
    "JSON": lambda token: {"json": {"item": "tea", "csrf_token": token}},
    "header": lambda token: {"json": {"item": "tea"}, "headers": {"X-CSRF-Token": token}},
    "server action": lambda token: {"files": {"1_csrf_token": (None, token), "0": (None, "[]")}},
}


@pytest.mark.parametrize("place", SENT)
def test_a_token_is_taken_in_each_place(shop: Shop, place: str) -> None:
    """And not in the same place without it."""
    with _client(shop) as client:
        token = page_token(client)
        admitted = _order(client, **SENT[place](token))
        assert (admitted.status_code, admitted.json()) == (200, {"ordered": "tea"}), admitted.text
        refused = _order(client, **SENT[place](""))
        assert finding(why403.explain(refused)) == ("csrf-token-missing", "proven")


def test_the_endpoint_gives_scripts_a_token(shop: Shop) -> None:
    """With the names of header and field."""
    with _client(shop) as client:
        told = client.get("/csrf")
        assert told.headers["cache-control"] == "no-store"
        assert _order(client, headers={told.json()["header"]: told.json()["token"]}).status_code == 200


def test_every_page_has_another_token(shop: Shop) -> None:
    """Masked anew, against BREACH; all of them good."""
    with _client(shop) as client:
        tokens = [page_token(client) for _ in range(3)]
        assert len(set(tokens)) == 3
        assert {_order(client, data={"csrf_token": token}).status_code for token in tokens} == {200}


@pytest.mark.parametrize(
    ("token", "cause", "reason"),
    [
        ("undefined", "csrf-token-invalid", "undefined"),
        ("null", "csrf-token-invalid", "null"),
        ("of another application", "csrf-token-invalid", "mismatch"),
        ("", "csrf-token-missing", "token-missing"),
    ],
)
def test_each_mistake_has_its_own_words(shop: Shop, token: str, cause: str, reason: str) -> None:
    """As the caller is told them."""
    with _client(shop) as client:
        page_token(client)
        refused = _order(client, headers={"X-CSRF-Token": token})
    assert (refused.status_code, refused.json()["cause"], refused.json()["reason"]) == (403, cause, reason)
    assert finding(why403.explain(refused)) == (cause, "proven")


def test_a_token_of_before_the_login_is_of_another_session(shop: Shop) -> None:
    """So is one of somebody else's."""
    with _client(shop) as client, _client(shop) as other:
        before = page_token(client)
        log_in(client, "ada")
        log_in(other, "bob")
        assert _order(client, data={"csrf_token": page_token(client)}).status_code == 200
        for token in (before, page_token(other)):
            refused = _order(client, data={"csrf_token": token})
            assert (refused.json()["cause"], refused.json()["reason"]) == ("csrf-token-invalid", "other-session")
            assert finding(why403.explain(refused)) == ("csrf-token-invalid", "proven")


def test_a_token_without_its_cookie(shop: Shop) -> None:
    """As where a script does not send credentials."""
    with _client(shop) as client:
        token = page_token(client)
    refused = httpx.post(f"{shop.url}/orders", headers={"X-CSRF-Token": token})
    assert refused.json()["cause"] == "csrf-cookie-missing"
    assert finding(why403.explain(refused)) == ("csrf-cookie-missing", "proven")


def test_the_application_reads_the_whole_body(shop: Shop) -> None:
    """The guard has looked at its beginning, and gives it back: the form beyond the first 64 KiB arrives, too."""
    with _client(shop) as client:
        token = page_token(client)
        answer = client.post("/login", data={"csrf_token": token, "padding": "x" * 200_000, "name": "ada"})
    assert answer.json() == {"who": "ada"}
