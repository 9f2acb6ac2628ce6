"""Asks every running server what its scenarios ask, and keeps what went over the wire: `python -m lab.record [PRODUCT ...]`.

A recording is a `curl -v` transcript (or, for a page, a HAR by a real Chromium) and the lines that the server logged meanwhile.
Written whole or not at all; ports, paths and dates are made the same in every run.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

from lab.chromium import Browser
from lab.servers import NotRun, Server, running

HERE = Path(__file__).parent
ROOT = HERE.parent
KEPT = ROOT / "tests" / "recordings"
PRODUCTS = ("nginx", "apache", "django")
WHEN = "Fri, 20 Nov 2026 10:00:00 GMT"


def table(product: str) -> dict[str, Any]:
    """A product's scenarios."""
    return tomllib.loads((HERE / product / "scenarios.toml").read_text())


def neutral(text: str, server: Server) -> str:
    """The text without what differs from run to run: port, folder, dates, process numbers."""
    text = (
        text.replace(str(server.run), "/srv/lab")
        .replace(f":{server.port}", ":8000")
        .replace(f"port {server.port}", "port 8000")
    )
    text = re.sub(r"(?i)\bdate: [^\r\n]+GMT", f"Date: {WHEN}", text)
    text = re.sub(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(\w+)\] \d+#\d+: \*\d+", r"2026/11/20 10:00:00 [\1] 9#9: *1", text)
    text = re.sub(r"^\[\w{3} \w{3} +\d+ [\d:.]+ \d{4}\]", "[Fri Nov 20 10:00:00.000000 2026]", text, flags=re.MULTILINE)
    text = re.sub(r"\[pid \d+:tid \d+\]", "[pid 9:tid 9]", text)
    text = re.sub(r"\[client 127\.0\.0\.1:\d+\]", "[client 127.0.0.1:40000]", text)
    text = re.sub(r"\(127\.0\.0\.1\) port \d+", "(127.0.0.1) port 8000", text)
    return re.sub(r'"startedDateTime": "[^"]+"', '"startedDateTime": "2026-11-20T10:00:00.000Z"', text)


def ask(server: Server, asks: list[str]) -> str:
    """One request by curl, as a person would paste it: the command and what it printed."""
    words = [f"{server.url}{asks[0]}", *asks[1:]]
    done = subprocess.run(["curl", "-v", "-s", *words], capture_output=True, timeout=30, check=False)
    heading = "$ curl -v -s " + " ".join(f"'{word}'" if re.search(r"[^\w./:=-]", word) else word for word in words)
    # curl sends these to two streams; on a terminal the body comes after the answer's headers
    said = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if not line.startswith(("{ [", "} ["))]
    tail = [line for line in said if line.startswith("* Connection #")]
    head = [line for line in said if not line.startswith("* Connection #")]
    return "\n".join([heading, *head, done.stdout.decode("utf-8", "replace").rstrip("\n"), *tail]) + "\n"


def logged(server: Server, size: int) -> str:
    """What the server has written to its error log since it had this size."""
    time.sleep(0.05)
    if not server.log.exists():
        return ""
    with server.log.open("rb") as file:
        file.seek(size)
        lines = file.read().decode("utf-8", "replace").splitlines(keepends=True)
    return "".join(line for line in lines if "client" in line and "[info]" not in line)


def keep(path: Path, text: str) -> None:
    """Write a recording whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(path.suffix + ".half")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def record(product: str, folder: Path, into: Path = KEPT) -> list[str]:
    """Record one product's scenarios; the names of the files written."""
    data = table(product)
    written: list[str] = []
    with running(product, folder) as server:
        for scenario in data.get("scenario", []):
            size = server.log.stat().st_size if server.log.exists() else 0
            transcript = neutral(ask(server, scenario["asks"]), server)
            keep(into / product / f"{scenario['id']}.txt", transcript)
            written.append(scenario["id"])
            if lines := logged(server, size):
                keep(into / product / f"{scenario['id']}.log", neutral(lines, server))
        pages = data.get("page", [])
        if pages:
            with Browser() as browser:
                for page in pages:
                    har = browser.har(f"{server.url}{page['open']}")
                    for at, entry in enumerate(har["log"]["entries"]):
                        entry["startedDateTime"] = f"2026-11-20T10:00:{at:02}.000Z"
                    keep(into / product / f"{page['id']}.har", _without_noise(json.dumps(har, indent=1), server))
                    written.append(page["id"])
        keep(into / product / "VERSION", server.version + "\n")
    return written


def _without_noise(text: str, server: Server) -> str:
    text = text.replace(f":{server.port}", ":8000")
    text = re.sub(r"(?i)(\"name\": \"Date\",\s+\"value\": )\"[^\"]+\"", rf'\1"{WHEN}"', text)
    text = re.sub(r"csrftoken=[A-Za-z0-9]{16,}", "csrftoken=example-cookie-of-the-lab", text)
    return re.sub(r"expires=[A-Z][a-z]{2}, [^;\"]+GMT", "expires=Fri, 19 Nov 2027 10:00:00 GMT", text)


def main() -> int:
    wanted = sys.argv[1:] or list(PRODUCTS)
    status = 0
    for product in wanted:
        with tempfile.TemporaryDirectory(prefix="why403-lab-") as folder:
            try:
                print(f"{product}: {len(record(product, Path(folder)))} recorded")
            except (NotRun, FileNotFoundError, TimeoutError) as fault:
                print(f"{product}: not run: {fault}", file=sys.stderr)
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
