"""Feature flags of django-waffle: a view behind a flag (404, as waffle does), and one whose author answers 403."""

# mypy: ignore-errors

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from lab.djangosite import configure, people, serve

configure(__name__, ["waffle"], ["waffle.middleware.WaffleMiddleware"])

import waffle
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.urls import path
from waffle.decorators import waffle_flag
from waffle.models import Flag


@waffle_flag("reports")
def reports(_) -> HttpResponse:
    """Waffle's own decorator."""
    return HttpResponse("ok")


def exports(request) -> HttpResponse:
    """The flag asked by hand, answered in words."""
    if not waffle.flag_is_active(request, "exports"):
        return JsonResponse(
            {"error": "feature_disabled", "message": "The feature 'exports' is not enabled for your account"},
            status=403,
        )
    return HttpResponse("ok")


def imports(request) -> HttpResponse:
    """The flag asked by hand, answered with Django's page."""
    if not waffle.flag_is_active(request, "imports"):
        raise PermissionDenied
    return HttpResponse("ok")


def staff(request) -> HttpResponse:
    """A role, answered with the same page."""
    if not request.user.is_staff:
        raise PermissionDenied
    return HttpResponse("ok")


urlpatterns = [path("reports", reports), path("exports", exports), path("imports", imports), path("staff", staff)]


def main() -> None:
    ann, _ = people()
    for name in ("reports", "exports", "imports"):
        Flag.objects.create(name=name, superusers=True)  # on for Ann
    serve()


if __name__ == "__main__":
    main()
