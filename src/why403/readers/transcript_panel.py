"""The browser's Headers panel, copied as text: "Request URL", "Status Code", then the headers of both sides.

Chrome copies a name and its value on one line or on two; the answer's headers stand above the request's.
"""

from __future__ import annotations

import re

from why403.model.patterns import Pattern

from .http_head import Start, field_of
from .http_lines import Line

_BEGIN = Pattern(r"\s{0,8}(Request URL|Request Method|Status Code)\s?(?::\s{0,4}(\S.{0,4000})?)?\s*$", re.IGNORECASE)
_SECTION = Pattern(
    r"\W{0,4}(General|Response Headers|Request Headers|Query String Parameters|Form Data|(?:Request )?Payload|Cookies)"
    r"(?: ?\(\d+\))?(?:\s*view (?:source|parsed|URL[- ]encoded)){0,3}\s*$",
    re.IGNORECASE,
)
_NOISE = Pattern(
    r"\s*(?:view (?:source|parsed|decoded)|raw|provisional headers are shown.{0,80}|learn more|\(\d+\))\s*$",
    re.IGNORECASE,
)
_NAME = Pattern(r"\s{0,8}(:?[A-Za-z][A-Za-z0-9-]{0,80}):?\s*$")
_GENERAL = ("request url", "request method", "status code", "remote address", "referrer policy")
_ASKED_BY = (":authority", ":method", ":path", ":scheme", "accept", "accept-encoding", "host", "user-agent")
_STATUS = Pattern(r"\W{0,3}([1-5]\d\d)\b\s?(.{0,60})")


def begins(text: str) -> bool:
    """Whether the panel begins on this line."""
    return (
        len(text) < 4200 and text[:40].lstrip()[:6].lower() in ("reques", "status") and _BEGIN.match(text) is not None
    )


class _Panel:
    """What one panel told."""

    def __init__(self) -> None:
        self.general: dict[str, str] = {}
        self.asked: list[Line] | None = None
        self.answered: list[Line] | None = None
        self.section = "general"

    def head(self, name: str, value: str, number: int) -> None:
        lower = name.lower()
        if lower in _GENERAL:
            self.general[lower] = value
            return
        if self.section == "general":
            self.section = "response headers"
        if lower in _ASKED_BY and self.asked is None:
            self.section = "request headers"
        line = Line(f"{name}: {value}", number)
        if self.section == "request headers":
            self.asked = [*(self.asked or ()), line]
        else:
            self.answered = [*(self.answered or ()), line]

    def lines(self, number: int) -> list[Line]:
        """The panel as a request and its answer, or nothing where it names no status."""
        url, method = self.general.get("request url"), self.general.get("request method")
        status = _STATUS.match(self.general.get("status code", ""))
        made: list[Line] = []
        if status is None:
            return made
        if url or method:
            start = Start(True, "", method=method or None, target=url or None, bare=self.asked is None, bodiless=True)
            made += [Line("", number, start=start), *(self.asked or ()), *_blank(self.asked)]
        reason = status.group(2).strip() or None
        start = Start(False, "", status=int(status.group(1)), reason=reason, bare=self.answered is None, bodiless=True)
        return [*made, Line("", number, start=start), *(self.answered or ()), *_blank(self.answered)]


def _blank(after: list[Line] | None) -> list[Line]:
    return [Line("", after[-1].number)] if after else []


def unpanelled(lines: list[Line]) -> list[Line]:
    """The lines with every panel turned into a request and an answer."""
    made: list[Line] = []
    at = 0
    while at < len(lines):
        if not begins(lines[at].text):
            made.append(lines[at])
            at += 1
            continue
        panel, number = _Panel(), lines[at].number
        to = _fill(panel, lines, at)
        made.extend(panel.lines(number) or lines[at:to])
        at = to
    return made


def _fill(panel: _Panel, lines: list[Line], at: int) -> int:
    """Read the panel that begins here; returns the line after it."""
    while at < len(lines):
        text = lines[at].text
        following = lines[at + 1].text if at + 1 < len(lines) else ""
        begin = _BEGIN.match(text)
        if begin is not None:
            name, value = begin.group(1).lower(), begin.group(2)
            if name in panel.general:
                return at  # the next panel
            panel.general[name] = (value or following).strip()
            at += 1 if value else 2
            continue
        section = _SECTION.match(text)
        if section is not None:
            panel.section = section.group(1).lower()
            if panel.section not in ("general", "response headers", "request headers"):
                return at
            if panel.section == "request headers":
                panel.asked = panel.asked or []
            elif panel.section == "response headers":
                panel.answered = panel.answered or []
            at += 1
            continue
        pair = field_of(text.strip()) or _general(text)
        if pair is not None and pair[1]:
            panel.head(pair[0], pair[1], lines[at].number)
        elif _NOISE.match(text):
            pass
        elif (alone := _NAME.match(text)) or text.strip().lower() in _GENERAL:
            name = alone.group(1) if alone else text.strip()
            if not following.strip() or _SECTION.match(following):
                return at
            panel.head(name, following.strip(), lines[at].number)
            at += 1
        elif text.strip() or not (_SECTION.match(following) or field_of(following.strip()) or begins(following)):
            return at
        at += 1
    return at


def _general(text: str) -> tuple[str, str] | None:
    name, colon, value = text.strip().partition(":")
    return (name, value.strip()) if colon and name.lower() in _GENERAL else None
