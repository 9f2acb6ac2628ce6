"""The routes of an application of Starlette, FastAPI, Flask or Django, and the rules on each; none of them is imported here."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from ..model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .guard import Guard

ROUTE = "__why403_rules__"  # the attribute of an endpoint under which its own rules stand
DEEPEST = 20


class Route(NamedTuple):
    """One route."""

    methods: tuple[str, ...]  # () for all
    path: str
    endpoint: Any


class Row(NamedTuple):
    """One route, and the rules on it in the order in which they are asked: each as it is written, and where."""

    methods: tuple[str, ...]
    path: str
    rules: tuple[tuple[str, str], ...]


def listing(guard: Guard, app: Any) -> tuple[Row, ...]:
    """Every route of an application behind this guard."""
    rows = []
    for route in dict.fromkeys(routes(app)):
        sample = re.sub(r"\{[^}]*\}|<[^>]*>", "x", route.path)
        method = next((method for method in route.methods if method not in ("HEAD", "OPTIONS")), "GET")
        rules = (*guard.rules_on(method, sample), *_own(route.endpoint))
        rows.append(Row(route.methods, route.path, tuple((repr(rule), rule.where) for rule in rules)))
    return tuple(rows)


def _own(endpoint: Any) -> tuple[Any, ...]:
    """What stands on the endpoint itself, on the class of a view, or on what FastAPI calls before it."""
    found: list[Any] = list(getattr(endpoint, ROUTE, ()))
    for inner in (getattr(endpoint, "view_class", None), getattr(endpoint, "cls", None)):
        for place in (inner, getattr(inner, "dispatch", None), *(getattr(inner, "permission_classes", None) or ())):
            found += getattr(place, ROUTE, ())
    return tuple(dict.fromkeys(found))


def routes(app: Any) -> Iterator[Route]:
    """The routes of whatever stands behind the guard."""
    for _ in range(DEEPEST):
        if hasattr(app, "url_map") and hasattr(app, "view_functions"):
            yield from _flask(app)
            return
        if isinstance(getattr(app, "routes", None), list | tuple):
            yield from _starlette(app.routes, "", 0)
            return
        if _is_django(app):
            yield from _django(sys.modules["django.urls"].get_resolver().url_patterns, "/", 0)
            return
        inner = getattr(app, "app", None) or getattr(app, "wsgi_app", None) or getattr(app, "__self__", None)
        if inner is None:
            return
        app = inner


def _starlette(known: Any, before: str, depth: int) -> Iterator[Route]:
    for route in known if depth < DEEPEST else ():
        path = before + getattr(route, "path", "")
        inner = getattr(route, "routes", None)
        if inner:
            yield from _starlette(inner, path, depth + 1)
        elif hasattr(route, "endpoint"):
            yield Route(tuple(sorted(getattr(route, "methods", None) or ())), path, _with_dependencies(route))
        else:
            yield Route((), path + "/**", getattr(route, "app", None))


class _Called:
    """An endpoint with the rules of what FastAPI calls before it."""

    def __init__(self, rules: tuple[Any, ...]) -> None:
        setattr(self, ROUTE, rules)


def _with_dependencies(route: Any) -> Any:
    found = [rule for call in (*_called(getattr(route, "dependant", None), 0), route.endpoint) for rule in _own(call)]
    return _Called(tuple(found)) if found else None


def _called(dependant: Any, depth: int) -> Iterator[Any]:
    """What FastAPI calls before an endpoint, innermost first."""
    for inner in getattr(dependant, "dependencies", ()) if depth < DEEPEST else ():
        yield from _called(inner, depth + 1)
        yield inner.call


def _flask(app: Any) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        yield Route(tuple(sorted(rule.methods or ())), str(rule.rule), app.view_functions.get(rule.endpoint))


def _is_django(app: Any) -> bool:
    return type(app).__module__.startswith("django.core.handlers") and "django.urls" in sys.modules


def _django(patterns: Any, before: str, depth: int) -> Iterator[Route]:
    for known in patterns if depth < DEEPEST else ():
        path = before + str(known.pattern).lstrip("^").rstrip("$")
        if hasattr(known, "url_patterns"):
            yield from _django(known.url_patterns, path, depth + 1)
        else:
            yield Route((), path, known.callback)
