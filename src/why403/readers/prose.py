"""Anything else: a traceback, a console line, a JSON body, a log, in whatever frame. The status, URL and code in the noise.

Strategy: the text stays whole as one note, since the products' tables find their messages in it wherever they stand. What is
lifted out of it is only what a table cannot say: a status in a context that makes it one, the method and URL asked, the time.
"""

from __future__ import annotations

import json
import re
from datetime import datetime

from ..model import Case, Exchange, Headers, Note, Pattern, Request, Response, stamps
from . import printed, telling

NAME = "text"
LIMIT = 4_000_000  # letters that are searched for a status; the rest is left to the tables

_CODE = r"(?P<code>[1-5]\d\d)"
CODE = Pattern(r"[1-5]\d\d")
# the contexts in which three digits are a status, the surest first; before each the words (lowered) of which one must be there
STATUS = tuple(
    (cues, Pattern(pattern, re.IGNORECASE))
    for cues, pattern in (
        (("http/",), rf"\bHTTP/[\d.]{{1,3}}\"?\s+{_CODE}\b"),
        (
            ("status",),
            rf"\bstatus[ _-]?(?:code|:)?[\"'\\]{{0,2}}\s{{0,3}}(?:[:=]|is|was|of|=>)?\s{{0,3}}[\"'(]?{_CODE}\b",
        ),
        (
            ("http", "response", "err", "code", "returned", "got", "failed", "answered", "replied", "with", "e4"),
            rf"\b(?:HTTP|http[ _-]?status|response|http ?error|error|code|err|returned|got|failed with|answered|replied|with|E)"
            rf"[ \t]?(?:code|status|error|an?|of|response|:|=|-|\(|HTTP)?[ \t]{{0,2}}[\"'(:=]{{0,2}}[ \t]?{_CODE}(?![\d.%]|px|ms|s\b)",
        ),
        (
            (
                "forbidden",
                "authori",
                "error",
                "not ",
                "too many",
                "proxy auth",
                "bad req",
                "denied",
                "permission",
                "unavail",
                "expired",
                "gone",
            ),
            rf"\b{_CODE}[ \t:-]{{1,3}}\(?(?:Forbidden|Unauthori[sz]ed|Client Error|Not Found|Too Many Requests|Method Not Allowed|"
            rf"Proxy Authentication|Not Acceptable|Bad Request|Access Denied|Permission|"
            r"Unavailable For Legal|Error|Not Allowed|Page Expired|Gone)",
        ),
        (('" ',), rf"\"[A-Z]{{3,8}} [^\"\n]{{1,2000}}\"\s+{_CODE}\s"),
        (("",), rf"^\s*{_CODE}\b"),
        (("http",), rf"\bhttps?://[^\s\"'<>]{{1,200}}?[\"')>]?[\s:,-]{{1,4}}\(?{_CODE}\b(?![\d.%:/])"),
        (
            ("npm err", "error", "fatal:", "authorized", "denied", "forbidden"),
            rf"\b(?:npm ERR!|npm error|ERROR|fatal:|unauthorized|denied|forbidden)[^\n]{{0,80}}?(?<![\w.:#]){_CODE}\b(?![\d.%:/])",
        ),
        (("(",), rf"\({_CODE}\)"),
        (("",), rf"[\s\"]{_CODE}\s+\d+\s+[\d.]+\s*$"),
    )
)
LOOSE = 5  # so many of them, from the first, are sure enough to tell a success from a number
REFUSED = {
    401, 402, 403, 404, 405, 406, 407, 409, 419, 421, 423, 426, 428, 429, 431, 444, 451, 484, 495, 496, 497, 511, 999,
}  # fmt: skip
# not the page that a crawler names in its User-Agent ("ExampleBot/1.0; +https://bot.example/")
URL = Pattern(r"(?<!\+)\b(?:https?|wss?)://[^\s\"'<>`\\^{}|]{1,2000}", re.IGNORECASE)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "PROPFIND", "TRACE")
# a request as a client dumps it: its host and its path in fields of their own
DUMPED = Pattern(
    r"\bhost(?:name)?[\"']?: ?[\"']((?:[a-z0-9-]{1,60}\.){1,5}[a-z]{2,12})(?::\d{1,5})?[\"']", re.IGNORECASE
)
DUMPED_PATH = Pattern(r"\bpath[\"']?: ?[\"'](/[^\"'\s]{0,500})[\"']")
ASKED = Pattern(
    r"\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT|PROPFIND|TRACE)\b[\s\"'`:]{1,4}((?:https?://|/)[^\s\"'<>`]{0,2000})"
)
METHOD = Pattern(r"(?:method[\"'\s:=]{1,5}|\b)(GET|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT)\b")
READING = Pattern(
    r"(?:docs?|help|support|developers?|learn|wiki|blog|www\.w3|schemas?|console|aka)\.|\bt\.me/|\bdiscord\.(?:gg|me)\b|discord\.com/invite|stackoverflow\.com|/docs?/|/help|/issues/|/wiki|json-schema|w3\.org|/billing|/pricing|/upgrade|/settings/|/faq|/troubleshoot",
    re.IGNORECASE,
)


def likeness(text: str) -> float:
    """This is what takes the text that nobody else claims."""
    return 0.01 if text.strip() else 0.0


def read(text: str, name: str) -> Case:
    """The text as one note, or the telling stretches of a large one, and what can be told of the exchange that it speaks of."""
    if len(text) > telling.LARGE:
        kept = telling.notes(text)
        spoken = exchange_of("\n".join(note.text for note in kept))
        remark = (
            f"{len(text):,} letters: read were the {sum(len(note.text) for note in kept):,} that speak of a refusal"
        )
        return Case(name, "text", (spoken,) if spoken else (), kept, remarks=(remark,))
    exchange = exchange_of(text[:LIMIT])
    at = stamps.find(text[:LIMIT])
    case_kind = "json" if text.lstrip()[:1] in "{[" and _json(text) is not None else "text"
    note = Note(text, "text", "text", at)
    return Case(name, case_kind, (exchange,) if exchange else (), (note,))


def _json(text: str) -> object | None:
    if len(text) > LIMIT:
        return None
    try:
        data: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data


def status_of(text: str) -> int | None:
    """The status that a text speaks of: a refusal before anything else, the surest context first."""
    if not CODE.search(text):
        return None
    other, lowered = None, text.lower()
    for number, (cues, pattern) in enumerate(STATUS):
        if not any(cue in lowered for cue in cues):
            continue
        for found in pattern.finditer(text):
            code = int(found.group("code"))
            if code in REFUSED:
                return code
            if other is None and (200 if number < LOOSE else 400) <= code < 600:
                other = code
    return other


def url_of(text: str) -> tuple[str | None, str | None]:
    """(method, URL) of the request that a text speaks of: beside its method, on the line of the status, else the first one."""
    path: tuple[str, str] | None = None
    for found in ASKED.finditer(text) if any(method in text for method in METHODS) else ():
        target = _trim(found.group(2))
        if target.startswith("/"):
            path = path or (found.group(1), target)
        else:
            return found.group(1), target
    method = path[0] if path else None
    best: tuple[int, str] | None = None
    for count, found in enumerate(URL.finditer(text)):
        if count > 50:
            break
        url = _trim(found.group())
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.end())
        line = text[start : end if end >= 0 else len(text)]
        score = (-6 if READING.search(url) else 0) + (
            3 if re.search(r"\b[45]\d\d\b|forbidden|denied|error", line, re.IGNORECASE) else 0
        )
        score += (
            2
            if re.search(
                r"\b(?:url|uri|from|to|request(?:ing)?|curl|fetch|get|post|at|when)\W{1,4}$",
                text[start : found.start()],
                re.IGNORECASE,
            )
            else 0
        )
        if best is None or score > best[0]:
            best = (score, url)
    if best and best[0] > -4:
        return method, best[1]
    if "host" in text.lower() and (host := DUMPED.search(text)):
        at = DUMPED_PATH.search(text)
        return method, f"https://{host.group(1)}{at.group(1) if at else path[1] if path else '/'}"
    return path if path else (None, None)


def _trim(url: str) -> str:
    return url.rstrip(".,;:!?)]}'\"…*") if not url.endswith("(default)") else url


def exchange_of(text: str) -> Exchange | None:
    """The exchange that a text speaks of, as far as it can be told; None where it speaks of none."""
    status = status_of(text)
    method, url = url_of(text)
    if status is None and url is None and method is None:
        return None
    request = Request(method, url, _headers(text)) if method or url else None
    response = Response(status, headers=printed.headers_of(text)) if status else None
    return Exchange(request, response, 0, _time(text))


def _headers(_: str) -> Headers | None:
    return None


def _time(text: str) -> datetime | None:
    return stamps.find(text)
