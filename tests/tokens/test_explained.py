"""What `explain` says of a refusal, because it can read the token: the verdict, and the evidence in words."""

from __future__ import annotations

import pytest

from why403.engine.explain import explain
from why403.model import Evidence
from why403.readers.choose import read_text

from .made import AT, CLAIMS, NOW, b64, jwt, part, with_claims

LATER = NOW.replace(year=NOW.year + 3)  # when the reader asks: the answer's own Date judges
DPOP = with_claims(cnf={"jkt": "x" * 43})


def explained(
    token: str, *, scheme: str = "Bearer", challenge: str = "", status: int = 401, body: str = ""
) -> tuple[str, list[Evidence]]:
    """The first finding of a refusal that met this token at NOW, and its evidence."""
    header = f"WWW-Authenticate: Bearer {challenge}\n" if challenge else ""
    text = (
        f"GET /v1/orders HTTP/1.1\nHost: api.shop.example\nAuthorization: {scheme} {token}\n\n"
        f"HTTP/1.1 {status} Refused\nDate: Fri, 20 Nov 2026 10:00:00 GMT\n{header}Content-Length: {len(body)}\n\n{body}"
    )
    first = explain(read_text(text, "x"), LATER, show_secrets=True).refusals[0].findings[0]
    return f"{first.confidence} {first.cause}", list(first.evidence)


def test_an_expired_token_is_shown_with_its_times() -> None:
    verdict, evidence = explained(with_claims(exp=AT - 11520, iat=AT - 20000))
    assert verdict == "proven token-expired"
    assert evidence[0].says == "The token expired at 2026-11-20 06:48:00Z, 3 h 12 min before the request"


def test_a_token_that_begins_later_is_shown_with_its_times() -> None:
    verdict, evidence = explained(with_claims(nbf=AT + 4000))
    assert verdict == "proven clock-skew"
    assert evidence[0].says == "The token begins to be valid at 2026-11-20 11:06:40Z, 1 h 6 min after the request"


@pytest.mark.parametrize(
    ("token", "says"),
    [
        (with_claims(exp=str(AT + 600)), "exp is a string of digits; it must be a number (RFC 7519, section 4.1.4)"),
        (with_claims(nbf=(AT - 600) * 1000), "nbf counts milliseconds; seconds belong there"),
        (jwt(None, {"alg": "hs256"}), "'hs256' is no algorithm; it is written HS256"),
        (jwt(None, {"alg": "HS256", "crit": ["shop"], "shop": 1}), "crit says that shop must be understood"),
    ],
)
def test_a_token_that_no_validator_takes_is_invalid_for_that_reason(token: str, says: str) -> None:
    verdict, evidence = explained(token)
    assert verdict == "likely token-invalid"
    assert evidence[0].says.startswith(says)


@pytest.mark.parametrize(
    ("token", "says"),
    [
        (DPOP, "The token is bound to a key (cnf.jkt)"),
        (jwt() + ",", "A ',' stands behind the token"),
        (jwt() + "=", "The signature is padded"),
        (jwt().rpartition(".")[0] + ".", "The token is cut off"),
        (f"{jwt()}.{b64(b'x' * 32)}", "4 parts: a signed token has three"),
        (f"{part({'alg': 'ES256'})}.{part(CLAIMS)}.{b64(b'0E' + bytes(69))}", "The ECDSA signature is in DER"),
    ],
)
def test_a_token_of_the_wrong_form_is_malformed_for_that_reason(token: str, says: str) -> None:
    verdict, evidence = explained(token)
    assert verdict == "likely credentials-malformed"
    assert evidence[0].says.startswith(says)


def test_a_bound_token_that_comes_as_dpop_is_in_its_form() -> None:
    assert explained(DPOP, scheme="DPoP")[0] != "likely credentials-malformed"


def test_a_refresh_token_is_for_something_else() -> None:
    verdict, evidence = explained(with_claims(typ="Refresh"))
    assert verdict == "likely token-wrong-audience"
    assert "refresh token" in evidence[0].says


def test_an_audience_that_all_but_fits_is_told_by_what_it_misses() -> None:
    challenge = (
        'error="invalid_token", error_description="The audience is invalid, expected \'https://api.shop.example/\'"'
    )
    verdict, evidence = explained(with_claims(), challenge=challenge)
    assert verdict == "proven token-wrong-audience"
    assert evidence[1].quote == "https://api.shop.example"
    assert "the slash at the end" in evidence[1].says


def test_a_scope_that_stands_elsewhere_is_told_where() -> None:
    challenge = 'error="insufficient_scope", scope="orders:read orders:write"'
    verdict, evidence = explained(with_claims(scope="openid", roles=["orders:read"]), challenge=challenge, status=403)
    assert verdict == "proven scope-missing"
    said = [proof.says for proof in evidence]
    assert "orders:read: it stands in roles, not among the scopes" in said
    assert "orders:write: it lacks the scope" in said


def test_a_sound_token_is_blamed_for_nothing() -> None:
    """Nothing of the token says why it was refused: that is the answer."""
    assert explained(with_claims()) == ("possible unknown", [])
