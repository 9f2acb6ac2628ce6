"""Server logs whose every line is a refusal of its own: nginx and Apache error logs, access logs in the common formats.

Each line becomes an exchange with its note; lines of one request (ModSecurity's unique_id) stay together. Text of which only some
lines are log lines is left to `prose`, since there the lines around belong to the story.
"""

from __future__ import annotations

import re

from ..model import Case, Exchange, Note, Pattern, Request, Response, stamps

NAME = "log"
NGINX_ERROR = Pattern(
    r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(?:debug|info|notice|warn|error|crit|alert|emerg)\] \d{1,9}#\d{1,9}: "
)
APACHE_ERROR = Pattern(r"^\[[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} [\d:.]{8,15} \d{4}\] \[[\w:]{2,40}\] ")
ACCESS = Pattern(
    r"^(?P<client>[0-9a-fA-F.:]{3,45}|[\w.-]{1,253}) \S{1,80} (?P<user>\S{1,80}) \[[^\]\n]{10,40}\] "
    r"\"(?:(?P<method>[A-Z]{3,20}) (?P<target>[^\"\n]{1,8000}?)(?: HTTP/(?P<version>[\d.]{1,3}))?|[^\"\n]{0,8000})\" (?P<status>\d{3}) "
)
IN_NGINX = Pattern(r", request: \"(?P<method>[A-Z]{3,20}) (?P<target>[^\"\n]{1,8000}?)(?: HTTP/[\d.]{1,3})?\"")
CLIENT = Pattern(r"\bclient:? (?P<client>[0-9a-fA-F.:]{3,45})")
HOST = Pattern(r", host: \"(?P<host>[^\"\n]{1,255})\"")
UNIQUE = Pattern(r"\[unique_id \"([^\"\n]{1,80})\"\]")
SHARE = 0.6  # of the lines that must be of these formats
LONGEST = 20_000  # letters of one line that are looked at
MOST = 300  # kinds of lines that are explained one by one
NUMBER = Pattern(r"[0-9a-fA-F]*\d[0-9a-fA-F]*")


def _is_log_line(line: str) -> bool:
    return bool(NGINX_ERROR.match(line) or APACHE_ERROR.match(line) or ACCESS.match(line[:LONGEST]))


def likeness(text: str) -> float:
    """Sure where two lines or more, and most of the first fifty, are lines of a server's log."""
    lines = [line for line in text[:200_000].splitlines()[:60] if line.strip()][:50]
    if len(lines) < 2:
        return 0.0
    hits = sum(_is_log_line(line.lstrip()) for line in lines)
    return 0.96 if hits >= 2 and hits >= SHARE * len(lines) else 0.0


def read(text: str, name: str) -> Case:
    """One exchange and one note a line; lines of one request together, lines that differ in nothing but numbers counted.

    Lines of other forms stay with the line before.
    """
    exchanges: list[Exchange] = []
    notes: list[Note] = []
    times: list[int] = []
    by_request: dict[str, int] = {}
    by_shape: dict[str, int] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line:
            continue
        same = UNIQUE.search(line)
        known = by_request.get(same.group(1)) if same else None
        if not _is_log_line(line):
            known = len(notes) - 1 if notes else None
            if known is None:
                continue
        if known is not None:
            if len(notes[known].text) < LONGEST:
                notes[known] = notes[known]._replace(text=f"{notes[known].text}\n{line}")
            continue
        shape = NUMBER.sub("0", line[:LONGEST])
        if shape in by_shape:
            times[by_shape[shape]] += 1
            continue
        exchange = _exchange(line[:LONGEST], number)
        if (exchange.status is not None and exchange.status < 400) or len(notes) >= MOST:
            continue
        if same:
            by_request[same.group(1)] = len(notes)
        by_shape[shape] = len(notes)
        exchanges.append(exchange)
        notes.append(Note(line, "log", "log", exchange.at, number))
        times.append(1)
    counted = (
        exchange._replace(facts=(*exchange.facts, ("times", str(count)))) if count > 1 else exchange
        for exchange, count in zip(exchanges, times, strict=True)
    )
    remarks = (f"more than {MOST} kinds of lines: the rest was not read",) if len(notes) >= MOST else ()
    return Case(name, NAME, tuple(counted), tuple(notes), remarks=remarks)


def _exchange(line: str, number: int) -> Exchange:
    """What one line says of a request. `index` is the line, counted from 0."""
    at = stamps.find(line[:200])
    found: re.Match[str] | None = ACCESS.match(line)
    facts: tuple[tuple[str, str], ...]
    if found:
        version = f"HTTP/{found.group('version')}" if found.group("version") else None
        request = Request(found.group("method"), found.group("target"), version=version)
        facts = (("client", found.group("client")), ("user", found.group("user")))
        return Exchange(request, Response(int(found.group("status"))), number - 1, at, None, facts)
    client = CLIENT.search(line)
    facts = (("client", client.group("client")),) if client else ()
    asked, host = IN_NGINX.search(line), HOST.search(line)
    if asked:
        target = asked.group("target")
        url = f"http://{host.group('host')}{target}" if host and target.startswith("/") else target
        return Exchange(Request(asked.group("method"), url), None, number - 1, at, None, facts)
    return Exchange(None, None, number - 1, at, None, facts)
