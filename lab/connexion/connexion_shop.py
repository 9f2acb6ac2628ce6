"""An API that Connexion makes of its OpenAPI description: security schemes, scopes, a required header. `connexion_shop.py PORT RUN`."""

# mypy: ignore-errors

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from connexion import FlaskApp  # noqa: E402
from connexion.exceptions import Forbidden  # noqa: E402

from lab.asgi import serve  # noqa: E402

SCOPES = {"example-ann": ["orders:read", "orders:write"], "example-bob": ["orders:read"]}


def bearer(token):
    """Who a token is; None for nobody."""
    return {"sub": token.removeprefix("example-")} if token in SCOPES else None


def oauth(token):
    """Who a token is, and its scopes."""
    return {"sub": token, "scope": SCOPES[token]} if token in SCOPES else None


def basic(user, password):
    """Whether this is the user's password."""
    return {"sub": user} if (user, password) == ("ann", "example") else None


def ok():
    return "ok"


account = basic_account = write = tenant = ok  # operations of their own names


def staff(user):
    """A role."""
    if user != "ann":
        raise Forbidden
    return "ok"


def order(owner, user):
    """Another's order."""
    if user != owner:
        raise Forbidden
    return "ok"


def path(name, operation, security, *parameters):
    return {
        name: {"get": {
            "operationId": f"__main__.{operation}", "security": security, "parameters": list(parameters), "responses": {"200": {"description": "ok"}},
        }}
    }  # fmt: skip


def described():
    """The OpenAPI description."""
    word = {"type": "string"}
    flow = {
        "implicit": {
            "authorizationUrl": "https://login.example/authorize",
            "scopes": {"orders:write": "", "orders:read": ""},
        }
    }
    return {
        "openapi": "3.0.3", "info": {"title": "shop", "version": "1"},
        "components": {"securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "x-bearerInfoFunc": "__main__.bearer"},
            "basic": {"type": "http", "scheme": "basic", "x-basicInfoFunc": "__main__.basic"},
            "oauth": {"type": "oauth2", "flows": flow, "x-tokenInfoFunc": "__main__.oauth"},
        }},
        "paths": {
            **path("/account", "account", [{"bearer": []}]), **path("/basic", "basic_account", [{"basic": []}]), **path("/write", "write", [{"oauth": ["orders:write"]}]),
            **path("/staff", "staff", [{"bearer": []}]),
            **path("/orders/{owner}", "order", [{"bearer": []}], {"name": "owner", "in": "path", "required": True, "schema": word}),
            **path("/tenant", "tenant", [], {"name": "X-Tenant-ID", "in": "header", "required": True, "schema": word}),
        },
    }  # fmt: skip


app = FlaskApp(__name__)

if __name__ == "__main__":
    app.add_api(described())
    serve(app, int(sys.argv[1]))
