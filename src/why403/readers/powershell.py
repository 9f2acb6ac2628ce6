"""PowerShell's Invoke-WebRequest and Invoke-RestMethod, as DevTools copies them and as people write them.

This module only recognises such a command; `powershell_commands` reads it, and is imported when there is one.
"""

from __future__ import annotations

import re

from why403.model.patterns import Pattern

from ..model import Case

__all__ = ["COMMAND", "NAME", "PARAMETER", "find", "likeness", "meant", "read"]

NAME = "powershell"
COMMAND = Pattern(
    r"(?<![\w.$-])(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm|curl(?=[ \t]+-(?:Uri|UseBasicParsing|Headers|Method)\b))"
    r"(?=[ \t`]+[^\s:=])",
    re.IGNORECASE,
)
PARAMETER = Pattern(r"-([A-Za-z]\w{0,40})(:)?(?=[\s:`@({\"'$;|]|$)")


def likeness(text: str) -> float:
    """How surely the text is a PowerShell web command: 0 no, 1 certain."""
    match = COMMAND.search(text[:20_000])
    return 0.95 if match and meant(text, match) else 0.0


def meant(text: str, match: re.Match[str]) -> bool:
    """Whether the words after the command's name are its arguments, not the name of an error or a sentence."""
    after = text[match.end() : match.end() + 200].lstrip(" \t`\r\n")
    return (
        bool(PARAMETER.match(after))
        or after.startswith(("'", '"', "$", "http://", "https://", "("))
        or "://" in after[:60]
    )


def find(text: str) -> tuple[Case, str] | None:
    """The first command in a larger text, and the text left over with its lines in place. None where there is none."""
    from . import powershell_commands

    return powershell_commands.find(text)


def read(text: str, name: str) -> Case:
    """Every web command of the text as exchanges; what else was pasted as notes.

    Raises UnreadableInput where there is none, or where a quotation in it is not closed.
    """
    from . import powershell_commands

    return powershell_commands.read(text, name)
