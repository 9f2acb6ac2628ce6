"""What stands around a token by mistake, taken off and named: quotes, a second Bearer, line breaks, another encoding."""

from __future__ import annotations

import json
import re

from ..model import Pattern
from ..model.frozen import NamedTuple
from .fault import FAULT, NOTE, Fault
from .loosely import decode

LONGEST = 4_000_000  # letters of an input that is looked at
ROUNDS = 12  # layers that are taken off
SCHEME = Pattern(r"(bearer|token|jwt|dpop|bot|apikey|api-key|basic|ssws)(\s*[:=]\s*|\s+|(?=eyJ))", re.IGNORECASE)
HEADER_LINE = Pattern(r"(?:proxy-)?authorization\s*:\s*", re.IGNORECASE)
QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "<": ">", "{": "}", "[": "]", "«": "»"}
INVISIBLE = Pattern(r"[\ufeff\u200b-\u200f\u2060\u00ad\u202a-\u202e]")
HEX = Pattern(r"(?:65794[0-9a-fA-F])[0-9a-fA-F]{30,}")
COMPACT = Pattern(r"[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")
NOTHING = Pattern(r"(?:undefined|null|none|nil|nan|\[object object\]|\(null\)|false|true)", re.IGNORECASE)
RESPONSE = ("access_token", "id_token", "token", "jwt", "accessToken", "idToken", "AccessToken", "IdToken")


class Unwrapped(NamedTuple):
    """The bare token, the scheme before it, and what stood around it by mistake."""

    text: str
    scheme: str
    faults: tuple[Fault, ...]


def unwrap(value: str, scheme: str = "") -> Unwrapped:
    """Take off what is not the token; `scheme` is the word that was read before it already."""
    text = value[:LONGEST]
    faults: dict[str, Fault] = {}

    def say(name: str, says: str, source: str = "", grade: str = FAULT) -> None:
        faults.setdefault(name, Fault(name, says, "form", source, grade))

    for _ in range(ROUNDS):
        before = text
        text = _tidy(text, say)
        text, scheme = _schemes(text, scheme, say)
        text = _decoded(text, say)
        if text == before:
            break
    return Unwrapped(text, scheme, tuple(faults.values()))


def _tidy(text: str, say: Say) -> str:
    if not text.isascii() and INVISIBLE.search(text):
        say("invisible-characters", "Invisible characters stand in the token: it was copied from a formatted page")
        text = INVISIBLE.sub("", text)
    text = text.strip()
    if len(text) > 1 and text[0] == "\\" and text[1] in "\"'":
        text = text.replace('\\"', '"').replace("\\'", "'")
    if len(text) > 1 and (end := QUOTES.get(text[0])) and text[-1] == end and not (end == "}" and '"' in text):
        kind = "quotation marks" if end in "\"'`”’»" else "brackets"
        say("quoted", f"The token stands in {kind}; they are sent along and belong to no token")
        text = text[1:-1].strip()
    elif len(text) > 20 and text[0] in "\"'" and COMPACT.match(text[1:]):
        say("quoted", "A quotation mark stands before the token; it is sent along and belongs to no token")
        text = text[1:].strip()
    elif len(text) > 20 and text[-1] in "\"'" and text[0] not in "{[":
        say("quoted", "A quotation mark stands behind the token; it is sent along and belongs to no token")
        text = text[:-1].strip()
    if len(text) > 20 and text[-1] in ",;" and text[0] not in "{[":
        say("trailing-mark", f"A {text[-1]!r} stands behind the token: it was cut out of a list or a header line")
        text = text.rstrip(",;").strip()
    if text.endswith(("\\n", "\\r")):
        say("escaped-line-break", "The letters \\n stand behind the token: a line break was escaped into it")
        text = re.sub(r"(?:\\[nr])+$", "", text)
    return text


def _schemes(text: str, scheme: str, say: Say) -> tuple[str, str]:
    if found := HEADER_LINE.match(text):
        if scheme:
            say("header-inside", "The word Authorization stands within the value: the whole header line was taken")
        text = text[found.end() :]
    found = SCHEME.match(text)
    if not found:
        return text, scheme
    word = found.group(1)
    if scheme.lower() == "bearer" and word.lower() == "bearer":
        say("bearer-twice", "The word Bearer stands twice: the variable holds it already", "RFC 6750, section 2.1")
    elif scheme and scheme.lower() != word.lower():
        says = f"The word {word} stands within the value, after {scheme}: one scheme only"
        say("bearer-inside", says, "RFC 9110, section 11.6.2")
    if ":" in found.group(2) or "=" in found.group(2):
        say(
            "scheme-colon",
            f"A {found.group(2).strip()!r} stands after {word}, where a space belongs",
            "RFC 6750, section 2.1",
        )
    elif not found.group(2):
        say("scheme-unspaced", f"No space stands between {word} and the token", "RFC 6750, section 2.1")
    if word.lower() == "bearer" and word not in ("Bearer", "bearer"):
        say(
            "scheme-case",
            f"{word} is written unusually; some servers compare the letters' case",
            "RFC 9110, section 11.1",
            NOTE,
        )
    return text[found.end() :], scheme or word


def _decoded(text: str, say: Say) -> str:
    if re.search(r"%[0-9A-Fa-f]{2}", text) and re.match(r"[A-Za-z0-9_.%~+/=-]+$", text):
        from urllib.parse import unquote

        plain = unquote(text)
        if SCHEME.match(plain):
            say("bearer-inside", "The word Bearer is part of the encoded value", "RFC 6750, section 2.1")
        if plain.startswith(("eyJ", "ZXlK", '"', "'")) or "=" in plain or SCHEME.match(plain):
            say("url-encoded", "The token is URL-encoded; a header takes it as it is")
            return plain
    if text.startswith("ZXlK") and (plain := _base64(text)) and COMPACT.match(plain):
        say("encoded-twice", "The token is base64 of the token: it was encoded once more")
        return plain
    if HEX.match(text) and len(text) % 2 == 0:
        try:
            plain = bytes.fromhex(text).decode("ascii")
        except ValueError:
            plain = ""
        if COMPACT.match(plain):
            say("hex-encoded", "The token is hexadecimal: it was encoded once more")
            return plain
    if text[:1] == "{" and (held := _of_response(text)):
        say("whole-response", f"This is the whole answer of the token endpoint; the token is its {held[0]}")
        return held[1]
    if re.search(r"\s", text) and (COMPACT.match(text) or text.startswith("eyJ")):
        joined = re.sub(r"\s+", "", text)
        if not re.fullmatch(r"[A-Za-z0-9_.+/=-]+", joined):
            return text
        if "\n" in text or "\r" in text:
            say("line-breaks", "Line breaks stand within the token: it was wrapped", "RFC 7515, section 3.1")
        if " " in text.strip() or "\t" in text:
            say("spaces", "White space stands within the token", "RFC 7515, section 3.1")
        return joined
    if re.search(r"(?:\.\.\.|…|\*{3,})", text):
        say("elided", "Part of the token was left out by who copied it: the full one is needed")
    if NOTHING.fullmatch(text):
        says = f"The value is literally {text!r}: a script put it together before the token was there"
        say("undefined", says)
    return text


def _base64(text: str) -> str:
    raw = decode(text) or b""
    return raw.decode("ascii") if raw.isascii() else ""


def _of_response(text: str) -> tuple[str, str] | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    for holder in (data, data.get("AuthenticationResult"), data.get("data")):
        if isinstance(holder, dict):
            for name in RESPONSE:
                if isinstance(value := holder.get(name), str) and len(value) > 8:
                    return name, value
    return None


TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Say(Protocol):
        """Takes a fault down, once by name."""

        def __call__(self, name: str, says: str, source: str = "", grade: str = FAULT) -> None:
            """Take it down."""
