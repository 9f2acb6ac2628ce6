"""A correction in words, with a snippet where there is one."""

from __future__ import annotations

from ..model import Fix


def advice(who: str, summary: str, *, language: str = "", snippet: str = "", opens: str = "") -> Fix:
    """A fix by the caller or the operator. `opens` names what it opens, where it loosens a protection."""
    return Fix(who, summary, "loosens" if opens else "blanks" if "<" in snippet else "safe", language, snippet, opens)
