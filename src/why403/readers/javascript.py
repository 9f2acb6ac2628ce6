"""JavaScript's literals, read without running anything: strings, objects, arrays, and a few calls that wrap them.

What is no literal (a variable, a sum, a call) becomes `Kept`, its text as it stands.
"""

from __future__ import annotations

import re

from why403.model.patterns import Pattern

from ..model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

DEPTH = 60


class Kept(NamedTuple):
    """An expression whose value the text does not show."""

    text: str


class Call(NamedTuple):
    """A call whose meaning the caller may know: JSON.stringify, new URLSearchParams, new Headers."""

    name: str
    argument: Value


class Pairs(NamedTuple):
    """An object, its keys in order."""

    pairs: tuple[tuple[str, Value], ...]


Value: TypeAlias = str | int | float | bool | Kept | Call | Pairs | tuple["Value", ...] | None


class OpenError(Exception):
    """A string or bracket that never ends, and where it begins."""

    def __init__(self, what: str, at: int) -> None:
        """Keep both."""
        super().__init__(what, at)
        self.what, self.at = what, at


_SPACE = Pattern(r"(?:\s|//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*+/)*+")
_STRINGS = {
    '"': re.compile(r'"((?:[^"\\\n]|\\[\s\S])*+)"'),
    "'": re.compile(r"'((?:[^'\\\n]|\\[\s\S])*+)'"),
    "`": re.compile(r"`((?:[^`\\]|\\[\s\S])*+)`"),
}
_ESCAPE = Pattern(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r\n|[\s\S]))")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_PAIR = Pattern("[\ud800-\udbff][\udc00-\udfff]")
_LONE = Pattern("[\ud800-\udfff]")
_KEY = Pattern(r"[A-Za-z_$][\w$]*|\d+")
_NUMBER = Pattern(r"-?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,3})?(?![\w.])")
_WORDS: dict[str, bool | None] = {"null": None, "undefined": None, "true": True, "false": False}
_WORD = Pattern(r"(null|undefined|true|false)(?![\w.($])")
_CALL = Pattern(
    r"(JSON\.stringify|new\s+URLSearchParams|new\s+Headers|new\s+TextEncoder\(\s*\)\.encode|encodeURI(?:Component)?|String)\s*\("
)
_BINARY = Pattern(
    r"Uint8Array\.from\(\s*atob\(\s*[\"']([A-Za-z0-9+/=]*+)[\"']\s*\)\s*,\s*\(?\w{1,20}\)?\s*=>\s*\w{1,20}\.charCodeAt\(0?\)\s*\)"
)
_MARK = Pattern(r"[\"'`(\[{)\]},]|//|/\*")
_CLOSES = {"(": ")", "[": "]", "{": "}"}


def unescape(inside: str) -> str:
    """The inside of a string literal with its escapes undone; halves of surrogate pairs are put together."""
    if "\\" in inside:
        inside = _ESCAPE.sub(_one, inside)
    return tidy(inside)


def tidy(text: str) -> str:
    """The text without surrogates: pairs become characters, a half alone a replacement character."""
    if text.isascii() or not _LONE.search(text):
        return text
    joined = _PAIR.sub(lambda pair: pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)
    return _LONE.sub("\ufffd", joined)


def _one(match: re.Match[str]) -> str:
    wide, four, two, other = match.groups()
    code = wide or four or two
    if code:
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ufffd"
    return _ESCAPES.get(other, other)


def skip(text: str, at: int) -> int:
    """The place behind blanks and comments."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def value(text: str, at: int, depth: int = 0) -> tuple[Value, int]:
    """The value that begins at `at`, and the place behind it. Raises OpenError."""
    at = skip(text, at)
    found, end = _literal(text, at, depth)
    after = skip(text, end)
    if end > at and (after >= len(text) or text[after] in ",)]};"):
        return found, end
    end = expression(text, at)
    return Kept(text[at:end].strip()), end


def _literal(text: str, at: int, depth: int) -> tuple[Value, int]:
    char = text[at : at + 1]
    if char in _STRINGS:
        return string(text, at)
    if char == "{" and depth < DEPTH:
        return _object(text, at, depth)
    if char == "[" and depth < DEPTH:
        return _array(text, at, depth)
    if word := _WORD.match(text, at):
        return _WORDS[word[1]], word.end()
    if number := _NUMBER.match(text, at):
        digits = number[0]
        return (int(digits) if digits.lstrip("-").isdigit() else float(digits)), number.end()
    if binary := _BINARY.match(text, at):
        return Call("atob", binary[1]), binary.end()
    if (call := _CALL.match(text, at)) and depth < DEPTH:
        inside, end = value(text, call.end(), depth + 1)
        end = skip(text, end)
        if text.startswith(",", end):  # JSON.stringify(x, null, 2)
            end = _closing(text, end, call.end() - 1)
        if text.startswith(")", end):
            return Call("".join(call[1].split()), inside), end + 1
    return None, at


def string(text: str, at: int) -> tuple[str | Kept, int]:
    """The string literal at `at`; a template with an expression in it is kept as written."""
    match = _STRINGS[text[at]].match(text, at)
    if not match:
        raise OpenError("a string", at)
    if text[at] == "`" and "${" in match[1]:
        return Kept(tidy(match[1])), match.end()
    return unescape(match[1]), match.end()


def _object(text: str, at: int, depth: int) -> tuple[Value, int]:
    begun = at
    pairs: list[tuple[str, Value]] = []
    at += 1
    while True:
        at = skip(text, at)
        char = text[at : at + 1]
        if char == "}":
            return Pairs(tuple(pairs)), at + 1
        if not char:
            raise OpenError("a brace {", begun)
        if char == ",":
            at += 1
            continue
        key, at = _key(text, at)
        at = skip(text, at)
        if key is not None and text.startswith(":", at):
            found, at = value(text, at + 1, depth + 1)
            pairs.append((key, found))
        elif key is not None and text[at : at + 1] in (",", "}"):
            pairs.append((key, Kept(key)))  # { token }
        else:
            before = at
            at = expression(text, at)
            pairs.append(("...", Kept(text[before:at].strip())))
            if at == before:
                raise OpenError("a brace {", begun)


def _key(text: str, at: int) -> tuple[str | None, int]:
    if text[at] in _STRINGS:
        found, end = string(text, at)
        return (found if isinstance(found, str) else found.text), end
    match = _KEY.match(text, at)
    if match:
        return match[0], match.end()
    if text[at] == "[":
        end = _closing(text, at + 1, at)
        return text[at + 1 : end].strip(), end + 1
    return None, at


def _array(text: str, at: int, depth: int) -> tuple[Value, int]:
    begun = at
    found: list[Value] = []
    at += 1
    while True:
        at = skip(text, at)
        char = text[at : at + 1]
        if char == "]":
            return tuple(found), at + 1
        if not char:
            raise OpenError("a bracket [", begun)
        if char == ",":
            at += 1
            continue
        before = at
        one, at = value(text, at, depth + 1)
        found.append(one)
        if at == before:
            raise OpenError("a bracket [", begun)


def expression(text: str, at: int) -> int:
    """The place where an expression ends: at a comma or closing bracket that is not its own."""
    opened: list[str] = []
    while match := _MARK.search(text, at):
        mark = match[0]
        at = match.start()
        if mark in _STRINGS:
            literal = _STRINGS[mark].match(text, at)
            if not literal:
                raise OpenError("a string", at)
            at = literal.end()
        elif mark in ("//", "/*"):
            end = skip(text, at)
            if end == at and mark == "/*":
                raise OpenError("a comment", at)
            at = max(end, at + 2)
        elif mark in _CLOSES:
            opened.append(_CLOSES[mark])
            at += 1
        elif not opened:
            return at
        else:
            if mark == opened[-1]:
                opened.pop()
            elif mark != ",":
                return at
            at += 1
    if opened:
        raise OpenError("a bracket", at)
    return len(text)


def _closing(text: str, at: int, begun: int) -> int:
    """The place of the bracket that closes the one at `begun`, from within it."""
    while True:
        at = expression(text, at)
        if not text.startswith(",", at):
            break
        at += 1
    if at >= len(text):
        raise OpenError("a bracket", begun)
    return at


__all__ = ["Call", "Kept", "OpenError", "Pairs", "Value", "skip", "string", "tidy", "unescape", "value"]
