"""HMAC schemes: signatures of the vendors' own libraries are right, and the usual mistakes are named."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.model import BadCall, Headers, Request, Weight
from why403.rules.hmac import Recipe, recipe, recipes, recognised, verdict
from why403.rules.hmac.mistakes import SIZES
from why403.rules.hmac.template import View, fill

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))["vectors"]
SECRET = "example-secret"
CODED = base64.b64encode(b"example-secret-of-a-test").decode()
AT = datetime(2026, 11, 20, 10, 0, 0, tzinfo=UTC)
STAMP = "1795168800"
BODY = '{"id": 7, "name": "Renée"}\n'


def of(vector: dict[str, Any]) -> Request:
    headers = Headers((name, value) for name, value in vector["headers"])
    return Request(vector["method"], vector["url"], headers, vector["body"].encode(), "HTTP/1.1")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['recipe']} by {vector['made_by']}")
def test_the_vendors_own_signature_is_right(vector: dict[str, Any]) -> None:
    request, secret = of(vector), "".join(vector["secret"])
    at = datetime.fromtimestamp(vector["at"], UTC) if vector["at"] else None
    assert recognised(request)[0].id == vector["recipe"]
    found = verdict(request, recipe(vector["recipe"]), secret, at)
    assert (found.sound, found.faults) == (True, ())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['recipe']} by {vector['made_by']}")
def test_another_secret_is_told(vector: dict[str, Any]) -> None:
    found = verdict(of(vector), recipe(vector["recipe"]), "another-secret-than-that-which-signed", None)
    assert found.sound is False
    assert found.faults[0].part == "key"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['recipe']} by {vector['made_by']}")
def test_without_the_secret_nothing_is_claimed(vector: dict[str, Any]) -> None:
    found = verdict(of(vector), recipe(vector["recipe"]), None, None)
    assert found.sound is None
    assert found.expected is None
    assert not [fault for fault in found.faults if fault.sure >= Weight.STRONG]
    assert any("secret" in sentence for sentence in found.unknown)


def mac(digest: str, message: str | bytes, secret: str | bytes = SECRET) -> bytes:
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, message.encode() if isinstance(message, str) else message, digest).digest()


def hexed(value: bytes) -> str:
    return value.hex()


def based(value: bytes) -> str:
    return base64.b64encode(value).decode()


Make = Callable[[str, str], tuple[list[tuple[str, str]], str]]


def of_body(name: str, digest: str = "sha256", write: Callable[[bytes], str] = hexed, prefix: str = "") -> Make:
    """A scheme that signs the body alone."""
    return lambda body, secret: ([(name, prefix + write(mac(digest, body, secret)))], body)


def stamped(name: str, form: str, message: str, more: str = "", write: Callable[[bytes], str] = hexed) -> Make:
    """A scheme that signs a time and the body."""

    def make(body: str, secret: str) -> tuple[list[tuple[str, str]], str]:
        value = write(mac("sha256", message.format(t=STAMP, body=body), secret))
        fields = [(name, form.format(t=STAMP, value=value))]
        return ([*fields, (more, STAMP)] if more else fields), body

    return make


def mailgun(_: str, secret: str) -> tuple[list[tuple[str, str]], str]:
    value = hexed(mac("sha256", f"{STAMP}example-token", secret))
    return [], json.dumps({"signature": {"timestamp": STAMP, "token": "example-token", "signature": value}})


def zendesk(body: str, secret: str) -> tuple[list[tuple[str, str]], str]:
    value = based(mac("sha256", f"2026-11-20T10:00:00Z{body}", secret))
    name = "X-Zendesk-Webhook-Signature"
    return [(name, value), (f"{name}-Timestamp", "2026-11-20T10:00:00Z")], body


def legacy(body: str, secret: str) -> tuple[list[tuple[str, str]], str]:
    value = hexed(mac("sha256", f"{STAMP}POST/hook?a=1{body}", secret))
    return [("CB-ACCESS-SIGN", value), ("CB-ACCESS-TIMESTAMP", STAMP)], body


# written from the vendors' pages once more, without templates
BY_HAND: dict[str, Make] = {
    "hub-signature": of_body("X-Hub-Signature-256", prefix="sha256="),
    "hub-signature-sha1": of_body("X-Hub-Signature", "sha1", prefix="sha1="),
    "bitbucket": of_body("X-Hub-Signature", prefix="sha256="),
    "shopify-webhook": of_body("X-Shopify-Hmac-Sha256", write=based),
    "lemon-squeezy": of_body("X-Signature"),
    "razorpay": of_body("X-Razorpay-Signature"),
    "line": of_body("x-line-signature", write=based),
    "dropbox": of_body("X-Dropbox-Signature"),
    "linear": of_body("Linear-Signature"),
    "vercel": of_body("x-vercel-signature", "sha1"),
    "sentry": of_body("Sentry-Hook-Signature"),
    "stripe": stamped("Stripe-Signature", "t={t},v1={value}", "{t}.{body}"),
    "calendly": stamped("Calendly-Webhook-Signature", "t={t},v1={value}", "{t}.{body}"),
    "paddle": stamped("Paddle-Signature", "ts={t};h1={value}", "{t}:{body}"),
    "slack": stamped("X-Slack-Signature", "v0={value}", "v0:{t}:{body}", "X-Slack-Request-Timestamp"),
    "zoom": stamped("x-zm-signature", "v0={value}", "v0:{t}:{body}", "x-zm-request-timestamp"),
    "mailgun": mailgun,
    "zendesk": zendesk,
    "coinbase-legacy": legacy,
}


def made(name: str, body: str = BODY, secret: str = SECRET) -> Request:
    fields, sent = BY_HAND[name](body, secret)
    fields = [("Host", "shop.example"), ("Content-Type", "application/json"), *fields]
    return Request("POST", "https://shop.example/hook?a=1", Headers(fields), sent.encode(), "HTTP/1.1")


@pytest.mark.parametrize("name", BY_HAND)
def test_a_signature_made_by_hand_is_right(name: str) -> None:
    found = verdict(made(name), recipe(name), SECRET, AT)
    assert (found.sound, found.faults) == (True, ())
    assert recognised(made(name))[0].id == name


def test_every_recipe_is_held_to_something() -> None:
    """A library of the vendor, or the scheme written once more by hand."""
    assert {one.id for one in recipes()} == {*BY_HAND, *(vector["recipe"] for vector in VECTORS)}
    assert len(recipes()) >= 36


def test_github_says_what_hello_world_gives() -> None:
    """The example of https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries."""
    value = "757107ea0eb2509fc211221cce984b8a" + "37570b6d7586c22c46f4379c8b043e17"
    request = Request("POST", "/", Headers([("X-Hub-Signature-256", f"sha256={value}")]), b"Hello, World!")
    assert verdict(request, recipe("hub-signature"), "It's a Secret to Everybody", None).sound is True


def test_the_rfcs_own_example_is_right() -> None:
    """RFC 9421, appendix B.2.5."""
    key = base64.b64decode(
        "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBt" + "bmHhIDi6pcl8jsasjlTMtDQ=="
    )
    inner = '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"'
    fields = [
        ("Host", "example.com"),
        ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("Content-Type", "application/json"),
        ("Signature-Input", f"sig-b25={inner}"),
        ("Signature", "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:"),
    ]
    request = Request("POST", "https://example.com/foo?param=Value&Pet=dog", Headers(fields), b'{"hello": "world"}')
    one = recipe("http-message-signatures")
    found = verdict(request, one._replace(key=("{secret|unbase64}",)), based(key), None)
    assert found.message.splitlines()[1] == '"@authority": example.com'
    assert found.sound is True


def compact(body: str) -> str:
    return json.dumps(json.loads(body), separators=(",", ":"))


WRONG_BODY: dict[str, Callable[[str], str]] = {
    "parsed and written without blanks": compact,
    "parsed and written with blanks": lambda body: json.dumps(json.loads(body)),
    "parsed and written, letters unescaped": lambda body: json.dumps(json.loads(body), ensure_ascii=False),
    "indented": lambda body: json.dumps(json.loads(body), indent=2, ensure_ascii=False),
    "without its line end": lambda body: body.rstrip("\n"),
    "with one line end more": lambda body: body + "\n",
    "with CR LF": lambda body: body.replace("\n", "\r\n"),
    "empty": lambda body: "",
}
WRONG_SECRET = {
    "with a line end": SECRET + "\n",
    "with CR LF": SECRET + "\r\n",
    "in quotation marks": f'"{SECRET}"',
    "with a blank": SECRET + " ",
    "in Base64": based(SECRET.encode()),
    "in upper case": SECRET.upper(),
    "hashed": hashlib.sha256(SECRET.encode()).hexdigest(),
}
BODIES = [name for name in BY_HAND if name != "mailgun"]


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("how", WRONG_BODY)
def test_a_body_that_was_altered_is_told(name: str, how: str) -> None:
    signed = made(name, WRONG_BODY[how](BODY))
    found = verdict(signed._replace(body=BODY.encode()), recipe(name), SECRET, AT)
    assert found.sound is False
    # without its body a message may be the same as one of which the body was left out
    assert found.faults[0].part in (("body", "message") if how == "empty" else ("body",))
    assert found.faults[0].sure == Weight.PROOF


@pytest.mark.parametrize("name", BY_HAND)
@pytest.mark.parametrize("how", WRONG_SECRET)
def test_a_secret_that_was_spoiled_is_told(name: str, how: str) -> None:
    found = verdict(made(name, secret=WRONG_SECRET[how]), recipe(name), SECRET, AT)
    assert (found.sound, found.faults[0].part, found.faults[0].sure) == (False, "key", Weight.PROOF)


def rewritten(request: Request, change: Callable[[str], str], fields: tuple[str, ...]) -> Request:
    headers = request.headers or Headers()
    return request._replace(
        headers=Headers((name, change(value) if name.lower() in fields else value) for name, value in headers)
    )


@pytest.mark.parametrize("name", [name for name in BODIES if recipe(name).value == "{field}"])
def test_a_signature_in_the_wrong_encoding_is_told(name: str) -> None:
    one = recipe(name)
    field = one.field.partition(":")[2]

    def other(text: str) -> str:
        value = text.removeprefix(one.prefix)
        swapped = based(bytes.fromhex(value)) if one.encoding == "hex" else base64.b64decode(value).hex()
        return one.prefix + swapped

    found = verdict(rewritten(made(name), other, (field,)), one, SECRET, AT)
    assert (found.sound, found.faults[0].part) == (False, "signature")
    assert one.encoding in found.faults[0].says


@pytest.mark.parametrize("name", [name for name in BODIES if recipe(name).prefix])
def test_a_prefix_that_is_missing_is_told(name: str) -> None:
    one = recipe(name)
    request = rewritten(made(name), lambda text: text.removeprefix(one.prefix), (one.field.partition(":")[2],))
    found = verdict(request, one, SECRET, AT)
    assert (found.sound, found.faults[0].part) == (False, "signature")


@pytest.mark.parametrize("digest", [digest for digest in SIZES if digest != "sha256"])
def test_another_digest_is_told(digest: str) -> None:
    request = Request(
        "POST", "/", Headers([("X-Hub-Signature-256", f"sha256={hexed(mac(digest, BODY))}")]), BODY.encode()
    )
    found = verdict(request, recipe("hub-signature"), SECRET, None)
    assert (found.sound, found.faults[0].part) == (False, "algorithm")


MESSAGES = {
    "the time left out": BODY,
    "nothing between": STAMP + BODY,
    "a colon for the dot": f"{STAMP}:{BODY}",
    "the body first": f"{BODY}{STAMP}",
    "a line end more": f"{STAMP}.{BODY}\n",
}


@pytest.mark.parametrize("how", MESSAGES)
def test_a_message_joined_otherwise_is_told(how: str) -> None:
    value = hexed(mac("sha256", MESSAGES[how]))
    request = Request("POST", "/", Headers([("Stripe-Signature", f"t={STAMP},v1={value}")]), BODY.encode())
    found = verdict(request, recipe("stripe"), SECRET, AT)
    assert (found.sound, found.faults[0].part) == (False, "message" if how != "a line end more" else "body")


def test_a_time_in_milliseconds_is_told() -> None:
    value = hexed(mac("sha256", f"{STAMP}000.{BODY}"))
    request = Request("POST", "/", Headers([("Stripe-Signature", f"t={STAMP},v1={value}")]), BODY.encode())
    assert verdict(request, recipe("stripe"), SECRET, AT).faults[0].part == "date"


URLS = {
    "without the query": "https://shop.example/hook",
    "as the proxy asks inside": "http://shop.example/hook?a=1",
    "with a port": "https://shop.example:443/hook?a=1",
    "of the machine inside": "http://localhost:3000/hook?a=1",
    "with a slash": "https://shop.example/hook/?a=1",
    "with a stage": "https://shop.example/api/hook?a=1",
}


@pytest.mark.parametrize("how", URLS)
def test_a_url_that_is_another_inside_is_told(how: str) -> None:
    value = based(mac("sha256", URLS[how] + BODY))
    fields = [("Host", "shop.example"), ("x-square-hmacsha256-signature", value)]
    request = Request("POST", "https://shop.example/hook?a=1", Headers(fields), BODY.encode())
    found = verdict(request, recipe("square"), SECRET, None)
    assert (found.sound, found.faults[0].part) == (False, "url")


@pytest.mark.parametrize(("name", "key"), [("kraken", CODED.encode()), ("coinbase-exchange", CODED.encode())])
def test_a_secret_that_was_not_decoded_is_told(name: str, key: bytes) -> None:
    vector = next(vector for vector in VECTORS if vector["recipe"] == name)
    request, one = of(vector), recipe(name)
    message = fill(one.message, View.of(request, CODED), one)
    value = based(mac(one.digest, message, key))
    found = verdict(rewritten(request, lambda _: value, (one.field.partition(":")[2],)), one, CODED, None)
    assert (found.sound, found.faults[0].part) == (False, "key")
    assert "not decoded" in found.faults[0].says


@pytest.mark.parametrize("secret", ["whsec_" + CODED, CODED])
def test_whsec_may_be_left_out(secret: str) -> None:
    vector = next(vector for vector in VECTORS if vector["recipe"] == "standard-webhooks")
    assert verdict(of(vector), recipe("standard-webhooks"), secret, None).sound is True


@pytest.mark.parametrize("seconds", [-400, 400, 86_400])
def test_a_signature_of_another_time_is_told(seconds: int) -> None:
    found = verdict(made("stripe"), recipe("stripe"), SECRET, AT + timedelta(seconds=seconds))
    assert (found.sound, [fault.part for fault in found.faults]) == (True, ["clock"])
    assert verdict(made("stripe"), recipe("stripe"), SECRET, AT + timedelta(seconds=200)).faults == ()


def test_a_shared_access_signature_ends() -> None:
    vector = next(vector for vector in VECTORS if vector["recipe"] == "azure-service-bus")
    late = datetime.fromtimestamp(vector["at"] + 3600, UTC)
    found = verdict(of(vector), recipe("azure-service-bus"), "".join(vector["secret"]), late)
    assert [fault.part for fault in found.faults] == ["expires"]


def azure(change: Callable[[str], str]) -> tuple[Request, str]:
    """A request that Azure's own library signed, and an answer that quotes another string."""
    vector = next(vector for vector in VECTORS if vector["recipe"] == "azure-storage" and vector["method"] == "PUT")
    one = recipe("azure-storage")
    text = fill(one.message, View.of(of(vector), ""), one).decode()
    detail = f"The MAC signature found in the HTTP request 'x' is not the same. {one.server}{change(text)}'."
    return of(vector), f"<Error><AuthenticationErrorDetail>{detail}</AuthenticationErrorDetail></Error>"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda text: text.replace("PUT", "POST", 1), "method"),
        (lambda text: text.replace("text/plain", "application/octet-stream"), "header:content-type"),
        (lambda text: text.replace("\n5\n", "\n\n"), "header:content-length"),
        (lambda text: text.replace("owner:alice", "owner:bob"), "header:x-ms-meta-owner"),
        (lambda text: text.replace("x-ms-meta-owner:alice\n", ""), "header:x-ms-meta-owner"),
        (lambda text: text.replace("/photos/", "/photos/photos/"), "path"),
        (lambda text: text + "\ntimeout:30", "query"),
        (lambda text: text, "key"),
    ],
)
def test_what_azure_quotes_names_the_part(change: Callable[[str], str], part: str) -> None:
    request, answer = azure(change)
    found = verdict(request, recipe("azure-storage"), None, None, answer)
    assert found.faults[0].part == part


@pytest.mark.parametrize("one", recipes(), ids=lambda one: one.id)
def test_a_table_is_whole(one: Recipe) -> None:
    """A link to its page, a known digest and encoding, and templates of which every source is known."""
    assert one.source.startswith("https://")
    assert one.digest in SIZES
    assert one.encoding in ("hex", "base64")
    assert one.signed in ("sender", "caller")
    view = View.of(Request("GET", "/", Headers()), "x")
    for template in (
        one.message,
        one.value,
        *one.key,
        *(text for _, text in one.parts),
        one.time.value if one.time else "",
    ):
        fill(template, view, one)
    bare = verdict(Request("GET", "/", Headers()), one, SECRET, AT)
    assert bare.faults[0].part == "signature"


def test_a_recipe_that_is_not_there_names_its_neighbours() -> None:
    with pytest.raises(BadCall, match="stripe"):
        recipe("strip")
    with pytest.raises(BadCall):
        recipe("../recipe")


TEXT = st.text(max_size=40)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(recipes()), TEXT, TEXT, TEXT, st.binary(max_size=60), TEXT)
def test_nothing_that_is_sent_breaks_it(one: Recipe, value: str, more: str, url: str, body: bytes, secret: str) -> None:
    name = one.field.partition(":")[2]
    needs = [(need.partition(":")[2], more) for need in one.needs]
    request = Request("POST", url, Headers([(name, one.begins + one.prefix + value), *needs]), body)
    found = verdict(request, one, secret, AT, value)
    assert found.sound is False or found.expected in found.given
    recognised(request)
