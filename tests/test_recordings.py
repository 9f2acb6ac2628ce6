"""What real servers and a real browser were recorded to say, explained: every recording is a case, in every form it is pasted in."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import cache
from typing import Any

import pytest
from lab.install import lacks
from lab.record import KEPT, answer_of, record
from lab.table import Scenario, folders, load

from tests.verdicts import said_of
from why403.model import Case, Note
from why403.readers.choose import read_bytes

BENCHES = {folder: load(folder) for folder in folders()}
SCENARIOS = [
    pytest.param(scenario, id=f"{folder}: {scenario.id}")
    for folder, bench in BENCHES.items()
    for scenario in bench.scenarios
    if (KEPT / folder / f"{scenario.id}.json").exists()
]
LIVE = [folder for folder, bench in BENCHES.items() if bench.quick]


@cache
def recorded(folder: str, name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((KEPT / folder / f"{name}.json").read_text(encoding="utf-8"))
    return data


def har(*entries: dict[str, Any]) -> bytes:
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "lab", "version": "1"}, "entries": entries}}
    ).encode()


def refused(scenario: Scenario, form: str) -> Case:
    """The refused exchange in one of its forms; a browser's recording has but one."""
    data = recorded(scenario.folder, scenario.id)
    if "har" in data:
        return read_bytes(json.dumps(data["har"]).encode())
    kept = data["refused"]
    return read_bytes(har(kept["har"]) if form == "har" else kept[form].encode())


@pytest.mark.parametrize("form", ["transcript", "http", "har"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_answer_alone(scenario: Scenario, form: str) -> None:
    """What a caller can paste: a transcript of curl -v, raw HTTP, a HAR. The verdict is the same whatever the form."""
    assert said_of(refused(scenario, form)) == scenario.says


@pytest.mark.parametrize("scenario", [case for case in SCENARIOS if case.values[0].with_log])  # type: ignore[union-attr]
def test_the_answer_with_the_log(scenario: Scenario) -> None:
    """What an operator can add: the server's own lines."""
    case = refused(scenario, "transcript")
    note = Note(recorded(scenario.folder, scenario.id)["log"], "error.log", "log")
    assert said_of(case._replace(notes=(*case.notes, note))) == scenario.with_log


@pytest.mark.parametrize("scenario", [case for case in SCENARIOS if case.values[0].admits or case.values[0].mended])  # type: ignore[union-attr]
def test_what_is_let_through_is_no_refusal(scenario: Scenario) -> None:
    admitted = recorded(scenario.folder, scenario.id)["admitted"]
    assert said_of(read_bytes(admitted["transcript"].encode())) == "nothing"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_proven_names_the_rule_that_was_configured(scenario: Scenario) -> None:
    """The truth is what the lab configured; a verdict that says `proven` must name it."""
    for verdict in (scenario.says, scenario.with_log):
        if verdict.startswith("proven"):
            assert verdict.split()[1] in (scenario.cause, *scenario.also)


def pairs() -> dict[str, list[Scenario]]:
    found: dict[str, list[Scenario]] = defaultdict(list)
    for case in SCENARIOS:
        scenario = case.values[0]
        assert isinstance(scenario, Scenario)
        if scenario.pair:
            found[scenario.pair].append(scenario)
    return found


OF_THE_MOMENT = ("date", "last-modified", "expires", "age", "etag")  # what two answers of one server may differ in


def whole_answer(scenario: Scenario) -> str:
    """Everything that a caller gets: the status line, the headers as they came, the body."""
    answer = recorded(scenario.folder, scenario.id)["refused"]["har"]["response"]
    headers = [
        f"{pair['name']}: {pair['value']}" for pair in answer["headers"] if pair["name"].lower() not in OF_THE_MOMENT
    ]
    first = f"{answer['httpVersion']} {answer['status']} {answer['statusText']}"
    return "\n".join([first, *headers, "", answer["content"]["text"]])


@pytest.mark.parametrize("pair", pairs())
def test_indistinguishable_answers_are_the_same_byte_for_byte_and_unknown(pair: str) -> None:
    """Two causes, one answer: whoever names one of them guesses."""
    members = pairs()[pair]
    assert len({scenario.cause for scenario in members}) > 1
    answers: dict[str, list[str]] = defaultdict(list)
    for one in members:
        answers[whole_answer(one)].append(f"{one.folder}/{one.id}")
    assert len(answers) == 1, answers
    assert {scenario.says.split()[0] for scenario in members} == {"unknown"}


@pytest.mark.parametrize("scenario", [case for case in SCENARIOS if case.values[0].pair])  # type: ignore[union-attr]
def test_why403_is_given_the_whole_answer(scenario: Scenario) -> None:
    """Nothing that could tell two causes apart is left out of what is judged `unknown`."""
    kept = recorded(scenario.folder, scenario.id)["refused"]
    first, *rest = whole_answer(scenario).partition("\n\n")[0].splitlines()
    body = kept["har"]["response"]["content"]["text"].replace("\r\n", "\n").rstrip("\n")
    for form, arrow in (("http", ""), ("transcript", "< ")):
        assert [
            line for line in (first, *rest) if f"\n{arrow}{line.rstrip()}\n" not in re.sub(r" +\n", "\n", kept[form])
        ] == []
        assert body in kept[form]


def test_there_are_enough_pairs() -> None:
    assert len(pairs()) >= 12


def test_every_scenario_is_recorded() -> None:
    missing = [
        f"{folder}/{one.id}"
        for folder, bench in BENCHES.items()
        for one in bench.scenarios
        if not (KEPT / folder / f"{one.id}.json").exists()
    ]
    assert missing == []


def test_no_recording_is_without_its_scenario() -> None:
    known = {f"{folder}/{one.id}.json" for folder, bench in BENCHES.items() for one in bench.scenarios}
    assert {f"{path.parent.name}/{path.name}" for path in KEPT.glob("*/*.json")} - known == set()


@pytest.mark.parametrize("folder", LIVE)
def test_the_live_server_still_says_what_was_recorded(folder: str) -> None:
    """The running product is believed, not our memory of it."""
    bench = BENCHES[folder]
    if absent := lacks(bench):
        pytest.skip(f"NOT RUN LIVE: {absent} is not installed (python -m lab install {folder})")
    done, failed = record(bench, lambda _: None)
    assert failed == {}
    for recording in done:
        assert answer_of(recording.data) == answer_of(recorded(folder, recording.scenario.id)), recording.scenario.id
