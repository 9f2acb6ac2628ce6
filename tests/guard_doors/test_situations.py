"""Every rule refusing and admitting, in every example under its real server; and why403 explains each refusal, with and without the key."""

from __future__ import annotations

import base64
import json
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from examples.guard.issuer import Issuer
from joserfc.jwk import ECKey, OctKey

import why403
from tests.guard_doors.shops import COMMANDS, Shop, finding, log_in

SITUATIONS = tomllib.loads((Path(__file__).parent / "situations.toml").read_text(encoding="utf-8"))["situation"]
RULES = (
    "Csrf", "Bearer", "ApiKey", "Session", "Role", "Scope", "Owner", "RequireHeader", "Flag", "AllowAddresses", "DenyAddresses",
    "RateLimit", "Https", "Hosts", "Methods", "Cedar", "Preflight", "and", "or", "not",
)  # fmt: skip


def _unsigned(issuer: Issuer) -> str:
    """A token that claims to need no signature (RFC 8725, section 2.1)."""
    claims = issuer.token("grace").split(".")[1]
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    return f"{head}.{claims}."


def _altered(issuer: Issuer) -> str:
    """A good token's signature under the claims of another."""
    head, _, signature = issuer.token("ada").split(".")
    return ".".join((head, issuer.token("grace").split(".")[1], signature))


TOKENS: dict[str, Callable[[Issuer], str]] = {
    "no-scope": lambda issuer: issuer.token(scope=None),
    "writes-stock": lambda issuer: issuer.token(scope="orders:read stock:write"),
    "expired": lambda issuer: issuer.token(exp=int(time.time()) - 3600),
    "expired-within-leeway": lambda issuer: issuer.token(exp=int(time.time()) - 5),
    "of-tomorrow": lambda issuer: issuer.token(nbf=int(time.time()) + 86_400),
    "other-audience": lambda issuer: issuer.token(aud="warehouse"),
    "other-issuer": lambda issuer: issuer.token(iss="https://issuer.example"),
    "other-key": lambda issuer: issuer.token(key=ECKey.generate_key("P-256", {"kid": str(issuer.keys[0].kid)})),
    "other-algorithm": lambda issuer: issuer.token(
        key=OctKey.generate_key(256), header={"alg": "HS256", "kid": issuer.keys[0].kid}
    ),
    "unsigned": _unsigned,
    "altered": _altered,
    "never-expires": lambda issuer: issuer.token(exp=None),
    "revoked": lambda issuer: issuer.token(jti="revoked-1"),
}


def _fields(situation: dict[str, Any], issuer: Issuer) -> dict[str, str]:
    fields = {"Accept": "application/json"}
    for name, value in situation.get("headers", {}).items():
        if value.startswith("{basic:"):
            user = value[7:-1]
            value = "Basic " + base64.b64encode(f"{user}:{user}".encode()).decode()
        fields[name] = value.replace("{front}", f"http://app.shop.localhost:{issuer.port}")
    if "as" in situation:
        fields["Authorization"] = f"Bearer {issuer.token(situation['as'])}"
    if "token" in situation:
        fields["Authorization"] = f"Bearer {TOKENS[situation['token']](issuer)}"
    if "from" in situation:
        fields["X-Forwarded-For"] = situation["from"]
    return fields


def _sent(shop: Shop, situation: dict[str, Any], issuer: Issuer) -> httpx.Response:
    method, path = situation["send"].split()
    with httpx.Client(base_url=shop.url, timeout=20) as client:
        if "session" in situation:
            log_in(client, situation["session"])
        for _ in range(situation.get("times", 1)):
            answer = client.request(method, path, headers=_fields(situation, issuer))
    return answer


def _name(situation: dict[str, Any]) -> str:
    means = [f"{name} {situation[name]}" for name in ("as", "token", "session", "from", "headers") if name in situation]
    return f"{situation['rule']}: {situation['send']} {' '.join(means)} {situation['status']}"


CASES = [
    pytest.param(name, situation, id=f"{name}, {_name(situation)}")
    for situation in SITUATIONS
    for name in situation.get("only", COMMANDS)
]


@pytest.mark.parametrize(("name", "situation"), CASES)
def test_situation(name: str, situation: dict[str, Any], shops: dict[str, Shop], issuer: Issuer, key: str) -> None:
    """The status, what the caller is told, and what why403 makes of it."""
    answer = _sent(shops[name], situation, issuer)
    assert answer.status_code == situation["status"], answer.text
    cause = situation.get("cause")
    if cause is None:
        assert "why403-denial" not in answer.headers
        return
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (told["denial"], told["sealed"]) == (answer.headers["why403-denial"], answer.headers["why403-seal"])
    if situation.get("quiet"):
        assert (told.get("cause"), answer.headers.get("why403-cause")) == (None, None)
        assert finding(why403.explain(answer))[0] == "unknown"
    else:
        assert (told["cause"], answer.headers["why403-cause"]) == (cause, cause)
        assert finding(why403.explain(answer)) == (cause, "proven")
    opened = why403.explain(answer, key=key)
    assert finding(opened) == (cause, "proven")
    assert told.get("required", "") == situation.get("required", "")
    if "challenge" in situation or answer.status_code == 401:
        assert situation.get("challenge", "") in answer.headers["www-authenticate"]
    explanation = why403.open_sealed(told["sealed"], key=key, denial=told["denial"]).explanation
    assert explanation.cause == cause
    assert situation.get("sealed", "") in explanation.seen + explanation.beside
    assert finding(why403.explain(shops[name].logged(told["denial"]))) == (cause, "proven")


def test_every_rule_is_seen_refusing_and_admitting() -> None:
    """The table has both of each."""
    for rule in RULES:
        mine = [situation for situation in SITUATIONS if situation["rule"].split(",")[0].split(" ")[0] == rule]
        assert {"cause" in situation for situation in mine} == {True, False}, rule
