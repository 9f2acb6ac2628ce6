"""The project's commands, with nothing but Python 3.11 at hand: `python3 tasks.py demo|check|test|format|docs|bench|lab`.

Everything runs in .venv, which is set up by itself; the interpreter that runs this file is the one it is made with.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
CODE = ["src", "tests", "examples", "bench", "docs", "lab", "build_tables.py", "tasks.py"]
TASKS = {
    "demo": [["why403", "examples/csrf-django.txt"]],
    "check": [
        ["ruff", "format", "--check", *CODE],
        ["ruff", "check", *CODE],
        ["mypy"],
        ["lint-imports"],
        ["python", "docs/generate.py", "--check"],
        ["python", "-m", "pytest"],
    ],
    "test": [["python", "-m", "pytest"]],
    "format": [["ruff", "check", "--fix", *CODE], ["ruff", "format", *CODE]],
    "docs": [["python", "docs/generate.py"]],
    "bench": [
        ["python", "bench/accuracy.py"],
        ["python", "bench/speed.py"],
        ["python", "bench/redact.py"],
        ["python", "bench/guard.py"],
    ],
    "lab": [["python", "-m", "lab", "record"]],
    "setup": [],
}


def run(command: list[str]) -> None:
    """Run a program of the environment; end with its status where it fails."""
    print("$", " ".join(command), flush=True)
    done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def set_up(extra: str) -> None:
    """Make the environment and install the project into it, once for each state of pyproject.toml."""
    mark = VENV / f"ready{extra or '-user'}"
    if mark.exists() and mark.stat().st_mtime >= (ROOT / "pyproject.toml").stat().st_mtime:
        return
    if not BIN.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    run(["python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", f".{extra}"])
    run(["python", "-m", "compileall", "-q", "src"])
    mark.touch()


def main() -> None:
    """Set up what the task needs, and run it."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in TASKS:
        sys.exit(f"usage: python3 tasks.py {'|'.join(TASKS)}")
    set_up("" if name == "demo" else "[dev]")
    for command in TASKS[name]:
        run(command)


if __name__ == "__main__":
    main()
