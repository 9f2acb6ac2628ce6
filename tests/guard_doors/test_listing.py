"""`why403 guard` on the examples: the rules of each framework's doors are seen where they stand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPLICATIONS = (
    "examples.guard.fastapi.app:app", "examples.guard.flask.app:app",
    "examples.guard.django.wsgi:application", "examples.guard.django.asgi:application",
)  # fmt: skip
RULES = {  # of the shop, beside those on every route
    "/orders/": "Owner(owner)", "/profile": "Session(", "/stock": "(Role('admin') | Scope('stock:write'))",
    "/both": "(Role('admin') & AllowAddresses('10.0.0.0/8'))", "/members": "~Role('guest')", "/hidden": "Hide(Role('admin'))",
    "/beta": "Flag('new-checkout')", "/workspace": "RequireHeader('X-Workspace', 'north', 'south')", "/search": "RateLimit('2/minute')",
    "/partner/feed": "ApiKey('X-API-Key: KEY')", "/admin/stock": "Role('admin')", "/internal/plans": "Hide(Role('admin'))",
    "/prices": "Methods('GET', 'HEAD')", "/account/address": "Https()", "/ops/health": "AllowAddresses('10.0.0.0/8')",
    "/reports/": "Cedar('staff-reads-reports', 'embargo')", "/draft": "Shadow(Role('admin'))", "/login": "Csrf(trusted=",
}  # fmt: skip


@pytest.mark.parametrize("application", APPLICATIONS)
def test_every_route_is_listed_with_its_rules(application: str, tmp_path: Path) -> None:
    """Each with the file and the line on which it was written, and with those on every route."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "why403", "guard", application, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    listed = {route["path"]: route["rules"] for route in json.loads(done.stdout)["routes"]}
    for path, rule in RULES.items():
        found = next(
            rules for name, rules in listed.items() if name == path or (path.endswith("/") and name.startswith(path))
        )
        assert found[-1]["rule"].startswith(rule)
        assert [each["rule"].partition("(")[0] for each in found[:4]] == ["Hosts", "DenyAddresses", "Preflight", "Csrf"]
        assert all(
            each["where"].startswith(tuple(f"{name}/" for name in ("fastapi", "flask", "django"))) for each in found
        )
    if "django" in application:
        assert [listed[path][-1]["rule"] for path in ("/rest/stock", "/rest/orders/<number>")] == [
            "Role('admin')",
            "Owner(<lambda>)",
        ]
    else:
        assert not any("/rest" in path for path in listed)
