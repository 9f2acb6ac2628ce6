"""Basic credentials: the user is shown, the password never, and what is wrong has a name."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.tokens.identify import identify

from .made import NOW


def basic(pair: bytes) -> str:
    return "Basic " + base64.b64encode(pair).decode()


SOUND = basic(b"ann:an-example-password")
FAULTS = {
    "basic-no-colon": basic(b"annsecret"),
    "basic-not-base64": "Basic this is not base64!",
    "basic-plain": "Basic ann:an-example-password",
    "basic-encoded-twice": basic(base64.b64encode(b"ann:an-example-password")),
    "basic-encoded-scheme": basic(b"Basic " + base64.b64encode(b"ann:an-example-password")),
    "basic-control": basic(b"ann:an-example-password\n"),
    "basic-not-ascii": basic("ann:p\u00e4ssword".encode()),
    "basic-not-utf8": basic("ann:p\u00e4ssword".encode("latin-1")),
    "basic-padding": SOUND.rstrip("="),
    "basic-space": basic(b"ann:an-example-password "),
    "basic-base64url": "Basic " + base64.urlsafe_b64encode("ann:\u00ff\u00fe\u00ff\u00fe??>>".encode()).decode(),
    "undefined": basic(b"ann:undefined"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_basic_credentials_is_named(name: str) -> None:
    assert name in {fault.name for fault in identify(FAULTS[name], NOW).faults}


def test_the_user_is_shown_and_the_password_is_not() -> None:
    read = identify(SOUND, NOW)
    assert (read.kind, read.faults) == ("basic", ())
    assert read.facts[0][:2] == ("user", "ann")
    assert "an-example-password" not in str(read.facts)


def test_a_token_that_stands_as_password_is_read() -> None:
    read = identify(basic(f"__token__:pypi-{'a1' * 20}".encode()), NOW)
    assert [inner.title for inner in read.inner] == ["PyPI: API token"]


@given(
    st.text(min_size=1).filter(lambda text: ":" not in text),
    st.text(min_size=12, alphabet="abcdefghijklmnop0123456789"),
)
@settings(max_examples=200)
def test_no_password_is_shown(user: str, password: str) -> None:
    read = identify(basic(f"{user}:{password}".encode("utf-8", "replace")), NOW)
    assert password not in str([fact for fact in read.facts if fact.name != "user"]) + str(read.faults)


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_after_basic_gets_an_answer(text: str) -> None:
    assert identify(f"Basic {text}", NOW).kind in ("basic", "unknown", "opaque", "cookie", "jwt")
