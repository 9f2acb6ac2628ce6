"""What one token says of itself: the form that every reader of this room gives its answer in."""

from __future__ import annotations

from ..model.frozen import NamedTuple
from .fault import FAULT, Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any


class Fact(NamedTuple):
    """One line of what a token says: its name, its value, and what that means."""

    name: str
    value: str
    says: str = ""
    personal: bool = False  # it names a person


class Reading(NamedTuple):
    """One token, read."""

    kind: str  # jwt, jwe, opaque, basic, saml, cookie, unknown
    title: str
    text: str  # the token itself, unwrapped; no renderer shows it
    where: str = "argument"
    header: dict[str, Any] | None = None  # None where it has none that can be read
    claims: dict[str, Any] | None = None
    facts: tuple[Fact, ...] = ()
    rights: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by the claim in which they stand
    faults: tuple[Fault, ...] = ()
    see: tuple[str, ...] = ()
    inner: tuple[Reading, ...] = ()  # a token within the token
    scheme: str = ""  # the word before it: "Bearer"
    at: datetime | None = None  # when it was sent, where the input says so

    @property
    def refused(self) -> bool:
        """Whether it has a fault for which it is refused, or something within it has."""
        return any(fault.grade == FAULT for fault in self.faults) or any(inner.refused for inner in self.inner)
