"""What HTTP clients print: curl -v, -i and --trace, HTTPie, wget, s_client, editors and consoles, in loose prose.

Strategy: `transcript_forms` turns the forms that are no HTTP (a trace's dump, a library's debug lines, the browser's
Headers panel) into lines of HTTP; `http_scan` finds the messages in them; `http_pairs` joins them. Whatever belongs to
no message comes back as notes with its line number.
"""

from __future__ import annotations

import re

from why403.model import Case, UnreadableInput

from . import transcript_forms as forms
from . import transcript_panel as panel
from .http_head import bare_start_of, believed, field_of, start_of
from .http_lines import lines_of, without_colours
from .http_pairs import pair
from .http_scan import Scanner

NAME = "transcript"
HINT = "Give the output of curl -v or curl -i, with the line that holds the status"
LIMIT = 32 * 1024 * 1024  # letters of a paste that are read

_CHEAP = re.compile(
    r"HTTP/\d(?:\.\d)? {1,3}[1-5]\d\d|[A-Z]{3,8} \S{1,2000} HTTP/\d|HTTP [1-5]\d\d|(?:=> Send|<= Recv) header"
    r"|^[^\n]{0,120}(?:<-- [1-5]\d\d|--> [A-Z]{3,7} http)|^reply: '|Request URL|Status Code|awaiting response",
    re.MULTILINE,
)


def likeness(text: str) -> float:
    """How surely a client's output is in here: 0 no, 1 certain."""
    if not _CHEAP.search(text, 0, 200_000) and "\x1b" not in text[:200_000]:
        return 0.0
    lines = without_colours(text[:200_000]).split("\n")
    best = 0.0
    names: set[str] = set()
    for at, line in enumerate(lines[:4000]):
        text_here = line.rstrip("\r")
        following = lines[at + 1].rstrip("\r") if at + 1 < len(lines) else ""
        start = believed(start_of(text_here), following) or bare_start_of(text_here, following)
        if start is not None:
            arrow = start.prefix.rstrip().endswith(("<", ">"))
            below = following.strip(" \t<>|*") if not start.loose else following.strip()
            score = 0.95 if arrow or field_of(below) else 0.6 if start.prefix.strip() or start.request else 0.85
            best = max(best, score)
        elif forms.is_form(text_here):
            best = max(best, 0.9)
        elif panel.begins(text_here):
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
    lines = forms.as_http(lines_of(text[:LIMIT].removeprefix("\ufeff")))
    found = pair(Scanner(lines).run())
    if not found.exchanges:
        raise UnreadableInput("there is no HTTP status line or request line", name, HINT)
    remarks = (f"only the first {LIMIT >> 20} million letters were read",) if len(text) > LIMIT else ()
    return Case(name, NAME, found.exchanges, found.notes, remarks=remarks)
