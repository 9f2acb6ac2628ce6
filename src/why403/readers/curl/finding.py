"""Where in a pasted text a curl command stands, and what else was pasted with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from why403.model import Case, Exchange, UnreadableInput
from why403.model.patterns import Pattern

from ...model.frozen import NamedTuple
from . import assemble, bash
from .arguments import operations, urlish
from .words import Line, Simple, UnclosedError, Word, place, sane, shown

_CURL = Pattern(r"(?<![\w.@/\\-])(?:[\w./~:\\-]{0,100}[/\\])?curl(?:\.exe)?[\"']?(?=[ \t^`\\])", re.IGNORECASE)
_NAME = Pattern(r"(?:.*[/\\])?curl(?:\.exe)?", re.IGNORECASE | re.DOTALL)
_PROMPT = Pattern(
    r"[ \t]*(?:(?:[^'\"|`\n]{0,100}?[$#%>❯➜▶→λ»⟩›]|PS [^\n>]{0,80}>|[A-Za-z]:\\[^\n>|'\"]{0,80}>"
    r"|\+{1,3}|[-*•]|\d{1,2}[.)])[ \t]+)*"
)
_SHELL_PROMPT = Pattern(r"(?:[$#%❯➜▶→λ»⟩›>]|\+{1,3})$")
_BEFORE = Pattern(
    r"(?:^|[\s;&|({!`\"'$])(?:(?:sudo|time|env|exec|command|nohup|builtin|RUN|Run|CMD|run:|xargs|then|do|else"
    r"|torsocks|proxychains4?|--|[A-Za-z_]\w*=\S*|-\w+|timeout|ssh|script:|cmd:|command:|nice|watch|\d+[smh]?)[ \t]+)+$"
)
_SIGNS = frozenset("$#%>\u276f\u279c\u25b6")  # prompts of one sign
_CMD_PROMPT = Pattern(r"(?:^|\s)[A-Za-z]:\\[^\n>|]{0,200}>[ \t]*$")
_PS_PROMPT = Pattern(r"(?:^|\s)PS(?: [^\n>]{0,200})?>[ \t]*$")
_CARET = Pattern(r"\^\"|[ \t]\^[ \t]*\r?\n|\^\r?\n")
_TICK = Pattern(r"[ \t]`[ \t]*\r?\n")
_ANSWER = Pattern(
    r"^(?:HTTP/[\d.]+ \d{3}|[<*] |> [A-Z]+ /|curl: \(\d+\)|\[?\{\"|<!doctype|<html)", re.MULTILINE | re.IGNORECASE
)
_PROXY_NAMES = frozenset({"http_proxy", "https_proxy", "all_proxy"})
_INVOKE = Pattern(r"(?i)-(?:uri|headers|method|body|usebasicparsing|contenttype|websession)\b")
_TAIL = Pattern(r"[)}\"'`;]{1,4}[ \t]*(?=\r?\n|$)")
_BARE = Pattern(r"[A-Za-z][\w-]*")
_TOLD = Pattern(r"\S{4,120}[ \t]+['\"]?(?:-|[a-z]{1,9}://)", re.IGNORECASE)
PROSE = 8_000  # letters of a command within a sentence
FAILURES = 8  # so many commands that do not end are tried before the search is given up
CANDIDATES = 2_000
URLS = assemble.MOST


class Found(NamedTuple):
    """A line with curl commands in it."""

    exchanges: tuple[Exchange, ...]
    remarks: tuple[str, ...]
    form: str
    start: int  # what the commands took of the text
    end: int


class _Candidate(NamedTuple):
    start: int  # of the line, or of the command where prose stands before it
    at: int  # of the word `curl`
    stop: int
    kind: str  # "alone", "prompt", "shell", "quoted" or "prose"


def commands(text: str) -> Iterator[Found]:
    """Every line with curl commands in the text, in order.

    Raises UnreadableInput where the only commands found do not end.
    """
    clean = sane(text)
    after, tried, seen = 0, 0, 0
    patience = 200_000 + len(clean)  # letters read in vain: a hostile text must not be read once per `curl` in it
    broken: UnreadableInput | None = None
    any_found = False
    while seen < CANDIDATES and tried < FAILURES and patience > 0 and (match := _CURL.search(clean, after)):
        seen += 1
        after = match.end()
        candidate = _candidate(clean, match)
        if candidate.kind == "prose" and not _TOLD.match(clean, candidate.at):
            continue
        try:
            found, taken = _read(clean, candidate)
            patience -= 0 if found else taken
        except UnclosedError as fault:
            tried += 1
            patience -= candidate.stop - candidate.at
            found = _mended(clean, candidate, fault)
            if found is None and candidate.kind != "prose":
                broken = broken or fault.told(clean)
        if found is not None:
            any_found = True
            yield found
            after = max(found.end, after)
    if broken is not None and not any_found:
        raise broken


def _candidate(text: str, match: re.Match[str]) -> _Candidate:
    at = match.start()
    begun = text.rfind("\n", 0, at) + 1
    if at - begun > 2000:
        return _Candidate(at, at, min(_line_end(text, at), at + PROSE), "prose")
    before = text[begun:at]
    mark = before.rstrip(" \t")
    if mark.endswith(("`", '"', "'")) and text.find(mark[-1], at) >= 0:
        stop = text.find(mark[-1], at)
        quoted = _Candidate(at, at, stop, "quoted")
        if before == mark and (mark[-1] == "`" or text.find("\n", at, stop) < 0) and match[0][-1:] not in "\"'":
            return quoted
    if not mark:
        return _Candidate(begun, at, len(text), "alone")
    if mark in _SIGNS:
        return _Candidate(begun, at, len(text), "prompt")
    prompt = _PROMPT.match(before)
    if prompt and prompt.end() == len(before):
        return _Candidate(begun, at, len(text), "prompt" if _SHELL_PROMPT.search(mark) else "alone")
    if _SHELL_PROMPT.search(mark) or (len(mark) < 60 and not mark[-1].isalnum() and not mark[-1].isascii()):
        return _Candidate(begun, at, len(text), "prompt")
    if mark[-1] in "|;&({!" or _BEFORE.search(before):
        return _Candidate(begun, at, len(text), "shell")
    return _Candidate(at, at, min(_line_end(text, at), at + PROSE), "prose")


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _form(text: str, candidate: _Candidate) -> str:
    """Which shell the command was written for."""
    before = text[candidate.start : candidate.at]
    if _PS_PROMPT.search(before):
        return "powershell"
    if _CMD_PROMPT.search(before):
        return "curl-cmd"
    rest = text[candidate.at : candidate.at + 4000]
    head = rest[: rest.find("\n") + 1 or len(rest)]  # cmd.exe goes on only after a caret; below may stand a traceback's
    caret, tick, slash = _CARET.search(head), _TICK.search(rest), re.search(r"\\\r?\n", rest)
    first = min((match.start() for match in (caret, tick, slash) if match), default=-1)
    if caret and caret.start() == first:
        return "curl-cmd"
    if tick and tick.start() == first:
        return "powershell"
    return "curl"


def _split(form: str, text: str, at: int, stop: int) -> Line:
    """The line, split as the shell of this form splits it."""
    if form == "curl-cmd":
        from . import windows

        return windows.split(text, at, stop)
    if form == "powershell":
        from . import pwsh

        return pwsh.split(text, at, stop)
    return bash.split(text, at, stop)


def _read(text: str, candidate: _Candidate, stop: int | None = None) -> tuple[Found | None, int]:
    """The requests of a candidate, or None where it is none; and how many letters were read for that."""
    form = _form(text, candidate)
    stop = candidate.stop if stop is None else stop
    line: Line | None = None
    if form == "curl" and candidate.kind == "shell":
        prompt = _PROMPT.match(text, candidate.start, candidate.at)
        try:
            line = bash.split(text, prompt.end() if prompt else candidate.start, stop)
            if not any(_curl_at(one, candidate.at) is not None for one in line.commands):
                line = None
        except UnclosedError:
            line = None
    if line is None:
        line = _split(form, text, candidate.at, stop)
    return _understood(text, candidate, form, line), line.end - candidate.at


def _curl_at(command: Simple, at: int = -1) -> int | None:
    """Which word of a command is curl itself; `at` asks for the one that stands there."""
    for number, word in enumerate(command.words[:40]):
        if _NAME.fullmatch(word.text) and (at < 0 or word.at == at or number == 0):
            return number
    return None


def _understood(text: str, candidate: _Candidate, form: str, line: Line) -> Found | None:
    exchanges: list[Exchange] = []
    remarks: list[str] = list(line.remarks)
    others: list[str] = []
    end = line.end
    for place_of, one in enumerate(line.commands):
        number = _curl_at(one)
        if number is None:
            after = line.commands[place_of + 1 : place_of + 2]
            if not (after and after[0].stdin is not None):
                others.append(shown(next((w.text for w in one.words if w.text not in ("RUN", "Run")), ""))[:40])
            continue
        words = one.words[number + 1 :]
        if candidate.kind in ("prose", "alone") and not exchanges:
            words, cut = _told(words, candidate.kind, one.end)
            if cut < one.end:
                end = min(end, cut)
        environment = _environment(one.words[:number])
        found = _of(text, one, words, environment, remarks, candidate.kind, URLS - len(exchanges))
        if found is None:
            if not exchanges:
                return None
            continue
        exchanges += found
    if not exchanges:
        return None
    if others and candidate.kind != "prose":
        remarks.append(f"left aside, other commands on the line: {', '.join(dict.fromkeys(others[:8]))}")
    start, end = _framed(text, candidate, end)
    return Found(
        tuple(one._replace(index=number) for number, one in enumerate(exchanges)),
        tuple(dict.fromkeys(remarks)),
        form,
        start,
        end,
    )


def _framed(text: str, candidate: _Candidate, end: int) -> tuple[int, int]:
    """The command with the quotes or brackets that stand around it."""
    if candidate.kind == "quoted":
        return candidate.start - 1, candidate.stop + 1
    tail = _TAIL.match(text, end)
    return candidate.start, tail.end() if tail and end > 0 and text[end - 1] != "\n" else end


def _told(words: tuple[Word, ...], kind: str, end: int) -> tuple[tuple[Word, ...], int]:
    """In prose a command ends before the first word, once there is a URL, that no command would have."""
    if kind == "alone":
        return words, end
    seen = False
    for number, word in enumerate(words):
        if seen and not word.text.startswith("-") and not words[number - 1].text.startswith("-"):
            return words[:number], word.at
        seen = seen or "://" in word.text
    return words, end


def _environment(words: tuple[Word, ...]) -> dict[str, str]:
    pairs = (word.text.partition("=") for word in words)
    return {name.lower(): value for name, sign, value in pairs if sign and name.lower() in _PROXY_NAMES}


def _of(
    text: str,
    command: Simple,
    words: tuple[Word, ...],
    environment: dict[str, str],
    remarks: list[str],
    kind: str,
    room: int,
) -> list[Exchange] | None:
    """The requests of one curl command; None where the words are talk about curl, or PowerShell's curl."""
    if any(_INVOKE.fullmatch(word.text) for word in words[:12]):
        return None
    parsed, told = operations(words)
    urls = [word.text for one in parsed for word in one.urls]
    if not urls or not _meant(urls, words, kind):
        return None
    remarks += told
    names = list(dict.fromkeys(name for word in words for name in word.kept))
    if names:
        listed = ", ".join(shown(name)[:60] for name in names[:8])
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        remarks.append(f"not in the paste, kept as written: {listed}{more}")
    doubtful = [name for name in names[:50] if any(name in word.text and name not in word.kept for word in words)]
    if doubtful:
        listed = ", ".join(shown(name)[:60] for name in doubtful[:8])
        remarks.append(f"{listed} stands in the command as a variable and as plain letters: they are not told apart")
    if any(mark in word.text for word in words for mark in "\u201c\u201d\u2018\u2019\u00a0"):
        remarks.append(
            "typographic quotes or no-break blanks stand in the command: a shell takes them for ordinary letters"
        )
    if "^\\^\\" in text[command.start : command.end] and any("\\\\" in word.text for word in words):
        remarks.append("backslashes stand twice: Chrome doubles them when it copies for cmd, and curl.exe sends both")
    facts = (("line", str(place(text, command.words[0].at)[0])), *(("variable", shown(name)) for name in names[:50]))
    found: list[Exchange] = []
    for one in parsed:
        if one.proxy is None and environment and not found:
            one.options += [("proxy", value) for value in environment.values()][:1]
        assemble.left_to_files(one, remarks)
        found += assemble.exchanges(one, command.stdin, environment, facts, remarks, room - len(found))
    return found


def _meant(urls: list[str], words: tuple[Word, ...], kind: str) -> bool:
    """Whether the words are a command, not a sentence about curl."""
    good = sum(map(urlish, urls))
    if kind == "prose":
        first = words[0].text
        return any("://" in url for url in urls) and (first.startswith("-") or "://" in first)
    if good:
        return kind in ("prompt", "shell") or words[0].text.startswith("-") or urlish(words[0].text)
    return (
        kind in ("prompt", "alone")
        and len(urls) == 1
        and bool(_BARE.fullmatch(urls[0]))
        and (len(words) == 1 or words[0].text.startswith("-"))
    )


def _mended(text: str, candidate: _Candidate, fault: UnclosedError) -> Found | None:
    """A command with an open quote, cut where an answer begins that was pasted below it; in prose, cut at the quote."""
    answer = _ANSWER.search(text, _line_end(text, candidate.at), candidate.stop)
    stop = answer.start() if answer else candidate.stop
    if not answer and candidate.kind != "prose":
        return None
    for cut in (stop, min(fault.at, stop)):
        try:
            found, _ = _read(text, candidate, cut)
        except UnclosedError:
            continue
        if found is not None:
            line, column = place(text, fault.at)
            remark = f"{fault.what} is not closed (line {line}, column {column}): what follows it is not understood"
            end = max(found.end, stop) if answer else found.end
            return found._replace(remarks=(*found.remarks, remark), end=end)
    return None


def rest(text: str, start: int, end: int) -> str:
    """The text without the part between; its lines stay, empty, so that line numbers remain true."""
    return text[:start] + "\n" * text.count("\n", start, end) + text[end:]


def first(text: str) -> tuple[Case, str] | None:
    """The first command, and the text left over."""
    try:
        for found in commands(text):
            case = Case("-", "curl", found.exchanges, (), found.form, found.remarks)
            return case, rest(text, found.start, found.end)
    except UnreadableInput:
        pass
    return None
