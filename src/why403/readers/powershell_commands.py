"""PowerShell's web commands, understood parameter by parameter.

Strategy: the text is read statement by statement. Assignments of literals ($headers, $body, $session and its cookies) are
remembered, the web commands use them; nothing is run. What PowerShell adds of its own accord (User-Agent, Host) depends
on its version and is not invented.
"""

from __future__ import annotations

import re
from urllib.parse import quote_plus

from why403.model.patterns import Pattern

from ..model import Case, Exchange, Headers, Note, Request, UnreadableInput
from .curl.words import UnclosedError, Word, raw, sane
from .invoke import FLAGS, NAMES, OPTIONS
from .powershell import COMMAND, NAME, PARAMETER, meant
from .powershell_values import ANY_SPACE, CLOSE, SPACE, Value, Values, end_of

COMMANDS = 200  # so many commands of one text are read
_ASSIGN = Pattern(r"\$(?:(?:global|script):)?(\w{1,60})[ \t]*=[ \t]*(?!=)")
_ADD = Pattern(r"\$(\w{1,60})(?:\.Add\([ \t]*|\[[ \t]*|\.(UserAgent)[ \t]*=[ \t]*)")
_COOKIE = Pattern(
    r"\$\w{1,60}\.Cookies\.Add\(\s*(?:[^\n(]{0,80},\s*)?\(?\s*(?:New-Object\s+System\.Net\.Cookie\s*|\[System\.Net\.Cookie\]::new)\(",
    re.IGNORECASE,
)
_AGENT = Pattern(r"\$\w{1,60}\.UserAgent[ \t]*=[ \t]*", re.IGNORECASE)
_STATEMENT = Pattern(r"[ \t]*(?:PS [^>\n]{0,200}>[ \t]*)?")
_MADE = Pattern(r"New-Object\b|\[[^\]\n]{1,200}\]::new\(|\$\(|\w+-\w+\b", re.IGNORECASE)
_HINT = "Paste the whole command"


def find(text: str) -> tuple[Case, str] | None:
    """The first command in a larger text, and the text left over with its lines in place. None where there is none."""
    reader = _Reader(sane(text), "-")
    try:
        reader.all(most=1)
    except (UnreadableInput, UnclosedError):
        return None
    if not reader.exchanges:
        return None
    start, end = reader.taken[0][0], reader.taken[-1][1]
    left = text[:start] + "\n" * text.count("\n", start, end) + text[end:]
    return Case("-", NAME, tuple(reader.exchanges), (), NAME, tuple(reader.remarks)), left


def read(text: str, name: str) -> Case:
    """Every web command of the text as exchanges; what else was pasted as notes.

    Raises UnreadableInput where there is none, or where a quotation in it is not closed.
    """
    reader = _Reader(sane(text), name)
    try:
        reader.all(most=COMMANDS)
    except UnclosedError as fault:
        told = fault.told(text)
        raise UnreadableInput(told.message, f"{name}: {told.where}", _HINT) from None
    if not reader.exchanges:
        raise UnreadableInput("no Invoke-WebRequest or Invoke-RestMethod with a URL is in it", name, _HINT)
    notes: list[Note] = []
    after = 0
    for start, end in (*reader.taken, (len(text), len(text))):
        piece = text[after:start]
        if piece.strip(" \t\r\n;"):
            begun = after + piece.rfind("\n", 0, len(piece) - len(piece.lstrip(" \t\r\n;"))) + 1
            notes.append(Note(text[begun:start].strip(" \t\r\n;"), line=text.count("\n", 0, begun) + 1))
        after = end
    return Case(name, NAME, tuple(reader.exchanges), tuple(notes), NAME, tuple(dict.fromkeys(reader.remarks)))


class _Reader(Values):
    """One pass over the text."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name
        self.cookies: list[tuple[str, str]] = []
        self.agent: Word | None = None
        self.exchanges: list[Exchange] = []
        self.remarks: list[str] = []
        self.taken: list[tuple[int, int]] = []
        self.kept: list[str] = []
        self.clear = 0  # no command begins before this place

    def all(self, most: int) -> None:
        """Read line by line until `most` commands are found."""
        at = 0
        while at < self.stop and len(self.exchanges) < most:
            match = _STATEMENT.match(self.text, at)
            begun = match.end() if match else at
            end = self.statement(begun)
            if end is not None:
                self.taken.append((at, end))
                at = max(end, begun + 1)
                continue
            line = self.text.find("\n", at)
            semicolon = self.text.find(";", at, line if line >= 0 else self.stop)
            at = semicolon + 1 if semicolon >= 0 else line + 1 if line >= 0 else self.stop

    def statement(self, at: int) -> int | None:
        """Understand the statement at `at`; the place behind it, or None where it is of no interest."""
        text = self.text
        if cookie := _COOKIE.match(text, at):
            return self.cookie(cookie.end())
        if agent := _AGENT.match(text, at):
            value, end = self.value(agent.end())
            self.agent = value if isinstance(value, Word) else None
            return end
        if assign := _ASSIGN.match(text, at):
            command = COMMAND.match(text, assign.end())
            if command:
                return self.command(command.end())
            if _MADE.match(text, assign.end()):  # what a call would give is not known; a dictionary begins empty
                end = text.find("\n", assign.end())
                end = end if end >= 0 else self.stop
                if re.search("dictionary|hashtable", text[assign.end() : min(end, assign.end() + 300)], re.IGNORECASE):
                    self.known[assign[1].lower()] = []
                return end
            value, end = self.value(assign.end())
            self.known[assign[1].lower()] = value
            return end
        if add := _ADD.match(text, at):
            return self.added(add)
        command = COMMAND.match(text, at)
        if not command or not meant(text, command):
            if at < self.clear:
                return None
            line = text.find("\n", at)
            line = line if line >= 0 else self.stop
            command = COMMAND.search(text, at, line)
            if not command or not meant(text, command):
                self.clear = command.end() if command else line
                return None
        return self.command(command.end())

    def cookie(self, at: int) -> int:
        values: list[str] = []
        while len(values) < 8:
            at = end_of(ANY_SPACE, self.text, at)
            if self.text[at : at + 1] not in ("'", '"', "$"):
                break
            word, at = self.value(at)
            values.append(word.text if isinstance(word, Word) else "")
            at = end_of(ANY_SPACE, self.text, at)
            if not self.text.startswith(",", at):
                break
            at += 1
        if len(values) >= 2:
            self.cookies.append((values[0], values[1]))
        return end_of(CLOSE, self.text, at)

    def added(self, add: re.Match[str]) -> int | None:
        """$headers.Add("name", "value") and $headers["name"] = "value"."""
        key, at = self.value(add.end())
        at = end_of(ANY_SPACE, self.text, at)
        brackets = self.text.startswith("]", at)
        at = end_of(ANY_SPACE, self.text, at + 1)
        if brackets and self.text.startswith("=", at):
            at += 1
        elif brackets:
            return None
        value, at = self.value(at)
        table = self.known.setdefault(add[1].lower(), [])
        if isinstance(table, list) and isinstance(key, Word):
            table.append((key.text, value))
        return at if brackets else end_of(CLOSE, self.text, at)

    def command(self, at: int) -> int:
        """The parameters of a web command, to an exchange."""
        begun = at
        given: dict[str, Value] = {}
        while True:
            at = end_of(SPACE, self.text, at)
            if at >= self.stop or self.text[at] in "\r\n;|)}&":
                break
            if parameter := PARAMETER.match(self.text, at):
                at = self.parameter(parameter, given)
                continue
            value, end = self.value(at)
            if isinstance(value, Word) and value.text.startswith("-"):
                self.remarks.append(f"{value.text[:60]} is no parameter that is known here")
            elif "Uri" not in given:
                given["Uri"] = value
            elif isinstance(value, Word):
                self.remarks.append(f"left aside: {value.text[:60]}")
            at = max(end, at + 1)
        end = self.text.find("\n", at) if at < self.stop and self.text[at] == "|" else at
        end = self.stop if end < 0 else end
        self.build(given, begun)
        return end

    def parameter(self, match: re.Match[str], given: dict[str, Value]) -> int:
        low = match[1].lower()
        hits = [low] if low in NAMES else [name for name in NAMES if name.startswith(low)]
        if len(hits) != 1:
            self.remarks.append(f"-{match[1]} is {'ambiguous' if hits else 'no parameter that is known here'}")
            return match.end()
        name = NAMES[hits[0]]
        if name in FLAGS and not match[2]:
            given[name] = Word("", match.start())
            return match.end()
        value, at = self.value(match.end())
        if name not in FLAGS or not (isinstance(value, Word) and value.text.lower() == "$false"):
            given[name] = value
        return at

    def text_of(self, value: Value | None) -> str:
        """A value as text; variables without a value are noted."""
        if value is None:
            return ""
        if isinstance(value, list):
            return "&".join(f"{quote_plus(key)}={quote_plus(self.text_of(one))}" for key, one in value)
        for name in value.kept:
            if name not in self.kept:
                self.kept.append(name)
        return value.text

    def build(self, given: dict[str, Value], at: int) -> None:
        """The exchange that the parameters ask for."""
        self.kept = []
        url = self.text_of(given.get("Uri"))
        if not url:
            return
        method = (self.text_of(given.get("CustomMethod")) or self.text_of(given.get("Method")) or "GET").upper()
        body: bytes | None = None
        if "InFile" in given:
            self.remarks.append(f"the file {self.text_of(given['InFile'])[:200]} is not read, the body is not known")
        elif "Form" in given:
            self.remarks.append("-Form: the parts are not put together, the body is not known")
        elif "Body" in given:
            text = self.text_of(given["Body"])
            if method == "GET" and isinstance(given["Body"], list):
                url += ("&" if "?" in url else "?") + text
            else:
                body = raw(text)
        headers = self.headers(given, method, body)
        options = [(OPTIONS[name], self.text_of(value)) for name, value in given.items() if name in OPTIONS]
        for name in ("Credential", "UseDefaultCredentials", "ProxyCredential"):
            if name in given:
                self.remarks.append(f"-{name}: the credentials are not in the paste")
                options.append(("user" if name != "ProxyCredential" else "proxy-user", self.text_of(given[name])))
        url = url if "://" in url or url.startswith(("$", "(", "/")) else "http://" + url
        version = self.text_of(given.get("HttpVersion"))
        request = Request(
            method,
            url.partition("#")[0],
            Headers(headers),
            body,
            f"HTTP/{version[:8]}" if version else None,
            tuple(options),
        )
        if self.kept:
            listed = ", ".join(name[:60] for name in self.kept[:8])
            self.remarks.append(f"not in the paste, kept as written: {listed}")
        facts = (("line", str(self.text.count("\n", 0, at) + 1)), *(("variable", name) for name in self.kept[:50]))
        self.exchanges.append(Exchange(request, index=len(self.exchanges), facts=facts))

    def headers(self, given: dict[str, Value], method: str, body: bytes | None) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        table = given.get("Headers")
        if isinstance(table, list):
            found += [(key, _field(self.text_of(one))) for key, one in table]
        elif table is not None:
            self.remarks.append(f"the headers are in {self.text_of(table)[:60]}, which is not in the paste")
        named = {name.lower() for name, _ in found}
        session = "WebSession" in given
        agent = given.get("UserAgent") or (self.agent if session else None)
        if agent is not None and "user-agent" not in named:
            found.append(("User-Agent", _field(self.text_of(agent))))
        if session and self.cookies and "cookie" not in named:
            found.append(("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies)))
        if "Token" in given and "authorization" not in named:
            found.append(("Authorization", "Bearer " + self.text_of(given["Token"])))
        if "ContentType" in given:
            found = [pair for pair in found if pair[0].lower() != "content-type"]
            found.append(("Content-Type", _field(self.text_of(given["ContentType"]))))
        elif body is not None and method == "POST" and "content-type" not in named:
            found.append(("Content-Type", "application/x-www-form-urlencoded"))
        return found


def _field(value: str) -> str:
    return " ".join(value.split("\n")).strip(" \t\r")
