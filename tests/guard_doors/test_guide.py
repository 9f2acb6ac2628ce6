"""docs/guard.md is true: its files run, its blocks hold, its commands are those that the tests start the examples with."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guard_doors.shops import COMMANDS

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guard.md").read_text(encoding="utf-8")
BLOCK = re.compile(r'```python(?: title="([^"]+)")?\n(.*?)```', re.DOTALL)
CHECKS = {
    "main.py": """
import asyncio, httpx, main
async def ask(cookie):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(main.app), base_url="http://shop.example") as client:
        return await client.get("/stock", headers={"Cookie": cookie})
assert asyncio.run(ask("sid=grace-1")).json() == {"shown to": "grace"}
refused = asyncio.run(ask("sid=ada-1"))
assert (refused.status_code, refused.headers["why403-cause"]) == (403, "role-missing")
import why403
print(why403.open_sealed(refused.headers["why403-seal"], key=__import__("os").environ["WHY403_SEAL_KEY"]))
""",
    "star.py": """
import asyncio, httpx, star
async def ask():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(star.app), base_url="http://shop.example") as client:
        return await client.get("/stock")
assert asyncio.run(ask()).status_code == 401
""",
    "flask_shop.py": """
import flask_shop
client = flask_shop.app.test_client()
assert client.get("/stock").status_code == 401
with client.session_transaction() as session:
    session["name"] = "grace"
assert client.get("/stock").text == "shown to grace"
assert client.post("/stock").headers["why403-cause"] == "csrf-cookie-missing"
""",
    "shop/urls.py": """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
import django
django.setup()
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
client = Client()
assert client.get("/orders").status_code == client.get("/orders/1").status_code == 401
assert client.get("/staff/plans").status_code == 404
client.force_login(User.objects.create_user("ada"))
assert client.get("/orders").headers["why403-cause"] == "role-missing"
seller = User.objects.create_user("sally")
seller.groups.add(Group.objects.create(name="seller"))
client.force_login(seller)
assert client.get("/orders").content == b"orders"
assert client.get("/orders/1").json() == {"number": "1", "seller": seller.pk}
""",
}


def _run(code: str, folder: Path, key: str) -> str:
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT / "src"))),
        "WHY403_SEAL_KEY": key,
        "PYTHONWARNINGS": "error",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=folder, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", CHECKS)
def test_a_file_of_the_guide_runs(name: str, tmp_path: Path, key: str) -> None:
    """As it stands there, beside the others."""
    for title, code in BLOCK.findall(GUIDE):
        if title:
            (tmp_path / title).parent.mkdir(exist_ok=True)
            (tmp_path / title).write_text(code, encoding="utf-8")
    said = _run(CHECKS[name], tmp_path, key)
    if name == "main.py":
        shown = re.search(r"\| why403 open -\n(.*?)```", GUIDE, re.DOTALL)
        assert shown is not None
        lines = [line.strip() for line in shown.group(1).splitlines()]
        assert lines[0].rpartition(" ")[0] == said.partition("\n")[0].rpartition(" ")[0]  # the denial's id is another
        for line in lines[1:-1]:
            assert line.replace("shop/", f"{tmp_path.name}/") in said


def test_every_file_of_the_guide_is_run() -> None:
    """Those that others import stand beside them."""
    assert {title for title, _ in BLOCK.findall(GUIDE) if title} - set(CHECKS) == {"shop/guard.py", "shop/settings.py"}


def test_the_blocks_of_the_guide_hold(tmp_path: Path, key: str) -> None:
    """One after the other, each assertion in them."""
    blocks = [code for title, code in BLOCK.findall(GUIDE) if not title]
    (tmp_path / "blocks.py").write_text(
        f"names = {{'__name__': 'guide'}}\nfor block in {blocks!r}:\n    exec(compile(block, 'docs/guard.md', 'exec'), names)\n",
        encoding="utf-8",
    )
    _run("import blocks", tmp_path, key)


def test_the_commands_are_in_the_guide() -> None:
    """What starts the examples here is what their files say."""
    for name, command in COMMANDS.items():
        words = command.split()[:2]
        place = ROOT / "/".join(words[1].partition(":")[0].split("."))
        assert f"`{' '.join(words)}" in place.with_suffix(".py").read_text(encoding="utf-8"), name
