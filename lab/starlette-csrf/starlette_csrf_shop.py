"""Starlette with starlette-csrf and permissions of its own: requires(), HTTPException. `starlette_csrf_shop.py PORT`."""

# mypy: ignore-errors

import base64
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from starlette.applications import Starlette  # noqa: E402
from starlette.authentication import AuthCredentials, AuthenticationBackend, AuthenticationError, SimpleUser, requires  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.middleware.authentication import AuthenticationMiddleware  # noqa: E402
from starlette.responses import PlainTextResponse  # noqa: E402
from starlette.routing import Route  # noqa: E402
from starlette_csrf import CSRFMiddleware  # noqa: E402

from lab.asgi import serve  # noqa: E402


class Names(AuthenticationBackend):
    """Two users, by Basic; the rest is an error."""

    async def authenticate(self, conn):
        _, _, pair = conn.headers.get("authorization", "").partition(" ")
        if not pair:
            return None
        name, _, password = base64.b64decode(pair).decode().partition(":")
        if name not in ("ann", "bob") or password != "example":
            raise AuthenticationError("Invalid user")
        return AuthCredentials(["authenticated", "admin"] if name == "ann" else ["authenticated"]), SimpleUser(name)


async def ok(request):
    return PlainTextResponse("ok")


@requires("authenticated")
async def account(request):
    """Whoever is logged in."""
    return PlainTextResponse("ok")


@requires("admin")
async def staff(request):
    """A role."""
    return PlainTextResponse("ok")


routes = [Route("/", ok), Route("/cart", ok, methods=["POST"]), Route("/account", account), Route("/staff", staff)]
middleware = [
    Middleware(AuthenticationMiddleware, backend=Names()),
    Middleware(CSRFMiddleware, secret="not-a-secret-of-the-lab"),
]

if __name__ == "__main__":
    serve(Starlette(routes=routes, middleware=middleware), int(sys.argv[1]))
