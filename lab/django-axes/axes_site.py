"""A login behind django-axes: two wrong passwords lock the user out. `axes_site.py PORT RUN STATUS`."""

# mypy: ignore-errors

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from lab.djangosite import configure, people, serve

configure(
    __name__, ["axes"], ["axes.middleware.AxesMiddleware"],
    AUTHENTICATION_BACKENDS=["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"],
    AXES_FAILURE_LIMIT=2, AXES_HTTP_RESPONSE_CODE=int(sys.argv[3]), AXES_LOCKOUT_PARAMETERS=["username"], AXES_VERBOSE=False,
    SILENCED_SYSTEM_CHECKS=["axes.W004"],
)  # fmt: skip

from django.contrib.auth import authenticate
from django.http import HttpResponse, JsonResponse
from django.urls import path


def login(request) -> HttpResponse:
    """Who is this? Axes counts what fails."""
    user = authenticate(request, username=request.POST.get("username"), password=request.POST.get("password"))
    return JsonResponse({"error": "Invalid username or password"}, status=401) if user is None else HttpResponse("ok")


urlpatterns = [path("login", login)]


def main() -> None:
    people()
    serve()


if __name__ == "__main__":
    main()
