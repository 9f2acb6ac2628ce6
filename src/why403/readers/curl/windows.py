"""The two parsers that stand before curl on Windows: cmd.exe, then the C runtime that makes arguments of one string.

cmd.exe knows the caret (it takes the meaning from the next character, a newline included, outside of double quotes) and
ends the command at an operator or newline outside of quotes. The C runtime knows double quotes and backslashes; a
backslash is an escape only before a double quote.
"""

from __future__ import annotations

from why403.model.patterns import Pattern

from .words import Line, Simple, UnclosedError, Word

KEPT = 200  # so many variables of one command are named

_RUN = Pattern(r'[^\^"&|<>()\r\n%]+')
_QUOTED_RUN = Pattern(r'[^\^"\r\n%]+')
_VARIABLE = Pattern(r"%[A-Za-z_][A-Za-z0-9_()]{0,60}%")
_REDIRECT = Pattern(r"[0-9]?(?:>>|>&|>|<)[ \t]*[^ \t\r\n&|<>]*")
_PLAIN = Pattern(r'[^ \t\n"\\]+')
_BLANKS = Pattern(r"[ \t\n]+")
_SLASHES = Pattern(r"\\+")
_MORE = Pattern(r"More\? ?")


def split(text: str, start: int, stop: int) -> Line:
    """Read one command line of cmd.exe from `start`, not past `stop`.

    Raises UnclosedError where a double quote is left open at the end of the line.
    """
    commands: list[Simple] = []
    text = text if stop >= len(text) else text[:stop]
    stop = len(text)
    at = start
    devtools = text.find('^\\^"', start, stop) >= 0  # browsers escaped with carets inside of plain quotes, too
    while True:
        begun = at
        piece, kept, at, sign = _caret(text, at, stop, devtools=devtools)
        words = _arguments(piece, begun, kept)
        if words:
            commands.append(Simple(words, begun, at))
        if not sign:
            return Line(tuple(commands), at)


def _caret(text: str, at: int, stop: int, *, devtools: bool) -> tuple[str, tuple[str, ...], int, str]:
    """One command as cmd.exe hands it on, the variables in it, the place behind it, and the operator that ended it."""
    parts: list[str] = []
    kept: list[str] = []
    quoted = False
    while at < stop:
        run = (_QUOTED_RUN if quoted else _RUN).match(text, at, stop)
        if run:
            parts.append(run[0])
            at = run.end()
            continue
        char = text[at]
        if char == "^" and (not quoted or devtools):
            at = _escaped(text, at + 1, stop, parts)
        elif char == '"':
            quoted = not quoted
            parts.append(char)
            at += 1
        elif char == "%":
            variable = _VARIABLE.match(text, at, stop)
            piece = variable[0] if variable else char
            if variable and len(kept) < KEPT:
                kept.append(piece)
            parts.append(piece)
            at += len(piece)
        elif char in "\r\n":
            return "".join(parts), tuple(dict.fromkeys(kept)), min(text.find("\n", at, stop) + 1 or stop, stop), ""
        elif quoted or char in "^()":
            parts.append(char)
            at += 1
        elif char in "<>":
            redirect = _REDIRECT.match(text, at, stop)
            at = redirect.end() if redirect else at + 1
        else:
            at += 2 if text.startswith(("&&", "||"), at) else 1
            return "".join(parts), tuple(dict.fromkeys(kept)), at, char
    return "".join(parts), tuple(dict.fromkeys(kept)), stop, ""


def _escaped(text: str, at: int, stop: int, parts: list[str]) -> int:
    """What follows a caret: one literal character; a newline is dropped, and then the character after it is literal."""
    for newline in ("\r\n", "\n"):
        if text.startswith(newline, at):
            at += len(newline)
            more = _MORE.match(text, at, stop)
            if more:
                at = more.end()
            if text.startswith(("\r\n", "\n"), at) and at < stop:
                parts.append("\n")
                return at + (2 if text[at] == "\r" else 1)
            return at
    if at < stop:
        parts.append(text[at])
    return min(at + 1, stop)


def _arguments(line: str, offset: int, kept: tuple[str, ...]) -> tuple[Word, ...]:
    """The words that the C runtime makes of a command line."""
    words: list[Word] = []
    at, end = 0, len(line)
    while True:
        blanks = _BLANKS.match(line, at)
        at = blanks.end() if blanks else at
        if at >= end:
            return tuple(words)
        begun = at
        text, at = _argument(line, at, offset)
        words.append(Word(text, offset + begun, tuple(name for name in kept if name in text) if kept else ()))


def _argument(line: str, at: int, offset: int) -> tuple[str, int]:
    parts: list[str] = []
    quoted = False
    opened = at
    while at < len(line):
        if plain := _PLAIN.match(line, at):
            parts.append(plain[0])
            at = plain.end()
        elif slashes := _SLASHES.match(line, at):
            at = slashes.end()
            count = len(slashes[0])
            if line.startswith('"', at):
                parts.append("\\" * (count // 2))
                if count % 2:
                    parts.append('"')
                    at += 1
            else:
                parts.append(slashes[0])
        elif line[at] == '"':
            if quoted and line.startswith('""', at):
                parts.append('"')
                at += 2
            else:
                quoted, opened = not quoted, at
                at += 1
        elif quoted:
            parts.append(line[at])
            at += 1
        else:
            break
    if quoted:
        raise UnclosedError("a double quote", offset + opened)
    return "".join(parts), at
