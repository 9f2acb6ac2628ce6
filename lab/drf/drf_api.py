"""An API of Django REST framework in one file: a view per rule. `drf_api.py PORT RUN`."""

# mypy: ignore-errors

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from lab.djangosite import configure, people, serve

configure(
    __name__, ["rest_framework", "rest_framework.authtoken"], csrf=True,
    SIMPLE_JWT={"SIGNING_KEY": "not-a-secret-of-the-lab-0123456789abcdef", "AUDIENCE": "shop", "ISSUER": "https://login.example"},
)  # fmt: skip

from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.urls import path
from rest_framework import authentication, exceptions, permissions, throttling
from rest_framework.authtoken.models import Token
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.views import token_obtain_pair, token_refresh


class Slow(throttling.AnonRateThrottle):
    """One request in five seconds."""

    rate = "1 in 5 s"

    def parse_rate(self, rate):
        """How many requests, in how many seconds."""
        count, _, seconds, _ = rate.split()
        return int(count), int(seconds)


class IsOwner(permissions.BasePermission):
    """An order is its owner's."""

    def has_object_permission(self, request, view, obj) -> bool:
        return obj == request.user.username


class IsOwnerWithWords(IsOwner):
    """The same, and says so."""

    message = "You are not the owner of this order."


class Has(permissions.BasePermission):
    """A tenant's header must be there."""

    message = {"detail": "Missing required header: X-Tenant-ID", "code": "tenant_header_missing"}

    def has_permission(self, request, view) -> bool:
        return "X-Tenant-ID" in request.headers


class Api(APIView):
    """Answers ok to whoever is let through."""

    authentication_classes = [authentication.TokenAuthentication]
    permission_classes = [permissions.IsAuthenticated]

    def get(self, request, owner: str = "") -> Response:
        if owner:
            self.check_object_permissions(request, owner)
        return Response({"ok": True})

    post = get


class Hidden(Api):
    """Another's order is answered as if it were not there (a queryset of one's own orders)."""

    def get(self, request, owner: str = "") -> Response:
        if owner != request.user.username:
            raise Http404
        return Response({"ok": True})


class Verified(Api):
    """A user whose address is not verified."""

    def get(self, request, owner: str = "") -> Response:
        if not request.user.is_superuser:
            raise exceptions.PermissionDenied("E-mail address is not verified.", code="email_not_verified")
        return Response({"ok": True})


def api(base=Api, **rules):
    """A view with its rules."""
    return type("View", (base,), rules).as_view()


SESSION = [authentication.SessionAuthentication]


def form(request):
    """The page from which orders are sent."""
    return HttpResponse(f'<form method="post"><input name="csrfmiddlewaretoken" value="{get_token(request)}"></form>')


urlpatterns = [
    path("form", form),
    path("orders", api()),  # IsAuthenticated, TokenAuthentication
    path("session/orders", api(authentication_classes=SESSION)),  # SessionAuthentication: 403 for want of a challenge
    path("basic/orders", api(authentication_classes=[authentication.BasicAuthentication])),
    path("admin", api(permission_classes=[permissions.IsAdminUser])),
    path("orders/<owner>", api(permission_classes=[IsOwner])),
    path("words/<owner>", api(permission_classes=[IsOwnerWithWords])),
    path("hidden/<owner>", api(Hidden)),
    path("slow", api(permission_classes=[], throttle_classes=[Slow])),
    path("tenant", api(permission_classes=[Has])),
    path("verified", api(Verified)),
    path("jwt/orders", api(authentication_classes=[JWTAuthentication])),
    path("jwt/token", token_obtain_pair),
    path("jwt/refresh", token_refresh),
]


def main() -> None:
    for user in people():
        Token.objects.create(user=user, key=f"example-token-of-{user.username}")
    gone = User.objects.create_user("carl", password="example", is_active=False)
    Token.objects.create(user=gone, key="example-token-of-carl")
    serve()


if __name__ == "__main__":
    main()
