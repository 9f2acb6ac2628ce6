"""A Django project in one file, run as a program so that its settings are its own: prints what came of each request as JSON."""

# ruff: noqa: E402  # Django is asked for nothing before it has its settings

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import django
from django.conf import settings

sys.modules["django_project"] = sys.modules[__name__]  # as the settings name it
settings.configure(
    SECRET_KEY="tests",
    ROOT_URLCONF="django_project",
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    LOGGING_CONFIG=None,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "rest_framework"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "file:shop?mode=memory&cache=shared"}},
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "why403.guard.django.GuardMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    WHY403_GUARD="django_project.guard",
    REST_FRAMEWORK={
        "EXCEPTION_HANDLER": "why403.guard.drf.exception_handler",
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    },
)
django.setup()

from django.contrib.auth.models import Group, User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View
from rest_framework import exceptions
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from why403.guard import BadCall, Hide, Preflight, RequireHeader, Role, new_key
from why403.guard.django import GuardMiddleware
from why403.guard.drf import Guard

guard = Guard(Preflight(["https://front.example"]), key=new_key())
guard.on("/staff/**", Role("staff"))
guard.on("/hidden/**", Hide(Role("staff")))


@guard.requires(Role("seller"))
def works(request: HttpRequest) -> HttpResponse:
    """A view that does not wait."""
    return HttpResponse("works")


@guard.requires(Role("seller"))
async def waits(request: HttpRequest) -> HttpResponse:
    """A view that waits."""
    return HttpResponse("waits")


@method_decorator(guard.requires(Role("seller")), name="dispatch")
class Page(View):
    """A class of views."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return HttpResponse("page")


@guard.requires(Hide(Role("seller")))
def hides(request: HttpRequest) -> HttpResponse:
    """A view that is not there."""
    return HttpResponse("hides")


def open_to_all(request: HttpRequest) -> HttpResponse:
    """What is behind the rules on its path."""
    return HttpResponse("open")


class Never(BasePermission):
    """A permission of the application's own."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Never."""
        return False


class Rest(APIView):
    """A view of the framework behind its own permission and the guard's."""

    permission_classes = (IsAuthenticated, guard.permission(Role("seller")))

    def get(self, request: Request) -> Response:
        """Shown to sellers."""
        return Response("rest")

    def post(self, request: Request) -> Response:
        """Behind the framework's own check of tokens."""
        return Response("posted")


class Own(APIView):
    """A view that its own permission refuses."""

    permission_classes = (Never,)

    def get(self, request: Request) -> Response:
        """Never shown."""
        return Response("never")


class RestHidden(APIView):
    """A view that is not there."""

    permission_classes = (guard.permission(Hide(Role("staff"))),)

    def get(self, request: Request) -> Response:
        """Shown to the staff."""
        return Response("rest")


class Fault(APIView):
    """A view with a fault that is no refusal."""

    def get(self, request: Request) -> Response:
        """Its own fault."""
        raise exceptions.ValidationError("what the framework says")


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The project's own 404."""
    return HttpResponse(f"{request.path} is not here", status=404)


handler404 = missing
urlpatterns = [
    path("works", works),
    path("waits", waits),
    path("page", Page.as_view()),
    path("hides", hides),
    path("staff/", open_to_all),
    path("hidden/", open_to_all),
    path("rest", Rest.as_view()),
    path("own", Own.as_view()),
    path("rest-hidden", RestHidden.as_view()),
    path("fault", Fault.as_view()),
]


def told(answer: Any) -> list[Any]:
    """The status, the cause, and the body where no cause is told."""
    cause = answer.headers.get("why403-cause")
    return [answer.status_code, cause or answer.content.decode()]


def asked() -> dict[str, Any]:
    """Every path by nobody, a seller and one of the staff, of a server that does not wait and of one that does."""
    found: dict[str, Any] = {}
    for name in ("nobody", "seller", "staff"):
        client, waiting = Client(enforce_csrf_checks=True), AsyncClient()
        if name != "nobody":
            client.force_login(User.objects.get(username=name))
            waiting.force_login(User.objects.get(username=name))
        for route in urlpatterns:
            where = f"/{route.pattern}"
            plain, waited = told(client.get(where)), told(asyncio.run(_wait(waiting, where)))
            found[f"{name} {where}"] = plain if plain == waited else [plain, waited]
        found[f"{name} POST /rest"] = told(client.post("/rest"))
        client.cookies["csrftoken"] = "x" * 32
        found[f"{name} POST /rest with a cookie"] = told(client.post("/rest"))
        found[f"{name} POST /rest with another token"] = told(client.post("/rest", headers={"X-CSRFToken": "y" * 32}))
        found[f"{name} POST /rest from elsewhere"] = told(
            client.post("/rest", headers={"Origin": "https://evil.example"})
        )
    return found


async def _wait(client: AsyncClient, where: str) -> Any:
    return await client.get(where)


def faults() -> dict[str, str]:
    """What is said of settings and permissions that are wrong."""
    said = {}
    for wrong in (None, "django_project.missing", "nowhere.at.all"):
        with override_settings(WHY403_GUARD=wrong):
            try:
                GuardMiddleware(lambda request: HttpResponse())
            except (ImproperlyConfigured, ImportError) as fault:
                said[str(wrong)] = f"{type(fault).__name__}: {fault}"
    permission = guard.permission(RequireHeader("X-Tenant"))
    for name, make in (
        ("or", lambda: permission | IsAuthenticated),
        ("not", lambda: ~permission),
        ("nothing", guard.permission),
        ("empty", lambda: guard.permission(Role())),
    ):
        try:
            made = make()
        except BadCall as fault:
            said[name] = str(fault)
        else:
            said[name] = repr(made)
    return said


def main() -> None:
    """Print it all."""
    call_command("migrate", verbosity=0)
    User.objects.create_user("seller").groups.add(Group.objects.create(name="seller"))
    User.objects.create_user("staff", is_staff=True)
    print(json.dumps({"asked": asked(), "faults": faults()}))


if __name__ == "__main__":
    main()
