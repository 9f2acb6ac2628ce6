"""What each framework's door does beyond the examples, inside of one process: decorators, mounts, handlers, faults in the settings."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Annotated, Any

import flask
import flask.views
import httpx
import pytest
import starlette.applications
from fastapi import APIRouter, Depends, FastAPI
from starlette.authentication import AuthCredentials, AuthenticationBackend, SimpleUser
from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from why403.guard import BadCall, Csrf, Guard, Hide, Identity, Owner, Preflight, RequireHeader, Role, Scope, new_key
from why403.guard.fastapi import Guard as FastapiGuard
from why403.guard.flask import Guard as FlaskGuard
from why403.guard.starlette import Guard as StarletteGuard
from why403.guard.starlette import csrf, current

KEY = new_key()
ADMIN = {"X-User": "grace"}


def whose(request: Any) -> Identity | None:
    """Whom a header names: a test's way of knowing somebody."""
    name = request.header("x-user")
    return Identity(name, frozenset(["admin"] if name == "grace" else [])) if name else None


def _asked(app: Any, method: str = "GET", path: str = "/", **how: Any) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app.example") as client:
            return await client.request(method, path, **how)

    return asyncio.run(ask())


# Starlette


class Backend(AuthenticationBackend):
    """Starlette's own way of knowing somebody."""

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, SimpleUser] | None:
        """By a header."""
        name = conn.headers.get("x-user")
        return (AuthCredentials(["orders"]), SimpleUser(name)) if name else None


def _starlette() -> starlette.applications.Starlette:
    guard = StarletteGuard(RequireHeader("X-Tenant"), key=KEY)

    @guard.requires(Scope("orders"))
    async def waiting(request: Request) -> Response:
        who = current(request)
        return PlainTextResponse(f"waiting for {who.id}" if who else "waiting for nobody")

    @guard.requires(Scope("orders"))
    def working(request: Request) -> Response:
        return PlainTextResponse("working")

    @guard.requires(Owner(lambda request: request.scope["path_params"]["name"], "the page"))
    async def owned(request: Request) -> Response:
        return PlainTextResponse("owned")

    @guard.requires(Hide(Scope("nobody's")))
    async def hidden(request: Request) -> Response:
        return PlainTextResponse("hidden")

    class Page(HTTPEndpoint):
        @guard.requires(Scope("orders"))
        async def get(self, request: Request) -> Response:
            return PlainTextResponse("page")

    async def not_found(request: Request, fault: Exception) -> Response:
        return JSONResponse({"lost": request.url.path}, 404)

    routes = [
        Route("/waiting", waiting), Route("/working", working), Route("/of/{name}", owned), Route("/hidden", hidden), Route("/page", Page),
    ]  # fmt: skip
    app = starlette.applications.Starlette(routes=routes, exception_handlers={404: not_found})
    guard.install(app)
    app.add_middleware(AuthenticationMiddleware, backend=Backend())
    return app


@pytest.mark.parametrize("path", ["/waiting", "/working", "/page"])
def test_starlettes_own_user_is_the_identity(path: str) -> None:
    """With the scopes of its AuthenticationMiddleware; endpoints that wait and that do not, functions and methods."""
    app = _starlette()
    tenant = {"X-Tenant": "north"}
    assert _asked(app, path=path, headers={**tenant, "X-User": "ada"}).text == path[1:].replace(
        "waiting", "waiting for ada"
    )
    refused = _asked(app, path=path, headers=tenant)
    assert (refused.status_code, refused.json()["cause"]) == (401, "credentials-missing")
    assert _asked(app, path=path, headers={"X-User": "ada"}).json()["cause"] == "required-header-missing"


def test_starlettes_path_is_known_to_an_owner() -> None:
    """`request.scope["path_params"]`, since the rule stands on the route."""
    app = _starlette()
    asked = {"X-Tenant": "north", "X-User": "ada"}
    assert _asked(app, path="/of/ada", headers=asked).text == "owned"
    assert _asked(app, path="/of/bob", headers=asked).json()["cause"] == "not-owner"


def test_starlettes_own_404_hides_a_route() -> None:
    """That of the application's own handler."""
    answer = _asked(_starlette(), path="/hidden", headers={"X-Tenant": "north", "X-User": "ada"})
    assert (answer.status_code, answer.json()) == (404, {"lost": "/hidden"})
    assert not [name for name in answer.headers if name.startswith("why403")]


def test_an_application_inside_of_another_is_answered_too() -> None:
    """Its own error handling does not know the guard; the status and the fields are right all the same."""
    guard = FastapiGuard(key=KEY, identity=whose)
    inner = FastAPI()

    @inner.get("/stock", dependencies=[Depends(guard.requires(Role("admin")))])
    def stock() -> str:
        return "shown"

    outer = FastAPI()
    outer.mount("/inner", inner)
    guard.install(outer)
    for app, path in ((outer, "/inner/stock"), (inner, "/stock")):
        refused = _asked(app, path=path, headers={"X-User": "ada"})
        assert (refused.status_code, refused.headers["why403-cause"]) == (403, "role-missing")
        assert _asked(app, path=path, headers=ADMIN).json() == "shown"


def test_a_403_of_the_application_stays_its_own() -> None:
    """The guard answers what it refused, and nothing else."""
    app = _starlette()

    async def own(request: Request) -> Response:
        raise HTTPException(403, "mine")

    app.router.routes.append(Route("/own", own))
    assert _asked(app, path="/own", headers={"X-Tenant": "north"}).text == "mine"


def test_a_starlette_template_has_the_token() -> None:
    """By the context processor, escaped by nobody a second time."""
    guard = StarletteGuard(Csrf(), key=KEY)

    async def page(request: Request) -> Response:
        made = csrf(request)
        return PlainTextResponse(f"{made['csrf_field']()}|{made['csrf_meta']()}|{made['csrf_token']()}")

    app = starlette.applications.Starlette(routes=[Route("/", page)])
    guard.install(app)
    answer = _asked(app)
    field, meta, token = answer.text.split("|")
    assert field.startswith('<input type="hidden" name="csrf_token" value="')
    assert meta.startswith('<meta name="csrf-token" content="')
    assert len(token) == 99
    assert answer.headers["set-cookie"].startswith("csrf=")


@pytest.mark.parametrize("extensions", [{"websocket.http.response": {}}, {}], ids=["answered", "closed"])
def test_a_websocket_of_starlette_is_refused(extensions: dict[str, Any]) -> None:
    """By the whole answer where the server can send it in a handshake, else by closing it."""
    guard = StarletteGuard(key=KEY, identity=whose)

    @guard.requires(Role("admin"))
    async def feed(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close()

    app = starlette.applications.Starlette(routes=[WebSocketRoute("/feed", feed)])
    guard.install(app)

    def met(user: str) -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(dict(message))

        scope = {
            "type": "websocket", "path": "/feed", "raw_path": b"/feed", "query_string": b"", "scheme": "ws", "subprotocols": [],
            "headers": [(b"host", b"app.example"), (b"x-user", user.encode())], "client": ("192.0.2.1", 1), "extensions": extensions,
        }  # fmt: skip
        asyncio.run(app(scope, receive, send))
        return sent

    assert [message["type"] for message in met("grace")] == ["websocket.accept", "websocket.close"]
    first = met("ada")[0]
    if extensions:
        assert (first["type"], first["status"]) == ("websocket.http.response.start", 403)
    else:
        assert (first["type"], first["code"], len(first["reason"])) == ("websocket.close", 1008, 16)


# FastAPI

FASTAPI = FastapiGuard(key=KEY, identity=whose)
NoGuest = Annotated[Identity, Depends(FASTAPI.requires(~Role("guest")))]


def test_a_router_of_fastapi_has_rules_and_gives_the_identity() -> None:
    """On a whole router, and as an argument."""
    router = APIRouter(dependencies=[Depends(FASTAPI.requires(RequireHeader("X-Tenant")))])

    @router.get("/me")
    def me(who: NoGuest) -> str:
        return who.id

    app = FastAPI()
    app.include_router(router, prefix="/api")
    FASTAPI.install(app)
    assert _asked(app, path="/api/me", headers={"X-User": "ada", "X-Tenant": "north"}).json() == "ada"
    assert _asked(app, path="/api/me", headers={"X-User": "ada"}).json()["cause"] == "required-header-missing"
    assert _asked(app, path="/api/me", headers={"X-Tenant": "north"}).status_code == 401
    assert _asked(app, path="/openapi.json").status_code == 200


# Flask


def _flask() -> flask.Flask:
    guard = FlaskGuard(Preflight(["https://front.example"]), key=KEY, identity=whose)
    guard.on("/app/**", RequireHeader("X-Tenant"))
    app = flask.Flask(__name__)
    part = flask.Blueprint("part", __name__, url_prefix="/part")

    @part.errorhandler(404)
    def part_404(_: Exception) -> tuple[str, int]:
        return "nothing in this part", 404

    @part.get("/hidden")
    @guard.requires(Hide(Role("admin")))
    def hidden() -> str:
        return "hidden"

    @app.get("/app/<name>")
    @guard.requires(Role("admin"))
    async def shown(name: str) -> str:
        return name

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("broken")

    class View(flask.views.MethodView):
        decorators = [guard.requires(Role("admin"))]

        def get(self) -> str:
            return "view"

    app.add_url_rule("/view", view_func=View.as_view("view"))
    app.register_blueprint(part)
    guard.init_app(app)
    return app


def test_flask_decides_in_its_own_context() -> None:
    """By rules on the path, then by those on the view, sync, async, and classes."""
    client = _flask().test_client()
    assert client.get("/app/tea", headers={**ADMIN, "X-Tenant": "north"}).text == "tea"
    assert client.get("/app/tea", headers=ADMIN).headers["why403-cause"] == "required-header-missing"
    assert client.get("/app/tea", headers={"X-Tenant": "north"}).status_code == 401
    assert client.get("/view", headers=ADMIN).text == "view"
    assert client.get("/view", headers={"X-User": "ada"}).headers["why403-cause"] == "role-missing"


def test_flasks_own_404_hides_a_route_of_a_blueprint() -> None:
    """Not the blueprint's: nobody asks that for a path which is not there."""
    client = _flask().test_client()
    hidden, absent = client.get("/part/hidden"), client.get("/part/absent")
    assert (hidden.status, hidden.data, list(hidden.headers)) == (absent.status, absent.data, list(absent.headers))
    assert client.get("/part/hidden", headers=ADMIN).text == "hidden"


def test_flasks_own_fault_carries_cors_too() -> None:
    """So that the browser shows the 500 as one."""
    answer = _flask().test_client().get("/broken", headers={"Origin": "https://front.example"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (500, "https://front.example")
    assert "Origin" in answer.vary


def test_a_guard_around_flask_does_not_stand_in_for_its_own() -> None:
    """Both decide; rules on views still stand."""
    around = Guard(RequireHeader("X-Tenant"), key=KEY)
    guard = FlaskGuard(RequireHeader("X-Shelf"), key=KEY, identity=whose)
    app = flask.Flask(__name__)
    app.add_url_rule("/", "home", guard.requires(Role("admin"))(lambda: "home"))
    guard.init_app(app)
    app.wsgi_app = around.wsgi(app.wsgi_app)  # type: ignore[method-assign]
    client = app.test_client()
    both = {"X-Tenant": "north", "X-Shelf": "1"}
    assert client.get("/", headers={**both, **ADMIN}).text == "home"
    assert client.get("/", headers={**both, "X-User": "ada"}).headers["why403-cause"] == "role-missing"
    for name in both:
        refused = client.get("/", headers={other: "1" for other in (*both, "X-User") if other != name})
        assert refused.headers["why403-cause"] == "required-header-missing"


# all of them


@pytest.mark.parametrize("guard", [StarletteGuard(key=KEY), FastapiGuard(key=KEY), FlaskGuard(key=KEY)])
def test_a_wrong_rule_on_a_route_is_an_error_at_the_start(guard: Any) -> None:
    """With its line; a token's rule cannot stand where the framework has read the body."""
    for rules, said in (
        ((Role(),), "it can never admit"),
        ((), "no rule"),
        ((Csrf(),), "it cannot stand on a route"),
        ((Role("admin") & ~Role("admin"),), "contradicts"),
    ):
        with pytest.raises(BadCall, match=said) as fault:
            guard.requires(*rules)
        assert "guard_doors/test_doors.py:" in str(fault.value)
    assert guard.requires(Csrf(token=False)) is not None


def test_the_core_imports_no_framework() -> None:
    """The doors are opened by name only."""
    code = "import sys, why403.guard; print(sys.modules.keys() & {'flask', 'django', 'starlette', 'fastapi', 'rest_framework'})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
