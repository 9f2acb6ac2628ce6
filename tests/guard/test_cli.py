"""`why403 open`, `why403 guard`, and `why403 explain` with the key at hand: whole processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import why403
from tests.guard.play import KEY, guard, over_asgi, request
from why403.guard import Role
from why403.seal import new_key

ROOT = Path(__file__).parents[2]
AT = ("--now", "2026-11-18T12:00:00Z")


def run(*words: str, key: str | None = None, text: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment |= {"WHY403_SEAL_KEY": key} if key is not None else {}
    return subprocess.run(
        [sys.executable, "-m", "why403", *words],
        input=text,
        capture_output=True,
        text=True,
        env=environment,
        cwd=cwd,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def answer() -> str:
    """A refusal as curl -i shows it, of a rule that tells nothing."""
    came = over_asgi(guard(Role("admin"), show="nothing"), request(headers={"X-Who": "ada roles=editor"}))
    head = "".join(f"{name}: {value}\r\n" for name, value in came.headers)
    return f"HTTP/1.1 {came.status} Forbidden\r\n{head}\r\n{came.body.decode()}"


def sealed(answer: str) -> str:
    return answer.partition("why403-seal: ")[2].partition("\r")[0]


def test_open(answer: str, tmp_path: Path) -> None:
    """The value alone, the whole answer by standard input or as a file; the key of the environment or of a file."""
    (tmp_path / "key").write_text(KEY + "\n")
    (tmp_path / "answer.txt").write_text(answer)
    shown = run("open", sealed(answer), "--key", f"@{tmp_path / 'key'}", *AT)
    assert shown.returncode == 0, shown.stderr
    for line in (
        "403  GET /here  denial ",
        "role-missing  [sealed by the guard]",
        "rule  Role('admin')",
        "seen  roles editor",
        "who  ada (application)",
    ):
        assert line in shown.stdout
    assert run("open", "-", *AT, key=KEY, text=answer).stdout == shown.stdout
    assert (
        run("open", str(tmp_path / "answer.txt"), "--key", "env:WHY403_SEAL_KEY", *AT, key=KEY).stdout == shown.stdout
    )
    held = json.loads(run("open", sealed(answer), "--format", "json", *AT, key=KEY).stdout)
    jsonschema.validate(held, json.loads((ROOT / "src/why403/open.schema.json").read_text()))
    assert (held["schema"], held["cause"], held["status"], held["at"]) == (
        "why403.open/1",
        "role-missing",
        403,
        "2026-11-18T11:06:40Z",
    )
    opened = why403.open_sealed(sealed(answer), key=KEY)
    assert (opened.cause, opened.to_dict()["denial"], str(opened) + "\n") == (
        "role-missing",
        held["denial"],
        shown.stdout,
    )


@pytest.mark.parametrize(
    ("words", "key", "said"),
    [
        (("open",), KEY, "a seal is wanted"), (("open", "SEAL"), None, "there is no such environment variable"),
        (("open", "SEAL", "--key", KEY), None, "a key is never an argument"),
        (("open", "SEAL", "--key", "@/nowhere"), None, "No such file"),
        (("open", "SEAL"), "abc", "this is no key"), (("open", "SEAL"), new_key(), "which is not at hand"),
        (("open", "abc"), KEY, "this is no seal"),
        (("open", "SEALx"), KEY, "seal"), (("open", "two words"), KEY, "there is no seal in it"),
        (("open", "SEAL", "--denial", "a" * 16), KEY, "belongs to the denial"),
        (("open", "SEAL", "--now", "2027-11-18T12:00:00Z"), KEY, "has expired"), (("guard", "nothing"), None, "names no application"),
        (("guard", "no_such_module:app"), None, "ModuleNotFoundError"), (("guard", "json:loads"), None, "no guard is in front of it"),
    ],
)  # fmt: skip
def test_at_fault(words: tuple[str, ...], key: str | None, said: str, answer: str) -> None:
    """One line on standard error, status 2, and never the key."""
    shown = run(
        *(word.replace("SEAL", sealed(answer)) for word in words),
        *(() if "--now" in words or words[0] == "guard" else AT),
        key=key,
    )
    assert (shown.returncode, shown.stdout) == (2, "")
    assert said in shown.stderr
    assert shown.stderr.count("\n") == 1
    assert not key or key not in shown.stderr


def test_new_key() -> None:
    """Good for a guard, and another each time."""
    one, two = run("open", "--new-key").stdout.strip(), run("open", "--new-key").stdout.strip()
    assert one != two
    assert guard(Role("admin"), key=[one, two]).decide(request()).cause == "credentials-missing"


def test_explain_opens_it_where_the_key_is_at_hand(answer: str, tmp_path: Path) -> None:
    """With the key: proven, and the evidence is the seal's. Without: unknown, and what to do. With another: a remark."""
    without = run("explain", "-", "--format", "json", *AT, text=answer)
    assert json.loads(without.stdout)["refusals"][0]["findings"][0]["cause"] == "unknown"
    assert "why403 open" in without.stdout
    finding = json.loads(run("explain", "-", "--format", "json", *AT, text=answer, key=KEY).stdout)["refusals"][0][
        "findings"
    ][0]
    assert (finding["cause"], finding["confidence"], finding["product"]) == ("role-missing", "proven", "why403-guard")
    assert finding["evidence"][0]["where"] == "response.headers.why403-seal#opened"
    assert "Role('admin')" in finding["evidence"][0]["quote"]
    assert "which is not at hand" in run("explain", "-", *AT, text=answer, key=new_key()).stdout
    path = tmp_path / "answer.txt"
    path.write_text(answer)
    assert why403.explain(path, key=KEY).cause == "role-missing"


STARLETTE = """
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from why403.guard import Guard, Role, new_key

def page(request): return PlainTextResponse("page")

guard = Guard(key=new_key()).on("/admin/**", Role("admin"), methods=["GET"])
own = guard.attach(lambda request: PlainTextResponse("own"), Role("owner"))
bare = Starlette(routes=[Route("/", page), Route("/admin/{id}", page), Route("/own", own), Mount("/api", routes=[Route("/x", page,
methods=["POST"])])])
app = guard.asgi(bare)
def create(): return app
"""


def test_guard_lists_the_routes(tmp_path: Path) -> None:
    """Every route with its rules and where they were written, and those with none; status 1 where there are such."""
    (tmp_path / "shop.py").write_text(STARLETTE)
    shown = run("guard", "shop:app", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (1, "")
    folder = tmp_path.name
    assert shown.stdout.splitlines() == [
        "GET, HEAD  /  no rule", "GET, HEAD  /admin/{id}", f"    Role('admin')  {folder}/shop.py:9", "GET, HEAD  /own",
        f"    Role('owner')  {folder}/shop.py:10", "POST  /api/x  no rule", "", "4 routes, 2 of them without a rule",
    ]  # fmt: skip
    held = json.loads(run("guard", "shop:create", "--factory", "--app-dir", str(tmp_path), "--format", "json").stdout)
    jsonschema.validate(held, json.loads((ROOT / "src/why403/guard.schema.json").read_text()))
    assert held["routes"][1] == {
        "methods": ["GET", "HEAD"],
        "path": "/admin/{id}",
        "rules": [{"rule": "Role('admin')", "where": f"{folder}/shop.py:9"}],
    }


FLASK = """
from flask import Flask
from why403.guard import Guard, Https, new_key

app = Flask(__name__, static_folder=None)

@app.get("/users/<int:id>")
def user(id): return "user"

guard = Guard(Https(), key=new_key())
app.wsgi_app = guard.wsgi(app.wsgi_app)
"""
DJANGO = """
import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import include, path
from why403.guard import Guard, Https, new_key

def page(request): return HttpResponse("page")

urlpatterns = [path("users/<int:id>/", page), path("api/", include([path("x", page)]))]
settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="tests")
django.setup()
from django.core.wsgi import get_wsgi_application
app = Guard(Https(), key=new_key()).wsgi(get_wsgi_application())
"""


@pytest.mark.parametrize(
    ("program", "paths"),
    [(FLASK, ["/users/<int:id>"]), (DJANGO, ["/users/<int:id>/", "/api/x"])],
    ids=["flask", "django"],
)
def test_guard_lists_the_routes_of(program: str, paths: list[str], tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(program)
    shown = run("guard", "shop:app", "--format", "json", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    listed = json.loads(shown.stdout)["routes"]
    assert [route["path"] for route in listed] == paths
    assert all(rule["rule"] == "Https()" for route in listed for rule in route["rules"])
