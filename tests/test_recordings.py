"""What real servers and a real browser were recorded to say, explained: the answer alone, and with the server's own log."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.verdicts import said_of
from why403.cli.inputs import with_more
from why403.model import Case
from why403.readers.files import read_file

ROOT = Path(__file__).parent.parent
KEPT = Path(__file__).parent / "recordings"
SCENARIOS = [
    pytest.param(folder.name, scenario, id=f"{folder.name}: {scenario['id']}")
    for folder in sorted((ROOT / "lab").iterdir())
    if (folder / "scenarios.toml").exists()
    for data in [tomllib.loads((folder / "scenarios.toml").read_text())]
    for scenario in [*data.get("scenario", []), *data.get("page", [])]
]


def recorded(product: str, name: str) -> Case:
    path = next(path for path in (KEPT / product / f"{name}.txt", KEPT / product / f"{name}.har") if path.exists())
    return read_file(str(path))


@pytest.mark.parametrize(("product", "scenario"), SCENARIOS)
def test_the_answer_alone(product: str, scenario: dict[str, Any]) -> None:
    """What a caller can paste: the transcript, or the browser's HAR."""
    assert said_of(recorded(product, scenario["id"])) == scenario["alone"]


@pytest.mark.parametrize(("product", "scenario"), [case for case in SCENARIOS if "log" in case.values[1]])  # type: ignore[operator]
def test_the_answer_with_the_log(product: str, scenario: dict[str, Any]) -> None:
    """What an operator can add: the lines of the error log settle what a bare page leaves open."""
    log = KEPT / product / f"{scenario['id']}.log"
    assert said_of(with_more(recorded(product, scenario["id"]), [str(log)])) == scenario["log"]


@pytest.mark.parametrize(("product", "scenario"), SCENARIOS)
def test_no_verdict_contradicts_the_truth(product: str, scenario: dict[str, Any]) -> None:
    """`proven` names the rule that the lab configured."""
    for verdict in (scenario["alone"], scenario.get("log", "")):
        if verdict.startswith("proven"):
            assert verdict.split()[1] == scenario["truth"]


@pytest.mark.skipif(not (shutil.which("nginx") and shutil.which("apache2") and shutil.which("chromium")), reason="NOT RUN: the lab's servers are not installed (sh lab/install.sh)")
@pytest.mark.parametrize("product", ["nginx", "apache", "django"])
def test_the_live_server_still_says_what_was_recorded(product: str, tmp_path: Path) -> None:
    """The running product is believed, not our memory of it."""
    from lab.record import record

    with tempfile.TemporaryDirectory() as run:  # pytest's own folders may be entered by their owner only
        record(product, Path(run), tmp_path / "kept")
    for now in sorted((tmp_path / "kept" / product).iterdir()):
        if now.suffix == ".txt" or now.suffix == ".log":
            then = KEPT / product / now.name
            assert _answers(now.read_text()) == _answers(then.read_text()), now.name


def _answers(transcript: str) -> list[str]:
    """The lines that the server wrote; its version may move on."""
    lines = [line for line in transcript.splitlines() if line.startswith(("< HTTP", "< WWW", "< Allow")) or "[error]" in line or ":error]" in line]
    return [line.split("] ", 3)[-1] if line.startswith("[") else line for line in lines]
