"""The challenge of a 401 (RFC 9110, section 11.6.1; RFC 6750, section 3)."""

from __future__ import annotations

import re

from ..model import Pattern
from ..model.frozen import NamedTuple
from .scene import Scene

PARAMETER = Pattern(r"([A-Za-z_-]{2,40})\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s,\"]{1,500}))")


class Challenge(NamedTuple):
    """One WWW-Authenticate (or Proxy-Authenticate) field's value, read as one challenge."""

    where: str
    scheme: str  # lowered
    parameters: tuple[tuple[str, str], ...]
    raw: str

    def get(self, name: str) -> str:
        """A parameter's value, or ""."""
        return next((value for key, value in self.parameters if key == name), "")


def challenges(scene: Scene) -> tuple[Challenge, ...]:
    """The answer's challenges; looked for in the loose text where no headers are shown."""
    found: list[Challenge] = []
    for piece in scene.hearing.pieces:
        if piece.where in ("response.headers.www-authenticate", "response.headers.proxy-authenticate"):
            found.append(_read(piece.where, piece.folded))
        elif piece.kind == "note" and "www-authenticate" in piece.low:
            at = piece.low.find("www-authenticate") + len("www-authenticate")
            value = piece.folded[at : at + 600].lstrip("\"' :=>[")
            found.append(_read(f"{piece.where}#www-authenticate", value))
    return tuple(found)


def _read(where: str, value: str) -> Challenge:
    scheme = re.match(r"[A-Za-z0-9._-]{1,40}", value)
    parameters = tuple((key.lower(), quoted or plain) for key, quoted, plain in PARAMETER.findall(value[:4000]))
    return Challenge(where, scheme.group().lower() if scheme else "", parameters, value[:600])
