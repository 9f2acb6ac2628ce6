"""A success that speaks of refusals is no refusal; one that carries a refusal is."""

from __future__ import annotations

import pytest

from tests.verdicts import said

DJANGO = "CSRF verification failed. Request aborted. CSRF cookie not set."
GRAPH = '{"data":null,"errors":[{"message":"jwt expired","extensions":{"code":"UNAUTHENTICATED"}}]}'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "text/html",
            f"<!doctype html><title>Ten CSRF errors explained</title><p>{'Long text. ' * 60}<p>{DJANGO}<p>{'More. ' * 60}",
        ),
        ("text/markdown", f"# FAQ\n\nIf you see `{DJANGO}` then set the cookie.\n"),
        ("application/json", '{"title":"FAQ","status":"ok","answer":"Django says: CSRF cookie not set."}'),
        ("application/javascript", 'const words = ["CSRF cookie not set.", "error code: 1020"];'),
        (
            "application/json",
            '{"choices":[{"message":{"role":"assistant","content":"RequestTimeTooSkewed means that your clock is off"}}]}',
        ),
    ],
)
def test_what_a_page_speaks_about_is_not_said(kind: str, body: str) -> None:
    assert said(f"HTTP/1.1 200 OK\nContent-Type: {kind}\n\n{body}\n") == "nothing"


def test_an_error_object_in_a_success_is_a_refusal() -> None:
    assert said(f"HTTP/1.1 200 OK\nContent-Type: application/json\n\n{GRAPH}\n") != "nothing"


@pytest.mark.parametrize("before", ["We no longer see ", "This fixes: ", "It used to say ", "docs: explain "])
def test_a_message_that_is_spoken_of_is_not_proven(before: str) -> None:
    assert not said(f"{before}Forbidden (CSRF cookie not set.): /x\nnow it answers 403").startswith("proven")
