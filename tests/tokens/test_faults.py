"""Every fault of a token has a name: a token is made with the fault, and the name is said."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from why403.tokens.identify import identify

from .made import AT, CLAIMS, NOW, b64, jwt, part, with_claims, with_header

SOUND = jwt()
HEAD, BODY, SIGNATURE = SOUND.split(".")
RSA = b64(b"s" * 256)
UNSIGNED = part({"alg": "none"})
REST = f"{b64(b'i' * 12)}.{b64(b'c')}.{b64(b't' * 16)}"
ES = part({"alg": "ES256"})
TWICE = b64(b'{"sub":"alice","sub":"bob","iss":"i","aud":"a","exp":1795176000}')
CLAIM_FAULTS = {
    "expired": with_claims(exp=AT - 11520),
    "not-yet-valid": with_claims(nbf=AT + 300),
    "issued-in-future": with_claims(iat=AT + 300),
    "exp-milliseconds": with_claims(exp=(AT + 600) * 1000),
    "exp-microseconds": with_claims(exp=(AT + 600) * 1_000_000),
    "exp-nanoseconds": with_claims(exp=(AT + 600) * 1_000_000_000),
    "exp-string": with_claims(exp=str(AT + 600)),
    "exp-date-string": with_claims(exp="2026-11-20T12:00:00Z"),
    "exp-not-number": with_claims(exp=True),
    "exp-negative": with_claims(exp=-5),
    "exp-duration": with_claims(exp=3600),
    "exp-before-nbf": with_claims(nbf=AT - 10, exp=AT - 20),
    "exp-before-iat": with_claims(iat=AT - 10, exp=AT - 20),
    "exp-missing": with_claims(exp=None),
    "exp-nested": with_claims(exp=None, data={"exp": AT + 600}),
    "long-lived": with_claims(exp=AT + 3 * 365 * 86400),
    "nbf-milliseconds": with_claims(nbf=(AT - 600) * 1000),
    "nbf-string": with_claims(nbf=str(AT - 600)),
    "nbf-date-string": with_claims(nbf="2026-11-20 09:00:00"),
    "nbf-not-number": with_claims(nbf=[AT]),
    "iat-milliseconds": with_claims(iat=(AT - 600) * 1000),
    "iat-string": with_claims(iat=str(AT - 600)),
    "iat-date-string": with_claims(iat="Fri, 20 Nov 2026 09:00:00 GMT"),
    "iat-not-number": with_claims(iat={"seconds": AT}),
    "auth_time-string": with_claims(auth_time="1795168800"),
    "claim-case": with_claims(exp=None, Exp=AT + 600),
    "claim-misnamed": with_claims(exp=None, expires_at=AT + 600),
    "claim-undefined": with_claims(sub="undefined"),
    "iss-not-string": with_claims(iss=["https://login.shop.example/"]),
    "iss-space": with_claims(iss="https://login.shop.example/ "),
    "iss-empty": with_claims(iss=""),
    "iss-placeholder": with_claims(iss="https://login.microsoftonline.com/{tenantid}/v2.0"),
    "iss-missing": with_claims(iss=None),
    "sub-not-string": with_claims(sub=17),
    "sub-space": with_claims(sub=" alice"),
    "sub-empty": with_claims(sub=""),
    "jti-not-string": with_claims(jti=17),
    "aud-missing": with_claims(aud=None),
    "aud-empty": with_claims(aud=[]),
    "aud-joined": with_claims(aud="https://a.example https://b.example"),
    "aud-encoded-list": with_claims(aud='["a"]'),
    "aud-space": with_claims(aud="https://api.shop.example "),
    "aud-not-string": with_claims(aud={"api": True}),
    "scope-list": with_claims(scope=["orders:read"]),
    "scope-commas": with_claims(scope="orders:read,orders:write"),
    "scope-not-string": with_claims(scope=7),
    "id-token": with_claims(at_hash="x" * 22),
    "refresh-token": with_claims(typ="Refresh"),
    "groups-overage": with_claims(_claim_names={"groups": "src1"}),
    "sender-constrained": with_claims(cnf={"jkt": "x" * 43}),
    "duplicate-members": f"{HEAD}.{TWICE}.{SIGNATURE}",
    "claims-not-object": jwt(["alice"]),
    "claims-truncated": f"{HEAD}.{b64(json.dumps(CLAIMS).encode()[:-30])}.{SIGNATURE}",
    "claims-not-utf8": f"{HEAD}.{b64(b'{' + bytes([34, 0xE9, 34]) + b':1}')}.{SIGNATURE}",
    "claims-too-deep": jwt(json.loads('{"a":' * 80 + "1" + "}" * 80)),
}
HEADER_FAULTS = {
    "alg-none": jwt(None, {"alg": "none"}).rpartition(".")[0] + ".",
    "alg-missing": with_header(alg=None),
    "alg-not-string": with_header(alg=256),
    "alg-case": with_header(alg="rs256"),
    "alg-unknown": with_header(alg="XS256"),
    "hs-public-key": with_header(x5t="x" * 27),
    "header-jku": with_header(jku="https://elsewhere.example/jwks.json"),
    "header-x5u": with_header(x5u="https://elsewhere.example/cert.pem"),
    "header-jwk": with_header(jwk={"kty": "EC"}),
    "header-x5c": with_header(x5c=["MIIB"]),
    "private-key-in-header": with_header(jwk={"kty": "oct", "k": "eA"}),
    "kid-path": with_header(kid="../../dev/null"),
    "kid-sql": with_header(kid="x' UNION SELECT 'key"),
    "kid-address": with_header(kid="https://elsewhere.example/key"),
    "kid-command": with_header(kid="key|id"),
    "kid-not-string": with_header(kid=7),
    "crit-unknown": with_header(crit=["shop"], shop=1),
    "crit-absent": with_header(crit=["exp"]),
    "crit-registered": with_header(crit=["alg"]),
    "crit-malformed": with_header(crit=[]),
    "typ-unusual": with_header(typ="logout+token"),
    "typ-not-string": with_header(typ=1),
    "unencoded-payload": with_header(b64=False, crit=["b64"]),
    "compressed": f"{part({'alg': 'dir', 'enc': 'A128GCM', 'zip': 'DEF'})}..{REST}",
    "rsa1_5": f"{part({'alg': 'RSA1_5', 'enc': 'A128GCM'})}.{RSA}.{REST}",
    "p2c-huge": f"{part({'alg': 'PBES2-HS256+A128KW', 'enc': 'A128GCM', 'p2c': 99000000})}.{RSA}.{REST}",
}
FORM_FAULTS = {
    "quoted": f'"{SOUND}"',
    "bearer-twice": f"Bearer Bearer {SOUND}",
    "bearer-inside": f"Bearer%20{SOUND}",
    "scheme-colon": f"Bearer: {SOUND}",
    "scheme-unspaced": f"Bearer{SOUND}",
    "scheme-case": f"BEARER {SOUND}",
    "header-inside": f"Bearer Authorization: Bearer {SOUND}",
    "line-breaks": f"{SOUND[:60]}\n{SOUND[60:]}",
    "spaces": f"{SOUND[:60]} {SOUND[60:]}",
    "escaped-line-break": SOUND + "\\n",
    "trailing-mark": SOUND + ",",
    "invisible-characters": "\ufeff" + SOUND,
    "url-encoded": quote(f'"{SOUND}"'),
    "encoded-twice": base64.b64encode(SOUND.encode()).decode(),
    "hex-encoded": SOUND.encode().hex(),
    "whole-response": f'Bearer {{"access_token": "{SOUND}", "expires_in": 600}}',
    "elided": SOUND[:20] + "..." + SOUND[-20:],
    "undefined": "Bearer undefined",
    "padding": f"{HEAD}.{BODY}==.{SIGNATURE}",
    "standard-base64": f"{HEAD}.{BODY}.{'+/' * 21}A",
    "not-base64url": f"{HEAD}.{BODY}.{SIGNATURE[:-1]}!",
    "truncated": HEAD,
    "signature-missing": f"{HEAD}.{BODY}",
    "signature-empty": f"{HEAD}.{BODY}.",
    "signature-length": SOUND[:-8],
    "five-parts": f"{SOUND}.{SIGNATURE}.{SIGNATURE}",
    "part-count": f"{SOUND}.{SIGNATURE}",
    "encrypted-part-count": f"{part({'alg': 'dir', 'enc': 'A128GCM'})}..{RSA}",
    "ecdsa-der": f"{ES}.{BODY}.{b64(b'0E' + bytes(69))}",
    "rsa-short": f"{part({'alg': 'RS256'})}.{BODY}.{b64(b's' * 128)}",
    "none-signed": f"{UNSIGNED}.{BODY}.{SIGNATURE}",
    "detached": f"{HEAD}..{SIGNATURE}",
    "large": with_claims(groups=["a-group-with-a-long-name"] * 400),
    "header-unreadable": f"eyJhbGci.{BODY}.{SIGNATURE}",
}
FAULTS = {**CLAIM_FAULTS, **HEADER_FAULTS, **FORM_FAULTS}


def names(value: str) -> set[str]:
    """The names of what is wrong with a value."""
    return {fault.name for fault in identify(value, NOW).faults}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_said_by_its_name(name: str) -> None:
    assert name in names(FAULTS[name])


def test_fifty_faults_of_claims_have_names() -> None:
    assert len(CLAIM_FAULTS) >= 50


def test_a_sound_token_has_no_fault() -> None:
    assert names(SOUND) == set()
    assert not identify(SOUND, NOW).refused


@pytest.mark.parametrize("name", FORM_FAULTS)
def test_what_was_wrapped_around_a_token_is_taken_off(name: str) -> None:
    """Damage to the form is named beside what the token says; it hides nothing that can still be read."""
    read = identify(FORM_FAULTS[name], NOW)
    lost = {"elided", "undefined", "truncated", "detached", "encrypted-part-count", "five-parts"}
    assert (read.claims is not None and read.claims["iss"] == CLAIMS["iss"]) is (name not in lost)


def test_every_fault_of_claims_and_headers_gives_its_source() -> None:
    """A claim's or header's fault names the section that makes it one."""
    sourceless = {
        (name, fault.name)
        for name in {**CLAIM_FAULTS, **HEADER_FAULTS}
        for fault in identify(FAULTS[name], NOW).faults
        if not fault.source
    }
    assert sourceless == set()


def test_hazards_name_their_section_of_rfc_8725() -> None:
    for name in (
        "alg-none",
        "hs-public-key",
        "header-jku",
        "header-jwk",
        "kid-path",
        "kid-sql",
        "compressed",
        "alg-unknown",
    ):
        found = next(fault for fault in identify(HEADER_FAULTS[name], NOW).faults if fault.name == name)
        assert found.source.startswith("RFC 8725, section "), name


def test_times_are_said_in_words() -> None:
    read = identify(with_claims(exp=AT - 11520), NOW)
    said = next(fact for fact in read.facts if fact.name == "exp")
    assert said.says == "2026-11-20 06:48:00Z, expired 3 h 12 min ago"
    fault = next(fault for fault in read.faults if fault.name == "expired")
    assert fault.says == "expired 3 h 12 min ago, at 2026-11-20 06:48:00Z"


def test_without_a_time_nothing_is_judged_by_it() -> None:
    assert identify(with_claims(exp=AT - 11520, iat=AT - 20000), None).faults == ()


def test_a_token_within_a_token_is_read() -> None:
    outer = f"{part({'alg': 'HS256', 'cty': 'JWT'})}.{b64(with_claims(exp=AT - 60).encode())}.{SIGNATURE}"
    read = identify(outer, NOW)
    assert read.inner[0].claims is not None
    assert read.inner[0].claims["sub"] == "alice"
    assert read.refused


def test_an_encrypted_token_shows_its_header_only() -> None:
    sealed = f"{part({'alg': 'RSA-OAEP', 'enc': 'A256GCM', 'kid': 'k'})}.{RSA}.{b64(b'i' * 12)}.{b64(b'c' * 40)}.{b64(b't' * 16)}"
    read = identify(sealed, NOW)
    assert (read.kind, read.claims, read.faults) == ("jwe", None, ())
    assert read.header == {"alg": "RSA-OAEP", "enc": "A256GCM", "kid": "k"}


def test_scopes_and_roles_are_found_wherever_issuers_put_them() -> None:
    read = identify(
        with_claims(
            scope="openid orders:read",
            scp=["a", "b"],
            roles=["admin"],
            realm_access={"roles": ["user"]},
            resource_access={"shop": {"roles": ["seller"]}},
            permissions=["read:x"],
            groups=["staff"],
            **{"cognito:groups": ["buyers"], "https://shop.example/roles": ["owner"], "app_metadata": {"roles": ["x"]}},
        ),
        NOW,
    )
    assert dict(read.rights) == {
        "scope": ("openid", "orders:read"),
        "scp": ("a", "b"),
        "roles": ("admin",),
        "realm_access.roles": ("user",),
        "resource_access.shop.roles": ("seller",),
        "permissions": ("read:x",),
        "groups": ("staff",),
        "cognito:groups": ("buyers",),
        "https://shop.example/roles": ("owner",),
        "app_metadata.roles": ("x",),
    }


def test_the_padding_of_an_aws_load_balancer_is_its_own() -> None:
    """Its tokens are padded as they come, which is worth knowing and no fault of who sends them on."""
    header = base64.urlsafe_b64encode(
        json.dumps({"alg": "ES256", "signer": "arn:aws:elasticloadbalancing:example"}).encode()
    ).decode()
    token = f"{header}{'' if header.endswith('=') else '===='}.{BODY}.{b64(b's' * 64)}"
    read = identify(token, NOW)
    assert [(fault.name, fault.grade) for fault in read.faults] == [("padding", "note")]
