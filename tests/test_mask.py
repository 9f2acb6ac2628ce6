"""Secrets do not leave: every value that a case carries is masked in every string of its report."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from why403.engine.explain import explain
from why403.model import Case, Exchange, Headers, Request, Response
from why403.render import as_json, html, markdown, terminal
from why403.writers.mask import fingerprint, kept, masked, masker

SECRET = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=12, max_size=60).map(
    lambda text: f"q7{text}"
)


def case_with(secret: str) -> Case:
    """A refused exchange that carries one secret in many places."""
    headers = Headers(
        (
            ("Host", "api.shop.example"),
            ("Authorization", f"Bearer {secret}"),
            ("Cookie", f"theme=dark; sessionid={secret}"),
            ("X-Api-Key", secret),
            ("X-CSRFToken", secret),
        )
    )
    url = f"https://ann:{secret}@api.shop.example/a?access_token={secret}&page=2"
    request = Request("POST", url, headers, f"user=ann&password={secret}".encode())
    answer = Response(
        403,
        "Forbidden",
        Headers((("Set-Cookie", f"csrftoken={secret}; Path=/"),)),
        f"CSRF cookie not set. Token {secret} from {url}".encode(),
    )
    return Case("secrets", "http", (Exchange(request, answer, 0),), form="curl")


@given(SECRET)
def test_no_secret_of_the_case_is_left_in_any_format(secret: str) -> None:
    report = explain(case_with(secret))
    for text in (as_json.render(report), markdown.render(report), html.render(report), terminal.plain(report)):
        assert secret not in text


@given(SECRET)
def test_secrets_are_shown_when_asked_for(secret: str) -> None:
    assert secret in as_json.render(explain(case_with(secret), show_secrets=True))


def test_tokens_in_loose_text_are_known_by_their_shape() -> None:
    mask = masker(Case())
    for word in (
        "ghp_" + "a1" * 18,
        "glpat-" + "b2" * 10,
        "xoxb-" + "3c" * 10,
        "eyJ" + "d4" * 20 + "." + "e5" * 20 + "." + "f6" * 8,
    ):
        assert word not in mask(f"the token {word} was refused")


def test_equal_secrets_stay_recognisably_equal() -> None:
    assert masked("one-secret-value") == masked("one-secret-value")
    assert masked("one-secret-value") != masked("two-secret-value")
    assert fingerprint("a") != fingerprint("b")


def test_what_is_no_secret_stays() -> None:
    """`undefined`, placeholders and a challenge's words are what the reader needs to see."""
    mask = masker(Case())
    for text in (
        "Bearer undefined",
        "Bearer <token>",
        'Bearer realm="shop"',
        "Authorization: Bearer $TOKEN",
        "the token is expired",
    ):
        assert mask(text) == text
    assert kept("null")
