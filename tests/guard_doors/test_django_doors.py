"""Django's doors beyond the example: views that wait and that do not, its own user, its own 404, Django REST framework's own refusals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MISSING = [401, "credentials-missing"]
LACKING = [403, "role-missing"]
CSRF = ("csrf-cookie-missing", "csrf-token-missing", "csrf-token-invalid", "csrf-origin-mismatch")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """What the project in django_project.py says."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    command = [sys.executable, str(Path(__file__).parent / "django_project.py")]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_every_view_by_everybody(project: dict[str, Any]) -> None:
    """The same from a server that waits and from one that does not."""

    def csrf(name: str, told: list[list[Any]]) -> dict[str, list[Any]]:
        how = ("", " with a cookie", " with another token", " from elsewhere")
        return {f"{name} POST /rest{each}": said for each, said in zip(how, told, strict=True)}

    lost = "{} is not here".format
    assert project["asked"] == {
        "nobody /works": MISSING, "nobody /waits": MISSING, "nobody /page": MISSING, "nobody /hides": [404, lost("/hides")],
        "nobody /staff/": MISSING, "nobody /hidden/": [404, lost("/hidden/")], "nobody /rest": MISSING,
        "nobody /own": MISSING, "nobody /rest-hidden": [404, lost("/rest-hidden")],
        "nobody /fault": [400, '["what the framework says"]'], **csrf("nobody", [MISSING] * 4),
        "seller /works": [200, "works"], "seller /waits": [200, "waits"], "seller /page": [200, "page"], "seller /hides": [200, "hides"],
        "seller /staff/": LACKING, "seller /hidden/": [404, lost("/hidden/")], "seller /rest": [200, '"rest"'],
        "seller /own": [403, "policy-denied"], "seller /rest-hidden": [404, lost("/rest-hidden")],
        "seller /fault": [400, '["what the framework says"]'], **csrf("seller", [[403, cause] for cause in CSRF]),
        "staff /works": LACKING, "staff /waits": LACKING, "staff /page": LACKING, "staff /hides": [404, lost("/hides")],
        "staff /staff/": [200, "open"], "staff /hidden/": [200, "open"], "staff /rest": LACKING,
        "staff /own": [403, "policy-denied"], "staff /rest-hidden": [200, '"rest"'],
        "staff /fault": [400, '["what the framework says"]'], **csrf("staff", [[403, cause] for cause in CSRF]),
    }  # fmt: skip


def test_what_is_wrong_is_said_at_the_start(project: dict[str, Any]) -> None:
    """Settings that name no guard, and permissions that would not be asked, with the line."""
    said = project["faults"]
    assert said["None"] == "ImproperlyConfigured: WHY403_GUARD names the guard: WHY403_GUARD = 'shop.guard.guard'"
    assert said["django_project.missing"].endswith("is no why403.guard.django.Guard")
    assert said["nowhere.at.all"].startswith("ModuleNotFoundError")
    for name, words in (
        ("or", "| ... would not be asked"),
        ("not", "would not be asked"),
        ("empty", "it can never admit"),
    ):
        assert words in said[name]
        assert "guard_doors/django_project.py:" in said[name]
    assert "no rule" in said["nothing"]
