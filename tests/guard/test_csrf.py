"""The table of CSRF situations: what the guard decides and why, and what Django and Go's CrossOriginProtection decide of the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.guard.csrf_rows import FIELD, OTHER, OWN, TRUSTED, body, headers, rows, seen_scheme, table
from tests.guard.play import KEY, NOW
from why403.guard import Csrf, Decision, Guard, Request, new_key, proxies

ROWS = rows()
ROOT = Path(__file__).parents[2]
each = pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
OLD_KEY, STRANGE_KEY = new_key(), new_key()
PROXIES = proxies("192.0.2.1", host="X-Forwarded-Host")


def guarded(row: dict[str, Any], *, token: bool, now: int = NOW, key: Any = (KEY, OLD_KEY)) -> Guard:
    rule = Csrf(TRUSTED, session=lambda request: "session", token=token)
    return Guard(rule, key=key, clock=lambda: now, proxies=PROXIES if row["proxy"] == "trusted" else ())


def token_of(row: dict[str, Any]) -> str:
    """A token of each kind, as the guard itself would have made it."""

    def made(cookie: str = OWN, session: str = "session", now: int = NOW, key: str = KEY) -> str:
        rule = Csrf(session=lambda request: session)
        guard = Guard(rule, key=key, clock=lambda: now)
        name = "csrf" if seen_scheme(row) == "http" else "__Host-csrf"
        page = Request.of(
            "GET", f"{'http' if name == 'csrf' else 'https'}://shop.example/", {"Cookie": f"{name}={cookie}"}
        )
        guard.prepare(page)
        return page.csrf_token()

    good = made()
    return {
        "good": good, "none": "", "empty": "", "undefined": "undefined", "null": "null", "object": "[object Object]", "garbage": "x" * 64,
        "short": "abc", "long": "x" * 9000, "altered": good[:60] + ("A" if good[60] != "A" else "B") + good[61:],
        "of another cookie": made(OTHER), "of another session": made(session="another"), "expired": made(now=NOW - 13 * 3600),
        "of the future": made(now=NOW + 86_400), "of another key": made(key=STRANGE_KEY), "of the old key": made(key=OLD_KEY),
        "two different": f"{good} and {made(OTHER)}",
    }[row["token"]]  # fmt: skip


def asked(row: dict[str, Any]) -> Request:
    token = token_of(row)
    name = "csrf" if seen_scheme(row) == "http" else "__Host-csrf"
    sent = headers(row, name, {"own": OWN, "other": OTHER}, token, "X-CSRF-Token")
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in sent]
    query = f"{FIELD}={token}".encode() if row["place"] == "query" else b""
    return Request(
        row["method"],
        "/here",
        raw,
        query_string=query,
        scheme=row["scheme"],
        peer="192.0.2.1",
        kind=row["kind"],
        body=body(row, token),
    )


def said(decision: Decision) -> str:
    return "admit" if decision.admitted else decision.reason


def agrees(row: dict[str, Any], other: str, ours: str) -> None:
    """Where another decides otherwise than the guard, the table says why; where it does not, there is nothing to say."""
    theirs = row[other]
    if theirs == "-":
        assert f"{other}_differs" not in row
        return
    differs = (theirs == "admit") != (ours == "admit")
    assert differs == (f"{other}_differs" in row), f"{other} {theirs}, the guard {ours}"
    if differs:
        assert row[f"{other}_differs"] in table()["reasons"][other]


def test_the_table_is_large_enough_and_its_names_tell_apart() -> None:
    assert len(ROWS) >= 150
    assert len({row["name"] for row in ROWS}) == len(ROWS)
    for other in ("django", "go"):
        used = {row[f"{other}_differs"] for row in ROWS if f"{other}_differs" in row}
        assert used == set(table()["reasons"][other]), "every reason is used, and none is missing"


@each
def test_guard(row: dict[str, Any]) -> None:
    """The decision and its reason, with both lines and with the first alone, stand in the table."""
    assert said(guarded(row, token=True).decide(asked(row))) == row["decision"]
    assert said(guarded(row, token=False).decide(asked(row))) == row["page"]


@each
def test_differences_have_reasons(row: dict[str, Any]) -> None:
    """Django is compared with both lines; Go, which knows no token, with the first."""
    agrees(row, "django", row["decision"])
    agrees(row, "go", row["page"])


def test_django() -> None:
    """Django's own CsrfViewMiddleware decides each row as the table says."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.guard.django_says"],
        capture_output=True,
        cwd=ROOT,
        env=environment,
        timeout=60,
        check=True,
    )
    found = dict(zip((row["name"] for row in ROWS), json.loads(done.stdout), strict=True))
    assert found == {row["name"]: row["django"] for row in ROWS}


def go_rule(method: str, host: str, sent: dict[str, str]) -> str:
    """CrossOriginProtection.Check as https://pkg.go.dev/net/http#CrossOriginProtection documents it."""
    if method in ("GET", "HEAD", "OPTIONS") or sent.get("Sec-Fetch-Site") in ("same-origin", "none"):
        return "admit"
    origin = sent.get("Origin", "")
    if origin == "https://admin.example":
        return "admit"
    if sent.get("Sec-Fetch-Site"):
        return "refuse"
    place = origin.partition("://")[2].partition("/")[0].partition("#")[0].rpartition("@")[2]
    return "admit" if not origin or ("://" in origin and place == host) else "refuse"


def to_go(row: dict[str, Any]) -> dict[str, Any]:
    sent = [
        pair
        for pair in headers(row, "x", {"own": "", "other": ""}, "", "x")
        if pair[0] in ("Origin", "Sec-Fetch-Site", "Referer")
    ]
    return {
        "Method": row["method"],
        "Host": "" if row["host"] == "absent" else row["host"],
        "Headers": sent,
        "Trusted": ["https://admin.example"],
    }


def test_go_as_documented() -> None:
    """The documented algorithm decides each row as the table says."""
    for row in ROWS:
        one = to_go(row)
        if row["go"] != "-":
            assert go_rule(one["Method"], one["Host"], dict(reversed(one["Headers"]))) == row["go"], row["name"]


@cache
def go_toolchain() -> str | None:
    """A Go of 1.25 or later on this machine, or None."""
    for path in (shutil.which("go"), str(Path(sys.executable).parent / "go")):
        if path and os.path.exists(path):
            said = subprocess.run(
                [path, "version"], capture_output=True, text=True, timeout=60, check=False
            ).stdout.split()
            if len(said) > 2 and tuple(map(int, said[2].removeprefix("go").split(".")[:2])) >= (1, 25):
                return path
    return None


def test_go_itself() -> None:
    """net/http's own CrossOriginProtection decides each row as the table says, where a Go that has it is installed."""
    go = go_toolchain()
    if go is None:  # the algorithm as documented is compared above
        assert table()["read"]["go"].startswith("https://pkg.go.dev/net/http")
        return
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"}
    wanted = [row for row in ROWS if row["go"] != "-"]
    done = subprocess.run(
        [go, "run", "."], input=json.dumps([to_go(row) for row in wanted]), capture_output=True, text=True,
        cwd=Path(__file__).parent / "go_says",
        env=environment, timeout=300, check=True,
    )  # fmt: skip
    found = dict(zip((row["name"] for row in wanted), json.loads(done.stdout), strict=True))
    assert found == {row["name"]: row["go"] for row in wanted}
