"""Gets what the products need: Debian packages for the machine, Python and npm packages into `.lab/`, a folder of the clone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from lab.table import Bench

CACHE = Path(__file__).parent.parent / ".lab"
ALWAYS = ("curl", "chromium")  # the client of every scenario, and the browser of some
POLICY = Path("/usr/sbin/policy-rc.d")  # Debian's switch that keeps a package from starting its service


class NotInstalled(Exception):
    """Something that is not to be had here, with the reason."""


def _run(command: list[str], where: Path | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=where, env=_env(), timeout=1200)
    if done.returncode:
        last = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()][-1:]
        raise NotInstalled(f"{' '.join(command[:4])}: {last[0] if last else f'status {done.returncode}'}")


def _env() -> dict[str, str]:
    return {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _there(package: str) -> bool:
    done = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status}", package], capture_output=True, text=True, check=False
    )
    return done.stdout == "installed"


def debian(packages: Iterable[str]) -> None:
    """Install Debian packages without starting their services. Raises NotInstalled."""
    if shutil.which("dpkg-query") is None:
        raise NotInstalled("this is no Debian: install the products by hand")
    missing = sorted({package for package in packages if not _there(package)})
    if not missing:
        return
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    made = not POLICY.exists()
    if made:
        subprocess.run(
            [*root, "tee", str(POLICY)], input="#!/bin/sh\nexit 101\n", text=True, capture_output=True, check=True
        )
        _run([*root, "chmod", "755", str(POLICY)])
    try:
        _run([*root, "apt-get", "update", "-qq"])
        _run([*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing])
    finally:
        if made:
            _run([*root, "rm", "-f", str(POLICY)])


def python_of(bench: Bench) -> str:
    """The interpreter of a product's own environment, or the lab's."""
    return str(CACHE / bench.folder / "venv" / "bin" / "python") if bench.pip else sys.executable


def _same(folder: Path, wanted: list[str]) -> bool:
    mark = folder / "installed.json"
    return mark.exists() and json.loads(mark.read_text()) == wanted


def packages(bench: Bench) -> None:
    """Install a product's Python and npm packages, once. Raises NotInstalled."""
    folder = CACHE / bench.folder
    wanted = [*bench.pip, "--", *bench.npm]
    if not (bench.pip or bench.npm) or _same(folder, wanted):
        return
    folder.mkdir(parents=True, exist_ok=True)
    if bench.pip:
        if not Path(python_of(bench)).exists():
            _run([sys.executable, "-m", "venv", str(folder / "venv")])
        _run([python_of(bench), "-m", "pip", "install", "--quiet", *bench.pip])
    if bench.npm:
        if shutil.which("npm") is None:
            debian(["nodejs", "npm"])
        manifest = folder / "package.json"
        if not manifest.exists():
            manifest.write_text('{"private": true}\n')
        _run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *bench.npm], folder)
    (folder / "installed.json").write_text(json.dumps(wanted))


def lacks(bench: Bench) -> str:
    """What is not installed of a product, "" where it can be started."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    for program in (*bench.programs, "curl"):
        if shutil.which(program, path=path) is None:
            return program
    if (bench.pip or bench.npm) and not _same(CACHE / bench.folder, [*bench.pip, "--", *bench.npm]):
        return ", ".join((*bench.pip, *bench.npm))
    if any(scenario.open for scenario in bench.scenarios) and shutil.which("chromium", path=path) is None:
        return "chromium"
    return ""


def install(benches: Iterable[Bench], say: Callable[[str], None]) -> dict[str, str]:
    """Install what these products need; for each that cannot be had, the reason."""
    benches = tuple(benches)
    failed: dict[str, str] = {}
    try:
        debian([*ALWAYS, *(package for bench in benches for package in bench.apt)])
    except (NotInstalled, subprocess.SubprocessError, OSError) as fault:
        say(f"Debian packages, all at once: {fault}")
        for bench in benches:  # one that is not to be had must not keep the others from being installed
            try:
                debian([*ALWAYS, *bench.apt])
            except (NotInstalled, subprocess.SubprocessError, OSError) as alone:
                failed[bench.folder] = str(alone)
    for bench in benches:
        if bench.folder in failed:
            continue
        try:
            packages(bench)
        except (NotInstalled, subprocess.SubprocessError, OSError) as fault:
            failed[bench.folder] = str(fault)
    return failed
