"""Digest: the answers of RFC 7616's example, and what is made of any challenge."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.probes.worlds import NOW, URL, Answer, World, has, verdict
from why403.engine.prove import Limits
from why403.model import Exchange, Headers, Request, Response
from why403.probes.digest import authorization, challenged
from why403.probes.experiment import Offer

REALM = 'realm="http-auth@example.org", qop="auth, auth-int"'
NONCES = 'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
OWN = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def answer(*fields: str) -> Exchange:
    headers = Headers(("WWW-Authenticate", field) for field in fields)
    return Exchange(Request("GET", "http://www.example.org/dir/index.html"), Response(401, None, headers, b""), 0)


@pytest.mark.parametrize(("algorithm", "wanted"), [
    ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
    ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
])  # fmt: skip
def test_the_example_of_the_rfc(algorithm: str, wanted: str) -> None:
    """RFC 7616, section 3.9.1."""
    exchange = answer(f"Digest {REALM}, algorithm={algorithm}, {NONCES}")
    asked = challenged(exchange)
    assert asked is not None
    told = authorization(exchange.request or Request(), asked, "Mufasa", "Circle of Life", OWN)
    assert f'response="{wanted}"' in told
    for part in (
        'username="Mufasa"',
        'uri="/dir/index.html"',
        "qop=auth, nc=00000001",
        f'cnonce="{OWN}"',
        f"algorithm={algorithm}",
    ):
        assert part in told


def test_the_challenge_without_protection() -> None:
    """RFC 2069's form, by the formula of RFC 7616, section 3.4.1, without count and client's nonce."""
    asked = challenged(answer('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'))
    assert asked is not None
    told = authorization(Request("GET", "http://h.example/dir/index.html"), asked, "Mufasa", "CircleOfLife")
    assert (
        'response="1949323746fe6a43ef61f9606e7febea"' in told
    )  # the answer of RFC 2069's example, as its erratum 749 corrects it
    assert "cnonce" not in told


@pytest.mark.parametrize("fields", [
    ("Basic realm=\"x\"",), ("Digest realm=\"x\"",), ("Digest nonce=\"x\", algorithm=TOKEN",),
    ("Digest nonce=\"x\", qop=\"auth-int\"",), (),
])  # fmt: skip
def test_what_cannot_be_answered(fields: tuple[str, ...]) -> None:
    assert challenged(answer(*fields)) is None


def test_the_known_one_of_several() -> None:
    found = challenged(
        answer(
            'Basic realm="x", Digest realm="y", nonce="n1", algorithm=SHA-512-256, Digest realm="y", nonce="n2", algorithm=MD5'
        )
    )
    assert found is not None
    assert found["nonce"] == "n2"


def test_a_user_is_tried_as_the_answer_asks() -> None:
    def answers(request: Request, _: int) -> Answer:
        sent = has(request, "authorization") or ""
        good = sent.startswith("Digest ") and 'username="ann"' in sent and 'nonce="n7"' in sent
        return (
            (200, {}, b"ok")
            if good
            else (401, {"WWW-Authenticate": 'Digest realm="shop", nonce="n7", qop="auth"'}, b"")
        )

    world = World(answers)
    proof = world.prove(f"curl {URL} -u ann:example", Limits(offers=(Offer("user", "ann:example"),), now=NOW))
    assert verdict(proof) == "mended: proven credentials-malformed"
    assert len(world.asked) == 3


@settings(max_examples=300)
@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=20))
def test_any_challenge_is_answered_or_left(field: str, user: str, password: str) -> None:
    for start in ("Digest ", 'Digest nonce="n", ', ""):
        if asked := challenged(answer(start + field)):
            told = authorization(Request("GET", URL), asked, user, password)
            assert re.search(r'response="[0-9a-f]{32,64}"', told)
