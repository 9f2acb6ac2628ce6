"""Opaque tokens by the shapes that their issuers publish (tokens/shapes.toml), and JWTs, wherever they stand."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from ...tokens.shapes import Shape, shapes
from .hand import Hand
from .ledger import MARK, placed
from .values import DOCUMENTED, secret

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

_JWT = re.compile(r"(?<![A-Za-z0-9])eyJ[\w-]{8,20000}\.[\w-]{2,200000}(?:\.[\w-]{0,20000}){0,3}")
# links that are keys by themselves, as their makers document them
_LINK = re.compile(
    r"hooks\.slack\.com/services/[A-Z0-9/]{10,40}/([A-Za-z0-9]{20,60})|discord(?:app)?\.com/api/webhooks/\d{10,25}/([\w-]{40,120})"
)
_RUN = re.compile(r"[A-Za-z0-9_.+/=~:-]{18,}")


@cache
def _table() -> tuple[AhoCorasick, list[tuple[Shape, re.Pattern[str]]]]:
    from ahocorasick_rs import AhoCorasick

    rows = [shape for shape in shapes() if shape.secret]
    patterns = [(shape, re.compile(rf"(?<![A-Za-z0-9])(?:{shape.pattern})")) for shape in rows]
    return AhoCorasick([shape.cue for shape in rows]), patterns


def redacted(hand: Hand, text: str) -> str:
    """The text with every token of a known shape replaced, its prefix kept."""
    if len(text) < 18 or not _RUN.search(text):
        return text
    if "eyJ" in text:
        text = _JWT.sub(lambda found: _one(hand, found.group()), text)
    if "hooks.slack" in text or "/webhooks/" in text:
        text = _LINK.sub(lambda found: _part(hand, found), text)
    cues, patterns = _table()
    runs = "\n".join(_RUN.findall(text))
    for number in sorted({number for number, _, _ in cues.find_matches_as_indexes(runs, overlapping=True)}):
        shape, pattern = patterns[number]
        if pattern.search(runs):
            text = pattern.sub(lambda found, cue=shape.cue: _known(hand, found.group(), cue), text)  # type: ignore[misc]
    return text


def _one(hand: Hand, token: str) -> str:
    if MARK in token:
        return token if token.rpartition(".")[2].startswith(MARK) else secret(hand, token, "token")
    return secret(hand, token, "token")


def _known(hand: Hand, token: str, cue: str) -> str:
    if placed(token) or MARK in token or "why403%2D" in token:
        return token
    if token in DOCUMENTED:
        return token
    prefix = cue if token.startswith(cue) and len(token) - len(cue) >= 6 else ""
    return hand.ledger.write(token, "token", prefix)


def _part(hand: Hand, found: re.Match[str]) -> str:
    token = next(group for group in found.groups() if group)
    return found.group().replace(token, secret(hand, token, "token"))
