"""PowerShell's values, read without running anything: strings, numbers, tables, and variables that the text defines."""

from __future__ import annotations

import base64
import json
import re

from why403.model.patterns import Pattern

from .curl import pwsh
from .curl.words import UnclosedError, Word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

_BYTES = Pattern(r"\(?\s*\[(?:System\.)?Text\.Encoding\]::(\w+)\.GetBytes\(", re.IGNORECASE)
_BASE64 = Pattern(
    r"\(?\s*\[(?:System\.)?Convert\]::FromBase64String\(\s*[\"']([A-Za-z0-9+/=]*+)[\"']\s*\)\s*\)?", re.IGNORECASE
)
_JSON = Pattern(r"\s*\|\s*ConvertTo-Json\b[^)\n;]{0,80}", re.IGNORECASE)
CLOSE = Pattern(r"[)\]\s]*")
_CAST = Pattern(r"\[[A-Za-z][\w.]{0,60}\](?=[@'\"($\[])")
_VARIABLE = Pattern(r"\$(?:env:)?[A-Za-z_]\w{0,80}(?:\.\w{1,60})*(?=[\s,;)}|\]]|$)", re.IGNORECASE)
_KEY = Pattern(r"[A-Za-z_][\w-]*")
_NUMBER = Pattern(r"-?\d{1,20}(?:\.\d{1,20})?(?![\w.])")
SPACE = Pattern(r"(?:[ \t]|`[ \t]*\r?\n)*+")
ANY_SPACE = Pattern(r"(?:\s|`\r?\n|#[^\n]*)*+")


class Number(Word):
    """A number, which JSON writes without quotes."""

    __slots__ = ()


Table: TypeAlias = "list[tuple[str, Value]]"
Value: TypeAlias = "Word | Table"


class Values:
    """The values of one text, and what its variables hold so far."""

    def __init__(self, text: str) -> None:
        """Begin with a text whose variables are not known yet."""
        self.text, self.stop = text, len(text)
        self.known: dict[str, Value] = {}

    def value(self, at: int, depth: int = 0) -> tuple[Value, int]:
        """An expression: a string, a number, a table, a known variable; anything else is kept as written."""
        text = self.text
        at = end_of(SPACE, text, at)
        if bytes_of := _BYTES.match(text, at):
            inner, end = self.value(bytes_of.end(), depth + 1)
            return inner, end_of(CLOSE, text, end)
        if binary := _BASE64.match(text, at):
            return Word(_decoded(binary[1]), at), binary.end()
        if text.startswith("@{", at) and depth < 30:
            return self.table(at, depth)
        if text.startswith("(", at) and depth < 30:
            inner, end = self.value(at + 1, depth + 1)
            if turned := _JSON.match(text, end):
                inner = Word(json.dumps(_plain(inner), ensure_ascii=False, separators=(",", ":")), at)
                end = turned.end()
            end = end_of(ANY_SPACE, text, end)
            if text.startswith(")", end):
                return inner, end + 1
        if number := _NUMBER.match(text, at):
            return Number(number[0], at), number.end()
        if at >= self.stop or text[at] in "\r\n;|)}],":
            return Word("", at), at
        if cast := _CAST.match(text, at):
            return self.value(cast.end(), depth + 1) if depth < 30 else (Word("", at), cast.end())
        if variable := _VARIABLE.match(text, at):
            word, end = Word(variable[0], at, (variable[0],)), variable.end()
        elif text[at] in "'\"" or text.startswith(("@'", '@"'), at):
            word, end = pwsh.quoted(text, at, self.stop)
        else:
            word, end = pwsh.bare(text, at, self.stop)
        if end == at:
            return Word("", at), at + 1
        name = word.text[1:].lower() if word.kept == (word.text,) else ""
        known = self.known.get(name)
        if known is not None:
            word_or_table: Value = known
        else:
            word_or_table = self.filled(word)
        if (turned := _JSON.match(text, end)) and depth == 0 and isinstance(word_or_table, list):
            return Word(json.dumps(_plain(word_or_table), ensure_ascii=False, separators=(",", ":")), at), turned.end()
        return word_or_table, end

    def filled(self, word: Word) -> Word:
        """A string whose variables the text itself defines, with their values."""
        if not word.kept or len(word.text) > 100_000:
            return word
        text, left = word.text, []
        for name in dict.fromkeys(word.kept[:100]):
            value = self.known.get(name.strip("${}()").lower())
            if isinstance(value, Word) and not value.kept and len(value.text) < 10_000:
                text = text.replace(name, value.text)
            else:
                left.append(name)
        return Word(text, word.at, tuple(left))

    def table(self, at: int, depth: int) -> tuple[Table, int]:
        """A table @{...} that begins at `at`. Raises UnclosedError."""
        begun, text = at, self.text
        found: Table = []
        at += 2
        while True:
            at = end_of(ANY_SPACE, text, at)
            char = text[at : at + 1]
            if char == "}":
                return found, at + 1
            if not char:
                raise UnclosedError("a table @{", begun)
            if char == ";":
                at += 1
                continue
            bare = _KEY.match(text, at)
            key: Value
            if bare:
                key, at = Word(bare[0], at), bare.end()
            else:
                key, at = self.value(at, depth + 1)
            at = end_of(ANY_SPACE, text, at)
            if not text.startswith("=", at):
                if text[at : at + 1] not in ("}", ";", ""):
                    at += 1
                continue
            value, at = self.value(end_of(ANY_SPACE, text, at + 1), depth + 1)
            if isinstance(key, Word):
                found.append((key.text, value))


def end_of(pattern: Pattern, text: str, at: int) -> int:
    """The place behind what the pattern takes at `at`."""
    match = pattern.match(text, at)
    return match.end() if match else at


def _decoded(text: str) -> str:
    """The bytes of a base64 text, as they stand in a word."""
    try:
        return base64.b64decode(text).decode("utf-8", "surrogateescape")
    except ValueError:
        return text


def _plain(value: Value) -> object:
    if isinstance(value, list):
        return {key: _plain(one) for key, one in value}
    if isinstance(value, Number):
        return json.loads(value.text) if re.fullmatch(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", value.text) else value.text
    words = {"$true": True, "$false": False, "$null": None}
    return words.get(value.text.lower(), value.text)
