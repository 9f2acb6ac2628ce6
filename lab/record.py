"""Asks a running server what its scenarios ask, and keeps what went over the wire, made the same in every run."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from lab.chromium import Browser
from lab.servers import NotRun, Server, running
from lab.table import Bench, Scenario
from lab.wire import Asked, ask

KEPT = Path(__file__).parent.parent / "tests" / "recordings"
WHEN = "Fri, 20 Nov 2026 10:00:00 GMT"
STAMP = "2026-11-20T10:00:{:02}.000Z"
# what differs from run to run whatever the product; a product's own noise stands in its table
NOISE = (
    (r"(?im)^((?:[<>] )?date: )[^\r\n]+", rf"\g<1>{WHEN}"),
    (r"(?im)^((?:[<>] )?(?:last-modified|expires): )[A-Z][a-z]{2}, [^\r\n]+", rf"\g<1>{WHEN}"),
    (r"(?im)^((?:[<>] )?etag: )[^\r\n]+", r'\g<1>"lab"'),
    (r"(?i)(expires=)[A-Z][a-z]{2},[ -][^;\r\n\"]+", rf"\g<1>{WHEN}"),
    (r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(\w+)\] \d+#\d+: (?:\*\d+)?", r"2026/11/20 10:00:00 [\1] 9#9: *1"),
    (r"\[\w{3} \w{3} +\d+ [\d:.]+ \d{4}\]", "[Fri Nov 20 10:00:00.000000 2026]"),
    (r"\[\d\d/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d(?: [+-]\d{4})?\]", "[20/Nov/2026:10:00:00 +0000]"),
    (r"\[pid \d+(:tid \d+)?\]", "[pid 9:tid 9]"),
    (r"(\bclient:? ?\[?127\.0\.0\.1:)\d+", r"\g<1>40000"),
    (r"\b20\d\d-\d\d-\d\d([T ])\d\d:\d\d:\d\d([.,]\d{1,9})?", r"2026-11-20\g<1>10:00:00"),
    (r"port \d{4,5} \(#\d+\)", "port 8000 (#0)"),
    (
        r"(?m)^\* +Trying [^\n]*\n|^\* (?:TCP_NODELAY|Mark bundle|Added cookie|Replaced cookie|Could not reuse)[^\n]*\n",
        "",
    ),
)


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


def neutral(text: str, server: Server) -> str:
    """The text without what differs from run to run: ports, folders, dates, and the product's own noise."""
    text = text.replace(str(server.run), "/srv/lab").replace(str(server.bench.path), "/srv/lab")
    text = text.replace(server.places["cache"], "/srv/lab")
    for name, stands in (("port", "8000"), ("port_b", "8001"), ("port_c", "8002")):
        text = re.sub(rf"(?<!\d){server.places[name]}(?!\d)", stands, text)
    for pattern, by in (*NOISE, *server.bench.noise):
        text = re.sub(pattern, by, text)
    return text


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
        raise NotRun(f"{scenario.id}: nothing before it gave {', '.join(sorted(missing))}")
    words = [server.fill(word, taken) for word in arguments]
    asked = ask(words, jar)
    for _ in range(scenario.times - 1):
        time.sleep(scenario.pause)
        asked = ask(words, jar)
    if not asked.bytes_of("got") and not any(b"CONNECT" in event.data for event in asked.events):
        raise NotRun(f"{scenario.id}: no answer (curl ended with status {asked.status})")
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
    return {
        "command": neutral(asked.command, server),
        "http": neutral(asked.http, server),
        "transcript": neutral(asked.transcript, server),
        "har": har,
    }


def new_lines(server: Server, size: int) -> str:
    """What the server has logged since its log had this size."""
    if not server.bench.log:
        return ""
    text = ""
    for _ in range(10):
        time.sleep(0.05)
        if server.log.exists():
            text = server.log.read_bytes()[size:].decode("utf-8", "replace")
        if text:
            break
    return neutral(text, server)


def _size(server: Server) -> int:
    return server.log.stat().st_size if server.log.exists() else 0


def _head(server: Server, scenario: Scenario) -> dict[str, Any]:
    return {
        "scenario": scenario.id, "does": scenario.does, "version": neutral(server.version, server),
        "recorded": datetime.now(UTC).date().isoformat(),
    }  # fmt: skip


def by_curl(server: Server, scenario: Scenario, folder: Path) -> Recording:
    """One scenario: what is refused, and the smallest change that is let through."""
    with tempfile.TemporaryDirectory() as jars:
        size = _size(server)
        refused = send(server, scenario, scenario.asks, Path(jars) / "refused")
        data = {**_head(server, scenario), "refused": forms(refused, server, 0)}
        if lines := new_lines(server, size):
            data["log"] = lines
        if scenario.admits:
            once = scenario._replace(times=1)
            data["admitted"] = forms(send(server, once, scenario.admits, Path(jars) / "admitted"), server, 1)
        elif scenario.mended:
            with running(server.bench, folder, scenario.mended) as other:
                data["admitted"] = forms(send(other, scenario, scenario.asks, Path(jars) / "mended"), other, 1)
    if "admitted" in data and (status := data["admitted"]["har"]["response"]["status"]) >= 400:
        raise NotRun(f"{scenario.id}: what should be let through is answered with {status}")
    return Recording(scenario, data)


def by_browser(server: Server, scenario: Scenario) -> Recording:
    """One scenario that takes a browser: a page is opened, and what it sent is kept."""
    with Browser() as browser:
        har = browser.har(server.fill(scenario.open))
    for at, entry in enumerate(har["log"]["entries"]):
        entry["startedDateTime"] = STAMP.format(at)
        for part in ("request", "response"):
            for pair in entry[part]["headers"]:
                pair["value"] = neutral(f"{pair['name']}: {pair['value']}", server).partition(": ")[2]
    return Recording(scenario, {**_head(server, scenario), "har": json.loads(neutral(json.dumps(har), server))})


def record(
    bench: Bench, say: Callable[[str], None], wanted: tuple[str, ...] = ()
) -> tuple[list[Recording], dict[str, str]]:
    """Every scenario of one product; for each that could not be run, the reason."""
    done: list[Recording] = []
    failed: dict[str, str] = {}
    scenarios = [scenario for scenario in bench.scenarios if not wanted or scenario.id in wanted]
    folder = Path(tempfile.mkdtemp(prefix="why403-lab-"))
    try:
        with running(bench, folder) as server:
            for number, scenario in enumerate(scenarios, 1):
                say(f"{bench.folder} {number}/{len(scenarios)} {scenario.id}")
                try:
                    done.append(by_browser(server, scenario) if scenario.open else by_curl(server, scenario, folder))
                except (NotRun, OSError, TimeoutError, ValueError, LookupError) as fault:
                    failed[scenario.id] = (
                        f"{type(fault).__name__}: {fault}" if not isinstance(fault, NotRun) else str(fault)
                    )
    except NotRun as fault:
        failed = {scenario.id: str(fault) for scenario in scenarios}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return done, failed


def keep(recording: Recording, into: Path = KEPT) -> bool:
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
