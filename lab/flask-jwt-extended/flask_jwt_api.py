"""An API behind Flask-JWT-Extended: a view per rule. `flask_jwt_api.py PORT RUN`. It is asked with tokens made of the key below."""

# mypy: ignore-errors

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from flask import Flask, jsonify  # noqa: E402
from flask_jwt_extended import JWTManager, get_jwt, jwt_required  # noqa: E402

from lab.wsgi import serve  # noqa: E402

app = Flask(__name__)
app.config.update(
    JWT_SECRET_KEY="not-a-secret-of-the-lab-0123456789abcdef", JWT_TOKEN_LOCATION=["headers", "cookies"],
    JWT_DECODE_AUDIENCE="shop", JWT_DECODE_ISSUER="https://login.example",
)  # fmt: skip
jwt = JWTManager(app)


@jwt.token_in_blocklist_loader
def revoked(_, payload) -> bool:
    return payload["jti"] == "revoked"


@jwt.token_verification_loader
def verified(_, payload) -> bool:
    return payload.get("shop", "example") == "example"


@jwt.user_lookup_loader
def user(_, payload):
    return {"ann": "Ann"}.get(payload["sub"])


@app.route("/orders", methods=["GET", "POST"])
@jwt_required(locations=["headers"])
def orders():
    """Any sound access token in the header."""
    return jsonify(ok=True)


@app.route("/cart", methods=["GET", "POST"])
@jwt_required(locations=["cookies"])
def cart():
    """An access token in a cookie, with its CSRF token in a header."""
    return jsonify(ok=True)


@app.get("/password")
@jwt_required(fresh=True)
def password():
    """A token of a login, not of a refresh."""
    return jsonify(ok=True)


@app.get("/refresh")
@jwt_required(refresh=True)
def refresh():
    """A refresh token."""
    return jsonify(ok=True)


@app.get("/staff")
@jwt_required()
def staff():
    """A role in the token's claims, as the library's documentation shows it."""
    if get_jwt().get("role") != "admin":
        return jsonify(msg="Admins only!"), 403
    return jsonify(ok=True)


if __name__ == "__main__":
    serve(app, int(sys.argv[1]), f"{sys.argv[2]}/error.log")
