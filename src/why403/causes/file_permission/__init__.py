"""The server may not read the file."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice
from ..found import file_path
from ..listing import closed, entries


def detect(scene: Scene) -> Iterator[Claim]:
    """A listing (ls -l, namei -l) in the input that shows a file or directory which others may not read or enter."""
    if scene.status not in (None, 403):
        return
    for entry in entries(scene):
        if closed(entry):
            right = "enter" if entry.kind == "d" else "read"
            who = f"{entry.owner} and the group {entry.group}" if entry.group_may else entry.owner
            says = f"Only {who} may {right} this; the server runs as somebody else, unless it was set up to run as them"
            weight = Weight.STRONG if "permission denied" in scene.text else Weight.HINT
            yield Claim("file-permission", (Evidence(entry.where, entry.line, says, weight),), weight)
            return


def against(scene: Scene) -> Iterator[Evidence]:
    """Every component of the path admits everybody."""
    found = [entry for entry in entries(scene) if entry.kind in "-d"]
    if len(found) > 1 and any(entry.name == "/" for entry in found) and not any(closed(entry) for entry in found):
        says = "Every component of this path may be read or entered by everybody"
        yield Evidence(found[-1].where, found[-1].line, says)


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Reading for the server's user, and nothing more."""
    path = file_path(scene) or "<path to the file>"
    yield advice(
        "operator",
        "Let the server's user read the file and enter every directory above it",
        language="shell",
        snippet=f"namei -l {path}\nsudo -u <server user> test -r {path} && echo readable\n"
        "setfacl -m u:<server user>:rX <directory that is closed>",
    )


CAUSE = Cause("file-permission", detect, against, mend)
