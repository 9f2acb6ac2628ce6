"""SELinux or AppArmor denies it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...evidence import Scene, mentions
from ...model import Claim, Evidence, Finding, Fix, Pattern, Weight
from ..cause import Cause
from ..command import advice
from ..listing import closed, entries

# the kernel's record of a denial, in the audit log's form; it says whether it was enforced
RECORD = Pattern(r"avc: {1,4}denied {1,4}\{[^}]{1,120}\}[^\r\n]{0,1200}?permissive=([01])", re.IGNORECASE)


def detect(scene: Scene) -> Iterator[Claim]:
    """A permission denied on a path of which a listing shows that the modes admit everybody."""
    if "permission denied" not in scene.text or scene.status not in (None, 403):
        return
    found = [entry for entry in entries(scene) if entry.kind in "-d"]
    if len(found) > 1 and any(entry.name == "/" for entry in found) and not any(closed(entry) for entry in found):
        says = "The modes of the whole path admit everybody: what denies it stands beside the modes"
        yield Claim("mac-denied", (Evidence(found[-1].where, found[-1].line, says),), Weight.STRONG)


def against(scene: Scene) -> Iterator[Evidence]:
    """Every record of a denial was written in permissive mode, which logs and lets through."""
    for piece in scene.hearing.pieces:
        if piece.kind == "note" and "permissive=" in piece.low:
            found = list(RECORD.finditer(piece.folded[:200_000]))
            if found and all(one.group(1) == "1" for one in found):
                says = "permissive=1: the denial was logged and not enforced"
                yield Evidence(piece.where, found[0].group()[:200], says)
                return


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """The right type, boolean or profile, with enforcement on."""
    if mentions(scene, "while connecting to upstream", "name_connect"):
        yield advice(
            "operator",
            "Let the web server's domain open connections, which a reverse proxy needs",
            language="shell",
            snippet="setsebool -P httpd_can_network_connect on",
            opens="the web server may connect to any host and port, not only to this upstream",
        )
    yield advice(
        "operator",
        "Give the files the type that the server may read, or the profile the path, and leave enforcement on",
        language="shell",
        snippet="ausearch -m AVC -ts recent | audit2why\nrestorecon -Rv <directory>",
    )


CAUSE = Cause("mac-denied", detect, against, mend)
