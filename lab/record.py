"""Asks a running server what its scenarios ask, and keeps what went over the wire, made the same in every run."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from websockets.exceptions import WebSocketException

from lab.chromium import Browser
from lab.neutral import fitted, neutral, refitted
from lab.servers import NotRun, Server, running
from lab.table import Bench, Scenario
from lab.wire import Asked, Hangs, ask
from lab.workplace import workplace

QUIET, SILENT, EXPECTED = (
    0.05,
    0.3,
    3.0,
)  # seconds: between two lines of one request, for a log that may stay silent, that may not
KEPT = Path(__file__).parent.parent / "tests" / "recordings"
# what may go wrong with one scenario and leaves the server as it is
UNFORESEEN = (OSError, TimeoutError, ValueError, LookupError, subprocess.SubprocessError, WebSocketException)
STAMP = "2026-11-20T10:00:{:02}.000Z"


class Wrong(Exception):
    """A scenario that is not what it says: what is to be refused is let through, or the other way round."""


class Failure(NamedTuple):
    """Why a scenario was not recorded."""

    kind: str  # "not run", "wrong"
    reason: str


class Recording(NamedTuple):
    """One scenario as it went over the wire."""

    scenario: Scenario
    data: dict[str, Any]

    @property
    def path(self) -> Path:
        """Where it is kept below the recordings' folder."""
        return Path(self.scenario.folder) / f"{self.scenario.id}.json"

    @property
    def text(self) -> str:
        """The file's content."""
        return json.dumps(self.data, indent=1, ensure_ascii=False) + "\n"


def send(server: Server, scenario: Scenario, arguments: tuple[str, ...], jar: Path) -> Asked:
    """Everything that precedes the request, then the request, as often as the scenario says."""
    taken: dict[str, str] = {}
    for before in scenario.before:
        earlier = ask([server.fill(word, taken) for word in before], jar)
        got = earlier.bytes_of("got", "got-body").decode("utf-8", "replace")
        for name, pattern in scenario.take.items():
            if found := re.search(pattern, got):
                taken[name] = found.group(1)
    if missing := set(scenario.take) - set(taken):
        raise NotRun(f"nothing before it gave {', '.join(sorted(missing))}")
    words = [server.fill(word, taken) for word in arguments]
    asked = ask(words, jar)
    for _ in range(scenario.times - 1):
        time.sleep(scenario.pause)
        asked = ask(words, jar)
    if not asked.bytes_of("got") and not any(b"CONNECT" in event.data for event in asked.events):
        raise NotRun(f"no answer (curl ended with status {asked.status})")
    return asked


def har_entry(asked: Asked, at: int) -> dict[str, Any]:
    """The exchange as an entry of a HAR 1.2."""
    head, _, body = asked.bytes_of("sent", "sent-body").decode("utf-8", "replace").partition("\r\n\r\n")
    line, *fields = head.split("\r\n")
    method, target, version = [*line.split(" "), "", "", ""][:3]
    answer_head, _, answer_body = _final(asked.bytes_of("got", "got-body").decode("utf-8", "replace"))
    status_line, *answer_fields = answer_head.split("\r\n")
    parts = [*status_line.split(" ", 2), "", "", ""]
    host = next(
        (value.strip() for name, _, value in (field.partition(":") for field in fields) if name.lower() == "host"), ""
    )
    secure = any(b"SSL connection using" in event.data for event in asked.events)
    url = target if "://" in target or method == "CONNECT" else f"http{'s' if secure else ''}://{host}{target}"
    request: dict[str, Any] = {
        "method": method, "url": url, "httpVersion": version, "headers": _pairs(fields), "queryString": [], "cookies": [],
        "headersSize": -1, "bodySize": len(body),
    }  # fmt: skip
    if body:
        mime = next((pair["value"] for pair in request["headers"] if pair["name"].lower() == "content-type"), "")
        request["postData"] = {"mimeType": mime, "text": body}
    mime = next((pair["value"] for pair in _pairs(answer_fields) if pair["name"].lower() == "content-type"), "")
    return {
        "startedDateTime": STAMP.format(at), "time": 1, "cache": {}, "request": request,
        "response": {
            "status": int(parts[1]) if parts[1].isdigit() else 0, "statusText": parts[2], "httpVersion": parts[0],
            "headers": _pairs(answer_fields), "cookies": [], "content": {"size": len(answer_body), "mimeType": mime, "text": answer_body},
            "redirectURL": "", "headersSize": -1, "bodySize": -1,
        },
        "timings": {"send": 0, "wait": 1, "receive": 0},
    }  # fmt: skip


def _final(text: str) -> tuple[str, str, str]:
    """The last head in a stream of answers (a 100 Continue comes before), and its body."""
    head, mark, body = text.partition("\r\n\r\n")
    while re.match(r"HTTP/[\d.]+ 1\d\d", head) and body.startswith("HTTP/"):
        head, mark, body = body.partition("\r\n\r\n")
    return head, mark, body


def _pairs(fields: list[str]) -> list[dict[str, str]]:
    return [
        {"name": name, "value": value.strip()}
        for name, colon, value in (field.partition(":") for field in fields)
        if colon
    ]


def forms(asked: Asked, server: Server, at: int) -> dict[str, Any]:
    """One exchange in every form in which people paste one."""
    har: dict[str, Any] = json.loads(neutral(json.dumps(har_entry(asked, at)), server))
    for part in ("request", "response"):
        for pair in har[part]["headers"]:
            named = neutral(f"{pair['name']}: {pair['value']}", server)
            pair["value"] = named.partition(": ")[2]
    body = _final(asked.bytes_of("got", "got-body").decode("utf-8", "replace"))[2]
    sizes = fitted(har["response"], len(body.encode()))
    return {
        "command": neutral(asked.command, server),
        "http": refitted(neutral(asked.http, server), "", *sizes),
        "transcript": refitted(neutral(asked.transcript, server), "< ", *sizes),
        "har": har,
    }


def new_lines(server: Server, size: int, patience: float) -> str:
    """What the server has logged since its log had this size; so many seconds are given to it to log at all."""
    if not server.bench.log:
        return ""
    end = time.monotonic() + patience
    while (now := _quiet(server)) == size and time.monotonic() < end:
        pass
    return neutral(server.log.read_bytes()[size:].decode("utf-8", "replace"), server) if now > size else ""


def _size(server: Server) -> int:
    return server.log.stat().st_size if server.log.exists() else 0


def _quiet(server: Server) -> int:
    """The log's size once it no longer grows: what belongs to one request is not told of the next."""
    size = _size(server)
    while True:
        time.sleep(QUIET)
        if (now := _size(server)) == size:
            return size
        size = now


def _head(server: Server, scenario: Scenario) -> dict[str, Any]:
    return {
        "scenario": scenario.id, "does": scenario.does, "version": neutral(server.version, server),
        "recorded": datetime.now(UTC).date().isoformat(),
    }  # fmt: skip


def refuses(answer: Mapping[str, Any], words: str) -> bool:
    """Whether an answer (of a HAR) refuses: by its status, or by the words with which a success refuses."""
    told = "\n".join([*(f"{pair['name']}: {pair['value']}" for pair in answer["headers"]), answer["content"]["text"]])
    return words in told if words else bool(answer["status"] >= 400)


def judge(data: Mapping[str, Any], scenario: Scenario) -> None:
    """Raises Wrong where what is to be refused is let through, or what is to be let through is refused."""
    if not refuses(refused := data["refused"]["har"]["response"], scenario.words):
        what = (
            f"with {refused['status']}, without {scenario.words!r}" if scenario.words else f"with {refused['status']}"
        )
        raise Wrong(f"what is to be refused is let through, {what}")
    if "admitted" in data:
        judge_admitted(data, scenario)


def judge_admitted(data: Mapping[str, Any], scenario: Scenario) -> None:
    """Raises Wrong where what is to be let through is refused."""
    admitted = data["admitted"]["har"]["response"]
    if not 100 <= admitted["status"] < 400 or (scenario.words and refuses(admitted, scenario.words)):
        raise Wrong(f"what is to be let through is refused, with {admitted['status']}")


def judge_page(har: Mapping[str, Any]) -> None:
    """Raises Wrong where nothing that a page sent was refused, by a status or by the browser."""
    answers = [entry["response"] for entry in har["log"]["entries"]]
    if not any(answer["status"] >= 400 or answer.get("_error") for answer in answers):
        raise Wrong(f"nothing that the page sends is refused: {[answer['status'] for answer in answers]}")


def by_curl(server: Server, scenario: Scenario, folder: Path) -> Recording:
    """One scenario: what is refused, and the smallest change that is let through."""
    with tempfile.TemporaryDirectory(dir=folder) as jars:
        size = _quiet(server) if server.bench.log else 0
        refused = send(server, scenario, scenario.asks, Path(jars) / "refused")
        data = {**_head(server, scenario), "refused": forms(refused, server, 0)}
        if lines := new_lines(server, size, EXPECTED if scenario.with_log else SILENT):
            data["log"] = lines
        if scenario.admits:
            once = scenario._replace(times=1)
            time.sleep(scenario.wait)
            data["admitted"] = forms(send(server, once, scenario.admits, Path(jars) / "admitted"), server, 1)
        elif scenario.mended:
            with running(server.bench, folder, scenario.mended) as other:
                data["admitted"] = forms(send(other, scenario, scenario.asks, Path(jars) / "mended"), other, 1)
    judge(data, scenario)
    return Recording(scenario, data)


def by_browser(server: Server, scenario: Scenario, folder: Path) -> Recording:
    """One scenario that takes a browser: a page is opened, and what it sent is kept."""
    with Browser(folder) as browser:
        har = browser.har(server.fill(scenario.open))
    judge_page(har)
    for at, entry in enumerate(har["log"]["entries"]):
        entry["startedDateTime"] = STAMP.format(at)
        for part in ("request", "response"):
            for pair in entry[part]["headers"]:
                pair["value"] = neutral(f"{pair['name']}: {pair['value']}", server).partition(": ")[2]
    kept = json.loads(neutral(json.dumps(har), server))
    for before, entry in zip(har["log"]["entries"], kept["log"]["entries"], strict=True):
        fitted(entry["response"], len(before["response"]["content"].get("text", "").encode()))
    data = {**_head(server, scenario), "har": kept}
    if scenario.admits:
        with tempfile.TemporaryDirectory(dir=folder) as jars:
            data["admitted"] = forms(send(server, scenario, scenario.admits, Path(jars) / "admitted"), server, 1)
        judge_admitted(data, scenario)
    return Recording(scenario, data)


def record(
    bench: Bench, say: Callable[[str], None], wanted: tuple[str, ...] = ()
) -> tuple[list[Recording], dict[str, Failure]]:
    """Every scenario of one product; for each that was not recorded, the reason. A server that hangs is not asked again."""
    done: list[Recording] = []
    failed: dict[str, Failure] = {}
    scenarios = [scenario for scenario in bench.scenarios if not wanted or scenario.id in wanted]
    try:
        with workplace() as folder, running(bench, folder) as server:
            for number, scenario in enumerate(scenarios, 1):
                say(f"{bench.folder} {number}/{len(scenarios)} {scenario.id}")
                by = by_browser if scenario.open else by_curl
                try:
                    done.append(by(server, scenario, folder))
                except Wrong as fault:
                    failed[scenario.id] = Failure("wrong", str(fault))
                except NotRun as fault:
                    failed[scenario.id] = Failure("not run", str(fault))
                except UNFORESEEN as fault:
                    failed[scenario.id] = Failure("not run", f"{type(fault).__name__}: {fault}")
    except (NotRun, Hangs, OSError) as fault:
        rest = {scenario.id for scenario in scenarios} - {one.scenario.id for one in done} - failed.keys()
        failed |= {scenario.id: Failure("not run", str(fault)) for scenario in scenarios if scenario.id in rest}
    return done, failed


def keep(recording: Recording, into: Path) -> bool:
    """Write a recording whole or not at all; False where nothing but its date would change."""
    path = into / recording.path
    if path.exists() and same(json.loads(path.read_text(encoding="utf-8")), recording.data):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.write_text(recording.text, encoding="utf-8")
    half.replace(path)
    return True


def same(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether two recordings differ in nothing but their date."""
    return {**then, "recorded": ""} == {**now, "recorded": ""}


def answer_of(data: Mapping[str, Any]) -> list[str]:
    """What the server decides: status, challenge, body. A newer version may word its banner otherwise."""
    if "har" in data:
        entries = data["har"]["log"]["entries"]
        return [
            f"{entry['request']['method']} {entry['request']['url']} {entry['response']['status']}" for entry in entries
        ]
    answer = data["refused"]["har"]["response"]
    told = [
        f"{pair['name']}: {pair['value']}"
        for pair in answer["headers"]
        if pair["name"].lower() in ("www-authenticate", "allow", "location")
    ]
    return [str(answer["status"]), *told, *_words(answer["content"]["text"], data.get("version", ""))]


def _words(body: str, version: str) -> list[str]:
    return body.replace(version, "VERSION").splitlines()[:60]
