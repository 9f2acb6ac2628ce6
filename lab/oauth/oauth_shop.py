"""A small OAuth issuer and its resource servers. `oauth_shop.py PORT`.

`/tokens` issues tokens with joserfc, at a fixed time; `/authlib/` is guarded by Authlib's ResourceProtector with its validator of
RFC 9068, `/pyjwt/` by PyJWT, whose words stand in an RFC 6750 challenge, `/joserfc/` by joserfc, answered in the application's own JSON.
"""

# mypy: ignore-errors

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
import jwt as pyjwt  # noqa: E402
from authlib.integrations.flask_oauth2 import ResourceProtector  # noqa: E402
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator  # noqa: E402
from flask import Flask, jsonify, request  # noqa: E402
from joserfc import jwt  # noqa: E402
from joserfc.errors import JoseError  # noqa: E402
from joserfc.jwk import OctKey  # noqa: E402

from lab.wsgi import serve  # noqa: E402

ISSUER, SHOP = "https://login.example", "https://shop.example"
SECRET = "not-a-secret-of-the-lab-0123456789abcdef"
KEY, OTHER = OctKey.import_key(SECRET), OctKey.import_key("another-key-that-is-no-secret-0123456789")
OLD, LATE = 1577836800, 4102444800  # the years 2020 and 2100
app = Flask(__name__)

SOUND = {
    "iss": ISSUER, "aud": SHOP, "sub": "ann", "client_id": "example", "iat": OLD, "exp": LATE, "jti": "example", "scope": "orders:read orders:write",
}  # fmt: skip
KINDS = {
    "sound": {}, "expired": {"exp": OLD + 60}, "early": {"nbf": LATE - 60}, "audience": {"aud": "https://stock.example"},
    "issuer": {"iss": "https://login.elsewhere.example"}, "scope": {"scope": "orders:read"}, "signature": {},
}  # fmt: skip


def issue(kind: str) -> str:
    """A token of this kind."""
    return jwt.encode(
        {"alg": "HS256", "typ": "at+jwt"}, {**SOUND, **KINDS[kind]}, OTHER if kind == "signature" else KEY
    )


@app.post("/tokens")
def tokens():
    """The issuer: one token of every kind."""
    return jsonify({kind: issue(kind) for kind in KINDS})


class Validator(JWTBearerTokenValidator):
    def get_jwks(self):
        return KEY


guard = ResourceProtector()
guard.register_token_validator(Validator(issuer=ISSUER, resource_server=SHOP))


@app.get("/authlib/orders")
@guard("orders:write")
def by_authlib():
    return jsonify(orders=[])


@app.get("/pyjwt/orders")
def by_pyjwt():
    """RFC 6750, section 3: the challenge says what is wrong."""
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return "", 401, {"WWW-Authenticate": 'Bearer realm="shop"'}
    try:
        claims = pyjwt.decode(sent, SECRET, algorithms=["HS256"], audience=SHOP, issuer=ISSUER)
    except pyjwt.InvalidTokenError as fault:
        return (
            jsonify(error="invalid_token"),
            401,
            {"WWW-Authenticate": f'Bearer realm="shop", error="invalid_token", error_description="{fault}"'},
        )
    if "orders:write" not in claims["scope"].split():
        challenge = 'Bearer realm="shop", error="insufficient_scope", scope="orders:write"'
        return jsonify(error="insufficient_scope"), 403, {"WWW-Authenticate": challenge}
    return jsonify(orders=[])


@app.get("/joserfc/orders")
def by_joserfc():
    """The library's error as JSON: its code and its description."""
    try:
        read = jwt.decode(request.headers.get("Authorization", "")[7:], KEY)
        rules = {
            "iss": {"essential": True, "value": ISSUER},
            "aud": {"essential": True, "value": SHOP},
            "exp": {"essential": True},
        }
        jwt.JWTClaimsRegistry(**rules).validate(read.claims)
    except (JoseError, ValueError) as fault:
        return jsonify(error=str(fault)), 401
    return jsonify(orders=[])


if __name__ == "__main__":
    serve(app, int(sys.argv[1]))
