"""Text brought into one shape, so that a message is found whatever quoted, wrapped or escaped it."""

from __future__ import annotations

import re

from ..model import Pattern

# what stands for another sign, in the order in which it is undone: an ampersand last, so that nothing is undone twice
_ESCAPES = (
    (r"\"", '"'), (r"\'", "'"), (r"\/", "/"), (r"\n", " "), (r"\r", " "), (r"\t", " "), (r"\N", " "), (r"\R", " "), (r"\T", " "),
    ("\\u003c", "<"), ("\\u003e", ">"), ("\\u003C", "<"), ("\\u003E", ">"), ("\\u0027", "'"), ("\\u0022", '"'), ("\\u2019", "'"),
)  # fmt: skip
_ENTITIES = (
    ("\\u0026", "&"), ("&quot;", '"'), ("&#34;", '"'), ("&#x22;", '"'), ("&#39;", "'"), ("&#039;", "'"), ("&#x27;", "'"), ("&#X27;", "'"),
    ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&QUOT;", '"'), ("&LT;", "<"), ("&GT;", ">"), ("&NBSP;", " "),
)  # fmt: skip
_SIGNS = (
    ("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"'), ("\u00a0", " "),
    ("\u2502", " "),  # the frame that Terraform and Rust tools draw at the left
)  # fmt: skip
_NUMBER = Pattern(r"&#(?:(\d{2,7})|[xX]([0-9a-fA-F]{2,6}));")
_ANSI = Pattern(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
# values of a pair that any answer may hold under any key
EVERYBODYS = frozenset(
    (
        "forbidden", "unauthorized", "error", "true", "false", "null", "none", "denied", "access denied", "permission denied", "failed",
        "fail", "failure", "not found", "invalid", "blocked", "unauthenticated", "access_denied", "permission_denied",
    )
)  # fmt: skip
QUOTES = ("'", '"', "\\")  # what stands around a value that is printed
BETWEEN = "\\\"'&;|\u2502"  # what quotes, escapes and frames leave between two words


def fold(text: str) -> str:
    """Undo escapes, typographic quotes and wrapping; keep the case. Applied to inputs and to tables alike."""
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    if "\\\\" in text:
        text = text.replace("\\\\", "\\")
    if "\\" in text:
        text = _undone(text, _ESCAPES)
    if "&" in text or "\\" in text:
        text = _undone(text, _ENTITIES)
        text = text.replace("&amp;", "&").replace("&AMP;", "&")
        if "&#" in text:
            text = _NUMBER.sub(_letter, text)
    if not text.isascii():
        text = _undone(text, _SIGNS)
    return " ".join(text.split())


def _undone(text: str, signs: tuple[tuple[str, str], ...]) -> str:
    for written, meant in signs:
        if written in text:
            text = text.replace(written, meant)
    return text


def _letter(found: re.Match[str]) -> str:
    number = int(found.group(1)) if found.group(1) else int(found.group(2), 16)
    return chr(number) if 32 <= number < 0x110000 and not 0xD800 <= number < 0xE000 else " "


def lower(text: str) -> str:
    """Lower the ASCII letters only, so that places in the text stay where they are."""
    if text.isascii():
        return text.lower()
    return (
        text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
    )  # bytes know ASCII's letters only


def pair_of(text: str, *, alone: bool = True) -> tuple[str, str, bool] | None:
    """Key, value and whether the value ends here, of a literal that is one pair of JSON ('"code":20003'); None where it is more or less.

    Alone not of a value that is short or that everybody says: beside a key without its quotes it would stand in any sentence.
    """
    key, colon, value = text.partition('":')
    bare = value.strip().strip('"')
    if not colon or not key.startswith('"') or not key[1:].replace("_", "").isalnum() or not bare:
        return None
    if any(sign in bare for sign in '":{}[],') or (alone and (bare in EVERYBODYS or len(bare) < 4)):
        return None
    return key[1:], bare, value.endswith('"') or bare.isdigit()


def find_pair(text: str, low: str, *, alone: bool = True) -> tuple[int, int]:
    """From where to where a pair of JSON stands in a lowered text as other languages print it; (-1, -1) where it does not.

    "code: 20003", "'code': 20003", '"code" => 20003', "code=20003": a dictionary of Python, a hash of Ruby, an array of PHP, an object
    of JavaScript, a field of a log.
    """
    pair = pair_of(text, alone=alone)
    if pair is None:
        return -1, -1
    key, value, ends = pair
    at = low.find(value)
    while at >= 0:
        end = at + len(value)
        since = max(0, at - len(key) - 12)
        before = low[since:at].rstrip("\"'\\ ")
        sign = next((sign for sign in ("=>", "=", ":") if before.endswith(sign)), "")
        head = before[: len(before) - len(sign)].rstrip("\"'\\ ") if sign else ""
        after = low[end : end + 1]
        if low[at - 1 : at] in QUOTES:
            whole = not ends or after in QUOTES
        else:  # without quotes it is one word
            whole = " " not in value and not (ends and (after.isalnum() or after == "_"))
        left = head[: -len(key)][-1:]
        if whole and head.endswith(key) and not (left.isalnum() or left in ("_", "-")):
            return since + len(head) - len(key), end
        at = low.find(value, end)
    return -1, -1


def line_of(text: str, quote: str) -> int:
    """The line (from 1) of the raw text on which a quotation from its folded form begins; 1 where it is not found."""
    if "\n" not in text.strip():
        return text[: len(text) - len(text.lstrip())].count("\n") + 1
    words = lower(quote).split()[:6]
    if not words:
        return 1
    lowered = lower(text)
    best, most = -1, 0
    at = lowered.find(words[0])
    while at >= 0 and most < len(words):
        if (count := _words_at(lowered, at, words)) > most:
            best, most = at, count
        at = lowered.find(words[0], at + 1)
    return text.count("\n", 0, best) + 1 if best >= 0 else 1


def _words_at(text: str, at: int, words: list[str]) -> int:
    """How many of the words stand here in a row, whatever quotes, escapes and line ends are between them."""
    for count, word in enumerate(words):
        if not text.startswith(word, at):
            return count
        at = end = at + len(word)
        while at < len(text) and (text[at] in BETWEEN or text[at].isspace()):
            at += 1
        if at == end:
            return count + 1
    return len(words)
