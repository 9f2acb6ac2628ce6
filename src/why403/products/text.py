"""Text brought into one shape, so that a message is found whatever quoted, wrapped or escaped it."""

from __future__ import annotations

import re

from ..model import Pattern

_ESCAPES = {
    r"\"": '"',
    r"\'": "'",
    r"\/": "/",
    r"\n": " ",
    r"\r": " ",
    r"\t": " ",
    "\\u003c": "<",
    "\\u003e": ">",
    "\\u0026": "&",
    "\\u0027": "'",
    "\\u0022": '"',
    "\\u2019": "'",
    "&quot;": '"',
    "&#34;": '"',
    "&#x22;": '"',
    "&#39;": "'",
    "&#039;": "'",
    "&#x27;": "'",
    "&apos;": "'",
    "&lt;": "<",
    "&gt;": ">",
    "&nbsp;": " ",
    "&amp;": "&",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u00a0": " ",
    "\u2502": " ",  # the frame that Terraform and Rust tools draw at the left
}
_ESCAPE = Pattern("|".join(re.escape(mark) for mark in _ESCAPES), re.IGNORECASE)
_NUMBER = Pattern(r"&#(?:(\d{2,7})|[xX]([0-9a-fA-F]{2,6}));")
_ANSI = Pattern(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_LOWER = {ord(upper): ord(upper) + 32 for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def fold(text: str) -> str:
    """Undo escapes, typographic quotes and wrapping; keep the case. Applied to inputs and to tables alike."""
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    if "\\\\" in text:
        text = text.replace("\\\\", "\\")
    text = _ESCAPE.sub(lambda found: _ESCAPES[found.group().lower()], text)
    if "&#" in text:
        text = _NUMBER.sub(_letter, text)
    return " ".join(text.split())


def _letter(found: re.Match[str]) -> str:
    number = int(found.group(1)) if found.group(1) else int(found.group(2), 16)
    return chr(number) if 32 <= number < 0x110000 and not 0xD800 <= number < 0xE000 else " "


def lower(text: str) -> str:
    """Lower the ASCII letters only, so that places in the text stay where they are."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def line_of(text: str, quote: str) -> int:
    """The line (from 1) of the raw text on which a quotation from its folded form begins; 1 where it is not found."""
    if "\n" not in text.strip():
        return text[: len(text) - len(text.lstrip())].count("\n") + 1
    words = quote.split()[:6]
    for count in range(len(words), 0, -1):
        pattern = r"[\s\\\"'&;|\u2502]+".join(re.escape(word) for word in words[:count])
        if found := re.search(pattern, text, re.IGNORECASE):
            return text.count("\n", 0, found.start()) + 1
    return 1
