"""`why403 guard app:app`: every route of an application with the rules on it, and those with none."""

from __future__ import annotations

import os
import sys

from ..model import BadCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import Any

    from ..render.lines import Line

ALL_RULED, SOME_OPEN = 0, 1
SCHEMA = "why403.guard/1"
EXAMPLES = """\
The application's module is imported, as a server would import it; nothing is sent or listened on.

examples:
  why403 guard shop.main:app                  a FastAPI, Starlette, Flask or Django application behind why403.guard
  why403 guard shop.main:create_app --factory the application that a function makes
  why403 guard main:app --app-dir src --format json

exit status: 0 every route has a rule, 1 some have none, 2 the call or the application is at fault
"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb and its options."""
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "guard",
        help="every route of a guarded application with its rules, and those with none",
        description="List the routes of an application behind why403.guard, and the rules on each.",
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("app", metavar="MODULE:APP", help="as uvicorn and gunicorn take it")
    parser.add_argument("--app-dir", default=".", metavar="DIR", help="where the module is; default: here")
    parser.add_argument("--factory", action="store_true", help="APP is a function that makes the application")
    parser.add_argument("--format", choices=("terminal", "json"), help="default: terminal (plain text when piped)")


def run(options: argparse.Namespace) -> int:
    """List the routes; 0 where each has a rule, else 1. Raises BadCall."""
    from .main import write

    app = _load(options.app, options.app_dir, factory=options.factory)
    guard = _guard(app)
    if guard is None:
        raise BadCall(
            "no guard is in front of it", options.app, "guard.asgi(app), guard.wsgi(app), or the framework's middleware"
        )
    rows = guard.listing(app)
    if options.format == "json":
        import json

        listed = [
            {
                "methods": row.methods,
                "path": row.path,
                "rules": [{"rule": rule, "where": where} for rule, where in row.rules],
            }
            for row in rows
        ]
        write(json.dumps({"schema": SCHEMA, "routes": listed}, indent=2))
    else:
        from ..render import terminal

        shown = _lines(rows)
        if options.format is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
            terminal.paint(shown)
        else:
            write(terminal.text(shown))
    return ALL_RULED if all(row.rules for row in rows) else SOME_OPEN


def _lines(rows: Any) -> Iterator[Line]:
    from ..render.lines import Line, harmless, line

    for row in rows:
        methods = ", ".join(row.methods) or "any"
        yield Line(
            0, ((f"{methods}  ", "dim"), (harmless(row.path), "head"), ("" if row.rules else "  no rule", "bad"))
        )
        for rule, where in row.rules:
            yield Line(4, ((harmless(rule), ""), (f"  {harmless(where)}", "place")))
    bare = sum(not row.rules for row in rows)
    yield line("")
    yield line(f"{len(rows)} routes, {bare} of them without a rule", "warn" if bare else "good")


def _load(word: str, folder: str, *, factory: bool) -> Any:
    """The application that a server would run. Raises BadCall."""
    from importlib import import_module

    name, colon, attribute = word.partition(":")
    if not (colon and name and attribute):
        raise BadCall(f"{word!r} names no application", "why403 guard", "Write MODULE:APP, as for uvicorn or gunicorn")
    sys.path.insert(0, os.path.abspath(folder))
    try:
        found: Any = import_module(name)
        for step in attribute.split("."):
            found = getattr(found, step)
        return found() if factory else found
    except BadCall:
        raise
    except Exception as fault:  # noqa: BLE001  # the application's own code ran: whatever it raised is what is wrong
        raise BadCall(
            f"{type(fault).__name__}: {fault}", word, "Does it start under its server? --app-dir names its folder"
        ) from None


def _guard(app: Any) -> Any:
    """The guard in front of an application: around it, or among its middleware."""
    for _ in range(20):
        for place in (app, getattr(app, "guard", None)):
            if hasattr(place, "listing") and hasattr(place, "rules_on"):
                return place
        for layer in getattr(app, "user_middleware", None) or ():
            given = getattr(layer, "kwargs", {}).get("guard")
            if hasattr(given, "listing"):
                return given
        extensions = getattr(app, "extensions", None)
        if isinstance(extensions, dict) and hasattr(extensions.get("why403"), "listing"):
            return extensions["why403"]
        if type(app).__module__.startswith("django.core.handlers") and (door := sys.modules.get("why403.guard.django")):
            return door.guard_of_settings()
        app = getattr(app, "wsgi_app", None) or getattr(app, "app", None) or getattr(app, "_why403_guard", None)
        if app is None:
            return None
    return None
