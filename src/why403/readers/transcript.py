"""What HTTP clients print: curl -v, -i and --trace, HTTPie, wget, s_client, editors and consoles, in loose prose.

Strategy: `transcript_forms` turns the forms that are no HTTP (a trace's dump, a library's debug lines, the browser's
Headers panel) into lines of HTTP; `http_scan` finds the messages in them; `http_pairs` joins them. Whatever belongs to
no message comes back as notes with its line number.
"""

from __future__ import annotations

from types import ModuleType

from why403.model import Case, UnreadableInput

from .http_head import bare_start_of, believed, field_of, start_of
from .http_lines import lines_of, without_colours
from .http_pairs import pair
from .http_scan import Scanner, is_status

NAME = "transcript"
HINT = "Give the output of curl -v or curl -i, with the line that holds the status"
LIMIT = 32 * 1024 * 1024  # letters of a paste that are read

# words of which one is in every client's output that is read here
_HINTS = ("HTTP", "<-- ", "--> ", "<= Recv", "equest URL", "EQUEST URL", "tatus Code", "\x1b")
# words of the forms that are no HTTP line by line
_FORMS: tuple[str, ...] = (
    "<-- ",
    "--> ",
    "<= Recv",
    "=> Send",
    "equest URL",
    "EQUEST URL",
    "reply: ",
    "HTTP Request: ",
)
_FORMS += ("awaiting response... ", "HTTP ERROR response", 'HTTP/1.1" ', 'HTTP/2" ', 'HTTP/1.0" ')


def _formed(text: str) -> bool:
    """Whether a form that is no HTTP line by line may be in the text."""
    return any(hint in text for hint in _FORMS)


def _forms() -> ModuleType:
    from . import transcript_forms

    return transcript_forms


def likeness(text: str) -> float:
    """How surely a client's output is in here: 0 no, 1 certain."""
    head = text[:200_000]
    if not any(hint in head for hint in _HINTS):
        return 0.0
    formed = _formed(head)
    lines = without_colours(head).split("\n")
    best = 0.0
    names: set[str] = set()
    for at, line in enumerate(lines[:4000]):
        text_here = line.rstrip("\r")
        following = lines[at + 1].rstrip("\r") if at + 1 < len(lines) else ""
        start = believed(start_of(text_here), following) or bare_start_of(text_here, following)
        if start is not None:
            arrow = start.prefix.rstrip().endswith(("<", ">"))
            below = following.strip(" \t<>|*") if not start.loose else following.strip()
            score = (
                0.95
                if arrow or field_of(below) or is_status(below)
                else 0.6
                if start.prefix.strip() or start.request
                else 0.85
            )
            best = max(best, score)
        elif formed and _forms().is_form(text_here):
            best = max(best, 0.9)
        elif formed and _forms().names_panel(text_here):
            names |= {text_here.split(":")[0].strip().lower()}
            best = max(best, 0.9 if len(names) > 1 and "status code" in names else 0.0)
        if best >= 0.95:
            break
    return best


def read(text: str, name: str) -> Case:
    """Every exchange of the paste, in order, and all other lines as notes.

    Raises:
        UnreadableInput: there is no message in it.
    """
    lines = lines_of(text[:LIMIT].removeprefix("\ufeff"))
    if _formed(text):
        lines = _forms().as_http(lines)
    found = pair(Scanner(lines).run())
    if not found.exchanges:
        raise UnreadableInput("there is no HTTP status line or request line", name, HINT)
    remarks = (f"only the first {LIMIT >> 20} million letters were read",) if len(text) > LIMIT else ()
    return Case(name, NAME, found.exchanges, found.notes, found.form, (*found.remarks, *remarks))
