"""The guard in Django (https://docs.djangoproject.com/).

    # shop/guard.py
    from why403.guard import Csrf, Role
    from why403.guard.django import Guard

    guard = Guard(Csrf(), key=os.environ["WHY403_SEAL_KEY"])
    guard.on("/staff/**", Role("staff"))

    # settings.py
    WHY403_GUARD = "shop.guard.guard"
    MIDDLEWARE = [..., "django.contrib.auth.middleware.AuthenticationMiddleware", "why403.guard.django.GuardMiddleware", ...]

    # views.py
    @guard.requires(Role("seller"))
    def orders(request): ...

Without `identity=` the guard takes Django's own user: the id is its primary key, the roles are the names of its groups and, as the
user has them, `staff` and `superuser`. The context processor `why403.guard.django.csrf` gives templates `{{ guard_csrf_field }}`,
`{{ guard_csrf_meta }}` and `{{ guard_csrf_token }}`. Sync and async views and servers.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.safestring import mark_safe

from .answer import Answer, Words, write
from .asgi import KEY, of_scope
from .decision import Decision
from .drive import alone, waited
from .guard import Guard as Core
from .hidden import paths, restored
from .identity import Identity
from .request import Request
from .route import route_rules
from .rule import Rule
from .templates import csrf_field, csrf_meta, csrf_token
from .wsgi import Replayed, of_environ

HTTP = "django.request"  # of the Request's scope
SETTING = "WHY403_GUARD"

View = Callable[..., Any]


class Guard(Core):
    """A guard for Django: named in the settings, and `requires` on views."""

    def requires(self, *rules: Rule) -> Callable[[View], View]:
        """A decorator for views, sync or async; on classes `@method_decorator(guard.requires(...), name="dispatch")`. Raises BadCall."""
        ready = route_rules(self, rules)

        def decorate(view: View) -> View:
            @wraps(view)
            def guarded(request: HttpRequest, *args: Any, **named: Any) -> Any:
                decision = self.decide(asked(request, self), *ready)
                return view(request, *args, **named) if decision.admitted else _refused(decision)

            @wraps(view)
            async def aguarded(request: HttpRequest, *args: Any, **named: Any) -> Any:
                decision = await self.adecide(asked(request, self), *ready)
                return await view(request, *args, **named) if decision.admitted else _refused(decision)

            chosen: View = aguarded if iscoroutinefunction(view) else guarded
            self.attach(chosen, *ready)
            return chosen

        return decorate


class GuardMiddleware:
    """The guard of the settings in front of every view; it stands below AuthenticationMiddleware."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response, self.guard = get_response, guard_of_settings()
        self.waits = iscoroutinefunction(get_response)
        if self.waits:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """One request."""
        if self.waits:
            return self._wait(request)
        decision = alone(self.guard.steps(asked(request, self.guard)), partial(_prefix, request))
        answer = _answer(decision)
        if decision.hidden:
            real = request.path
            pages = (_page(self.get_response(_aside(request, path)), path, real, request) for path in paths(real))
            answer = next(filter(None, pages), answer)
        return self._sent(request, answer or self.get_response(request))

    async def _wait(self, request: HttpRequest) -> HttpResponseBase:
        async def prefix(limit: int) -> bytes:
            return _prefix(request, limit)

        decision = await waited(self.guard.steps(asked(request, self.guard)), prefix)
        answer = _answer(decision)
        if decision.hidden:
            real = request.path
            for path in paths(real):
                if page := _page(await self.get_response(_aside(request, path)), path, real, request):
                    answer = page
                    break
        return self._sent(request, answer or await self.get_response(request))

    def _sent(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """With the CORS fields that the view does not set itself, and the cookies of its tokens."""
        guarded = asked(request, self.guard)
        has_cors = response.has_header("access-control-allow-origin")
        for name, value in self.guard.cross_origin(guarded):
            if name == "vary":
                patch_vary_headers(response, [value])
            elif not has_cors:
                response[name] = value
        for cookie in guarded.cookies_to_set:
            response.cookies.load(cookie)
            patch_vary_headers(response, ["Cookie"])
        return response


def guard_of_settings() -> Guard:
    """The guard that the settings name. Raises ImproperlyConfigured."""
    name = getattr(settings, SETTING, None)
    if not isinstance(name, str):
        raise ImproperlyConfigured(f"{SETTING} names the guard: {SETTING} = 'shop.guard.guard'")
    guard = import_string(name)
    if not isinstance(guard, Guard):
        raise ImproperlyConfigured(f"{SETTING} = {name!r} is no why403.guard.django.Guard")
    return guard


def http(request: Request) -> HttpRequest:
    """Django's request of the guard's: for identity, Owner and other callables."""
    found: HttpRequest = request.scope[HTTP]
    return found


def current(request: HttpRequest) -> Identity | None:
    """Who asks, as the guard knows it; None where no rule has asked that."""
    found = request.META.get(KEY)
    return found.identity if isinstance(found, Request) else None


def own_identity(request: Request) -> Identity | Awaitable[Identity | None] | None:
    """Django's own user: for `Guard(identity=Bearer(...) | Session(own_identity))`, and the guard's identity unless one is given."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        user: Any = getattr(http(request), "user", None)
        if not getattr(user, "is_authenticated", False):
            return None
        return _identity(user, user.groups.values_list("name", flat=True) if hasattr(user, "groups") else ())
    return _waited_identity(http(request))


async def _waited_identity(request: HttpRequest) -> Identity | None:
    find: Any = getattr(request, "auser", None)
    user: Any = await find() if find else None
    if not getattr(user, "is_authenticated", False):
        return None
    return _identity(
        user, [name async for name in user.groups.values_list("name", flat=True)] if hasattr(user, "groups") else ()
    )


def csrf(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `{{ guard_csrf_field }}`, `{{ guard_csrf_meta }}`, `{{ guard_csrf_token }}`; made only where they are used."""
    return {
        "guard_csrf_token": SimpleLazyObject(lambda: csrf_token(request)),
        "guard_csrf_field": SimpleLazyObject(lambda: mark_safe(csrf_field(request))),  # noqa: S308  # escaped by templates.py
        "guard_csrf_meta": SimpleLazyObject(lambda: mark_safe(csrf_meta(request))),  # noqa: S308
    }


def asked(request: HttpRequest, guard: Core) -> Request:
    """The guard's request of Django's, the same one for as long as that lives."""
    found = request.META.get(KEY)
    if (
        not isinstance(found, Request) or HTTP not in found.scope
    ):  # a guard around the whole server may have left its own there
        scope, environ = getattr(request, "scope", None), getattr(request, "environ", request.META)
        found = request.META[KEY] = of_environ(environ) if scope is None else of_scope(scope)
        found.scope = {**found.scope, HTTP: request}
        if guard.identity is None:
            found.source = own_identity
    return found


def response(answer: Answer) -> HttpResponse:
    """The guard's answer as Django sends it: fields that come several times become one, apart by commas (RFC 9110, section 5.3)."""
    made = HttpResponse(answer.body, status=answer.status, content_type=answer.header("content-type"))
    for name in dict.fromkeys(name for name, _ in answer.headers):
        made[name] = ", ".join(value for field, value in answer.headers if field == name)
    return made


def _answer(decision: Decision) -> HttpResponse | None:
    if decision.admitted and decision.answer is None:
        return None
    if decision.hidden or decision.answer is None:
        return response(write(Words(404, "Not Found") if decision.hidden else Words(403, "Forbidden"), "text"))
    return response(decision.answer)


def _refused(decision: Decision) -> HttpResponse:
    if decision.hidden or decision.answer is None:
        raise Http404
    return response(decision.answer)


def _identity(user: Any, groups: Any) -> Identity:
    marks = [mark for mark in ("staff", "superuser") if getattr(user, f"is_{mark}", False)]
    return Identity(str(user.pk), frozenset((*groups, *marks)), by="django", user=user)


def _prefix(request: Any, limit: int) -> bytes:
    """The first bytes of the body; the view reads them again. HttpRequest offers no other way to look at so much of it only."""
    if request._read_started:
        body: bytes = request.body
        return body[:limit]
    data: bytes = request._stream.read(limit)
    request._stream = io.BufferedReader(Replayed(data, request._stream, None))
    return data


def _aside(request: HttpRequest, path: str) -> HttpRequest:
    """The same request to a path that is not there, so that its answer goes the way of every 404."""
    request.path_info = path.removeprefix(request.META.get("SCRIPT_NAME", ""))
    request.path, request.method = path, "HEAD" if request.method == "HEAD" else "GET"
    return request


def _page(made: Any, path: str, real: str, request: HttpRequest) -> HttpResponse | None:
    """The application's own 404, with the path that was asked for."""
    request.path, request.path_info = real, real.removeprefix(request.META.get("SCRIPT_NAME", ""))
    if made.status_code != 404 or made.streaming:
        return None
    page: HttpResponse = made
    page.content = restored(page.content, path, real)
    if page.has_header("content-length"):
        page["content-length"] = str(len(page.content))
    return page
