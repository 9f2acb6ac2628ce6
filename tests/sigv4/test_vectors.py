"""AWS's published test suite: canonical request, string to sign and Authorization of every vector."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from why403.model import Headers, Request
from why403.rules.sigv4 import Credentials, Scope, canonical, diagnose, presented, signature

SUITE = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
SCOPE = Scope("20150830", "us-east-1", "service")


def request(vector: dict[str, Any]) -> Request:
    """A vector's request, signed as the suite signs it."""
    fields = [*map(tuple, vector["headers"]), ("Authorization", vector["authorization"])]
    return Request(vector["method"], vector["target"], Headers(fields), vector["body"].encode(), "HTTP/1.1")


@pytest.mark.parametrize("vector", SUITE["vectors"], ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, Any]) -> None:
    found = presented(request(vector))
    assert found is not None
    assert found.scope == SCOPE
    spelt = canonical(request(vector), found.scope.service, found.signed)
    to_sign = found.to_sign(spelt.hash)
    assert spelt.text.split("\n") == vector["canonical"]
    assert to_sign.text.split("\n") == vector["to_sign"]
    value = signature(SUITE["secret"], found.scope, to_sign.text)
    names = ";".join(found.signed)
    text = f"AWS4-HMAC-SHA256 Credential={SUITE['key_id']}/{SCOPE.text}, SignedHeaders={names}, Signature={value}"
    assert text == vector["authorization"]


@pytest.mark.parametrize("vector", SUITE["vectors"], ids=lambda vector: vector["name"])
def test_a_right_signature_is_called_right(vector: dict[str, Any]) -> None:
    found = diagnose(request(vector), (), None, Credentials(SUITE["key_id"], SUITE["secret"]))
    assert found is not None
    assert found.sound is True


@pytest.mark.parametrize("vector", SUITE["vectors"], ids=lambda vector: vector["name"])
def test_with_another_secret_it_is_not(vector: dict[str, Any]) -> None:
    found = diagnose(request(vector), (), None, Credentials(SUITE["key_id"], SUITE["secret"][::-1]))
    assert found is not None
    assert found.sound is False
    assert found.part == "key"


def test_the_suite_is_whole() -> None:
    assert len(SUITE["vectors"]) == 34
