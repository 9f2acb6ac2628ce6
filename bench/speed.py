"""Whether the speed bounds of the design hold: a 100 MB HAR against json.load, a pasted text against an empty Python.

Everything is measured in one run on one machine, each child process several times, the best counted; memory is the
child's peak resident set as the kernel reports it. Prints the figures, writes bench/out/speed.json, ends with 1 where
a bound is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

ROOT = Path(__file__).resolve().parent.parent
ENTRIES = 20_000
SIZE = 100_000_000  # bytes of the recording, about
REFUSED_EVERY = 2_500

TEXT_BOUND = 0.100  # seconds
TEXT_TIMES = 5.0  # times `python -c pass`
HAR_SHARE = 1 / 3  # of json.load's time
HAR_MEMORY = 1.5  # times the file

EXAMPLES = ROOT / "examples"  # the pastes that are measured, and this one, which needs the most readers
PASTE = """$ curl -i https://api.example.com/v1/orders
HTTP/1.1 403 Forbidden
Server: nginx/1.24.0
Content-Type: application/json
Date: Fri, 20 Nov 2026 10:00:00 GMT

{"detail": "CSRF Failed: CSRF token missing."}
"""


TOKEN = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJleGFtcGxlIiwiYXVkIjoic2hvcCIsImV4cCI6MTc2MzYzMjgwMH0."
VERBS = {
    "convert": ["convert", str(EXAMPLES / "preflight.har"), "--to", "curl"],
    "diff": [
        "diff",
        "curl https://api.example.com/v1 -H 'Cookie: s=1'",
        "curl https://api.example.com/v1 -H 'Origin: https://x.example'",
    ],
    "token": ["token", TOKEN],
}


class Cost(NamedTuple):
    """What the best run of a child took."""

    seconds: float
    peak: int  # bytes
    status: int


def entry(number: int) -> dict[str, object]:
    """One entry as a browser records it, some 5 kB, the same for the same number."""
    refused = number % REFUSED_EVERY == REFUSED_EVERY - 1
    host = f"https://{('shop', 'api', 'cdn', 'img')[number % 4]}.example"
    rows = [
        {"id": number * 10 + row, "title": f"A \u201cquoted\u201d name, number {row}", "note": "x" * 120}
        for row in range(9)
    ]
    body = json.dumps({"message": "Forbidden"} if refused else {"items": rows})
    sent = [{"name": f"x-header-{field}", "value": f"value {number} {field} " + "v" * 40} for field in range(14)]
    got = [{"name": f"X-Answer-{field}", "value": f"value {number} {field} " + "w" * 20} for field in range(12)]
    if number % 100 == 0:
        got.append({"name": "Set-Cookie", "value": f"session=example-{number}; Path=/"})
    return {
        "_initiator": {"type": "script", "url": f"{host}/app.js"},
        "_resourceType": "document" if number % 500 == 0 else "xhr",
        "startedDateTime": f"2026-11-20T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}.{number % 9:03}Z",
        "time": 12.5,
        "request": {
            "method": "POST" if number % 3 == 0 else "GET",
            "url": f"{host}/v1/things/{number % 700}?page={number}",
            "httpVersion": "http/2.0",
            "headers": [*sent, {"name": "authorization", "value": "Bearer example-token"}],
            "queryString": [{"name": "page", "value": str(number)}],
            "cookies": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": 403 if refused else 200,
            "statusText": "",
            "httpVersion": "http/2.0",
            "headers": got,
            "cookies": [],
            "content": {"size": len(body), "mimeType": "application/json", "text": body},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"blocked": 1.5, "dns": -1, "ssl": -1, "connect": -1, "send": 0.1, "wait": 9.9, "receive": 1},
        "serverIPAddress": "192.0.2.1",
        "pageref": "page_1",
    }


def write_har(path: Path, entries: int = ENTRIES, size: int = SIZE) -> int:
    """Write the recording, padded to its size by a script's source in some entries; returns the bytes written."""
    filler = "function f(a){return a+1}\\n" * 40
    with path.open("w", encoding="utf-8") as out:
        out.write('{"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "1"}, "entries": [\n')
        written = 0
        for number in range(entries):
            row = entry(number)
            text = json.dumps(row, ensure_ascii=False)
            short = size * (number + 1) // entries - written - len(text) - 20
            if short > len(filler):
                text = text[:-1] + f', "_source": "{filler * (short // len(filler))}"}}'
            written += out.write(text + (",\n" if number < entries - 1 else "\n"))
        out.write("]}}\n")
    return path.stat().st_size


def run(command: list[str], given: bytes = b"", times: int = 3, room: dict[str, str] | None = None) -> Cost:
    """The best of several runs of a child: its wall time, its peak memory and its last exit status."""
    best, peak, status = float("inf"), 0, 0
    around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | (room or {})
    for _ in range(times):
        begun = time.perf_counter()
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=around
        )
        if child.stdin is not None:
            child.stdin.write(given)
            child.stdin.close()
        _, ended, used = os.wait4(child.pid, 0)
        child.returncode = status = os.waitstatus_to_exitcode(ended)
        best = min(best, time.perf_counter() - begun)
        peak = max(peak, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
    return Cost(best, peak, status)


def measure(times: int, size: int) -> dict[str, object]:
    """Every figure, and the bounds that are broken, by name."""
    with tempfile.TemporaryDirectory() as folder:
        # an environment of its own: what the tests install slows every start of theirs, and would flatter the comparison
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", f"{folder}/venv"], check=True)
        python = f"{folder}/venv/bin/python"
        room = {"PYTHONPATH": str(ROOT / "src"), "PYTHONPYCACHEPREFIX": folder}  # compiled once, as an installation is
        empty = run([python, "-c", "pass"], times=times * 3)
        pastes = {"a command and its answer": PASTE.encode()}
        pastes |= {
            path.name: path.read_bytes()
            for path in sorted(EXAMPLES.iterdir())
            if path.is_file() and path.suffix != ".py"
        }
        asked = [python, "-m", "why403", "--format", "json", "-"]
        texts = {name: run(asked, given, times * 3, room) for name, given in pastes.items()}
        text = max(cost for name, cost in texts.items() if not name.endswith(".har"))  # a recording is no pasted text
        verbs = {name: run([python, "-m", "why403", *call], b"", times * 3, room) for name, call in VERBS.items()}
        path = Path(folder) / "recording.har"
        written = write_har(path, size=size)
        loaded = run([python, "-c", f"import json; json.load(open({str(path)!r}, encoding='utf-8'))"], times=times)
        site = {**room, "PYTHONPATH": os.pathsep.join([room["PYTHONPATH"], str(Path(msgspec.__file__).parent.parent)])}
        har = run([python, "-m", "why403", "--format", "json", str(path)], times=times, room=site)
    broken = []
    if text.seconds > TEXT_BOUND:
        broken.append("a pasted text takes more than 100 ms")
    if text.seconds > TEXT_TIMES * empty.seconds:
        broken.append("a pasted text takes more than 5 times an empty Python")
    broken += [f"{name} takes more than 100 ms" for name, cost in verbs.items() if cost.seconds > TEXT_BOUND]
    if har.seconds > HAR_SHARE * loaded.seconds:
        broken.append("a HAR takes more than a third of json.load's time")
    if har.peak > HAR_MEMORY * written:
        broken.append("a HAR takes more than 1.5 times its size in memory")
    broken.extend(
        f"{what} ended with {cost.status}"
        for what, cost in (*texts.items(), *verbs.items(), ("the HAR", har))
        if cost.status > 1
    )
    return {
        "python": sys.version.split()[0],
        "empty_ms": round(empty.seconds * 1000, 1),
        "texts_ms": {name: round(cost.seconds * 1000, 1) for name, cost in texts.items()},
        "text_ms": round(text.seconds * 1000, 1),  # the slowest
        "text_over_empty": round(text.seconds / empty.seconds, 2),
        "verbs_ms": {name: round(cost.seconds * 1000, 1) for name, cost in verbs.items()},
        "har_bytes": written,
        "json_load_ms": round(loaded.seconds * 1000, 1),
        "json_load_peak": loaded.peak,
        "har_ms": round(har.seconds * 1000, 1),
        "har_over_json_load": round(har.seconds / loaded.seconds, 3),
        "har_peak": har.peak,
        "har_peak_over_file": round(har.peak / written, 3),
        "broken": broken,
    }


def main() -> int:
    """Measure, print, write; 1 where a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="runs of each child (the best counts)")
    parser.add_argument("--size", type=int, default=SIZE, help="bytes of the recording")
    asked = parser.parse_args()
    figures = measure(asked.times, asked.size)
    for name, value in figures.items():
        print(f"{name:20} {value}")
    out = ROOT / "bench" / "out"
    out.mkdir(parents=True, exist_ok=True)
    (out / "speed.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 1 if figures["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
