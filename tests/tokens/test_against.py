"""What a service requires, what a token lacks of it, and the near miss behind it, by name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.model import BadCall
from why403.tokens.against import load, near, parse, shortfalls
from why403.tokens.identify import identify

from .made import AT, NOW, with_claims

API = "https://api.shop.example"
TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "66666666-7777-8888-9999-000000000000"
ENTRA_V1, ENTRA_V2 = f"https://sts.windows.net/{TENANT}/", f"https://login.microsoftonline.com/{TENANT}/v2.0"
COGNITO = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example"
# requirement, claims, the near miss's name
MISSES: list[tuple[str, dict[str, Any], str]] = [
    (f"aud={API}", {"aud": f"{API}/"}, "trailing-slash"),
    (f"aud={API}/", {"aud": API}, "trailing-slash"),
    (f"aud={API}", {"aud": "http://api.shop.example"}, "http-https"),
    (f"aud={API}", {"aud": "https://API.shop.example"}, "case"),
    (f"aud={API}", {"aud": " https://api.shop.example"}, "white-space"),
    (f"aud={API}", {"aud": "api.shop.example"}, "scheme"),
    (f"aud={API}", {"aud": f"{API}/v1"}, "path"),
    (f"aud={API}", {"aud": f"{API}:8443"}, "port"),
    ("aud=https://shop.example", {"aud": "https://www.shop.example"}, "www"),
    (f"aud={API}", {"aud": f"{API} https://other.example"}, "joined"),
    (f"aud=api://{CLIENT}", {"aud": CLIENT}, "api-prefix"),
    (f"aud={CLIENT}", {"aud": f"api://{CLIENT}"}, "api-prefix"),
    ("aud=api://shop", {"aud": CLIENT}, "entra-app-id"),
    ("aud=api://shop", {"aud": "00000003-0000-0000-c000-000000000000"}, "graph"),
    (f"aud={API}", {"aud": "account", "iss": "https://kc.example/realms/shop"}, "keycloak-account"),
    ("aud=web", {"aud": "account2", "azp": "web"}, "in-azp"),
    ("aud=web", {"aud": None, "azp": "web"}, "in-azp"),
    (f"aud={CLIENT}", {"aud": None, "client_id": CLIENT, "iss": COGNITO}, "cognito-client-id"),
    ("aud=web", {"aud": None, "client_id": "web"}, "in-client-id"),
    (f"aud={API}", {"aud": None}, "absent"),
    (f"aud={API}", {"aud": "https://shop.eu.auth0.com/userinfo"}, "userinfo"),
    (f"iss={ENTRA_V2}", {"iss": ENTRA_V1}, "entra-version"),
    (f"iss={ENTRA_V1}", {"iss": ENTRA_V2}, "entra-version"),
    ("iss=https://login.microsoftonline.com/common/v2.0", {"iss": ENTRA_V2}, "entra-common"),
    (f"iss=https://login.microsoftonline.com/{CLIENT}/v2.0", {"iss": ENTRA_V2}, "entra-tenant"),
    ("iss=https://shop.eu.auth0.com", {"iss": "https://shop.eu.auth0.com/"}, "trailing-slash"),
    ("iss=https://kc.example/realms/shop", {"iss": "https://kc.example/auth/realms/shop"}, "keycloak-auth-path"),
    ("iss=https://kc.example/realms/shop", {"iss": "https://kc.example/realms/test"}, "keycloak-realm"),
    ("iss=https://kc.example/realms/shop", {"iss": "http://keycloak:8080/realms/shop"}, "keycloak-host"),
    (f"iss={API}", {"iss": None}, "absent"),
    ("claim.tenant=shop", {"tenant": ["shop", "other"]}, "list"),
    ("claim.tenant=shop", {"Tenant": "shop"}, "claim-name"),
    ("claim.tenant=shop", {"https://shop.example/tenant": "shop"}, "claim-name"),
    ("claim.tenant=shop", {"tenant": "Shop"}, "case"),
    ("claim.tenant=shop", {}, "absent"),
    ("scope=orders:read", {"roles": ["orders:read"]}, "other-claim"),
    ("scope=orders:read", {"scope": "Orders:Read"}, "case"),
    ("scope=orders:read", {"scope": "https://shop.example/orders:read"}, "prefix"),
    ("scope=orders:read", {"scope": "read:orders"}, "spelling"),
    ("scope=orders:read", {"scope": "orders.read"}, "spelling"),
    ("scope=orders:read", {"roles": ["Orders.ReadWrite"]}, "app-token"),
    ("role=admin", {"scope": "admin"}, "other-claim"),
    ("role=ROLE_admin", {"roles": ["admin"]}, "spring-prefix"),
    ("role=admin", {"roles": ["ROLE_admin"]}, "prefix"),
    ("max-age=5m", {"iat": None}, "absent"),
]
LACKS: list[tuple[str, dict[str, Any]]] = [
    (f"aud={API}", {"aud": "https://elsewhere.example"}),
    ("scope=orders:write", {"scope": "openid profile"}),
    ("role=admin", {"roles": ["buyer"]}),
    ("alg=RS256", {}),
    ("typ=at+jwt", {}),
    ("max-age=5m", {"auth_time": AT - 301}),
    ("sub=bob", {}),
    ("claim.level=3", {"level": 2}),
]
HAS: list[tuple[str, dict[str, Any]]] = [
    (f"aud={API}", {"aud": ["https://elsewhere.example", API]}),
    ("scope=orders:read orders:write", {"scope": "orders:write orders:read"}),
    ("scope=orders:read", {"scp": ["orders:read"]}),
    ("role=admin", {"realm_access": {"roles": ["admin"]}}),
    ("role=seller", {"resource_access": {"shop": {"roles": ["seller"]}}}),
    ("alg=HS256", {}),
    ("typ=JWT", {}),
    ("max-age=15m", {}),
    ("claim.level=3", {"level": 3}),
    ("claim.org.id=7", {"org": {"id": 7}}),
    ("claim.email_verified=true", {"email_verified": True}),
]


def lacks(requirement: str, claims: dict[str, Any]) -> list[tuple[str, str]]:
    """(words, name of the near miss) of what a token with these claims lacks."""
    read = identify(with_claims(**claims), NOW)
    return [(lack.says, lack.near) for lack in shortfalls(read, (parse(requirement),), NOW)]


@pytest.mark.parametrize(("requirement", "claims", "name"), MISSES, ids=[f"{row[2]}: {row[0]}" for row in MISSES])
def test_a_near_miss_is_named(requirement: str, claims: dict[str, Any], name: str) -> None:
    found = lacks(requirement, claims)
    assert [near_name for _, near_name in found] == [name]
    assert found[0][0]


@pytest.mark.parametrize(("requirement", "claims"), LACKS, ids=[row[0] for row in LACKS])
def test_what_is_lacking_is_said_without_a_near_miss(requirement: str, claims: dict[str, Any]) -> None:
    assert [near_name for _, near_name in lacks(requirement, claims)] == [""]


@pytest.mark.parametrize(("requirement", "claims"), HAS, ids=[row[0] for row in HAS])
def test_what_is_there_is_not_lacking(requirement: str, claims: dict[str, Any]) -> None:
    assert lacks(requirement, claims) == []


def test_every_scope_that_is_lacking_is_named() -> None:
    read = identify(with_claims(scope="a b"), NOW)
    found = shortfalls(read, (parse("scope=a c"), parse("scope=d")), NOW)
    assert [lack.requirement for lack in found] == ["scope=c", "scope=d"]


def test_of_several_audiences_any_will_do() -> None:
    read = identify(with_claims(), NOW)
    assert shortfalls(read, (parse("aud=x"), parse(f"aud={API}")), NOW) == ()


def test_a_token_without_claims_cannot_be_compared() -> None:
    assert "no claims" in shortfalls(identify("an-opaque-token-of-nobody", NOW), (parse("aud=x"),), NOW)[0].says


@pytest.mark.parametrize(
    "text",
    ['aud = "a"\nscope = ["b", "c"]\nmax-age = "1h"\n[claim]\ntenant = "shop"\n',
     '{"aud": "a", "scope": "b c", "max-age": "1h", "claim": {"tenant": "shop"}}'],
    ids=["TOML", "JSON"],
)  # fmt: skip
def test_requirements_may_stand_in_a_file(text: str) -> None:
    found = load(text, "requirements")
    assert [(item.name, item.values) for item in found] == [
        ("aud", ("a",)),
        ("scope", ("b", "c")),
        ("max-age", ("1h",)),
        ("claim.tenant", ("shop",)),
    ]


@pytest.mark.parametrize("text", ["aud", "=x", "audience=x", "max-age=soon", "claim=x"])
def test_a_requirement_that_is_none_is_a_bad_call(text: str) -> None:
    with pytest.raises(BadCall):
        parse(text)


@pytest.mark.parametrize(
    "text", ["aud =", "[1]", '{"aud": {}}', '{"colour": "red"}', '{"max-age": "soon"}', "{" * 9999, "aud = 2026-11-20"]
)
def test_a_file_that_holds_none_is_a_bad_call(text: str) -> None:
    with pytest.raises(BadCall):
        load(text, "requirements")


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=300)
def test_any_two_values_are_compared(one: str, other: str) -> None:
    assert near(one, one) == ("", "")
    assert bool(near(one, other)[0]) == bool(near(one, other)[1])
