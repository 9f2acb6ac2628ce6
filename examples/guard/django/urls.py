"""The shop's views."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login as log_in
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import path
from rest_framework.request import Request as RestRequest
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from examples.guard import shop
from examples.guard.django.guard import guard
from why403.guard import (
    AllowAddresses,
    ApiKey,
    Flag,
    Hide,
    Owner,
    RateLimit,
    Request,
    RequireHeader,
    Role,
    Scope,
    Session,
)
from why403.guard.django import current, http, own_identity

HOME = """<!doctype html><title>Shop</title>{{ guard_csrf_meta }}
<form method="post" action="/orders">{{ guard_csrf_field }}<input name="item" value="tea"><button>Order</button></form>"""


def owner(request: Request) -> list[str] | None:
    """The id of whose order the path names: Django knows its users by number, tokens by name."""
    match = http(request).resolver_match
    name = shop.ORDERS.get(match.kwargs["number"]) if match else None
    return [name, str(User.objects.get(username=name).pk)] if name else None


def home(request: HttpRequest) -> HttpResponse:
    """A page whose form and scripts may order."""
    return HttpResponse(engines["django"].from_string(HOME).render({}, request))


def login(request: HttpRequest) -> JsonResponse:
    """A new session."""
    user = User.objects.get(username=request.POST["name"])
    log_in(request, user)
    return JsonResponse({"who": user.username})


def orders(request: HttpRequest) -> HttpResponse:
    """A new order (the Csrf rule stands in front of it), or everybody's own."""
    return JsonResponse({"ordered": request.POST.get("item", "tea")}) if request.method == "POST" else mine(request)


@guard.requires(Scope("orders:read"))
def mine(request: HttpRequest) -> JsonResponse:
    """Everybody's own orders."""
    who = current(request)
    return JsonResponse({"of": who.id if who else ""})


@guard.requires(Owner(owner, "the order"))
def one(request: HttpRequest, number: str) -> JsonResponse:
    """One order, for its owner."""
    return JsonResponse({"order": number})


@guard.requires(Session(own_identity))
def profile(request: HttpRequest) -> JsonResponse:
    """Whose session it is."""
    return JsonResponse({"who": request.user.get_username()})


def shown(request: HttpRequest, **_: str) -> JsonResponse:
    """What the rules let through."""
    return JsonResponse({"shown": True})


class Rest(APIView):
    """A view of Django REST framework, for admins."""

    permission_classes = (guard.permission(Role("admin")),)

    def get(self, request: RestRequest) -> Response:
        """What the permission lets through."""
        return Response({"shown": True})


class RestOrder(APIView):
    """An order, for its owner."""

    permission_classes = (guard.permission(owner=lambda order: order["by"]),)

    def get(self, request: RestRequest, number: str) -> Response:
        """The order."""
        order: dict[str, Any] = {"number": number, "by": User.objects.get(username=shop.ORDERS[number]).pk}
        self.check_object_permissions(request, order)
        return Response(order)


class RestThrottled(APIView):
    """A view with a throttle of the framework's own."""

    throttle_classes = (AnonRateThrottle,)

    def get(self, request: RestRequest) -> Response:
        """What the throttle lets through."""
        return Response({"shown": True})


RULES = {
    "stock": Role("admin") | Scope("stock:write"),
    "both": Role("admin") & AllowAddresses("10.0.0.0/8"),
    "members": ~Role("guest"),
    "quiet": Role("admin").shows("nothing"),
    "loud": Role("admin").shows("required"),
    "hidden": Hide(Role("admin")),
    "beta": Flag("new-checkout"),
    "workspace": RequireHeader("X-Workspace", "north", "south"),
    "search": RateLimit("2/minute"),
    "partner/feed": ApiKey(shop.PARTNERS),
    "partner/basic": ApiKey(shop.PARTNERS, header="Authorization", prefix="ApiKey"),
    "partner/calendar": ApiKey(shop.PARTNERS, query="key"),
}
PLAIN = ("admin/stock", "internal/plans", "prices", "account/address", "ops/health", "reports/<name>", "draft")

urlpatterns = [
    path("", home),
    path("login", login),
    path("orders", orders),
    path("orders/<number>", one),
    path("profile", profile),
    path("rest/stock", Rest.as_view()),
    path("rest/orders/<number>", RestOrder.as_view()),
    path("rest/throttled", RestThrottled.as_view()),
    *(path(name, guard.requires(rule)(shown)) for name, rule in RULES.items()),
    *(path(name, shown) for name in PLAIN),
]
