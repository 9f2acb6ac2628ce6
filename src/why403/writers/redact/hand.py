"""What the parts of this room ask of the whole: a secret hides in a token in a string in a query, so they call each other."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from .ledger import Ledger

DEEPEST = 8  # encodings within one another that are undone


class Wishes(NamedTuple):
    """What is removed beyond secrets."""

    personal: bool = False  # e-mail, IP addresses, telephone numbers, names under known keys
    hide_claims: bool = False  # of a JWT everything but exp, nbf and iat


class Hand(Protocol):
    """One who takes secrets out."""

    ledger: Ledger
    wishes: Wishes

    def inside(self, value: str, side: str = "") -> str:
        """A value whose name announces nothing, without the secrets in it."""

    def named(self, name: str, value: str, side: str = "") -> str:
        """The value of a parameter, a form field or a member, as its name and its own shape demand."""

    def text(self, text: str, side: str = "") -> str:
        """Any text, without the secrets in it. `side`: "request", "response", "" where that is not known."""

    def shapes(self, text: str) -> str:
        """A text without what has the shape of a token."""
