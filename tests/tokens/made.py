"""Tokens made at run time: none stands in a file, for what looks alive is taken for alive."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
SECRET = b"an-example-secret-of-thirty-two-bytes-or-more"
CLAIMS: dict[str, Any] = {
    "iss": "https://login.shop.example/",
    "sub": "alice",
    "aud": "https://api.shop.example",
    "iat": AT - 600,
    "exp": AT + 600,
}
HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def b64(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(data: object) -> str:
    """JSON in base64url."""
    return b64(json.dumps(data).encode())


def jwt(claims: object = None, header: dict[str, Any] | None = None, secret: bytes = SECRET) -> str:
    """A token with these claims (of CLAIMS where none are given), signed with HMAC where its header says so."""
    head = {"alg": "HS256", "typ": "JWT"} if header is None else header
    text = f"{part(head)}.{part(CLAIMS if claims is None else claims)}"
    made = HASHES.get(str(head.get("alg")))
    signature = hmac.new(secret, text.encode(), made).digest() if made else b"example-signature"
    return f"{text}.{b64(signature)}"


def with_claims(**changes: Any) -> str:
    """A sound token but for these claims; None removes one."""
    held = {**CLAIMS, **changes}
    return jwt({name: value for name, value in held.items() if value is not None})


def with_header(**changes: Any) -> str:
    """A sound token but for these header parameters; None removes one."""
    held = {"alg": "HS256", "typ": "JWT", **changes}
    return jwt(None, {name: value for name, value in held.items() if value is not None})
