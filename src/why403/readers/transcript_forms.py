"""Forms of output that are not HTTP line by line, turned into lines that are: libraries' logs, wget, and the two below.

curl's dumps are read by `transcript_trace`, the browser's Headers panel by `transcript_panel`.
"""

from __future__ import annotations

import re

from why403.model.patterns import Pattern

from . import transcript_panel, transcript_trace
from .http_head import Start, start_of
from .http_lines import Line

_LOGGED = Pattern(r"HTTP Request: ([A-Z]{3,20}) (\S{1,4000}) [\"'](HTTP/[\d.]{1,3}) ([1-5]\d\d) ?([^\"']{0,60})[\"']")
_POOLED = Pattern(
    r"(https?://[^\s\"]{1,300}?)(?::(80|443))? \"([A-Z]{3,20}) (\S{1,4000}) HTTP/[\d.]{1,3}\" ([1-5]\d\d) "
)
_AWAITED = Pattern(r"HTTP request sent, awaiting response\.\.\. ([1-5]\d\d)(?: (.{1,60}))?$")
_ERROR = Pattern(r"HTTP ERROR response ([1-5]\d\d)(?: (.{0,40}?))? {1,3}\[(https?://[^\]\s]{1,4000})\]")
_OUT = Pattern(r"(.{0,120}?)--> ([A-Z]{3,7}) (https?://\S{1,4000})(?: (http/1\.[01]|h2|h3))?(?: \(.{1,40}\))?\s*$")
_IN = Pattern(r"(.{0,120}?)<-- ([1-5]\d\d)(?: (.{1,60}?))? (https?://\S{1,4000}) \(\d{1,9}ms.{0,60}\)\s*$")
_VERSIONS = {"h2": "HTTP/2", "h3": "HTTP/3"}


def is_form(text: str) -> bool:
    """Whether this line belongs to one of these forms."""
    if text.startswith(("reply: 'HTTP/", "=> Send header", "<= Recv header")) or transcript_trace.begins(text):
        return True
    if "-- " in text or "--> " in text:
        return (_OUT.match(text) or _IN.match(text)) is not None
    return "HTTP" in text and bool(_logged(Line(text, 0)))


def names_panel(text: str) -> bool:
    """Whether this line is one of the first of the browser's Headers panel."""
    return transcript_panel.begins(text)


def as_http(lines: list[Line]) -> list[Line]:
    """The lines with every form turned into HTTP; numbers are kept, the rest passes through."""
    if any(transcript_trace.begins(line.text) for line in lines):
        lines = transcript_trace.undumped(lines)
    if any(transcript_panel.begins(line.text) for line in lines):
        lines = transcript_panel.unpanelled(lines)
    made: list[Line] = []
    debug = False
    for line in lines:
        text = line.text
        if text.startswith("reply: ") and (start := start_of(text)) is not None:
            debug = True
            made.append(line._replace(text="", start=start._replace(prefix="", loose=False)))
        elif debug and text.startswith("header: "):
            made.append(line._replace(text=text[8:]))
        elif text.startswith("send: b") and (sent := _sent(line)):
            made.extend(sent)
        elif "--> " in text and (found := _OUT.match(text)):
            made.append(line._replace(start=_out(found)))
        elif "<-- " in text and (found := _IN.match(text)):
            start = Start(False, found.group(1), status=int(found.group(2)), reason=found.group(3))
            made.append(line._replace(start=start))
        elif "HTTP" in text:
            made.extend(_logged(line) or (line,))
        else:
            made.append(line)
    return made


def _out(found: re.Match[str]) -> Start:
    version = found.group(4)
    told = _VERSIONS.get(version, version.upper()) if version else None
    return Start(True, found.group(1), method=found.group(2), target=found.group(3), version=told)


def _sent(line: Line) -> list[Line]:
    """What Python's http.client says that it sent, from the bytes literal that it prints."""
    literal = line.text[6:].strip()
    if len(literal) < 4 or literal[1] not in "'\"" or literal[-1] != literal[1] or len(literal) > 1_000_000:
        return []
    try:
        text = literal[2:-1].encode("latin-1").decode("unicode_escape")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return []
    rows = text.split("\r\n")
    if start_of(rows[0], strict=True) is None:
        return [Line(text, line.number, "", data=True)] if text else []
    head = rows.index("") if "" in rows else len(rows)
    made = [Line(row, line.number, "\r\n") for row in rows[: head + 1]]
    body = "\r\n".join(rows[head + 1 :])
    return [*made, Line(body, line.number, "", data=True)] if body else made


def _logged(line: Line) -> list[Line]:
    """A client's log line that names a request and the status of its answer."""
    text = line.text
    if len(text) > 20_000:
        return []
    if found := _LOGGED.search(text):
        method, url, version, status, reason = found.groups()
        return _both(line, method, url, version, int(status), reason.strip() or None)
    if found := _POOLED.search(text):
        origin, _, method, path, status = found.groups()
        url = path if "://" in path else origin + path
        return _both(line, method, url, None, int(status), None)
    if found := _ERROR.search(text):
        return _both(line, None, found.group(3), None, int(found.group(1)), (found.group(2) or "").strip() or None)
    if found := _AWAITED.search(text):
        start = Start(False, "", status=int(found.group(1)), reason=found.group(2), loose=True, bare=True)
        return [line._replace(start=start)]
    return []


def _both(line: Line, method: str | None, url: str, version: str | None, status: int, reason: str | None) -> list[Line]:
    asked = Start(True, "", method=method, target=url, loose=True, bare=True)
    answered = Start(False, "", status=status, reason=reason, version=version, bare=True)
    return [line._replace(start=asked), Line("", line.number, "", start=answered)]
