"""A Django site of one file: a form behind the CSRF check, and an API that asks for a token before it answers a preflight."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings

settings.configure(
    DEBUG=True,
    SECRET_KEY="not-a-secret-of-the-lab",
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    LOGGING_CONFIG=None,
)

from django.core.exceptions import PermissionDenied  # noqa: E402
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

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


def cart(_: HttpRequest) -> HttpResponse:
    return JsonResponse({"added": True})


@csrf_exempt
def orders(request: HttpRequest) -> HttpResponse:
    """An API that authenticates whatever comes, the preflight included."""
    if request.headers.get("Authorization") != "Bearer example-token":
        return JsonResponse({"error": "no token"}, status=401, headers={"WWW-Authenticate": 'Bearer realm="orders"'})
    return JsonResponse({"orders": []})


def staff(_: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [
    path("no-cookie", no_cookie), path("undefined", undefined), path("across", across), path("cart", cart),
    path("api/orders", orders), path("staff", staff),
]  # fmt: skip


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def main() -> None:
    server = ThreadedWSGIServer(("127.0.0.1", int(sys.argv[1])), Quiet)
    server.set_app(get_wsgi_application())
    server.serve_forever()


if __name__ == "__main__":
    main()
