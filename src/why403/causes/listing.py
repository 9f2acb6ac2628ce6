"""What `ls -l` and `namei -l` print, where somebody pasted it beside a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..evidence import Scene
from ..model import Pattern
from ..model.frozen import NamedTuple

LIMIT = 200_000  # letters of a note that are searched
# as whom web servers run, by the defaults of their packages
SERVERS = {
    "www-data",
    "nginx",
    "apache",
    "httpd",
    "http",
    "nobody",
    "nogroup",
    "www",
    "wwwrun",
    "_www",
    "lighttpd",
    "caddy",
}
LINE = Pattern(
    r"^[ \t]{0,8}([dl-])([r-][w-][xsS-])([r-][w-][xsS-])([r-][w-][xtT-])([.+@]?)[ \t]+"
    r"(?:\d{1,6}[ \t]+)?([\w.$-]{1,40})[ \t]+([\w.$-]{1,40})[ \t]+([^\r\n]{1,400})$",
    re.MULTILINE,
)


class Entry(NamedTuple):
    """One line of a listing."""

    where: str
    line: str
    kind: str  # d, l, -
    user: str  # rwx
    group_bits: str
    others: str
    acl: bool
    owner: str
    group: str
    name: str

    @property
    def group_may(self) -> bool:
        """Whether the group has what is needed: r of a file, x of a directory."""
        return _has(self.kind, self.group_bits)


def _has(kind: str, bits: str) -> bool:
    return bits[2] in "xst" if kind == "d" else bits[0] == "r"


def entries(scene: Scene) -> Iterator[Entry]:
    """The lines of every listing in the notes."""
    for piece in scene.hearing.pieces:
        if piece.kind != "note" or ("rw" not in piece.raw and "r-" not in piece.raw):
            continue
        for found in LINE.finditer(piece.raw[:LIMIT]):
            line = piece.line + piece.raw.count("\n", 0, found.start())
            kind, user, group_bits, others, mark, owner, group, name = found.groups()
            yield Entry(
                f"{piece.where}:{line}", found.group().strip(), kind, user, group_bits, others, mark == "+", owner,
                group, name.strip(),
            )  # fmt: skip


def closed(entry: Entry) -> bool:
    """Whether a web server that is neither owner nor in the group may not read or enter this, and no ACL is set."""
    if entry.kind == "l" or entry.acl or _has(entry.kind, entry.others):
        return False
    if entry.owner in SERVERS:
        return not _has(entry.kind, entry.user)
    return not (entry.group in SERVERS and entry.group_may)
