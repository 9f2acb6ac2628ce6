"""What the lab's small Django sites share: settings, two users with sessions of fixed names, a quiet server that logs to `error.log`."""

# mypy: ignore-errors
# (Django and its extensions are not installed where the types are checked)

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings

ALWAYS = ("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions")
RUN = Path(sys.argv[2])  # `site.py PORT RUN ...`


def configure(
    urls: str, apps: Sequence[str] = (), middleware: Sequence[str] = (), *, csrf: bool = False, **more: Any
) -> None:
    """Settings as a new project has them, without what no scenario needs; `urls` is the module with urlpatterns."""
    settings.configure(
        SECRET_KEY="not-a-secret-of-the-lab-0123456789abcdef",
        ALLOWED_HOSTS=["127.0.0.1"], USE_TZ=True, ROOT_URLCONF=urls, LOGGING_CONFIG=None, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=[*ALWAYS, *apps],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware", *["django.middleware.csrf.CsrfViewMiddleware"] * csrf,
            "django.contrib.auth.middleware.AuthenticationMiddleware", *middleware,
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": RUN / "db.sqlite3"}},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        **more,
    )  # fmt: skip
    django.setup()


def people() -> tuple[Any, Any]:
    """The tables, and Ann, who may do all, and Bob, who may nothing; each has a session of a fixed name."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    made = User.objects.create_superuser("ann", password="example"), User.objects.create_user("bob", password="example")
    for user in made:
        data = {
            SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }  # fmt: skip
        Session.objects.create(
            session_key=f"example-session-of-{user.username}", session_data=SessionStore().encode(data),
            expire_date=datetime(2100, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    return made


def serve() -> None:
    """Serve on loopback, until ended."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    logging.basicConfig(filename=RUN / "error.log", format="%(message)s", level=logging.WARNING)
    logging.getLogger("django.request").addFilter(lambda record: setattr(record, "exc_info", None) is None)
    server = ThreadedWSGIServer(("127.0.0.1", int(sys.argv[1])), Quiet)
    server.set_app(get_wsgi_application())
    server.serve_forever()
