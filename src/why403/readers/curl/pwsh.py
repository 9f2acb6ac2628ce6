"""PowerShell's words: quotes, backticks, here-strings. Nothing is expanded and nothing is run."""

from __future__ import annotations

import re

from why403.model.patterns import Pattern

from .words import Line, Simple, UnclosedError, Word, joined

_BLANK = Pattern(r"(?:[ \t]|`[ \t]*\r?\n)+")
_PLAIN = Pattern(r"[^ \t\r\n`'\"$;&|(){}@#]+")
_DOUBLE = Pattern(r"[^\"`$\u201c\u201d]+")
_NAME = Pattern(r"\$(?:\{[^}\n]*\}|(?:env:|global:|script:)?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|[?$^])", re.IGNORECASE)
_CHAR = Pattern(r"\$\(\[char\](?:0x([0-9a-fA-F]{1,6})|([0-9]{1,7}))\)")
_UNICODE = Pattern(r"u\{([0-9A-Fa-f]{1,6})\}")
_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_HERE = Pattern(r"@(['\"])[ \t]*\r?\n")
_BRACKETS = Pattern(r"[()'\"`]")
_PAIR = Pattern("[\ud800-\udbff][\udc00-\udfff]")


def split(text: str, start: int, stop: int) -> Line:
    """Read one PowerShell command line, as arguments for a program, from `start`, not past `stop`.

    Raises UnclosedError where a quotation or substitution is not closed.
    """
    commands: list[Simple] = []
    words: list[Word] = []
    text = text if stop >= len(text) else text[:stop]
    stop = len(text)
    at = begun = start
    while True:
        blank = _BLANK.match(text, at, stop)
        at = blank.end() if blank else at
        char = text[at] if at < stop else ""
        if char == "#":
            end = text.find("\n", at, stop)
            at = stop if end < 0 else end
        elif char in ("", "\n", "\r", ";", "|", "&", ")", "}"):
            if words:
                commands.append(Simple(tuple(words), begun, at))
                words = []
            if char in ("", "\n", "\r", ")", "}"):
                end = text.find("\n", at, stop) if char in ("\n", "\r") else at - 1
                return Line(tuple(commands), stop if end < 0 else end + 1)
            at = begun = at + 1
        else:
            word, end = bare(text, at, stop)
            words.append(word)
            at = max(end, at + 1)


def bare(text: str, at: int, stop: int) -> tuple[Word, int]:
    """One argument as it stands on a command line, and the place behind it."""
    begun = at
    parts: list[str] = []
    kept: list[str] = []
    while at < stop:
        plain = _PLAIN.match(text, at, stop)
        if plain:
            parts.append(plain[0])
            at = plain.end()
            continue
        char = text[at]
        if char in "'\"" or (char == "@" and _HERE.match(text, at, stop)):
            word, at = quoted(text, at, stop)
            parts.append(word.text)
            kept.extend(word.kept)
        elif char == "`":
            if at + 1 >= stop or text.startswith(("`\n", "`\r\n"), at):
                break
            piece, at = escape(text, at)
            parts.append(piece)
        elif char == "$":
            at = _dollar(text, at, stop, parts, kept)
        elif char == "(":
            end = _balanced(text, at, stop)
            parts.append(text[at:end])
            kept.append(text[at:end])
            at = end
        elif (char in "{}@#" and at > begun) or char in "@{":
            parts.append(char)
            at += 1
        else:
            break
    return Word(_paired(joined(parts)), begun, tuple(kept)), at


def quoted(text: str, at: int, stop: int) -> tuple[Word, int]:
    """A quoted string or here-string that begins at `at`, and the place behind it."""
    begun = at
    here = _HERE.match(text, at, stop)
    if here:
        return _here(text, at, here, stop)
    if text[at] == "'":
        parts: list[str] = []
        while True:
            end = text.find("'", at + 1, stop)
            if end < 0:
                raise UnclosedError("a single quote", begun)
            parts.append(text[at + 1 : end])
            at = end + 1
            if not text.startswith("'", at) or at >= stop:
                return Word("".join(parts), begun), at
            parts.append("'")
    kept: list[str] = []
    parts = []
    at += 1
    while at < stop:
        piece = _DOUBLE.match(text, at, stop)
        if piece:
            parts.append(piece[0])
            at = piece.end()
        elif text[at] == "$":
            at = _dollar(text, at, stop, parts, kept)
        elif text[at] == "`":
            one, at = escape(text, at)
            parts.append(one)
        elif text.startswith('""', at) and at + 1 < stop:
            parts.append('"')
            at += 2
        else:
            return Word(_paired("".join(parts)), begun, tuple(kept)), at + 1
    raise UnclosedError("a double quote", begun)


def _here(text: str, begun: int, here: re.Match[str], stop: int) -> tuple[Word, int]:
    end = text.find("\n" + here[1] + "@", here.end() - 1, stop)
    if end < 0:
        raise UnclosedError("a here-string", begun)
    body = text[here.end() : max(end, here.end())].removesuffix("\r")
    parts: list[str] = []
    kept: list[str] = []
    at = 0
    while here[1] == '"' and at < len(body):
        piece = _DOUBLE.match(body, at)
        if piece:
            parts.append(piece[0])
            at = piece.end()
        elif body[at] == "$":
            at = _dollar(body, at, len(body), parts, kept)
        elif body[at] == "`":
            one, at = escape(body, at)
            parts.append(one)
        else:
            parts.append(body[at])
            at += 1
    return Word(_paired("".join(parts)) if here[1] == '"' else body, begun, tuple(kept)), end + 3


def escape(text: str, at: int) -> tuple[str, int]:
    """What a backtick and the character after it stand for, and the place behind them."""
    after = text[at + 1 : at + 2]
    code = _UNICODE.match(text, at + 1)
    if code and int(code[1], 16) <= 0x10FFFF:
        return chr(int(code[1], 16)), code.end()
    return _ESCAPES.get(after, after), at + 1 + len(after)


def _dollar(text: str, at: int, stop: int, parts: list[str], kept: list[str]) -> int:
    char = _CHAR.match(text, at, stop)
    if char and (code := int(char[1], 16) if char[1] else int(char[2])) <= 0x10FFFF:
        parts.append(chr(code))
        return char.end()
    name = _NAME.match(text, at, stop)
    if name:
        end = name.end()
    elif text.startswith("$(", at):
        end = _balanced(text, at + 1, stop)
    else:
        parts.append("$")
        return at + 1
    parts.append(text[at:end])
    kept.append(text[at:end])
    return end


def _balanced(text: str, opening: int, stop: int) -> int:
    depth, at = 0, opening
    while match := _BRACKETS.search(text, at, stop):
        char, at = match[0], match.end()
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if not depth:
                return at
        elif char == "`":
            at += 1
        else:
            end = text.find(char, at, stop)
            if end < 0:
                break
            at = end + 1
    raise UnclosedError("a parenthesis", opening)


def _paired(text: str) -> str:
    """UTF-16 halves, as `$([char]0xD83D)` writes them, put together; a half alone becomes a replacement character."""
    if text.isascii():
        return text
    text = _PAIR.sub(lambda pair: pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)
    return text.encode("utf-8", "replace").decode("utf-8") if re.search("[\ud800-\udfff]", text) else text
