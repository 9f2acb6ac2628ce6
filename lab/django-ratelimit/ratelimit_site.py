"""Views behind django-ratelimit, which refuses with 403: by address, by user, and by a permission of the view's own."""

# mypy: ignore-errors

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from lab.djangosite import configure, serve

configure(
    __name__, ["django_ratelimit"], SILENCED_SYSTEM_CHECKS=["django_ratelimit.E003", "django_ratelimit.W001"],
)  # fmt: skip

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path
from django_ratelimit.decorators import ratelimit


@ratelimit(key="ip", rate="1/2s")
def slow(_) -> HttpResponse:
    """One in two seconds from one address."""
    return HttpResponse("ok")


@ratelimit(key="header:x-api-key", rate="1/2s", method="POST")
def keyed(_) -> HttpResponse:
    """One POST in two seconds with one key."""
    return HttpResponse("ok")


def closed(request) -> HttpResponse:
    """A role, refused with the same page."""
    if request.headers.get("X-Role") != "manager":
        raise PermissionDenied
    return HttpResponse("ok")


urlpatterns = [path("slow", slow), path("keyed", keyed), path("closed", closed)]

if __name__ == "__main__":
    serve()
