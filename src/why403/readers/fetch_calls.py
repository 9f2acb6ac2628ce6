"""Calls of fetch, understood argument by argument.

A browser adds fields that the call does not show (User-Agent, Origin, and with credentials "include" the cookies); they
are not invented. What decides them is in `Request.options`: credentials, mode, redirect, cache, referrerPolicy.
"""

from __future__ import annotations

import base64
import json
from urllib.parse import quote_plus

from why403.model.patterns import Pattern

from ..model import Case, Exchange, Headers, Note, Request, UnreadableInput
from . import javascript
from .fetch import CALL
from .javascript import Call, Kept, OpenError, Pairs, Value

CALLS = 200  # so many calls of one text are read
_NORMAL = frozenset({"delete", "get", "head", "options", "post", "put"})
_OPTIONS = (
    "credentials",
    "mode",
    "redirect",
    "cache",
    "referrerPolicy",
    "integrity",
    "keepalive",
    "priority",
    "duplex",
)
_KNOWN = frozenset(
    {*_OPTIONS, "headers", "body", "method", "referrer", "signal", "next", "agent", "dispatcher", "window"}
)
_PROBLEM = "Paste the whole call, to the closing bracket"


def find(text: str) -> tuple[Case, str] | None:
    """The first call in a larger text, and the text left over with its lines in place. None where there is none."""
    at, failures = 0, 0
    while (match := CALL.search(text, at)) and failures < 8:
        at = match.end()
        try:
            exchange, remarks, end = _call(text, match.start(), at)
        except OpenError:
            failures += 1
            continue
        if exchange is not None:
            left = text[: match.start()] + "\n" * text.count("\n", match.start(), end) + text[end:]
            return Case("-", "fetch", (exchange,), (), "fetch", tuple(remarks)), left
    return None


def read(text: str, name: str) -> Case:
    """Every fetch call of the text as exchanges; what else was pasted as notes.

    Raises UnreadableInput where there is no call, or where a string or bracket of it is not closed.
    """
    exchanges: list[Exchange] = []
    remarks: list[str] = []
    notes: list[Note] = []
    fault: UnreadableInput | None = None
    at = after = failures = 0
    while (match := CALL.search(text, at)) and len(exchanges) < CALLS and failures < 8:
        at = match.end()
        try:
            exchange, told, end = _call(text, match.start(), at)
        except OpenError as open_one:
            failures += 1
            line = text.count("\n", 0, open_one.at) + 1
            fault = fault or UnreadableInput(f"{open_one.what} is not closed", f"{name}: line {line}", _PROBLEM)
            continue
        if exchange is None:
            continue
        _note(text, after, match.start(), notes)
        exchanges.append(exchange._replace(index=len(exchanges)))
        remarks += told
        at = after = end
    if not exchanges:
        raise fault or UnreadableInput("no fetch call with a URL is in it", name, _PROBLEM)
    _note(text, after, len(text), notes)
    return Case(name, "fetch", tuple(exchanges), tuple(notes), "fetch", tuple(dict.fromkeys(remarks)))


_FRAME = Pattern(r"(?:[\s;)]|await\b|(?:const|let|var)\s{1,20}\w{1,60}\s{0,20}=)*")


def _note(text: str, start: int, end: int, notes: list[Note]) -> None:
    piece = text[start:end]
    if not _FRAME.fullmatch(piece):
        begun = start + piece.rfind("\n", 0, len(piece) - len(piece.lstrip(" \t\r\n;"))) + 1
        notes.append(Note(text[begun:end].strip(" \t\r\n;"), line=text.count("\n", 0, begun) + 1))


def _call(text: str, begun: int, at: int) -> tuple[Exchange | None, list[str], int]:
    """The call whose arguments begin at `at`."""
    target, at = javascript.value(text, at)
    at = javascript.skip(text, at)
    settings: Value = Pairs(())
    if text.startswith(",", at):
        settings, at = javascript.value(text, at + 1)
        at = javascript.skip(text, at)
        if text.startswith(",", at):
            at = javascript.skip(text, at + 1)
    if not text.startswith(")", at):
        raise OpenError("the call's bracket (", begun)
    reader = _Reader()
    request = reader.request(target, settings)
    if request is None:
        return None, [], at + 1
    facts = [("line", str(text.count("\n", 0, begun) + 1)), *(("variable", name) for name in reader.kept[:50])]
    if reader.kept:
        reader.remarks.append(f"not in the paste, kept as written: {', '.join(one[:60] for one in reader.kept[:8])}")
    return Exchange(request, facts=tuple(facts)), reader.remarks, at + 1


class _Reader:
    """The arguments of one call, understood."""

    def __init__(self) -> None:
        self.remarks: list[str] = []
        self.kept: list[str] = []

    def text(self, value: Value) -> str:
        """A value as text; an expression as it is written."""
        if isinstance(value, Kept):
            if value.text not in self.kept:
                self.kept.append(value.text)
            return javascript.tidy(value.text)
        if isinstance(value, Call):
            return self.text(value.argument)
        if isinstance(value, bool) or value is None:
            return {True: "true", False: "false", None: "null"}[value]
        return str(value) if isinstance(value, (str, int, float)) else json.dumps(self.plain(value), ensure_ascii=False)

    def plain(self, value: Value) -> object:
        """A value as json.dumps takes it."""
        if isinstance(value, (Kept, Call)):
            return self.text(value)
        if isinstance(value, Pairs):
            return {key: self.plain(one) for key, one in value.pairs}
        if isinstance(value, tuple):
            return [self.plain(one) for one in value]
        return value

    def request(self, target: Value, settings: Value) -> Request | None:
        if not isinstance(target, (str, Kept, Call)) or not (url := self.text(target)):
            return None
        if isinstance(target, Kept) and "${" not in url and not (isinstance(settings, Pairs) and settings.pairs):
            return None  # a line of a stack, or a call that shows nothing
        if isinstance(settings, Kept):
            self.text(settings)
            return Request("GET" if not settings.text else None, url)
        given = dict(settings.pairs) if isinstance(settings, Pairs) else {}
        method = self.text(given["method"]) if given.get("method") is not None else "GET"
        headers = self.headers(given.get("headers"))
        body, kind = self.body(given.get("body"))
        if kind and not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", kind))
        referrer = given.get("referrer")
        if isinstance(referrer, str) and "://" in referrer:
            headers.append(("Referer", referrer))
        options = tuple((key, self.text(given[key])) for key in _OPTIONS if given.get(key) is not None)
        for key in given:
            if key not in _KNOWN:
                self.remarks.append(f"{key[:60]} is no setting of fetch that is known here")
        method = method.upper() if method.lower() in _NORMAL else method
        return Request(method, url.partition("#")[0], Headers(headers), body, None, options)

    def headers(self, value: Value) -> list[tuple[str, str]]:
        if isinstance(value, Call):
            value = value.argument
        if isinstance(value, Pairs):
            found: list[tuple[str, str]] = []
            for key, one in value.pairs:
                if key == "...":
                    self.remarks.append(f"headers from {self.text(one)[:60]} are not in the paste")
                else:
                    found.append((key, self.field(key, one)))
            return found
        if isinstance(value, Kept):
            self.remarks.append(f"the headers are in {self.text(value)[:60]}, which is not in the paste")
        elif isinstance(value, tuple):
            pairs = [one for one in value if isinstance(one, tuple) and len(one) == 2]
            named = [(self.text(one[0]), one[1]) for one in pairs if not isinstance(one, (Kept, Call))]
            return [(key, self.field(key, one)) for key, one in named]
        return []

    def field(self, name: str, value: Value) -> str:
        """A field's value: its letters are the bytes that go over the wire (Fetch standard, byte string)."""
        text = _field(self.text(value))
        if text.isascii() or not isinstance(value, str):
            return text
        try:
            return text.encode("latin-1").decode("utf-8")
        except UnicodeEncodeError:
            self.remarks.append(f"fetch refuses letters beyond Latin-1 in the field {name[:60]}")
        except UnicodeDecodeError:
            self.remarks.append(f"the field {name[:60]} goes as Latin-1, not as UTF-8")
        return text

    def body(self, value: Value) -> tuple[bytes | None, str]:
        """The body, and the Content-Type that fetch gives it of its own accord."""
        if value is None:
            return None, ""
        if isinstance(value, Call) and value.name == "atob":
            try:
                return base64.b64decode(self.text(value)), ""
            except ValueError:
                self.remarks.append("the body's base64 is damaged")
                return None, ""
        if isinstance(value, Call) and value.name == "newTextEncoder().encode":
            return self.text(value.argument).encode("utf-8", "replace"), ""
        if isinstance(value, Call) and value.name == "newURLSearchParams":
            kind = "application/x-www-form-urlencoded;charset=UTF-8"
            if isinstance(value.argument, Pairs):
                pairs = value.argument.pairs
                text = "&".join(f"{quote_plus(key)}={quote_plus(self.text(one))}" for key, one in pairs)
                return text.encode("utf-8", "replace"), kind
            return self.text(value.argument).encode("utf-8", "replace"), kind
        if isinstance(value, Call) and value.name == "JSON.stringify":
            text = json.dumps(self.plain(value.argument), ensure_ascii=False, separators=(",", ":"))
            return text.encode("utf-8", "replace"), "text/plain;charset=UTF-8"
        if isinstance(value, Kept) and not value.text.startswith("${") and "${" not in value.text:
            self.remarks.append(f"the body is in {self.text(value)[:60]}, which is not in the paste")
            return None, ""
        return self.text(value).encode("utf-8", "replace"), "text/plain;charset=UTF-8"


def _field(value: str) -> str:
    return " ".join(value.split("\n")).strip(" \t\r\n")
