"""The headers of an answer as a program printed them: Python's dict, Node's object, JSON, somewhere in a text.

Only a run of fields that can be an answer's and nobody else's is taken: three well-known ones at least, `server` or `date`
among them, and none that only a request carries. Where a text prints two of them nothing is taken: whose they are is open.
"""

from __future__ import annotations

import re

from ..model import Headers, Pattern
from .http_head import is_known

_FIELD = Pattern(
    r"(?<![\w-])(?:\"([A-Za-z][\w-]{1,60})\"|'([A-Za-z][\w-]{1,60})'|([A-Za-z][\w-]{1,60}))\s{0,4}:\s{0,4}(?:\[\s{0,8})?"
    r"(?:\"((?:[^\"\\\n]|\\.){0,4000})\"|'((?:[^'\\\n]|\\.){0,4000})')",
)
_BETWEEN = Pattern(r"[\s,]{0,40}$|\s{0,8}(?:,[^\]{}]{0,8000})?\],?[\s]{0,40}$")
_ASKED = {
    "accept", "accept-encoding", "accept-language", "authorization", "cookie", "host", "origin", "proxy-authorization", "referer",
    "user-agent",
}  # fmt: skip
_ESCAPED = Pattern(r"\\([\"'\\])")
_FEWEST = 3
_MOST = 400  # fields that are looked at


def headers_of(text: str) -> Headers | None:
    """The headers that a text prints as one object; None where it prints none, or several."""
    if not re.search(r"\b(?:server|date)['\"]?\s?:", text, re.IGNORECASE):
        return None
    runs: list[list[tuple[str, str]]] = [[]]
    end = 0
    for count, found in enumerate(_FIELD.finditer(text)):
        if count > _MOST:
            return None
        if not _BETWEEN.match(text[end : found.start()] if found.start() - end < 10_000 else "{"):
            runs.append([])
        name = found.group(1) or found.group(2) or found.group(3)
        value = found.group(4) if found.group(4) is not None else found.group(5)
        runs[-1].append((name, _ESCAPED.sub(r"\1", value)))
        end = found.end()
    taken = [run for run in runs if _answers(run)]
    return Headers(taken[0]) if len(taken) == 1 else None


def _answers(run: list[tuple[str, str]]) -> bool:
    names = {name.lower() for name, _ in run}
    return (
        bool(names & {"server", "date"})
        and not names & _ASKED
        and sum(is_known(name) for name in names) >= _FEWEST
        and any("-" in name for name in names)
    )
