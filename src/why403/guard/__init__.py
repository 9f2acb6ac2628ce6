"""Refusals that explain themselves: rules in front of an ASGI 3 or WSGI application.

    from why403.guard import Bearer, Csrf, Guard, Https, Preflight, Role, Scope

    guard = Guard(
        Https(), Csrf(trusted=["https://admin.example"], session="sessionid"), Preflight(["https://app.example"]),
        key=os.environ["WHY403_SEAL_KEY"],          # why403 open --new-key
        identity=Bearer(jwks="https://issuer.example/jwks.json", algorithms=["RS256"], issuer="https://issuer.example/", audience="orders"),
        proxies=["10.0.0.0/8"],                     # whose X-Forwarded-For and X-Forwarded-Proto are believed
    )
    guard.on("/admin/**", Role("admin") | Scope("admin"), methods=["POST"])
    guard.on("/beta/**", Hide(Flag("beta")))
    app = guard.asgi(app)                           # or guard.wsgi(app)

Rules compose with & | ~, are frozen, know the line on which they were written, and tell the caller what `rule.shows("nothing" | "cause" |
"required")` says (else what the guard's `show` says). `Hide(rule)` answers with the application's own 404; `Shadow(rule)` only logs.

What a framework's door stands on:

- `guard.asgi(app)` is `AsgiGuard(app, guard)`, `guard.wsgi(app)` is `WsgiGuard(app, guard)`; both have `.app` and `.guard`.
- The `Request` that was judged is `scope["why403"]` of the application's ASGI scope, `environ["why403"]` under WSGI (`KEY`): `.identity`
  (an `Identity` or None), `.csrf_token()`, `.csrf` (the Csrf rule: `.field`, `.header`), `.address`, `.seen`, `.scope`.
- Without the middleware: `of_scope(scope)` and `of_environ(environ)` make a Request; `guard.prepare(request)` tells it the guard's
  settings.
- A route's rules: `rules = guard.bound(Role("admin"))` once, when the route is declared (checked, error with the line); then
  `decision = guard.decide(request, *rules)` or `await guard.adecide(request, *rules)`. With `decision.admitted` the route runs; else
  `raise GuardRefused(decision)`, which the middleware answers wherever the framework lets it through, or send `decision.answer`
  (`.status`, `.headers`: pairs of text, `.body`: bytes) yourself; with `decision.hidden` raise the framework's own 404.
- A framework that knows the user itself: `request.known_as(Identity(...))` before deciding, or `Guard(identity=callable)`.
- `guard.attach(endpoint, *rules)` writes rules on an endpoint (attribute `ROUTE`), so that `why403 guard` lists them.
- Templates: `csrf_token(x)`, `csrf_field(x)`, `csrf_meta(x)` of a Request, an ASGI scope, a WSGI environ, or what has `.scope`,
  `.environ` or `.META`.
- Tests: `guard.decide(Request.of("POST", "https://shop.example/orders", {"Origin": "https://evil.example"})).cause`.

A body is read by nobody but Csrf, and of it the first 64 KiB at most; the application gets all of it. In a framework without the middleware
give the first bytes as `request.body`.
"""

from __future__ import annotations

from ..model import BadCall
from ..seal import Explanation, new_key
from .addresses import AllowAddresses, DenyAddresses
from .answer import Answer
from .api_key import ApiKey
from .asgi import KEY, AsgiGuard, of_scope
from .bearer import Bearer
from .cedar import Cedar
from .credentials import Session
from .csrf import Csrf
from .decision import Decision, GuardRefused
from .guard import Guard
from .identity import Identity
from .jwks import Jwks
from .limits import RateLimit
from .preflight import Preflight
from .proxies import proxies
from .request import Request
from .rights import Flag, Owner, RequireHeader, Role, Scope
from .routes import ROUTE, Row
from .rule import All, Any_, Hide, Not, Refused, Rule, Shadow, Want
from .templates import csrf_field, csrf_meta, csrf_token
from .transport import Hosts, Https, Methods
from .wsgi import WsgiGuard, of_environ

__all__ = [
    "KEY",
    "ROUTE",
    "All",
    "AllowAddresses",
    "Answer",
    "Any_",
    "ApiKey",
    "AsgiGuard",
    "BadCall",
    "Bearer",
    "Cedar",
    "Csrf",
    "Decision",
    "DenyAddresses",
    "Explanation",
    "Flag",
    "Guard",
    "GuardRefused",
    "Hide",
    "Hosts",
    "Https",
    "Identity",
    "Jwks",
    "Methods",
    "Not",
    "Owner",
    "Preflight",
    "RateLimit",
    "Refused",
    "Request",
    "RequireHeader",
    "Role",
    "Row",
    "Rule",
    "Scope",
    "Session",
    "Shadow",
    "Want",
    "WsgiGuard",
    "csrf_field",
    "csrf_meta",
    "csrf_token",
    "new_key",
    "of_environ",
    "of_scope",
    "proxies",
]
