"""curl's own variables: --variable and --expand-OPTION (curl 8.3 and newer, https://curl.se/docs/manpage.html#--variable)."""

from __future__ import annotations

import base64
import binascii
import json
import re

from why403.model.patterns import Pattern

from .bodies import encoded
from .words import Word, raw, shown

__all__ = ["Variables"]

MOST = 1_000_000  # letters of a value after its variables are put in
_NAME = Pattern(r"%?([A-Za-z0-9_]{1,128})(?:\[(\d{1,18})-(\d{0,18})\])?([=@]?)")
_PLACE = Pattern(r"(\\?)\{\{([A-Za-z0-9_]{1,128})((?::[a-z0-9]{1,12}){0,20})\}\}")


class Variables:
    """What --variable has set so far; None where a file or the environment holds it."""

    __slots__ = ("known", "remarks")

    def __init__(self, remarks: list[str]) -> None:
        """Begin without any; what cannot be known is added to the remarks."""
        self.known: dict[str, bytes | None] = {}
        self.remarks = remarks

    def set(self, word: Word) -> None:
        """Take name=content, name@file, %name or %name=default."""
        found = _NAME.match(word.text)
        if not found or (not found[4] and not word.text.startswith("%")):
            self.remarks.append(f"--variable {shown(word.text)[:60]} is not understood")
            return
        content: bytes | None = None
        if found[4] == "=" and not word.text.startswith("%"):
            content = raw(word.text[found.end() :])
            if found[2]:
                content = content[int(found[2]) : int(found[3]) + 1 if found[3] else None]
        else:
            where = (
                "the environment" if word.text.startswith("%") else f"the file {shown(word.text[found.end() :])[:200]}"
            )
            self.remarks.append(f"--variable {found[1]}: its value is in {where}, which is not read")
        self.known[found[1]] = content

    def put(self, word: Word) -> Word:
        """The word with its variables put in; those whose value is not known stay, and are named in its `kept`."""
        kept: list[str] = []

        def one(match: re.Match[str]) -> str:
            if match[1]:
                return match[0][1:]
            value = self.known.get(match[2], b"")
            if match[2] not in self.known:
                self.remarks.append(f"curl's own variables: {match[2][:60]} is not set, nothing is put in its place")
            for function in match[3].split(":")[1:] if value is not None else ():
                value = None if value is None else _applied(function, value)
                if value is None:
                    self.remarks.append(f"{match[0][:60]}: curl refuses the function {function}")
            if value is None:
                kept.append(match[0])
                return match[0]
            return value.decode("utf-8", "surrogateescape")

        text = _PLACE.sub(one, word.text)
        if len(text) > MOST:
            self.remarks.append(f"--expand: the value is longer than {MOST:,} letters and stays as written")
            return word
        return Word(text, word.at, (*word.kept, *kept))


def _applied(function: str, value: bytes) -> bytes | None:
    """What a function makes of a value; None where there is no such function, or where it fails."""
    text = value.decode("utf-8", "surrogateescape")
    if function == "trim":
        return value.strip(b" \t\n\v\f\r")
    if function == "json":
        return json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogateescape")
    if function == "url":
        return encoded(text).replace("+", "%20").encode("ascii")
    if function == "b64":
        return base64.b64encode(value)
    if function == "64dec":
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            return b"[64dec-fail]"
    return None
