"""A curl command, as browsers copy it and as people write it, to the requests that curl would send.

Strategy: a word splitter per shell (bash, cmd.exe, PowerShell) undoes the quoting and runs nothing; curl's option table
says what each word is; `assemble` writes down the request as curl 7.88 sends it, field by field in curl's order. What
depends on a file, a variable or the time of sending stays open, and `Case.remarks` says so. The tests hold all this
against real curl.

What `Request.options` may say, beside curl's own long names with their values: follow, follow-trusted (redirects),
proxy, proxy-user, proxy-header, proxy-tunnel, compressed, cookie-file; and for credentials that curl sends only after a
challenge, or computes when it sends: user with auth (digest, ntlm, negotiate, any) or with aws-sigv4. `Exchange.facts`
says on which line the command stands ("line") and which variables are kept in it as written ("variable").
"""

from __future__ import annotations

import re

from why403.model import Case, Exchange, Note, UnreadableInput
from why403.model.patterns import Pattern

__all__ = ["NAME", "find", "likeness", "read"]

NAME = "curl"
COMMANDS = 200  # so many commands of one text are read
_LOOK = 4000
_HINT = Pattern(r"(?<![\w.@-])curl(?:\.exe)?[\"']?[ \t^`\\]", re.IGNORECASE)
_AT_START = Pattern(
    r"\s*(?:[^\n'\"|]{0,100}?[$#%>❯➜▶→λ»⟩][ \t]+)?(?:(?:sudo|time|env|[A-Za-z_]\w*=\S*)[ \t]+){0,8}"
    r"(?:\S{0,100}[/\\])?curl(?:\.exe)?[ \t^`\\]+(?:\\?\r?\n[ \t]*)?(?!\d+\.\d+\.\d+ )(?:[-'\"^$]|[a-z]+://|[\w.-]+[.:/])",
    re.IGNORECASE,
)
_ALIAS = Pattern(r"(?i)\bcurl [^\n]{0,500}(?<=[ \t])-(?:Uri|Headers|UseBasicParsing|Method|ContentType|WebSession)\b")
_TARGET = Pattern(r"://|localhost|[\w-]\.[A-Za-z]|[$%]\{?\w|\{\{|:\d|/")
_OTHER = Pattern(r"^(?:HTTP/[\d.]+ \d|[<>*] |curl: \(\d|\[?\{\"|<!doctype|<html)", re.MULTILINE | re.IGNORECASE)


def likeness(text: str) -> float:
    """How surely the text is a curl command: 0 no, 1 certain; less where an answer is pasted below the command."""
    head = text[:_LOOK]
    if not _HINT.search(head) or _ALIAS.search(head):
        return 0.0
    begun = _AT_START.match(head)
    if begun and not _TARGET.search(head, begun.end() - 1):
        return 0.0
    if begun:
        return 0.6 if _OTHER.search(text, 0, 200_000) else 0.95
    return 0.5 if find(head) else 0.0


def find(text: str) -> tuple[Case, str] | None:
    """The first curl command in a larger text, and the text left over.

    The lines that the command took are left empty in it, so that its line numbers are those of the paste. None where
    the text holds no curl command that can be read. Raises nothing.
    """
    from . import finding

    return finding.first(text)


def read(text: str, name: str) -> Case:
    """Every curl command of the text as exchanges; what else was pasted as notes, with their lines.

    Raises UnreadableInput where there is no command, or where a quotation in it is not closed.
    """
    from . import finding

    exchanges: list[Exchange] = []
    remarks: list[str] = []
    notes: list[Note] = []
    form = ""
    after = 0
    try:
        for number, found in enumerate(finding.commands(text)):
            if number >= COMMANDS:
                remarks.append(f"only the first {COMMANDS} curl commands are read")
                break
            _note(text, after, found.start, notes)
            exchanges += found.exchanges
            remarks += found.remarks
            form = form or found.form
            after = found.end
    except UnreadableInput as fault:
        raise UnreadableInput(fault.message, f"{name}: {fault.where}", fault.hint) from None
    if not exchanges:
        raise UnreadableInput("no curl command with a URL is in it", name, "Paste the whole command")
    _note(text, after, len(text), notes)
    numbered = tuple(one._replace(index=number) for number, one in enumerate(exchanges))
    return Case(name, "curl", numbered, tuple(notes), form, tuple(dict.fromkeys(remarks)))


def _note(text: str, start: int, end: int, notes: list[Note]) -> None:
    """Keep a piece of the text, with the line on which its first word stands."""
    piece = text[start:end]
    if piece.strip():
        blank = len(piece) - len(piece.lstrip())
        begun = start + (piece.rfind("\n", 0, blank) + 1)
        notes.append(Note(text[begun:end].rstrip(), line=text.count("\n", 0, begun) + 1))
