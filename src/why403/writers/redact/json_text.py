"""JSON, or what looks like it, redacted string by string where it stands: its layout, order, numbers and faults stay.

It need not be whole or valid: a log line with an object in it, a cut-off body, JavaScript with quoted names.
"""

from __future__ import annotations

import json
import re

from .hand import Hand
from .names import Named, kept, of_field, of_name, opaque, prose

# a string, a bracket, or a bare number or word where a value stands
_TOKEN = re.compile(
    r'"((?:[^"\\\n]|\\.)*)"(\s{0,20}:)?|([{}\[\]])|(?<=[:,\[\s])(-?\d[\w.+-]{3,40})(?=\s{0,20}[,}\]])', re.DOTALL
)
_LABELS = frozenset({"name", "key", "header", "field"})
_VALUES = frozenset({"value", "val", "content"})
_NAME_AFTER = re.compile(r'\s{0,20},\s{0,20}"(?:name|key|header|field)"\s{0,20}:\s{0,20}"([^"\\]{1,80})"')
_FIELD = re.compile(
    r"(?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]{0,40}(?:key|token|auth|secret)", re.IGNORECASE
)  # of a list of names and values
_FIELDS = re.compile(r"authorization|cookie|^x-")


def json_text(hand: Hand, text: str, side: str = "") -> str:
    """The text with the secret members' values replaced and all other strings looked into."""
    out: list[str] = []
    at = 0
    key: str = ""
    above: list[tuple[str, bool]] = []  # the member that each open bracket is the value of, and whether it is a list
    previous = ""  # the string before this one, of a list
    label = ""  # the name of {"name": ..., "value": ...}
    for found in _TOKEN.finditer(text):
        raw, colon, bracket, number = found.groups()
        if bracket:
            if bracket in "{[":
                if len(above) < 200:
                    above.append((key, bracket == "["))
                key = key if bracket == "[" else ""
            elif above:
                key = above.pop()[0]
            label = previous = ""
            continue
        if colon:
            key = raw if "\\" not in raw else _plain(raw)
            new_key = hand.shapes(raw) if len(raw) >= 16 else raw
            if new_key != raw:
                out += [text[at : found.start(1)], new_key]
                at = found.end(1)
            continue
        name = key
        if key in _VALUES and (label or (after := _NAME_AFTER.match(text, found.end()))):
            name = label or after.group(1)  # type: ignore[union-attr]
        elif not key and previous and _FIELD.fullmatch(previous):
            name = previous
        elif not key and above:
            name = next((one for one, _ in reversed(above) if one), "")
            name = name if _strict(name) else ""
        if number is not None:
            named = of_name(name, prose=True)
            if named and named.sure and named.kind == "password":
                out += [text[at : found.start(4)], f'"{hand.ledger.write(number, named.kind)}"']
                at = found.end(4)
            continue
        if raw is None or len(raw) < 2:
            continue
        plain = _plain(raw) if "\\" in raw else raw
        if key in _LABELS:
            label = plain
        previous = plain if not key else ""
        new = member(hand, name, plain, side)
        if new != plain:
            out += [text[at : found.start(1)], _written(new, raw)]
            at = found.end(1)
    if not out:
        return text
    out.append(text[at:])
    return "".join(out)


def _strict(name: str) -> bool:
    named = of_name(name, prose=True)
    return bool(named and named.sure)


def member(hand: Hand, name: str, plain: str, side: str = "") -> str:
    """The value of a member, as its name and its own shape demand."""
    named: Named | None = of_name(name, prose=True) if name else None
    if named is None and _FIELDS.search(name.lower()):
        named = of_field(name)
    if named is None:
        return hand.named(name, plain, side) if hand.wishes.personal else hand.inside(plain, side)
    if kept(plain) or (prose(plain) and side != "request"):
        return plain
    if plain[:1] in "{[" and plain[-1:] in "}]":
        return hand.inside(plain, side)
    if not (named.sure or opaque(plain)) or (side == "response" and _said(named, plain)):
        return hand.inside(plain, side)
    return hand.named(name, plain, side)


def _said(named: Named, plain: str) -> bool:
    """An answer's word about a token (`"csrf": "failed"`), not one."""
    return named.kind != "password" and plain.isalpha() and len(plain) < 16


def _plain(raw: str) -> str:
    try:
        text: str = json.loads(f'"{raw}"', strict=False)
    except ValueError:
        return raw
    return text


def _written(new: str, raw: str) -> str:
    """A string as JSON, escaped as the one was whose place it takes."""
    text = json.dumps(new, ensure_ascii="\\u" in raw or new.isascii())[1:-1]
    return text.replace("/", "\\/") if "\\/" in raw else text
