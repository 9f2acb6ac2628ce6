"""Gets what the products need: Debian packages for the machine, Python and npm packages into `.lab/`, a folder of the clone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from lab.keeper import PATIENCE, run
from lab.table import Bench

CACHE = Path(__file__).resolve().parent.parent / ".lab"
LONGEST = 1200.0  # seconds for one installation
# Debian's switch that keeps a package from starting its service is there for as long as this runs; it is not to be interrupted,
# for a package that is installed by half is worse than one that comes late
QUIETLY = """trap '' HUP INT TERM
switch=/usr/sbin/policy-rc.d
if [ ! -e $switch ]; then trap "rm -f $switch" EXIT; printf '#!/bin/sh\\nexit 101\\n' > $switch && chmod 755 $switch || exit; fi
apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"
"""


class NotInstalled(Exception):
    """Something that is not to be had here, with the reason."""


def _run(command: list[str], where: Path | None = None, patience: float = PATIENCE) -> None:
    try:
        status, out, err = run(command, LONGEST, patience=patience, cwd=str(where) if where else None, env=_env())
    except subprocess.TimeoutExpired:
        raise NotInstalled(f"{' '.join(command[:4])}: not done after {LONGEST:.0f} s") from None
    if status:
        last = [line for line in (err or out).splitlines() if line.strip()][-1:]
        raise NotInstalled(f"{' '.join(command[:4])}: {last[0] if last else f'status {status}'}")


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
    _run([*root, "sh", "-c", QUIETLY, "install", *missing], patience=LONGEST)


def _debian_of(bench: Bench) -> list[str]:
    """The client of every scenario, the browser of some, and what the product takes."""
    return ["curl", *(["chromium"] if any(scenario.open for scenario in bench.scenarios) else []), *bench.apt]


def python_of(bench: Bench) -> str:
    """The interpreter of a product's own environment, or the lab's."""
    return str(CACHE / bench.folder / "venv" / "bin" / "python") if bench.pip else sys.executable


def _same(folder: Path, wanted: list[str]) -> bool:
    mark = folder / "installed.json"
    return mark.exists() and mark.read_text() == json.dumps(wanted)


def packages(bench: Bench) -> None:
    """Install a product's Python and npm packages, once. Raises NotInstalled."""
    folder = CACHE / bench.folder
    wanted = [*bench.pip, "--", *bench.npm]
    if not (bench.pip or bench.npm) or _same(folder, wanted):
        return
    shutil.rmtree(folder, ignore_errors=True)  # of an earlier list, or of an installation that was interrupted
    folder.mkdir(parents=True)
    if bench.pip:
        _run([sys.executable, "-m", "venv", str(folder / "venv")])
        _run([python_of(bench), "-m", "pip", "install", "--quiet", *bench.pip])
    if bench.npm:
        if shutil.which("npm") is None:
            debian(["nodejs", "npm"])
        (folder / "package.json").write_text('{"private": true}\n')
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
        debian(package for bench in benches for package in _debian_of(bench))
    except (NotInstalled, OSError) as fault:
        say(f"Debian packages, all at once: {fault}")
        for bench in benches:  # one that is not to be had must not keep the others from being installed
            try:
                debian(_debian_of(bench))
            except (NotInstalled, OSError) as alone:
                failed[bench.folder] = str(alone)
    for bench in benches:
        if bench.folder in failed:
            continue
        try:
            packages(bench)
        except (NotInstalled, OSError) as fault:
            failed[bench.folder] = str(fault)
    return failed
