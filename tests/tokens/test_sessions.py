"""Session cookies are read as the frameworks themselves write them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.fernet import Fernet
from django.core import signing
from hypothesis import given, settings
from hypothesis import strategies as st
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from why403.tokens.identify import identify
from why403.tokens.reading import Reading

from .made import NOW, b64, jwt

DATA = {"user": "ann", "cart": [1, 2, 3]}
LONG = {"user": "ann", "note": "a long word " * 200}


def cookie(name: str, value: str) -> Reading:
    return identify(value, datetime.now(UTC), cookie=name, where=f"request.headers.cookie#{name}")


def said(read: Reading) -> dict[str, str]:
    return {fact.name: fact.value for fact in read.facts}


class Flask(URLSafeTimedSerializer):
    """As flask.sessions.SecureCookieSessionInterface makes its own."""

    def __init__(self) -> None:
        super().__init__(
            "an-example-key",
            salt="cookie-session",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha1},
        )


@pytest.mark.parametrize("data", [DATA, LONG], ids=["plain", "deflated"])
def test_flask(data: dict[str, Any]) -> None:
    read = cookie("session", Flask().dumps(data))
    assert read.title.startswith("Flask session")
    assert (read.claims or {})["user"] == "ann"
    assert "0 s ago" in read.facts[-1].says or read.facts[-1].value.startswith("20")


@pytest.mark.parametrize("data", [DATA, LONG], ids=["plain", "deflated"])
def test_django(data: dict[str, Any]) -> None:
    salt = "django.contrib.sessions.backends.signed_cookies"
    signer = signing.TimestampSigner(key="an-example-key", salt=salt, fallback_keys=[])
    value = signer.sign_object(data, compress=True)
    read = cookie("sessionid", value)
    assert read.title.startswith("Django signed cookie")
    assert read.claims == data


def test_starlette() -> None:
    value = TimestampSigner("an-example-key").sign(base64.b64encode(json.dumps(DATA).encode())).decode()
    read = cookie("session", value)
    assert read.title.startswith("Starlette session")
    assert read.claims == DATA


def test_express() -> None:
    def sign(value: str) -> str:
        made = (
            base64.b64encode(hmac.new(b"an-example-key", value.encode(), hashlib.sha256).digest()).decode().rstrip("=")
        )
        return f"{value}.{made}"

    read = cookie("connect.sid", quote(f"s:{sign('an-example-session-id')}"))
    assert read.title == "Express session id, signed (express-session)"
    read = cookie("prefs", f"s:{sign('j:' + json.dumps(DATA))}")
    assert (read.title, read.claims) == ("Express signed JSON cookie", DATA)
    assert cookie("prefs", "j:" + json.dumps(DATA)).claims == DATA
    read = cookie("session", base64.b64encode(json.dumps(DATA).encode()).decode())
    assert read.claims == DATA
    assert "cookie-session" in read.title


def rails(data: bytes, digest: str = "sha1") -> str:
    text = base64.b64encode(data).decode()
    return f"{text}--{hmac.new(b'an-example-key', text.encode(), digest).hexdigest()}"


def test_rails() -> None:
    message = base64.b64encode(json.dumps("ann").encode()).decode()
    envelope = {"_rails": {"message": message, "exp": "2026-11-20T12:00:00.000Z", "pur": "cookie.user"}}
    read = cookie("user", rails(json.dumps(envelope).encode()))
    assert said(read) == {"payload": "ann", "expires": "2026-11-20T12:00:00.000Z", "purpose": "cookie.user"}
    assert cookie("_shop_session", rails(json.dumps(DATA).encode(), "sha256")).claims == DATA
    assert said(cookie("_shop_session", rails(b"\x04\x08{\x06"))) == {"payload": "Ruby Marshal data"}
    parts = [base64.b64encode(b"x" * size).decode() for size in (64, 12, 16)]
    assert cookie("_shop_session", "--".join(parts)).title.startswith("Rails encrypted cookie (AES-GCM)")
    old = f"{base64.b64encode(b'c' * 64).decode()}--{base64.b64encode(b'i' * 16).decode()}"
    assert cookie("_shop_session", rails(old.encode())).title.startswith("Rails encrypted cookie (AES-CBC")


def test_laravel() -> None:
    value = base64.b64encode(
        json.dumps({"iv": "aXY=", "value": "dmFsdWU=", "mac": "0" * 64, "tag": ""}).encode()
    ).decode()
    read = cookie("laravel_session", quote(value))
    assert read.title.startswith("Laravel encrypted cookie")
    assert said(read) == {"cipher": "AES-CBC with a MAC"}


def test_asp_net_core() -> None:
    value = b64(bytes.fromhex("09f0c9f0") + bytes(range(16)) + b"x" * 64)
    read = cookie(".AspNetCore.Cookies", value)
    assert value.startswith("CfDJ8")
    assert said(read) == {"key": "03020100-0504-0706-0809-0a0b0c0d0e0f"}


def test_fernet() -> None:
    key = base64.urlsafe_b64encode(b"k" * 32)
    read = cookie("session", Fernet(key).encrypt_at_time(b"hello", int(NOW.timestamp())).decode())
    assert read.title.startswith("Fernet token")
    assert said(read)["encrypted at"].startswith("2026-11-20 10:00:00Z")


@pytest.mark.parametrize(
    ("name", "value", "title"),
    [
        ("PHPSESSID", "a1" * 13, "PHP session id"),
        ("JSESSIONID", "A1" * 16 + ".node1", "Java servlet session id"),
        ("sessionid", "a1" * 16, "Django session key"),
        ("AWSELBAuthSessionCookie-0", "x" * 900, "AWS load balancer: encrypted login session"),
        ("_oauth2_proxy", "djIuWDI5aGRYUm8|1795168800|c2ln", "oauth2-proxy session"),
        ("wordpress_logged_in_" + "0" * 32, "ann|1795168800|token|mac", "WordPress login"),
        ("ASP.NET_SessionId", "a" * 24, "ASP.NET session id"),
    ],
)
def test_a_session_id_is_told_by_its_cookies_name(name: str, value: str, title: str) -> None:
    read = cookie(name, value)
    assert read.title.startswith(title)
    assert value not in str(read.facts)


def test_a_jwt_in_a_cookie_is_a_jwt() -> None:
    read = cookie("access_token", jwt())
    assert read.kind == "jwt"
    assert "expired" in {
        fault.name for fault in identify(f"Bearer {jwt()}", datetime(2030, 1, 1, tzinfo=UTC), cookie="token").faults
    }


def test_a_cookie_that_browsers_do_not_keep_is_said_to_be_too_large() -> None:
    read = cookie("session", base64.b64encode(json.dumps({"note": "x" * 5000}).encode()).decode())
    assert [fault.name for fault in read.faults] == ["cookie-too-large"]


def test_a_session_that_unfolds_without_end_is_cut() -> None:
    import zlib

    bomb = "." + b64(zlib.compress(b'{"a":"' + b"x" * 50_000_000 + b'"}'))
    read = cookie("session", f"{bomb}.Zx0aAA.{'a' * 27}")
    assert read.claims is None


@given(st.text(max_size=200), st.sampled_from(["session", "PHPSESSID", "sid", "", "wordpress_logged_in_" + "0" * 32]))
@settings(max_examples=300, deadline=None)
def test_any_cookie_gets_an_answer(value: str, name: str) -> None:
    assert identify(value, NOW, cookie=name).kind
