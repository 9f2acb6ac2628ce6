"""botocore signs the same: header and query form, S3 and all others, whatever the path, query, headers and body."""

from __future__ import annotations

from unittest import mock
from urllib.parse import quote

from botocore import auth
from botocore.awsrequest import AWSRequest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.model import Headers, Request
from why403.rules.sigv4 import Credentials, Scope, canonical, diagnose, presented, signature
from why403.rules.sigv4.endpoint import SIGNS_AS, endpoint
from why403.rules.sigv4.sign import presign, sign

from .world import AT, KEY, PLANS, SECRET, TEMPORARY, TOKEN, Plan, computed, signed, signer

ODD = st.sampled_from((".", "..", "", "a b", "é", "+"))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)
NAMES = st.sampled_from(("X-Amz-Meta-One", "X-Amz-Meta-Two", "Content-Type", "Range", "X-Amz-Acl"))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A request of any shape, for S3 or for another service, in a header or presigned."""
    service = draw(st.sampled_from(("s3", "execute-api", "es")))
    segment = WORDS.filter(lambda word: "/" not in word)
    segments = draw(st.lists(st.one_of(segment, ODD), max_size=5))
    path = "/" + "/".join(quote(segment, safe="~") for segment in segments)
    pairs = draw(st.lists(st.tuples(WORDS.filter(bool), WORDS), max_size=4))
    query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
    headers = draw(st.dictionaries(NAMES, VALUES, max_size=4))
    presigned = draw(st.booleans())
    body = b"" if presigned else draw(st.binary(max_size=40))
    token = draw(st.sampled_from((None, TOKEN)))
    url = f"https://shop.example{path}" + (f"?{query}" if query else "")
    method = "POST" if body else draw(st.sampled_from(("GET", "PUT", "DELETE")))
    return Plan("any", service, method, url, tuple(headers.items()), body, presigned, token)


@settings(max_examples=400, deadline=None)
@given(plans())
def test_botocore_signs_the_same(plan: Plan) -> None:
    sent = signed(plan)
    found = presented(sent)
    assert found is not None
    spelt = canonical(sent, plan.service, found.signed, presigned=plan.presigned)
    text, to_sign = computed(plan, sent)
    assert spelt.text == text
    assert found.to_sign(spelt.hash).text == to_sign
    assert signature(SECRET, found.scope, to_sign) == found.signature
    result = diagnose(sent, (), AT, Credentials(found.key_id, SECRET, plan.token))
    assert result is not None
    assert result.sound is True


@settings(max_examples=200, deadline=None)
@given(plans())
def test_what_is_signed_here_botocore_finds_right(plan: Plan) -> None:
    """botocore computes over our request, and comes to our signature."""
    keys = Credentials(TEMPORARY if plan.token else KEY, SECRET, plan.token)
    scope = Scope("20261120", "eu-west-1", plan.service)
    request = Request(plan.method, plan.url, Headers(plan.headers), plan.body, None)
    made = presign(request, keys, scope, AT, 900) if plan.presigned else sign(request, keys, scope, AT)
    text, to_sign = computed(plan, made.request)
    assert made.canonical.text == text
    assert made.to_sign.text == to_sign
    asked = AWSRequest(plan.method, plan.url)
    asked.context["timestamp"] = "20261120T100000Z"
    assert signer(plan).signature(to_sign, asked) == made.signature
    found = presented(made.request)
    assert found is not None
    assert (found.signature, found.scope, found.token) == (made.signature, scope, plan.token)


@settings(max_examples=60, deadline=None)
@given(plans(), st.integers(0, 3))
def test_signing_again_drops_the_old_signature(plan: Plan, times: int) -> None:
    keys, scope = Credentials(KEY, SECRET, plan.token), Scope("20261120", "eu-west-1", plan.service)
    request = Request(plan.method, plan.url, Headers(plan.headers), plan.body, None)

    def once(request: Request) -> Request:
        return (presign(request, keys, scope, AT, 900) if plan.presigned else sign(request, keys, scope, AT)).request

    first = once(request)
    for _ in range(times):
        request = once(request)
    assert once(request) == first


def test_a_date_header_takes_the_place_of_x_amz_date() -> None:
    """Date is signed as it stands and goes into the string to sign in the basic form."""
    plan = PLANS[4]
    asked = AWSRequest(plan.method, plan.url, {"Date": "Fri, 20 Nov 2026 10:00:00 GMT"})
    with mock.patch.object(auth, "get_current_datetime", return_value=AT):
        signer(plan).add_auth(asked)
    fields = [("Host", "abc123.execute-api.eu-west-1.amazonaws.com"), *asked.headers.items()]
    request = Request("GET", plan.url, Headers(fields), b"", "HTTP/1.1")
    found = diagnose(request, (), AT, Credentials(KEY, SECRET))
    assert found is not None
    assert found.sound is True
    assert not found.faults


def test_hosts_stand_for_the_services_that_botocore_signs_for() -> None:
    """Every endpoint of botocore's models that has a region in its name."""
    from botocore.session import get_session

    loader = get_session().get_component("data_loader")
    wrong = []
    for name in loader.list_available_services("service-2"):
        path = loader.load_service_model(name, "service-2")["metadata"]
        prefix, signs = path["endpointPrefix"], path.get("signingName", path["endpointPrefix"])
        found = endpoint(f"{prefix}.eu-west-1.amazonaws.com")
        if found is None or (found.service, found.region) != (signs, "eu-west-1"):
            wrong.append((prefix, signs, found))
    assert wrong == []
    assert len(SIGNS_AS) > 70
