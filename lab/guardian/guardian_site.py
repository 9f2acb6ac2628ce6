"""Object permissions of django-guardian: permission_required on one group's page, as page or as 403 with accept_global_perms off."""

# mypy: ignore-errors

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from lab.djangosite import configure, people, serve

configure(
    __name__, ["guardian", "rest_framework"],
    AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend", "guardian.backends.ObjectPermissionBackend"],
    GUARDIAN_MONKEY_PATCH_USER=False, ANONYMOUS_USER_NAME=None,
)  # fmt: skip

from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.urls import path
from guardian.decorators import permission_required, permission_required_or_404
from guardian.shortcuts import assign_perm


@permission_required("auth.change_group", (Group, "name", "name"), return_403=True)
def group(_, name: str) -> HttpResponse:
    """Only who may change this very group."""
    return HttpResponse("ok")


@permission_required_or_404("auth.change_group", (Group, "name", "name"))
def hidden(_, name: str) -> HttpResponse:
    """The same, hidden."""
    return HttpResponse("ok")


@permission_required("auth.add_group", return_403=True)
def new(_) -> HttpResponse:
    """A permission of the role, on no object."""
    return HttpResponse("ok")


urlpatterns = [path("groups/<name>", group), path("hidden/<name>", hidden), path("new", new)]


def main() -> None:
    _, bob = people()
    for name in ("sales", "stock"):
        Group.objects.create(name=name)
    assign_perm("auth.change_group", bob, Group.objects.get(name="stock"))
    serve()


if __name__ == "__main__":
    main()
