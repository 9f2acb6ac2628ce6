"""One request by the real curl, with every byte of both directions: from curl's own `--trace`, not from our memory of HTTP."""

from __future__ import annotations

import re
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

MARK = re.compile(r"^(== Info: |[=<>]{2} ?(?:Send|Recv) (?:header|data|SSL data)|<= |=> )")
DUMP = re.compile(r"^[0-9a-f]{4,8}: ((?:[0-9a-f]{2} ){1,16})")
SECONDS = 60.0  # that an answer may take
CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]*\r\n")


class Event(NamedTuple):
    """One entry of a trace."""

    kind: str  # info, sent, sent-body, got, got-body
    data: bytes


class Asked(NamedTuple):
    """A request and its answer as curl saw them."""

    command: str  # as a person would write it
    events: tuple[Event, ...]
    status: int  # curl's exit status

    def bytes_of(self, *kinds: str) -> bytes:
        """What went over the wire in one direction, in the last exchange of the run."""
        return b"".join(event.data for event in self.last if event.kind in kinds)

    @property
    def last(self) -> tuple[Event, ...]:
        """The events of the last request and its answer (a CONNECT or a redirect comes before)."""
        begin = 0
        for at, event in enumerate(self.events):
            if event.kind == "sent" and (at == 0 or self.events[at - 1].kind not in ("sent", "sent-body")):
                begin = at
        return self.events[begin:]

    @property
    def http(self) -> str:
        """Request and answer as raw text, a blank line between."""
        request = self.bytes_of("sent", "sent-body")
        answer = self.bytes_of("got", "got-body")
        return (request.rstrip(b"\r\n") + b"\r\n\r\n" + answer).decode("utf-8", "replace").replace("\r\n", "\n")

    @property
    def transcript(self) -> str:
        """What `curl -v` prints for this run, the answer's body after its header."""
        rows = [f"$ {self.command}"]
        body, ignored = b"", False
        for event in self.events:
            text = event.data.decode("utf-8", "replace")
            ignored = (ignored or text.startswith("Ignoring the response-body")) and event.kind != "sent"
            if event.kind == "info":
                rows += [
                    f"* {line}"
                    for line in text.splitlines()
                    if not line.startswith("Connection #") and "close notify" not in line
                ]
            elif event.kind in ("sent", "got"):
                arrow = ">" if event.kind == "sent" else "<"
                rows += [f"{arrow} {line}".rstrip("\r") for line in text.split("\n")[:-1]]
            elif event.kind == "got-body" and not ignored:
                body += event.data
        rows.append(body.decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\n"))
        rows.append("* Connection #0 to host 127.0.0.1 left intact")
        return "\n".join(rows) + "\n"


def events_of(trace: str) -> tuple[Event, ...]:
    """The entries of a `curl --trace` file; TLS records are left out."""
    found: list[tuple[str, bytearray]] = []
    for line in trace.splitlines():
        if line.startswith("== Info: "):
            found.append(("info", bytearray(line[9:].encode() + b"\n")))
        elif line.startswith(("=> Send", "<= Recv")):
            way = "sent" if line.startswith("=>") else "got"
            kind = "tls" if "SSL data" in line else way if "header" in line else f"{way}-body"
            found.append((kind, bytearray()))
        elif found and (dumped := DUMP.match(line)):
            found[-1][1].extend(bytes.fromhex(dumped.group(1)))
    return unchunked([Event(kind, bytes(data)) for kind, data in found if kind != "tls"])


def unchunked(events: Sequence[Event]) -> tuple[Event, ...]:
    """The same without the frames of chunked bodies, which `curl -v`, `curl -i` and a HAR do not show either."""
    done: list[Event] = []
    head = body = b""
    for event in [*events, Event("end", b"")]:
        if event.kind == "got-body" and b"transfer-encoding: chunked" in head.lower():
            body += event.data
            continue
        if body and event.kind in ("sent", "got", "end"):
            done.append(Event("got-body", _joined(body)))
            body = b""
        if event.kind == "got":
            head = event.data if event.data.startswith(b"HTTP/") else head + event.data
        done.append(event)
    return tuple(done[:-1])


def _joined(body: bytes) -> bytes:
    """The chunks of a chunked body, joined; trailers are left out."""
    whole = b""
    while match := CHUNK.match(body):
        size, at = int(match.group(1), 16), match.end()
        if not size:
            break
        whole += body[at : at + size]
        body = body[at + size :].removeprefix(b"\r\n")
    return whole


class Hangs(Exception):
    """A server that took the request and does not answer."""


def ask(arguments: Sequence[str], jar: Path, seconds: float = SECONDS) -> Asked:
    """Run curl once with these arguments and a cookie jar. Raises Hangs."""
    jar.touch()
    with tempfile.TemporaryDirectory(dir=jar.parent) as folder:
        trace = Path(folder) / "trace"
        command = ["curl", "--trace", str(trace), "-s", "-o", "/dev/null", "-b", str(jar), "-c", str(jar), *arguments]
        try:
            done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            raise Hangs(f"does not answer within {seconds:.0f} s") from None
        text = trace.read_text(encoding="utf-8", errors="replace") if trace.exists() else ""
    return Asked("curl -v " + shlex.join(arguments), events_of(text), done.returncode)
