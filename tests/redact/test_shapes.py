"""What stays, because the reasoning needs it, and what becomes equal or stays different."""

from __future__ import annotations

import base64
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.engine.redaction import Redaction, redaction
from why403.writers.redact import Wishes

from .places import asked, content, curl, entry, field, head, posted
from .secrets import ALNUM, HARD, jwt, left
from .test_planted import KEY, har

PLACEHOLDER = r"why403-[a-z]+-[a-z]+"
TOKEN = st.text(ALNUM, min_size=12, max_size=70).map(lambda text: f"q7{text}")
PASSWORD = st.text(ALNUM + HARD, min_size=10, max_size=40).map(lambda text: f"q7{text}Z")


def of(data: str | bytes, **wishes: bool) -> Redaction:
    return redaction(data.encode() if isinstance(data, str) else data, "x", KEY, Wishes(**wishes))


def value(done: Redaction, name: str) -> str:
    """The value of a request's field in a redacted HAR of one entry."""
    fields = json.loads(done.data)["log"]["entries"][0]["request"]["headers"]
    return next(str(one["value"]) for one in fields if one["name"] == name)


def authorized(text: str) -> str:
    return value(of(har(field("Authorization", text))), "Authorization")


@pytest.mark.parametrize(
    "text",
    [
        "Bearer undefined", "Bearer null", "Bearer ", "Bearer", "", "undefined", "Bearer [object Object]", "Bearer <token>",
        "Bearer {{token}}", "Bearer ${TOKEN}", "Bearer $TOKEN", "Bearer %TOKEN%", "Bearer ********", "Basic undefined", "null",
    ],
)  # fmt: skip
def test_what_is_no_secret_but_the_cause_stays(text: str) -> None:
    assert authorized(text) == text


@pytest.mark.parametrize("name", ["X-CSRFToken", "X-Api-Key", "Cookie"])
@pytest.mark.parametrize("text", ["undefined", "null", "", "no-check", "required"])
def test_so_it_does_in_other_fields(name: str, text: str) -> None:
    sent = f"sid={text}" if name == "Cookie" else text
    assert value(of(har(field(name, sent))), name) == sent


@given(TOKEN)
@settings(max_examples=25, deadline=None)
def test_the_form_of_a_credential_stays(token: str) -> None:
    """Scheme, repeated scheme, colon, quotation marks, white space, URL encoding: each may be the fault."""
    for text, form in (
        (f"Bearer {token}", rf"Bearer {PLACEHOLDER}"),
        (f"bearer {token}", rf"bearer {PLACEHOLDER}"),
        (f"Bearer Bearer {token}", rf"Bearer Bearer {PLACEHOLDER}"),
        (f"Bearer: {token}", rf"Bearer: {PLACEHOLDER}"),
        (f'Bearer "{token}"', rf'Bearer "{PLACEHOLDER}"'),
        (f"Bearer {token}abcdefgh {token}", rf"Bearer {PLACEHOLDER} [a-z]{{8}}"),
        (f"Bearer {token}%3D", r"Bearer why403%2D[a-z]+-[a-z]+"),
        (f"ApiKey {token}", rf"ApiKey {PLACEHOLDER}"),
        (f"Basic ann:{token}", rf"Basic ann:{PLACEHOLDER}"),
        (token, PLACEHOLDER),
    ):
        assert re.fullmatch(form, authorized(text)), (text, authorized(text))


@given(PASSWORD)
@settings(max_examples=25, deadline=None)
def test_basic_keeps_the_name(password: str) -> None:
    pair = base64.b64encode(f"ann:{password}".encode()).decode()
    assert re.fullmatch(
        r"ann:why403(?:-|%2D)password-[a-z]+", base64.b64decode(authorized(f"Basic {pair}")[6:]).decode()
    )


@given(TOKEN)
@settings(max_examples=25, deadline=None)
def test_what_is_no_pair_stays_none(token: str) -> None:
    def pair(text: str) -> bool:
        try:
            return b":" in base64.b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            return False

    if not pair(token):
        assert not pair(authorized(f"Basic {token}")[6:])


def test_a_prefix_stays() -> None:
    for prefix in ("gh" + "p_", "sk_" + "live_", "xox" + "b-"):
        assert re.fullmatch(
            rf"Bearer {prefix}{PLACEHOLDER}", authorized(f"Bearer {prefix}1234567890abcdefghijABCDEFGHIJ123456")
        )


@given(st.binary(min_size=1, max_size=80))
@settings(max_examples=30, deadline=None)
def test_a_jwt_keeps_header_and_claims_and_still_parses(signature: bytes) -> None:
    token = jwt(base64.urlsafe_b64encode(signature + b"12345678").decode().rstrip("="), sub="ann", exp=1)
    header, claims, new = authorized(f"Bearer {token}")[7:].split(".")
    assert [header, claims] == token.split(".")[:2]
    assert base64.urlsafe_b64decode(new + "=" * (-len(new) % 4))
    assert len(new) % 4 != 1


def test_a_jwt_that_was_cut_is_still_cut() -> None:
    header, claims, _ = jwt("c2ln", sub="ann", scope="read write", long="x" * 40).split(".")
    for text in (f"{header}.{claims}", f"{header}.{claims}.", header + "x" * 60):
        before = redaction(har(field("Authorization", f"Bearer {text}")), "x", KEY, Wishes())
        assert before.same


def test_claims_are_hidden_on_request() -> None:
    token = jwt("c2lnbmF0dXJl", sub="ann@shop.example", exp=1795168800, roles=["admin-of-7"], admin=True)
    done = of(har(field("Authorization", f"Bearer {token}")), hide_claims=True)
    claims = json.loads(base64.urlsafe_b64decode(value(done, "Authorization")[7:].split(".")[1] + "=="))
    assert claims["exp"] == 1795168800
    assert claims["admin"] is True
    assert re.fullmatch(PLACEHOLDER, claims["sub"])
    assert re.fullmatch(PLACEHOLDER, claims["roles"][0])


def test_personal_data_go_on_request_only() -> None:
    text = "403 Forbidden for ann@shop.example from 203.0.113.9, 2001:4860:4860::8888, call +49 170 1234567"
    assert of(text).data.decode() == text
    done = of(text, personal=True).data.decode()
    for datum in ("ann@", "shop.example", "203.0.113.9", "4860", "1234567"):
        assert datum not in done
    assert "@example.invalid" in done
    assert " from 198.1" in done


@given(TOKEN, TOKEN)
@settings(max_examples=25, deadline=None)
def test_equal_secrets_stay_equal_and_different_ones_different(one: str, other: str) -> None:
    """In a cookie, a field, a form, a query, a body, encoded or not: one placeholder for one value."""
    tokens = (one, other)
    data = har(
        *(
            entry(
                request={
                    "url": f"https://a.example/?csrf_token=%{ord(token[0]):02x}{token[1:]}",
                    "headers": [
                        {"name": "Cookie", "value": f"csrftoken={token}"},
                        {"name": "X-CSRFToken", "value": token},
                    ],
                    "postData": {
                        "mimeType": "application/x-www-form-urlencoded",
                        "text": f"csrfmiddlewaretoken={token}&a=1",
                    },
                },
                comment=f"so {base64.b64encode(token.encode()).decode()} and {token}.",
            )
            for token in tokens
        )
    )
    marks = []
    for part in json.loads(of(data).data)["log"]["entries"]:
        found = re.findall(r"why403(?:-|%2D)([a-z]+-[a-z]+)", json.dumps(part))
        assert len(found) == 5
        decoded = base64.b64decode(part["comment"].split()[1]).decode()
        marks.append({*found, decoded.removeprefix("why403-")})
    assert [len(mark) for mark in marks] == [1, 1]
    assert (marks[0] == marks[1]) == (one == other)


def test_djangos_masked_tokens_explain_the_same() -> None:
    """One secret under two masks: the values differ before and after; equal ones of 64 letters stay equal and 64 long."""
    body = "<h1>Forbidden</h1><p>CSRF verification failed. Request aborted.</p><p>CSRF token from the 'X-Csrftoken' HTTP header incorrect."
    first, second = "aB3" * 21 + "x", "Zy8" * 21 + "x"
    for cookie, sent in ((first, second), (first, first), (first[:32], second)):
        request = {
            "headers": [{"name": "Cookie", "value": f"csrftoken={cookie}"}, {"name": "X-CSRFToken", "value": sent}],
            "postData": {"mimeType": "text/plain", "text": "a"},
        }
        done = of(har(entry(request=request, response={"content": {"mimeType": "text/html", "text": body}})))
        assert done.same
        assert done.before
        held = value(done, "Cookie").removeprefix("csrftoken=")
        assert (held == value(done, "X-CSRFToken")) == (cookie == sent)
        assert len(held) == len(cookie)


@given(PASSWORD)
@settings(max_examples=30, deadline=None)
def test_a_copy_of_a_copy_is_the_copy(password: str) -> None:
    for data in (
        curl("-u", f"ann:{password}", "-H", f"Authorization: Bearer {jwt('c2lnbmF0dXJl')}").encode(),
        har(
            posted(json.dumps({"password": password}), "application/json"),
            asked("X-Amz-Signature=0123456789abcdef0123456789abcdef"),
        ),
    ):
        once = of(data).data
        assert of(once).data == once


@given(st.recursive(TOKEN.map(lambda one: {"access_token": one}), lambda deeper: st.one_of(
    deeper.map(lambda held: {"payload": json.dumps(held)}),
    deeper.map(lambda held: {"data": base64.b64encode(json.dumps(held).encode()).decode()}),
    deeper.map(lambda held: {"next": "https://x.example/?q=" + __import__("urllib.parse").parse.quote(json.dumps(held), safe="")}),
    deeper.map(lambda held: {"list": [held, {"n": 1}]}),
), max_leaves=4))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_encodings_within_encodings(held: dict[str, object]) -> None:
    text = json.dumps(held)
    for data in (
        har(content(text)),
        har(posted(text, "application/json")),
        text.encode(),
        head("X-State", text).encode(),
    ):
        done = of(data)
        assert left(done.data, _tokens(held)) == []


def _tokens(held: object) -> list[str]:
    return list(re.findall(r"q7[A-Za-z0-9]{12,}", _all(held)))


def _all(held: object) -> str:
    from .secrets import readings

    return b"\n".join(readings(json.dumps(held).encode(), 5)).decode("utf-8", "replace")


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_redacted_or_refused_in_one_line(data: bytes) -> None:
    from why403.model import Why403Error

    for given_data in (data, b'{"log":{"entries":[' + data + b"]}}", b"HTTP/1.1 403 Forbidden\n\n" + data):
        try:
            assert of(given_data).data
        except Why403Error as fault:
            assert "\n" not in fault.message
