"""SAML messages: what they say, in every encoding in which they travel; the subject masked, no entity expanded."""

from __future__ import annotations

import base64
import time
import zlib
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.tokens.identify import identify
from why403.tokens.reading import Reading
from why403.tokens.saml import read

from .made import NOW

ASSERTION = """<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" IssueInstant="2026-11-20T09:59:00Z" Version="2.0">
<saml:Issuer>https://idp.shop.example/metadata</saml:Issuer>{signature}
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">ann@shop.example{comment}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
 NotOnOrAfter="{end}" Recipient="https://app.shop.example/saml/acs"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{begin}" NotOnOrAfter="{end}"><saml:AudienceRestriction>
<saml:Audience>https://app.shop.example/saml/metadata</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AttributeStatement><saml:Attribute Name="Role"><saml:AttributeValue>buyer</saml:AttributeValue>
<saml:AttributeValue>admin</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>"""
SIGNATURE = """<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>
<ds:SignatureMethod Algorithm="{}"/></ds:SignedInfo></ds:Signature>"""
SHA256 = SIGNATURE.format("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")
RESPONSE = """<?xml version="1.0"?><samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0"
 IssueInstant="2026-11-20T09:59:00Z" Destination="https://app.shop.example/saml/acs" InResponseTo="_q">
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status>{body}</samlp:Response>"""


def response(
    *, end: str = "2026-11-20T10:05:00Z", begin: str = "2026-11-20T09:58:00Z", signature: str = SHA256, comment: str = "", times: int = 1,
    status: str = "Success",
) -> str:  # fmt: skip
    assertion = ASSERTION.format(end=end, begin=begin, signature=signature, comment=comment)
    return RESPONSE.format(status=status, body=assertion * times)


def encoded(xml: str) -> str:
    return base64.b64encode(xml.encode()).decode()


def saml(value: str) -> Reading:
    found = read(value, NOW)
    assert found is not None
    return found


def names(value: str) -> set[str]:
    return {fault.name for fault in saml(value).faults}


def deflated(xml: str) -> str:
    packer = zlib.compressobj(wbits=-15)
    return base64.b64encode(packer.compress(xml.encode()) + packer.flush()).decode()


@pytest.mark.parametrize(
    "form", [lambda xml: xml, encoded, deflated, lambda xml: quote(encoded(xml)), lambda xml: quote(deflated(xml))]
)
def test_a_response_is_read_in_every_encoding(form: object) -> None:
    assert callable(form)
    found = identify(form(response()), NOW) if form is encoded else saml(form(response()))
    said = [(fact.name, fact.value) for fact in found.facts]
    assert ("issuer", "https://idp.shop.example/metadata") in said
    assert ("audience", "https://app.shop.example/saml/metadata") in said
    assert ("destination", "https://app.shop.example/saml/acs") in said
    assert ("not on or after", "2026-11-20T10:05:00Z") in said
    assert dict(found.rights) == {"Role": ("buyer", "admin")}
    assert found.faults == ()
    assert "ann@shop.example" not in str(found.facts)


def test_the_faults_of_a_response_are_named() -> None:
    assert names(response(end="2026-11-20T09:00:00Z")) == {"expired"}
    assert names(response(begin="2026-11-20T10:30:00Z", end="2026-11-20T11:00:00Z")) == {"not-yet-valid"}
    assert names(response(signature="")) == {"saml-unsigned"}
    assert names(response(signature=SIGNATURE.format("http://www.w3.org/2000/09/xmldsig#rsa-sha1"))) == {"saml-sha1"}
    assert names(response(comment="<!-- x -->.elsewhere.example")) == {"saml-comment"}
    assert names(response(times=2)) == {"saml-assertions"}
    assert "saml-status" in names(response(status="Requester"))
    assert names(response()[:-200]) >= {"saml-damaged"}
    assert names(encoded(encoded(response()))) == {"saml-encoded-twice"}


def test_no_entity_is_expanded() -> None:
    """Neither a bomb of entities nor a file's content comes out of a document type declaration."""
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    for declared in (
        f'<!DOCTYPE r [<!ENTITY l0 "lol">{lol}]>',
        '<!DOCTYPE r [<!ENTITY l8 SYSTEM "file:///etc/hostname">]>',
    ):
        bomb = encoded(declared + response().partition("?>")[2].replace("buyer", "&l8;"))
        begin = time.perf_counter()
        found = saml(bomb)
        assert time.perf_counter() - begin < 60
        assert {fault.name for fault in found.faults} >= {"saml-doctype"}
        assert found.rights == ()


def test_what_unfolds_without_end_is_cut() -> None:
    begin = time.perf_counter()
    found = saml(deflated(response().replace("buyer", "x" * 50_000_000)))
    assert time.perf_counter() - begin < 60
    assert "saml-damaged" in {fault.name for fault in found.faults}


def test_what_is_no_saml_message_is_none() -> None:
    for value in ("", "hello", encoded("hello"), encoded("<html><body>no</body></html>"), "<svg/>"):
        assert read(value, NOW) is None


@given(st.text(max_size=300), st.integers(0, 1500))
@settings(max_examples=200, deadline=None)
def test_any_damage_gets_an_answer(text: str, at: int) -> None:
    xml = response()
    found = read(xml[:at] + text + xml[at:], NOW)
    assert found is None or found.kind == "saml"
    assert identify(encoded(xml[:at] + text + xml[at:]), NOW).kind
