"""What a message or a log line names (a path, an address, a host), so that a correction can name it, too."""

from __future__ import annotations

import re

from ..evidence import Scene
from ..model import Pattern

LIMIT = 20_000  # letters of one piece that are searched
ADDRESS = Pattern(r"(?:\bclient:? |\[client )([0-9a-fA-F:.]{3,45}?)(?=[,\] ]|:\d{1,5}\])")
FILE = Pattern(
    r"(?:open|stat|lstat|opendir|access)\(\) \"(/[^\"]{1,400})\" failed|"
    r"access to (/\S{1,400}) denied \(filesystem path '([^']{1,400})'\)"
)
PLAIN = Pattern(r"^[\w./@%+=:-]{1,400}$")


def named(scene: Scene, pattern: Pattern) -> re.Match[str] | None:
    """The first place in the answer or the notes where a pattern holds."""
    for piece in scene.hearing.pieces:
        if piece.kind != "header" and (match := pattern.search(piece.folded[:LIMIT])):
            return match
    return None


def plain(text: str | None) -> str:
    """A name that needs no quotation marks anywhere, or "" for everything else: the input is hostile."""
    return text if text and PLAIN.match(text) else ""


def client_address(scene: Scene) -> str:
    """The address that a server's log names as its client, or ""."""
    match = named(scene, ADDRESS)
    return plain(match.group(1)) if match else ""


def file_path(scene: Scene) -> str:
    """The file that a server's log names, or ""."""
    match = named(scene, FILE)
    return plain(match.group(1) or match.group(3)) if match else ""
