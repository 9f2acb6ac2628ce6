"""JavaScript's fetch, as DevTools copies it (for the browser and for Node.js) and as people write it.

This module only recognises such a call; `fetch_calls` reads it, and is imported when there is one.
"""

from __future__ import annotations

from why403.model.patterns import Pattern

from ..model import Case

__all__ = ["CALL", "NAME", "find", "likeness", "read"]

NAME = "fetch"
CALL = Pattern(r"(?<![\w.$\"'])(?:(?:window|globalThis|self)\.)?fetch\s{0,20}\(")
_DEVTOOLS = Pattern(r"\s*(?:(?:const|let|var)\s+\w+\s*=\s*)?(?:await\s+)?fetch\s?\(\s*[\"'`](?:https?:|/)")
_QUOTE = Pattern(r"\s{0,20}[\"'`]")


def likeness(text: str) -> float:
    """How surely the text is a fetch call: 0 no, 1 certain."""
    head = text[:4000]
    if _DEVTOOLS.match(head):
        return 0.95
    match = CALL.search(head)
    if not match:
        return 0.0
    if _QUOTE.match(head, match.end()):
        return 0.6
    return 0.4 if find(head) else 0.0


def find(text: str) -> tuple[Case, str] | None:
    """The first call in a larger text, and the text left over with its lines in place. None where there is none."""
    from . import fetch_calls

    return fetch_calls.find(text)


def read(text: str, name: str) -> Case:
    """Every fetch call of the text as exchanges; what else was pasted as notes.

    Raises UnreadableInput where there is no call, or where a string or bracket of it is not closed.
    """
    from . import fetch_calls

    return fetch_calls.read(text, name)
