"""A Django site of one file: forms behind the CSRF check, views behind permissions, hosts, methods. `site.py PORT RUN on|off` (DEBUG)."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from wsgiref.handlers import BaseHandler

from django.conf import settings

RUN = Path(sys.argv[2])
settings.configure(
    DEBUG=sys.argv[3] == "on",
    SECRET_KEY="not-a-secret-of-the-lab",
    USE_TZ=True,
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": RUN / "db.sqlite3"}},
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    LOGGING_CONFIG=None,
)  # fmt: skip

import django

django.setup()

from django.contrib import admin
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

POST_WITHOUT_TOKEN = """<!doctype html><title>cart</title><script>
fetch('/cart', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{"item": 7}'});
</script>"""
POST_WITH_UNDEFINED = """<!doctype html><title>cart</title><script>
fetch('/cart', {method: 'POST', headers: {'X-CSRFToken': 'undefined'}, body: 'item=7'});
</script>"""
POST_ACROSS = """<!doctype html><title>cart</title><script>
fetch('http://localhost:PORT/api/orders', {method: 'PUT', headers: {'Authorization': 'Bearer example-token'}, body: '{}'}).catch(() => 0);
</script>"""


def no_cookie(_: HttpRequest) -> HttpResponse:
    return HttpResponse(POST_WITHOUT_TOKEN)


def undefined(request: HttpRequest) -> HttpResponse:
    get_token(request)  # sets the cookie
    return HttpResponse(POST_WITH_UNDEFINED)


def across(request: HttpRequest) -> HttpResponse:
    return HttpResponse(POST_ACROSS.replace("PORT", request.get_port()))


def form(request: HttpRequest) -> HttpResponse:
    """The page from which the cart is filled."""
    return HttpResponse(f'<form method="post"><input name="csrfmiddlewaretoken" value="{get_token(request)}"></form>')


def cart(_: HttpRequest) -> HttpResponse:
    return JsonResponse({"added": True})


@csrf_exempt
def orders(request: HttpRequest) -> HttpResponse:
    """An API that authenticates whatever comes, the preflight included."""
    if request.headers.get("Authorization") != "Bearer example-token":
        return JsonResponse({"error": "no token"}, status=401, headers={"WWW-Authenticate": 'Bearer realm="orders"'})
    return JsonResponse({"orders": []})


@permission_required("auth.delete_user", raise_exception=True)
def staff(_: HttpRequest) -> HttpResponse:
    """A permission of the user's role."""
    return HttpResponse("ok")


def order(request: HttpRequest, owner: str) -> HttpResponse:
    """An object that only its owner may see."""
    if request.user.get_username() != owner:
        raise PermissionDenied
    return HttpResponse("ok")


def inside(request: HttpRequest) -> HttpResponse:
    """A page for the shop's own network, by the address that the proxy reports."""
    if not request.headers.get("X-Real-IP", request.META["REMOTE_ADDR"]).startswith("192.0.2."):
        raise PermissionDenied
    return HttpResponse("ok")


def beta(_: HttpRequest) -> HttpResponse:
    """A page that a setting switches on."""
    if sys.argv[4:] != ["beta"]:
        raise PermissionDenied
    return HttpResponse("ok")


urlpatterns = [
    path("no-cookie", no_cookie), path("undefined", undefined), path("across", across), path("cart", cart),
    path("form", form), path("api/orders", orders), path("staff", staff), path("orders/<owner>", order), path("inside", inside), path("beta", beta),
    path("only-post", csrf_exempt(require_POST(cart))), path("admin/", admin.site.urls),
]  # fmt: skip


def people() -> None:
    """Ann may do all, Bob is staff without a permission; each has a session of a fixed name."""
    call_command("migrate", verbosity=0)
    ann = User.objects.create_superuser("ann", password="example")
    bob = User.objects.create_user("bob", password="example", is_staff=True)
    for user in (ann, bob):
        data = {
            SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }  # fmt: skip
        Session.objects.create(
            session_key=f"example-session-of-{user.username}", session_data=SessionStore().encode(data),
            expire_date=datetime(2100, 1, 1, tzinfo=UTC),
        )  # fmt: skip


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def main() -> None:
    people()
    logging.basicConfig(filename=RUN / "error.log", format="%(message)s", level=logging.WARNING)
    for name in ("django.request", "django.security"):
        logging.getLogger(name).addFilter(lambda record: setattr(record, "exc_info", None) is None)
    BaseHandler.os_environ = {}  # DEBUG's page shows the environment: the lab's is nobody's business
    server = ThreadedWSGIServer(("127.0.0.1", int(sys.argv[1])), Quiet)
    server.set_app(get_wsgi_application())
    server.serve_forever()


if __name__ == "__main__":
    main()
