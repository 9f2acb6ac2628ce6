"""What a caller knows beyond headers: the password of a login, the token in a body, the port of https, that POST is meant."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.probes.worlds import NOW, URL, Answer, World, has, steps, verdict
from why403.engine.prove import Limits, to_agree
from why403.engine.proved import shown
from why403.engine.recorded import har
from why403.model import Exchange, Headers, Request
from why403.probes.experiment import Given, Offer
from why403.probes.login import EXPERIMENTS, fields
from why403.readers.choose import read_bytes
from why403.tokens.places import NAMES, PASSWORDS, TOKENS

OK: Answer = (200, {}, b"ok")
NO: Answer = (401, {"Content-Type": "application/json"}, b'{"error": "no"}')
USER, TOKEN = Offer("user", "ann:example"), Offer("token", "example-token")


def asks(body: str, kind: str = "application/x-www-form-urlencoded") -> str:
    return f"curl {URL} -H 'Content-Type: {kind}' -d '{body}'"


@pytest.mark.parametrize(("body", "kind", "offer", "wanted", "confidence"), [
    ("username=ann&password=other&next=%2F", "application/x-www-form-urlencoded", USER, "username=ann&password=example&next=%2F",
     "mended: proven token-invalid"),
    ("email=bob%40shop.example&pass=other", "application/x-www-form-urlencoded", USER, "email=ann&pass=example",
     "mended: likely token-invalid"),
    ('{"login": {"user": "ann", "pwd": "other"}, "keep": true}', "application/json", USER,
     '{"login":{"user":"ann","pwd":"example"},"keep":true}', "mended: proven token-invalid"),
    ("grant_type=refresh_token&refresh_token=other", "application/x-www-form-urlencoded", TOKEN,
     "grant_type=refresh_token&refresh_token=example-token", "mended: likely token-invalid"),
    ('{"api_key": "undefined"}', "application/json", TOKEN, '{"api_key":"example-token"}', "mended: proven credentials-malformed"),
    ('{"username": "ann", "password": ""}', "application/json", USER, '{"username":"ann","password":"example"}',
     "mended: proven credentials-missing"),
])  # fmt: skip
def test_in_the_fields_of_the_body(body: str, kind: str, offer: Offer, wanted: str, confidence: str) -> None:
    world = World(lambda request, _: OK if request.body == wanted.encode() else NO)
    proof = world.prove(asks(body, kind), Limits(unsafe=True, offers=(offer,), now=NOW))
    assert verdict(proof) == confidence
    assert len(world.asked) == 3, steps(proof)
    assert has(world.asked[1], "content-length") == str(len(wanted)), "the length is the new body's"
    assert not has(world.asked[1], "authorization"), "what stands in the body is tried there"


def test_a_body_without_such_fields_is_left_alone() -> None:
    world = World(lambda *_: NO)
    world.prove(asks("item=7&note=other"), Limits(unsafe=True, offers=(USER, TOKEN), now=NOW))
    assert {request.body for request in world.asked if request.method == "POST"} == {b"item=7&note=other"}


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.text(max_size=8), st.text(max_size=20)), max_size=6, unique_by=lambda pair: pair[0]),
    st.text(max_size=20),
    st.booleans(),
)
def test_every_other_field_stays(pairs: list[tuple[str, str]], password: str, as_json: bool) -> None:
    pairs = [(name, value) for name, value in pairs if name.lower() not in (*NAMES, *PASSWORDS)]
    old = [*pairs[:3], ("user", "ann"), ("password", "old"), *pairs[3:]]
    body = json.dumps(dict(old)).encode() if as_json else urlencode(old).encode()
    request = Request("POST", URL, Headers([("Content-Length", str(len(body)))]), body)
    put = Given(Exchange(request, None, 0), (Offer("user", f"ann:{password}"),))
    steps = EXPERIMENTS[0].run(put)
    with pytest.raises(StopIteration) as end:
        next(steps)
    (attempt,) = end.value.value.tries
    new = [(name, password if name == "password" else value) for name, value in old]
    told = attempt.changes[0].body
    if as_json:
        assert list(json.loads(told).items()) == new
    else:
        assert parse_qsl(told.decode(), keep_blank_values=True) == new


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_body_is_read_or_left(body: bytes) -> None:
    for start in (b"", b"{", b"a=", b'{"a":'):
        found = fields(Given(Exchange(Request("POST", URL, None, start + body), None, 0)))
        assert all(path and isinstance(value, str) for path, value in found)


def test_https_on_the_port_that_the_user_knows() -> None:
    def answers(request: Request, _: int) -> Answer:
        return OK if (request.url or "").startswith("https://shop.example:8443/") else (403, {}, b"no")

    world = World(answers)
    asked = "curl http://shop.example:8080/orders -H 'Host: shop.example:8080'"
    proof = world.prove(asked, Limits(offers=(Offer("https", "8443"),), now=NOW))
    assert verdict(proof) == "mended: proven https-required"
    assert proof.mended is not None
    assert (proof.mended.url, has(proof.mended, "host")) == ("https://shop.example:8443/orders", None)
    assert {request.url for request in world.asked} == {
        "http://shop.example:8080/orders",
        "https://shop.example:8443/orders",
    }
    world = World(answers)
    proof = world.prove(
        "curl http://shop.example:8080/orders -H 'Host: site.example'",
        Limits(offers=(Offer("https", "8443"),), now=NOW),
    )
    assert proof.mended is not None
    assert has(proof.mended, "host") == "site.example", "a Host that names a site stays"


def test_without_that_port_no_other_is_asked() -> None:
    world = World(lambda *_: (403, {}, b"no"))
    world.prove("curl http://shop.example:8080/orders")
    assert {(request.url or "").partition("/orders")[0].partition("/robots")[0] for request in world.asked} <= {
        "http://shop.example:8080", "http://shop.example:8080/why403-no-such-path",
    }  # fmt: skip


@pytest.mark.parametrize("name", [*PASSWORDS, *TOKENS, "newPassword", "user[password]", "clientSecret"])
@pytest.mark.parametrize("as_json", [True, False])
def test_what_is_tried_in_a_body_is_masked(name: str, as_json: bool) -> None:
    """Neither the refused one nor the given one stands in the report or in the recording."""
    old, new = "wrong-horse-battery-17", "right-horse-battery-18"
    body = json.dumps({"login": {"user": "ann", name: old}}) if as_json else urlencode({"user": "ann", name: old})
    case = read_bytes(asks(body, "application/json" if as_json else "application/x-www-form-urlencoded").encode())
    offers = (Offer("user", f"ann:{new}"), Offer("token", new))
    proof = World(lambda *_: NO).prove(case, Limits(unsafe=True, offers=offers, now=NOW))
    for text in (str(shown(proof, case)), har(proof, case)):
        assert old not in text
        assert new not in text


class TestLink:
    """A freshly signed link to the same thing."""

    OLD, NEW = (
        f"https://shop.example/file.txt?md5={word}&expires={ends}"
        for word, ends in (("old", 1577836800), ("new", 4102444800))
    )

    @pytest.mark.parametrize("refused", [OLD, NEW.replace("new", "altered")])
    def test_it_is_tried_first(self, refused: str) -> None:
        world = World(lambda request, _: OK if request.url == self.NEW else (403, {}, b"no"))
        proof = world.prove(f"curl '{refused}'", Limits(offers=(Offer("link", self.NEW),), now=NOW))
        assert verdict(proof) == "mended: proven signed-url-expired"
        assert len(world.asked) == 3, steps(proof)

    @pytest.mark.parametrize(
        "link", ["https://other.example/file.txt?md5=new", "https://shop.example/other.txt?md5=new", "file.txt"]
    )
    def test_a_link_to_something_else_is_a_mistake(self, link: str) -> None:
        with pytest.raises(ValueError, match="leads elsewhere"):
            World(lambda *_: OK).prove(f"curl '{self.OLD}'", Limits(offers=(Offer("link", link),), now=NOW))


class TestPost:
    """POST in place of GET."""

    WANTS = "\n\nHTTP/1.1 405 Method Not Allowed\nAllow: POST, OPTIONS\nContent-Length: 0\n"
    ASKED = "curl 'https://shop.example/login?user=ann&a=%C3%A9'"

    @staticmethod
    def answers(request: Request, _: int) -> Answer:
        return OK if request.method == "POST" else (405, {"Allow": "POST, OPTIONS"}, b"")

    def test_where_it_was_agreed_to(self) -> None:
        world = World(self.answers)
        proof = world.prove(self.ASKED + self.WANTS, Limits(unsafe=True, now=NOW))
        assert verdict(proof) == "mended: proven method-refused"
        sent = world.asked[1]
        assert (sent.method, sent.url, sent.body) == ("POST", "https://shop.example/login", b"user=ann&a=%C3%A9")
        assert has(sent, "content-type") == "application/x-www-form-urlencoded"
        assert proof.changes[0].says == "with POST in place of GET, its parameters in the body"

    def test_not_without_consent(self) -> None:
        world = World(self.answers)
        proof = world.prove(self.ASKED + self.WANTS, Limits(now=NOW))
        assert verdict(proof) == "narrowed: proven method-refused"
        assert {request.method for request in world.asked} == {"GET"}

    def test_not_what_was_never_shown(self) -> None:
        """The paste shows no answer: that POST is wanted becomes known after the consent was given for what was pasted."""
        world = World(self.answers)
        limits = Limits(unsafe=True, now=NOW)
        world.prove(self.ASKED, limits)
        assert {request.method for request in world.asked} <= {"GET", "OPTIONS"}
        assert [request.method for request in to_agree(read_bytes(self.ASKED.encode()), limits)] == ["GET"]

    def test_what_may_be_sent_is_shown(self) -> None:
        shown = to_agree(read_bytes((self.ASKED + self.WANTS).encode()), Limits(unsafe=True, now=NOW))
        assert [(request.method, request.body or b"") for request in shown] == [
            ("GET", b""),
            ("POST", b"user=ann&a=%C3%A9"),
        ]

    def test_not_where_the_answer_allows_something_else(self) -> None:
        world = World(lambda *_: (405, {"Allow": "PUT"}, b""))
        pasted = self.ASKED + self.WANTS.replace("POST, OPTIONS", "PUT")
        world.prove(pasted, Limits(unsafe=True, now=NOW))
        assert {request.method for request in world.asked} <= {"GET", "HEAD", "OPTIONS"}
