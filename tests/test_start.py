"""What a start imports: the bound of five times an empty Python stands on it, and no clock is needed to hold it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# each costs a start between a twentieth and a half of an empty Python; what needs them imports them where it is needed
HEAVY: tuple[str, ...] = (
    "typing",
    "dataclasses",
    "inspect",
    "urllib.parse",
    "hashlib",
    "argparse",
    "contextlib",
    "importlib",
    "base64",
    "array",
    "http",
)
HEAVY += (
    "rich",
    "msgspec",
    "httpcore",
    "joserfc",
    "cryptography",
    "tomllib",
    "asyncio",
    "socket",
    "subprocess",
    "logging",
    "decimal",
)
PASTES = {
    "prose": "I get: Error 403 Forbidden: CSRF token missing or incorrect.",
    "json": '{"message": "Missing Authentication Token"}',
    "answer": 'HTTP/1.1 401 Unauthorized\nServer: nginx\nWWW-Authenticate: Bearer error="invalid_token"\n\n{}\n',
    "command": "$ curl -i -u me:example https://api.example.com/v1/orders?page=1\nHTTP/1.1 403 Forbidden\n\n"
    '{"detail": "CSRF Failed"}\n',
    "log": '192.0.2.1 - - [20/Nov/2026:10:00:00 +0000] "GET /admin HTTP/1.1" 403 153 "-" "curl/8.5.0"\n',
    "token": "curl -H 'Authorization: Bearer eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.' https://api.example.com/\n\n"
    "HTTP/2 401\n",
}
SHOW = """\
import sys, why403.cli.main as main
sys.stdout = open({null!r}, "w")
main.dispatch(["--format", "json", "-"])
print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize("name", PASTES)
def test_a_paste_is_explained_without_the_heavy_modules(name: str, tmp_path: Path) -> None:
    """`-S` leaves out what the environment of the tests imports by itself."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", SHOW.format(null=str(tmp_path / "out"))],
        input=PASTES[name],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(Path(__file__).parent.parent / "src")},
        check=True,
    )
    imported = set(done.stderr.split())
    assert "why403.engine.explain" in imported
    assert imported.isdisjoint(HEAVY), sorted(imported.intersection(HEAVY))
