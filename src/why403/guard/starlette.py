"""The guard in Starlette (https://www.starlette.io/).

    from why403.guard import Csrf, Role
    from why403.guard.starlette import Guard

    guard = Guard(Csrf(), key=os.environ["WHY403_SEAL_KEY"])
    guard.install(app)

    @guard.requires(Role("admin"))
    async def stock(request): ...

Without `identity=` the guard takes Starlette's own: `request.user` and the scopes of `request.auth`, where AuthenticationMiddleware was
added after the guard, and so stands outside of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from http import HTTPStatus
from inspect import iscoroutinefunction
from typing import Any, ParamSpec, TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from .answer import Answer, Words, write
from .asgi import KEY, AsgiGuard, of_scope
from .decision import Decision, GuardRefused
from .guard import Guard as Core
from .identity import Identity, identity_of, words
from .request import Request
from .route import route_rules
from .rule import Rule
from .templates import csrf_field, csrf_meta, csrf_token

P = ParamSpec("P")
R = TypeVar("R")
OUTSIDE = ("content-type", "content-length")  # what whoever writes the body sets


class Refusal(GuardRefused, HTTPException):
    """A refusal on a route. Where the guard is installed it is answered as the guard writes it, else as any HTTPException."""

    def __init__(self, decision: Decision) -> None:
        answer = decision.answer or write(Words(403, "Forbidden"), "text")
        fields = {name: value for name, value in answer.headers if name.lower() not in OUTSIDE}
        HTTPException.__init__(self, answer.status, HTTPStatus(answer.status).phrase, fields)
        self.decision = decision


class Installed(Core):
    """A guard in front of a Starlette or FastAPI application, and on its routes."""

    def install(self, app: Starlette) -> None:
        """Stand in front of the application, and answer what rules on its routes refuse. Middleware added later stands outside."""
        app.add_middleware(AsgiGuard, guard=self)
        app.add_exception_handler(GuardRefused, _answered)  # type: ignore[arg-type]  # of http and of websockets

    def prepare(self, request: Request) -> None:
        """What the guard knows and, without an identity of its own, whom Starlette knows."""
        if self.identity is None and request.source is None:
            request.source = own_identity
        super().prepare(request)

    async def admit(self, connection: HTTPConnection, rules: tuple[Rule, ...]) -> Identity | None:
        """Who asks, where a route's rules let them; raises Refusal, or for a hidden route what Starlette raises where there is none."""
        request = connection.scope.get(KEY)
        if not isinstance(request, Request):
            request = of_scope(connection.scope)
        request.scope = connection.scope  # with what the router and inner middleware know: path_params, user
        decision = await self.adecide(request, *rules)
        if decision.admitted:
            return request.identity
        if decision.hidden:
            raise HTTPException(404)
        raise Refusal(decision)


class Guard(Installed):
    """A guard for Starlette: `install(app)`, and `requires` on endpoints."""

    def requires(self, *rules: Rule) -> Callable[[Callable[P, R]], Callable[P, Awaitable[Any]]]:
        """A decorator for endpoints, sync or async, of http or websockets, functions or methods of an HTTPEndpoint. Raises BadCall."""
        ready = route_rules(self, rules)

        def decorate(endpoint: Callable[P, R]) -> Callable[P, Awaitable[Any]]:
            @wraps(endpoint)
            async def guarded(*args: P.args, **named: P.kwargs) -> Any:
                connection = next(each for each in (*args, *named.values()) if isinstance(each, HTTPConnection))
                await self.admit(connection, ready)
                if iscoroutinefunction(endpoint):
                    return await endpoint(*args, **named)
                return await run_in_threadpool(endpoint, *args, **named)

            self.attach(guarded, *ready)
            return guarded

        return decorate


def current(connection: HTTPConnection) -> Identity | None:
    """Who asks, as the guard knows it; None where no rule has asked that."""
    found = connection.scope.get(KEY)
    return found.identity if isinstance(found, Request) else None


def own_identity(request: Request) -> Identity | None:
    """Whom Starlette's AuthenticationMiddleware knows."""
    who = identity_of(request.scope.get("user"))
    return who and who._replace(scopes=who.scopes | words(getattr(request.scope.get("auth"), "scopes", ())))


def csrf(request: HttpRequest) -> dict[str, Any]:
    """For `Jinja2Templates(..., context_processors=[csrf])`: `{{ csrf_field() }}`, `{{ csrf_meta() }}` and `{{ csrf_token() }}`."""
    from markupsafe import Markup

    return {
        "csrf_token": partial(csrf_token, request),
        "csrf_field": lambda: Markup(csrf_field(request)),  # noqa: S704  # written and escaped by templates.py
        "csrf_meta": lambda: Markup(csrf_meta(request)),  # noqa: S704
    }


def response(answer: Answer) -> Response:
    """The guard's answer as Starlette sends it."""
    made = Response(answer.body, answer.status)
    made.raw_headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in answer.headers]
    return made


async def _answered(connection: HTTPConnection, refused: Exception) -> Response | None:
    """Answer a refusal; a handshake by a server that cannot is closed."""
    if not isinstance(refused, GuardRefused) or refused.decision.answer is None:
        raise refused
    if connection.scope["type"] == "websocket" and "websocket.http.response" not in (
        connection.scope.get("extensions") or {}
    ):
        await connection.close(1008, refused.decision.denial)  # type: ignore[attr-defined]  # a WebSocket
        return None
    return response(refused.decision.answer)
