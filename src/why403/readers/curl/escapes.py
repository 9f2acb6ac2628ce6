"""Backslash escapes: those of bash's $'...', of printf and of echo -e."""

from __future__ import annotations

import re

from why403.model.patterns import Pattern

from .words import Word, byte, raw

_SIMPLE = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_QUOTES = {"\\": "\\", "'": "'", '"': '"', "?": "?"}
_ANSI = Pattern(
    r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c([\x00-\x7f]))"
)
_PRINTF = Pattern(r"\\(?:([abfnrtv\\'\"])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2}))|%(%)")
_CONVERSION = Pattern(r"%[^%]")


def character(code: int) -> str:
    """The code point as bash writes it in a UTF-8 locale: halves of surrogate pairs become three bytes each."""
    if code < 0xD800 or 0xDFFF < code <= 0x10FFFF:
        return chr(code)
    if code > 0x10FFFF:
        return "\ufffd"
    return "".join(map(byte, (0xE0 | code >> 12, 0x80 | code >> 6 & 0x3F, 0x80 | code & 0x3F)))


def _one(match: re.Match[str]) -> str:
    simple, octal, two, four, eight, control = match.groups()
    if simple:
        return _SIMPLE.get(simple) or _QUOTES[simple]
    if octal:
        return byte(int(octal, 8) & 0xFF)
    if two:
        return byte(int(two, 16))
    if four or eight:
        return character(int(four or eight, 16))
    return byte(ord(control) & 0x1F) if control != "?" else "\x7f"


def ansi(text: str) -> str:
    """The inside of $'...' with its escapes undone; a NUL ends it, as in bash."""
    return _ANSI.sub(_one, text).partition("\0")[0] if "\\" in text else text


def _printf_one(match: re.Match[str]) -> str:
    simple, octal, two, percent = match.groups()
    if percent:
        return "%"
    if simple:
        return _SIMPLE.get(simple) or _QUOTES[simple]
    return byte(int(octal, 8) & 0xFF) if octal else byte(int(two, 16))


def output(words: tuple[Word, ...]) -> bytes | None:
    """What `echo` or `printf` with these words writes, where that is certain; None for every other command."""
    if not words or any(word.kept for word in words):
        return None
    name, arguments = words[0].text, [word.text for word in words[1:]]
    if name == "echo":
        tail = "\n"
        if arguments and arguments[0] == "-n":
            tail, arguments = "", arguments[1:]
        if arguments and arguments[0].startswith("-"):
            return None
        return raw(" ".join(arguments) + tail)
    if name == "printf" and arguments:
        if arguments[0] in ("%s", "%s\\n") and len(arguments) == 2:
            return raw(arguments[1] + ("\n" if arguments[0] != "%s" else ""))
        if len(arguments) == 1 and not _CONVERSION.search(arguments[0].replace("%%", "")):
            return raw(_PRINTF.sub(_printf_one, arguments[0]))
    return None
