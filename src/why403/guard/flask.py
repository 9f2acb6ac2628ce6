"""The guard in Flask (https://flask.palletsprojects.com/).

    from why403.guard import Csrf, Role
    from why403.guard.flask import Guard

    guard = Guard(Csrf(), key=os.environ["WHY403_SEAL_KEY"], identity=lambda request: session.get("user"))
    guard.init_app(app)

    @app.get("/stock")
    @guard.requires(Role("admin"))
    def stock(): ...

It decides before every other function of the application, inside its request context: identity and other callables may use
`flask.session`, `flask.request` and flask_login's `current_user`. Templates have `{{ csrf_field() }}`, `{{ csrf_meta() }}` and
`{{ csrf_token() }}`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

from flask import Flask, Response, abort, current_app
from flask import request as http
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from .answer import Answer, Words, write
from .asgi import KEY
from .drive import alone
from .guard import Guard as Core
from .identity import Identity
from .request import Request
from .route import route_rules
from .rule import Rule
from .templates import csrf_field, csrf_meta, csrf_token
from .wsgi import of_environ, prefix

P = ParamSpec("P")
R = TypeVar("R")
NAME = "why403"  # of app.extensions


class Guard(Core):
    """A guard for Flask: `init_app(app)`, and `requires` on views."""

    def init_app(self, app: Flask) -> None:
        """Decide every request of the application, and give its templates the token."""
        app.extensions[NAME] = self
        app.before_request_funcs.setdefault(None, []).insert(0, self._decide)
        app.after_request(self._finish)
        app.jinja_env.globals.update(
            csrf_token=lambda: csrf_token(http),
            csrf_field=lambda: Markup(csrf_field(http)),  # noqa: S704  # written and escaped by templates.py
            csrf_meta=lambda: Markup(csrf_meta(http)),  # noqa: S704
        )

    def requires(self, *rules: Rule) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """A decorator for views, sync or async; it stands below `@app.route`. Raises BadCall."""
        ready = route_rules(self, rules)

        def decorate(view: Callable[P, R]) -> Callable[P, R]:
            @wraps(view)
            def guarded(*args: P.args, **named: P.kwargs) -> R:
                self.admit(ready)
                found: R = current_app.ensure_sync(view)(*args, **named)
                return found

            self.attach(guarded, *ready)
            return guarded

        return decorate

    def admit(self, rules: tuple[Rule, ...]) -> Identity | None:
        """Who asks, where rules of a route let them; else the request ends with the guard's answer."""
        asked = http.environ.get(KEY)
        if not isinstance(asked, Request):
            asked = http.environ[KEY] = of_environ(http.environ)
        decision = self.decide(asked, *rules)
        if decision.hidden:
            _nowhere()
        if not decision.admitted:
            abort(response(decision.answer))
        return asked.identity

    def _decide(self) -> Response | None:
        environ = http.environ
        asked = environ[KEY] = of_environ(environ)
        decision = alone(self.steps(asked), lambda limit: prefix(environ, limit))
        if decision.hidden:
            _nowhere()
        return None if decision.admitted and decision.answer is None else response(decision.answer)

    def _finish(self, made: Response) -> Response:
        """The CORS fields that the application does not set itself, and the cookies of its tokens."""
        asked = http.environ.get(KEY)
        if not isinstance(asked, Request):
            return made
        has_cors = "access-control-allow-origin" in made.headers
        for name, value in self.cross_origin(asked):
            if name == "vary":
                made.vary.update(value.split(", "))
            elif not has_cors:
                made.headers[name] = value
        if asked.cookies_to_set:
            made.vary.add("Cookie")
        for cookie in asked.cookies_to_set:
            made.headers.add("Set-Cookie", cookie)
        return made


def current() -> Identity | None:
    """Who asks, as the guard knows it; None where no rule has asked that."""
    asked = http.environ.get(KEY)
    return asked.identity if isinstance(asked, Request) else None


def response(answer: Answer | None) -> Response:
    """The guard's answer as Flask sends it."""
    answer = answer or write(Words(403, "Forbidden"), "text")
    made = Response(answer.body, answer.status)
    made.headers.clear()
    for name, value in answer.headers:
        made.headers.add(name, value)
    return made


def _nowhere() -> NoReturn:
    """End as Flask ends where no route is: a blueprint's own handlers and hooks have no part in that."""
    missing = NotFound()
    context: Any = http
    context.url_rule, context.view_args, context.routing_exception = None, None, missing
    raise missing
