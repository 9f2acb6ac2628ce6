"""The prose and the cases of each cause: about.md in its room, read when it is asked for."""

from __future__ import annotations

import os
import re

from ..model import BadTable, Pattern
from ..model.frozen import NamedTuple
from ..products import tables

HERE = os.path.dirname(os.path.abspath(__file__))
HEADINGS = (
    "Who refuses",
    "How it shows",
    "Look-alikes",
    "What the caller can do",
    "What the operator can do",
)
CASES = "Cases"
MENDS = {
    "caller": "The caller can mend it.",
    "operator": "The operator of what refused has to mend it.",
    "unknown": "Nobody can mend it before it is known.",
}
CASE = Pattern(r"^### (.+)\n+expect: (.+)\n+(`{3,})(\w*)\n", re.MULTILINE)


class Case(NamedTuple):
    """One input as it was pasted, and the whole verdict on it."""

    name: str
    expect: str  # "proven csrf-token-missing in app by django", "unknown in app", "nothing"
    language: str  # text, json
    input: str


class Page(NamedTuple):
    """What one room's about.md says."""

    id: str
    lead: str
    sections: tuple[tuple[str, str], ...]  # heading and text, in order, without the cases
    cases: tuple[Case, ...]


def path(cause: str) -> str:
    """Where the page of a cause lies; `unknown` has no room."""
    if cause == "unknown":
        return os.path.join(HERE, "unknown.md")
    return os.path.join(HERE, cause.replace("-", "_"), "about.md")


def page(cause: str) -> Page:
    """The page of a cause of the register. Raises BadTable where it is missing or breaks the form."""
    where = f"causes/{os.path.relpath(path(cause), HERE)}"
    try:
        with open(path(cause), encoding="utf-8") as file:
            source = file.read()
    except OSError as fault:
        raise BadTable(f"no page for the cause {cause!r} ({fault.strerror})", where) from None
    title, _, rest = source.partition("\n")
    if title != f"# {cause}":
        raise BadTable(f"begins with {title!r}", where, f"The first line is '# {cause}'")
    prose, mark, cases = rest.partition(f"\n## {CASES}\n")
    if not mark:
        raise BadTable("has no cases", where, f"Close it with '## {CASES}'")
    lead, *sections = re.split(r"^## ", prose, flags=re.MULTILINE)
    parts = tuple((heading.strip(), text.strip()) for heading, _, text in (part.partition("\n") for part in sections))
    return Page(cause, lead.strip(), parts, _cases(cases, where))


def _cases(source: str, where: str) -> tuple[Case, ...]:
    found: list[Case] = []
    at = 0
    while match := CASE.search(source, at):
        name, expect, fence, language = match.groups()
        end = source.find(f"\n{fence}\n", match.end() - 1)
        end = end if end >= 0 or not source.endswith(f"\n{fence}") else len(source) - len(fence) - 1
        if end < 0:
            raise BadTable(f"the case {name!r} is not closed", where, f"Close it with {fence} on a line of its own")
        found.append(Case(name.strip(), expect.strip(), language, source[match.end() : end + 1]))
        at = end + 1
    if len(found) != len(re.findall(r"^expect: ", source, re.MULTILINE)):
        raise BadTable("a case is not in the form", where, "### name, expect: verdict, a fenced input")
    return tuple(found)


def text(cause: str) -> str:
    """The page of a cause for a reader: title, group and mender from the register, then the prose without the cases."""
    entry = tables().register[cause]
    about = page(cause)
    mends = {"caller": "The caller can mend it.", "operator": "The operator of what refused has to mend it."}[
        entry.mends
    ]
    head = f"# {entry.title}\n\n`{cause}`, group {entry.group}. {mends}"
    body = "\n\n".join(f"## {heading}\n\n{prose}" for heading, prose in about.sections)
    return f"{head}\n\n{about.lead}\n\n{body}\n"
