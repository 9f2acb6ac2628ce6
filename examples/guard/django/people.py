"""The shop's people in Django's own tables."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.core.management import call_command

from examples.guard import shop


def set_up() -> None:
    """A database with everybody in it; the roles are groups. For Basic authentication the password is the name."""
    call_command("migrate", verbosity=0)
    for name, roles in shop.ROLES.items():
        user, new = User.objects.get_or_create(username=name)
        if new:
            user.set_password(name)
            user.save()
        user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
