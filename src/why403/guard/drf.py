"""The guard in Django REST framework (https://www.django-rest-framework.org/).

    # shop/guard.py
    from why403.guard.drf import Guard

    guard = Guard(key=os.environ["WHY403_SEAL_KEY"])

    # settings.py
    WHY403_GUARD = "shop.guard.guard"
    REST_FRAMEWORK = {"EXCEPTION_HANDLER": "why403.guard.drf.exception_handler"}

    # views.py
    class Orders(ModelViewSet):
        permission_classes = [guard.permission(Role("seller"), owner=lambda order: order.seller_id)]

The framework's own authentication says who asks. The exception handler answers with the guard's problem+json: the refusals of these
rules, and those of the framework itself, of its authentication, permissions, throttles and methods.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.permissions import BasePermission, BasePermissionMetaclass
from rest_framework.request import Request as RestRequest
from rest_framework.response import Response
from rest_framework.views import exception_handler as framework_handler

from ..model import BadCall
from .answer import Words, write
from .decision import Decision, GuardRefused
from .django import Guard as DjangoGuard
from .django import asked, guard_of_settings, own_identity, response
from .identity import Identity, words
from .request import Request
from .rights import Owner
from .route import route_rules
from .rule import Refused, Rule, raised_at, written_at

OBJECT = "why403.object"  # of the Request's scope: the object that a view gives out
# what SessionAuthentication's PermissionDenied repeats of Django's reasons (django/middleware/csrf.py), the wider last
CSRF = {
    "CSRF Failed: CSRF cookie": "csrf-cookie-missing", "CSRF Failed: CSRF token missing": "csrf-token-missing",
    "CSRF Failed: Origin": "csrf-origin-mismatch", "CSRF Failed: Referer": "csrf-origin-mismatch", "CSRF Failed": "csrf-token-invalid",
}  # fmt: skip

# the framework's exceptions (https://www.django-rest-framework.org/api-guide/exceptions/), the narrower before the wider
CAUSES: Mapping[type[exceptions.APIException], tuple[str, str]] = {
    exceptions.NotAuthenticated: ("credentials-missing", "No credential came with the request."),
    exceptions.AuthenticationFailed: ("token-invalid", "The credential is not accepted."),
    exceptions.PermissionDenied: ("policy-denied", "A permission of this view does not admit the request."),
    exceptions.Throttled: ("rate-limited", "Too many requests; come again later."),
    exceptions.MethodNotAllowed: ("method-refused", "This method is not permitted here."),
}
UNKNOWN = (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)  # nobody is known: 401, with a challenge


class Refusal(GuardRefused, exceptions.APIException):
    """A refusal by a rule of a view."""

    def __init__(self, decision: Decision) -> None:
        exceptions.APIException.__init__(self)
        self.decision = decision
        self.status_code = 404 if decision.hidden else decision.status or 403


class _Whole(BasePermissionMetaclass):
    """Of a permission that raises, so that its refusal is told as it is: another cannot stand in for it, and none can be its opposite."""

    def __or__(self, other: Any) -> NoReturn:
        raise BadCall(
            f"{self.__name__} | ... would not be asked",
            written_at(),
            "guard.permission(Role('admin') | Scope('orders'))",
        )

    __ror__ = __or__

    def __invert__(self) -> NoReturn:
        raise BadCall(f"~{self.__name__} would not be asked", written_at(), "guard.permission(~Role('guest'))")


class Guard(DjangoGuard):
    """A guard for Django REST framework: `permission` makes permission classes, which stand beside the framework's own."""

    def permission(self, *rules: Rule, owner: Callable[[Any], Any] | None = None) -> type[BasePermission]:
        """A permission class.

        Args:
            rules: What every request to the view must meet.
            owner: A callable that is given an object of the view and returns its owner's id, several, True or False.

        Raises:
            BadCall: A rule is wrong.
        """
        ready = route_rules(self, rules) if rules or not owner else ()
        owned = route_rules(self, (Owner(_of(owner)),)) if owner else ()

        class Permitted(BasePermission, metaclass=_Whole):
            """Rules of a guard."""

            def has_permission(self, request: RestRequest, view: Any) -> bool:
                return not ready or _admit(guard, request, ready)

            def has_object_permission(self, request: RestRequest, view: Any, obj: Any) -> bool:
                return not owned or _admit(guard, request, owned, obj)

        guard = self
        self.attach(Permitted, *ready, *owned)
        return Permitted


def exception_handler(fault: Exception, context: dict[str, Any]) -> HttpResponse | Response | None:
    """For REST_FRAMEWORK["EXCEPTION_HANDLER"]: refusals as the guard writes them, everything else as the framework does."""
    said = framework_handler(fault, context)  # rolls the transaction back, too
    if isinstance(fault, Refusal):
        if fault.decision.hidden:
            raise Http404
        return response(fault.decision.answer or write(Words(403, "Forbidden"), "text"))
    found = next((CAUSES[kind] for kind in CAUSES if isinstance(fault, kind)), None)
    if found is None or said is None:
        return said
    cause, says = found
    if cause == "policy-denied" and (
        reason := next((csrf for words, csrf in CSRF.items() if str(fault).startswith(words)), "")
    ):
        cause, says = reason, "The framework's session authentication has checked against forged requests."
    named = [
        (name.lower(), str(value))
        for name, value in said.items()
        if name.lower() in ("www-authenticate", "retry-after", "allow")
    ]
    refused = Refused(
        cause,
        "framework",
        401 if isinstance(fault, UNKNOWN) else said.status_code,
        says=says,
        headers=tuple(named),
        seen=f"{type(fault).__name__} at {raised_at(fault)}",
    )
    guard = guard_of_settings()
    decision = guard.decide(_request(guard, context["request"]), _Told(refused))
    return said if decision.answer is None else response(decision.answer)


class _Told(Rule):
    """A refusal that the framework has decided."""

    __slots__ = ("_refused",)
    _refused: Refused

    def __init__(self, refused: Refused) -> None:
        self._set(_refused=refused)

    def check(self, request: Request) -> Refused:
        """It stands."""
        return self._refused

    def __repr__(self) -> str:
        return "rest_framework"


def _of(owner: Callable[[Any], Any]) -> Callable[[Request], Any]:
    def of(request: Request) -> Any:
        return owner(request.scope[OBJECT])

    of.__name__ = getattr(owner, "__name__", "callable")
    return of


def _request(guard: DjangoGuard, request: RestRequest) -> Request:
    return asked(request._request, guard)


def _admit(guard: DjangoGuard, request: RestRequest, rules: tuple[Rule, ...], obj: Any = None) -> bool:
    """Whether rules admit whom the framework's authentication knows. Raises Refusal."""
    guarded = _request(guard, request)
    if request.user is not None and guarded.identity is None:
        guarded.identified = False  # the framework's authentication may know whom nobody knew before
    if guard.identity is None and request.user is not None:
        request._request.user = request.user
        guarded.identified, guarded.identity = True, None
        if isinstance(who := own_identity(guarded), Identity):
            auth: Any = request.auth
            claims = auth if isinstance(auth, Mapping) else {}
            scopes = claims.get("scope", claims.get("scopes", getattr(auth, "scopes", getattr(auth, "scope", ()))))
            guarded.known_as(who._replace(scopes=words(scopes)))
    guarded.scope = {**guarded.scope, OBJECT: obj}
    decision = guard.decide(guarded, *rules)
    if not decision.admitted:
        raise Refusal(decision)
    return True
