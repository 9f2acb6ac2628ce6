"""Session cookies of frameworks: which framework's, and what is in them where that can be read without the key."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from datetime import datetime

from .fault import NOTE, Fault
from .loosely import decode
from .reading import Fact, Reading
from .spans import moment, span, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST = 200_000  # bytes that a compressed session may unfold to
STARLETTE = ("Starlette session (signed, readable)", "https://www.starlette.io/middleware/#sessionmiddleware")
EPOCH_ITSDANGEROUS = 1_293_840_000  # before itsdangerous 0.24 (2014) times were counted from 2011


def _object(raw: bytes | str | None) -> Any:
    try:
        return json.loads(raw or b"")
    except (ValueError, RecursionError):
        return None


def _inflated(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw, MOST)
    except zlib.error:
        return b""


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _payload(data: object) -> tuple[Fact, ...]:
    if isinstance(data, dict):
        return tuple(Fact(str(name), _shown(value), personal=True) for name, value in list(data.items())[:100])
    return (Fact("payload", _shown(data), personal=True),)


def _age(at: datetime, now: datetime | None) -> str:
    return f"{stamp(at)}, {span((now - at).total_seconds())} ago" if now and now >= at else stamp(at)


def flask(value: str, now: datetime | None) -> Reading | None:
    """Flask: base64url JSON (a leading dot: deflated), a timestamp, a signature, with dots between (itsdangerous)."""
    found = re.fullmatch(r"(\.?)([\w-]{2,8000})\.([\w-]{5,8})\.([\w-]{20,90})", value)
    if not found:
        return None
    raw, time = decode(found.group(2)), decode(found.group(3))
    if raw is None or time is None:
        return None
    data = _object(_inflated(raw) if found.group(1) else raw)
    at = moment(int.from_bytes(time, "big"))
    if data is None or at is None:
        return None
    if at.year < 2005:
        at = moment(int.from_bytes(time, "big") + EPOCH_ITSDANGEROUS) or at
    facts = (*_payload(data), Fact("signed at", _age(at, now)))
    if b'": ' in raw:  # Flask's serializer leaves no space behind a colon
        return _cookie(STARLETTE[0], value, facts, STARLETTE[1], data)
    see = "https://flask.palletsprojects.com/en/stable/quickstart/#sessions"
    return _cookie("Flask session (signed, readable)", value, facts, see, data)


def django(value: str, now: datetime | None) -> Reading | None:
    """Django's signed cookies: base64 JSON (a leading dot: deflated), a time in base 62, a signature, with colons between."""
    found = re.fullmatch(r"(\.?)([\w-]{2,8000}):([A-Za-z0-9]{4,8}):([\w-]{20,90})", value)
    if not found:
        return None
    raw = decode(found.group(2))
    if raw is None:
        return None
    data = _object(_inflated(raw) if found.group(1) else raw)
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    seconds = 0
    for letter in found.group(3):
        seconds = seconds * 62 + digits.index(letter)
    at = moment(seconds)
    facts = (
        *(_payload(data) if data is not None else (Fact("payload", "not JSON", "a pickle, or another serializer"),)),
    )
    facts += (Fact("signed at", _age(at, now)),) if at else ()
    return _cookie(
        "Django signed cookie or session (readable)",
        value,
        facts,
        "https://docs.djangoproject.com/en/stable/topics/signing/",
        data,
    )


def starlette(value: str, now: datetime | None) -> Reading | None:
    """Starlette and FastAPI: standard base64 JSON, a timestamp and a signature, with dots between (itsdangerous)."""
    found = re.fullmatch(r"([A-Za-z0-9+/]{2,8000}={0,2})\.([\w-]{5,8})\.([\w-]{20,90})", value)
    if not found or (
        len(found.group(1)) % 4 == 0 and "=" not in found.group(1) and not value.startswith(("eyI", "e30"))
    ):
        return None
    raw, time = decode(found.group(1)), decode(found.group(2))
    data, at = _object(raw), moment(int.from_bytes(time or b"", "big"))
    if data is None or at is None or "=" not in found.group(1):
        return None
    facts = (*_payload(data), Fact("signed at", _age(at, now)))
    return _cookie(STARLETTE[0], value, facts, STARLETTE[1], data)


def rails(value: str, now: datetime | None) -> Reading | None:
    """Rails: base64 and hexadecimal digest with -- between (signed), or three base64 parts (encrypted, AES-GCM)."""
    parts = value.split("--")
    see = "https://guides.rubyonrails.org/security.html#session-storage"
    if len(parts) == 3 and all(re.fullmatch(r"[A-Za-z0-9+/_-]{8,8000}={0,2}", part) for part in parts):
        if len(decode(parts[1]) or b"") == 12 and len(decode(parts[2]) or b"") == 16:
            return _cookie("Rails encrypted cookie (AES-GCM): not readable without secret_key_base", value, (), see)
    if len(parts) != 2 or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", parts[1]):
        return None
    raw = decode(parts[0])
    if raw is None:
        return None
    if re.fullmatch(rb"[A-Za-z0-9+/]+={0,2}--[A-Za-z0-9+/]+={0,2}", raw):
        return _cookie(
            "Rails encrypted cookie (AES-CBC, before 5.2): not readable without secret_key_base", value, (), see
        )
    data = _object(raw)
    held = data.get("_rails") if isinstance(data, dict) else None
    if isinstance(held, dict) and isinstance(message := held.get("message"), str):
        inside = _object(decode(message))
        facts = _payload(inside if inside is not None else message)
        for name, label in (("exp", "expires"), ("pur", "purpose")):
            facts += (Fact(label, str(held[name])),) if held.get(name) else ()
        return _cookie("Rails signed cookie (MessageVerifier, readable)", value, facts, see, inside)
    if data is not None:
        return _cookie("Rails signed cookie (MessageVerifier, readable)", value, _payload(data), see, data)
    kind = "Ruby Marshal data" if raw[:2] == b"\x04\x08" else "not JSON"
    return _cookie("Rails or Rack signed cookie", value, (Fact("payload", kind, "it is not decoded here"),), see)


def laravel(value: str, now: datetime | None) -> Reading | None:
    """Laravel: base64 of JSON with iv, value and mac (encrypted)."""
    data = _object(decode(value)) if value.startswith("eyJ") and "." not in value else None
    if not isinstance(data, dict) or not {"iv", "value"} <= set(data):
        return None
    facts = (Fact("cipher", "AES-GCM" if data.get("tag") else "AES-CBC with a MAC"),)
    return _cookie(
        "Laravel encrypted cookie: not readable without APP_KEY", value, facts, "https://laravel.com/docs/encryption"
    )


def express(value: str, now: datetime | None) -> Reading | None:
    """Express: `s:` value `.` signature (cookie-signature); `j:` JSON."""
    if value.startswith("j:") and (data := _object(value[2:])) is not None:
        return _cookie(
            "Express JSON cookie (not signed)",
            value,
            _payload(data),
            "https://expressjs.com/en/api.html#res.cookie",
            data,
        )
    found = re.fullmatch(r"s:(.{1,4000})\.([A-Za-z0-9+/]{43}=?)", value)
    if not found:
        return None
    inside = found.group(1)
    if inside.startswith("j:") and (data := _object(inside[2:])) is not None:
        return _cookie(
            "Express signed JSON cookie",
            value,
            _payload(data),
            "https://expressjs.com/en/resources/middleware/cookie-parser.html",
            data,
        )
    facts = (Fact("session id", f"{len(inside)} letters", "it means something to the server's session store only"),)
    return _cookie(
        "Express session id, signed (express-session)",
        value,
        facts,
        "https://expressjs.com/en/resources/middleware/session.html",
    )


def base64_json(value: str, now: datetime | None) -> Reading | None:
    """cookie-session and others: base64 of JSON, its signature in a cookie of its own (`<name>.sig`)."""
    if not value.startswith(("eyI", "e30", "eyJ", "W3")) or "." in value:
        return None
    data = _object(decode(value))
    if not isinstance(data, dict | list) or (isinstance(data, dict) and {"alg", "typ", "enc"} & set(data)):
        return None  # the latter is a token's header without the rest of it
    facts = (*_payload(data), Fact("signature", "in the cookie <name>.sig, if any"))
    return _cookie(
        "base64 JSON cookie (cookie-session and others, readable)",
        value,
        facts,
        "https://expressjs.com/en/resources/middleware/cookie-session.html",
        data,
    )


def data_protection(value: str, now: datetime | None) -> Reading | None:
    """ASP.NET Core Data Protection: magic header 09 F0 C9 F0 and the id of the key."""
    if not value.startswith("CfDJ8"):
        return None
    from uuid import UUID

    key = (decode(value) or b"")[4:20]
    says = "the key ring must hold it: on every instance, and after a restart"
    facts = (Fact("key", str(UUID(bytes_le=key)), says),) if len(key) == 16 else ()
    see = "https://learn.microsoft.com/en-us/aspnet/core/security/data-protection/introduction"
    return _cookie("ASP.NET Core Data Protection: encrypted, not readable without the key ring", value, facts, see)


def fernet(value: str, now: datetime | None) -> Reading | None:
    """Fernet: version 80, a time, an initialization vector, the ciphertext and a MAC, in base64url."""
    raw = decode(value) if value.startswith("gAAAAA") else None
    if raw is None or len(raw) < 57 or (len(raw) - 57) % 16:
        return None
    at = moment(int.from_bytes(raw[1:9], "big"))
    facts = (Fact("encrypted at", _age(at, now)),) if at else ()
    return _cookie(
        "Fernet token: encrypted, only its time can be read",
        value,
        facts,
        "https://github.com/fernet/spec/blob/master/Spec.md",
    )


READERS: tuple[Callable[[str, datetime | None], Reading | None], ...] = (
    data_protection, fernet, laravel, rails, express, django, starlette, flask, base64_json,
)  # fmt: skip
# session ids by the names that frameworks give their cookies: (name, whose, how the id looks)
NAMES = (
    (r"PHPSESSID", "PHP session id", "https://www.php.net/manual/en/session.configuration.php#ini.session.name"),
    (r"JSESSIONID(?:SSO)?", "Java servlet session id", "https://jakarta.ee/specifications/servlet/6.0/jakarta-servlet-spec-6.0#session-tracking-mechanisms"),
    (r"SESSION", "Spring Session id (base64 of a UUID)", "https://docs.spring.io/spring-session/reference/api.html"),
    (r"sessionid", "Django session key: the session is on the server", "https://docs.djangoproject.com/en/stable/topics/http/sessions/"),
    (r"ASP\.NET_SessionId", "ASP.NET session id", "https://learn.microsoft.com/en-us/previous-versions/aspnet/ms178581(v=vs.100)"),
    (r"\.ASPXAUTH", "ASP.NET forms authentication ticket: encrypted with the machine key", "https://learn.microsoft.com/en-us/dotnet/api/system.web.security.formsauthentication"),
    (r"AWSALBAuthNonce", "AWS load balancer: nonce of a login under way", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html"),
    (r"AWSELBAuthSessionCookie(?:-\d+)?", "AWS load balancer: encrypted login session, in pieces of 4 kB", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html"),
    (r"AWSALB(?:CORS|TG|TGCORS|APP-\d)?", "AWS load balancer stickiness: no login", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html"),
    (r"CognitoIdentityServiceProvider\..*", "Amazon Cognito token, kept by Amplify", "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html"),
    (r"_oauth2_proxy(?:_\d+|_csrf.*)?", "oauth2-proxy session: encrypted, or a ticket for its store", "https://oauth2-proxy.github.io/oauth2-proxy/configuration/session_storage"),
    (r"CF_Authorization", "Cloudflare Access login (a JWT)", "https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/"),
    (r"GCP_IAP_UID|GCP_IAAP_AUTH_TOKEN_.*", "Google Identity-Aware Proxy session", "https://cloud.google.com/iap/docs/sessions-howto"),
    (r"__Host-authjs\..*|__Secure-authjs\..*|authjs\..*|(?:__Secure-)?next-auth\..*", "Auth.js session: an encrypted JWT, or an id", "https://authjs.dev/concepts/session-strategies"),
    (r"__session", "session of Clerk (a JWT) or Firebase Hosting", "https://clerk.com/docs/how-clerk-works/overview"),
    (r"mod_auth_openidc_session(?:_\d+)?", "mod_auth_openidc session", "https://github.com/OpenIDC/mod_auth_openidc/wiki/Sessions-and-Timeouts"),
    (r"wordpress_(?:logged_in|sec)_[0-9a-f]{32}", "WordPress login: user, end, token and MAC", "https://developer.wordpress.org/reference/functions/wp_generate_auth_cookie/"),
    (r"connect\.sid", "express-session id", "https://expressjs.com/en/resources/middleware/session.html"),
    (r"laravel_session", "Laravel session id, encrypted", "https://laravel.com/docs/session"),
    (r"rack\.session", "Rack session", "https://github.com/rack/rack-session"),
    (r"KEYCLOAK_(?:IDENTITY|SESSION)(?:_LEGACY)?|AUTH_SESSION_ID(?:_LEGACY)?", "Keycloak single sign-on session", "https://www.keycloak.org/docs/latest/server_admin/"),
    (r"grafana_session", "Grafana session id", "https://grafana.com/docs/grafana/latest/setup-grafana/configure-security/configure-authentication/"),
)  # fmt: skip


def _cookie(title: str, value: str, facts: tuple[Fact, ...], see: str, data: object = None) -> Reading:
    claims = {str(name): item for name, item in data.items()} if isinstance(data, dict) else None
    faults: tuple[Fault, ...] = ()
    if len(value) > 4096:
        says = f"{len(value):,} letters: browsers keep no cookie beyond 4,096 bytes"
        faults = (Fault("cookie-too-large", says, "form", "RFC 6265, section 6.1"),)
    elif data in ({}, None) and "readable)" in title:
        faults = (
            (Fault("session-empty", "The session is empty: nobody is logged in with it", "payload", see, NOTE),)
            if data == {}
            else ()
        )
    return Reading("cookie", title, value, claims=claims, facts=facts, faults=faults, see=(see,))


def by_name(name: str, value: str) -> Reading | None:
    """What the cookie's name tells, where its value does not."""
    for pattern, title, see in NAMES:
        if re.fullmatch(pattern, name):
            facts: tuple[Fact, ...] = (Fact("length", f"{len(value)} letters"),)
            if title.startswith("WordPress") and value.count("|") == 3:
                user, end = value.split("|")[:2]
                facts += (Fact("user", user, personal=True),)
                if end.isdigit() and (at := moment(int(end[:12]))):
                    facts += (Fact("expires", stamp(at)),)
            if name == "JSESSIONID" and "." in value:
                facts += (Fact("route", value.rpartition(".")[2], "the node that holds the session (jvmRoute)"),)
            if title.split()[0] in ("PHP", "Java", "Django", "Grafana", "Spring"):
                facts += (Fact("tells", "nothing", "the session is on the server; only the server knows whose it is"),)
            return _cookie(title, value, facts, see)
    return None


def read(name: str, value: str, now: datetime | None) -> Reading | None:
    """A cookie's value, by its form, else by its name; None where neither tells."""
    text = value
    if "%" in value:
        from urllib.parse import unquote

        text = unquote(value)
    if len(text) > MOST:
        return None
    for reader in READERS:
        if found := reader(text, now):
            return found
    return by_name(name, text)
