"""An API of FastAPI in one file: a route per rule. `fastapi_shop.py PORT`. Tokens are made of the key below."""

# mypy: ignore-errors

import sys
from pathlib import Path
from typing import Annotated

sys.path.insert(0, str(Path(__file__).parents[2]))
import jwt  # noqa: E402
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Security  # noqa: E402
from fastapi.middleware.cors import CORSMiddleware  # noqa: E402
from fastapi.middleware.trustedhost import TrustedHostMiddleware  # noqa: E402
from fastapi.security import (  # noqa: E402
    APIKeyHeader, HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer, OAuth2PasswordBearer, SecurityScopes,
)  # fmt: skip

from lab.asgi import serve  # noqa: E402

KEY = "not-a-secret-of-the-lab-0123456789abcdef"
app = FastAPI()
app.add_middleware(
    CORSMiddleware, allow_origins=["https://shop.example"], allow_methods=["GET", "POST"], allow_headers=["X-Workspace"]
)
app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "*.shop.example"])
scheme = OAuth2PasswordBearer(tokenUrl="token", scopes={"orders:read": "", "orders:write": ""})
Bearer = Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]


def user(scopes: SecurityScopes, token: Annotated[str, Depends(scheme)]) -> dict:
    """The current user, as FastAPI's documentation writes it."""
    challenge = {"WWW-Authenticate": f'Bearer scope="{scopes.scope_str}"' if scopes.scopes else "Bearer"}
    try:
        claims = jwt.decode(token, KEY, algorithms=["HS256"], audience="shop")
    except jwt.InvalidTokenError:
        raise HTTPException(401, "Could not validate credentials", challenge) from None
    if any(scope not in claims.get("scope", "").split() for scope in scopes.scopes):
        raise HTTPException(401, "Not enough permissions", challenge)
    if claims.get("disabled"):
        raise HTTPException(400, "Inactive user")
    return claims


User = Annotated[dict, Security(user)]


@app.get("/")
def home():
    return {"ok": True}


@app.get("/bearer")
def bearer(_: Bearer):
    """HTTPBearer."""
    return {"ok": True}


@app.get("/key")
def key(key: Annotated[str, Depends(APIKeyHeader(name="X-Api-Key"))]):
    """An API key in a header."""
    if key != "example-key":
        raise HTTPException(403, "Invalid API Key")
    return {"ok": True}


@app.get("/basic")
def basic(sent: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]):
    """HTTPBasic."""
    if sent.password != "example":
        raise HTTPException(401, "Incorrect username or password", {"WWW-Authenticate": "Basic"})
    return {"ok": True}


@app.get("/me")
def me(_: User):
    """A sound token."""
    return {"ok": True}


@app.get("/orders")
def orders(_: Annotated[dict, Security(user, scopes=["orders:write"])]):
    """A scope."""
    return {"ok": True}


def words(status: int, detail: str) -> HTTPException:
    return HTTPException(status, detail)


@app.get("/staff")
def staff(who: User):
    """A role, in words."""
    if who.get("role") != "admin":
        raise words(403, "The user doesn't have enough privileges")
    return {"ok": True}


@app.get("/orders/{owner}")
def order(owner: str, who: User):
    """An owner, in words."""
    if who["sub"] != owner:
        raise words(403, "You do not own this order")
    return {"ok": True}


@app.get("/tenant")
def tenant(x_tenant_id: Annotated[str | None, Header()] = None):
    """A tenant's header, by hand."""
    if x_tenant_id is None:
        raise words(403, "X-Tenant-ID header is required")
    if x_tenant_id != "example":
        raise words(403, "Your account does not belong to this tenant")
    return {"ok": True}


@app.get("/flag/{name}")
def flag(name: str):
    """A feature flag."""
    if name != "orders":
        raise words(403, f"Feature '{name}' is not enabled for this workspace")
    return {"ok": True}


@app.get("/bare/staff")
def bare_staff(who: User):
    """A role, without words."""
    if who.get("role") != "admin":
        raise HTTPException(403)
    return {"ok": True}


@app.get("/bare/orders/{owner}")
def bare_order(owner: str, who: User):
    """An owner, without words."""
    if who["sub"] != owner:
        raise HTTPException(403)
    return {"ok": True}


@app.get("/bare/flag/{name}")
def bare_flag(name: str):
    """A feature flag, without words."""
    if name != "orders":
        raise HTTPException(403)
    return {"ok": True}


@app.get("/inside")
def inside(request: Request):
    """An address list, in words."""
    if not request.headers.get("x-real-ip", "127.0.0.1").startswith("192.0.2."):
        raise words(403, "Your IP address is not allowed")
    return {"ok": True}


if __name__ == "__main__":
    serve(app, int(sys.argv[1]))
