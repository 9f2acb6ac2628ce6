"""The whole of this room: one value, one entry, one text, redacted by what it is. See `hand` for what the parts ask of it."""

from __future__ import annotations

import re

from . import encoded, shapes
from .hand import DEEPEST, Wishes
from .ledger import Ledger, placed
from .loose import loose
from .names import PERSONAL, bare, kept, of_name, opaque
from .personal import personal
from .values import jwt, secret

# what a short value must have for anything to be found in it
_DOUBTFUL = re.compile(r"[=&@\"{<%\\]|://|eyJ|[A-Za-z0-9+/_-]{20}|:\s|[Bb]earer |[Bb]asic ")


class Redactor:
    """Takes secrets out, and keeps the ledger of what was taken."""

    def __init__(self, ledger: Ledger, wishes: Wishes) -> None:
        """Begin with a ledger and what is wished beyond secrets."""
        self.ledger, self.wishes = ledger, wishes
        self._depth = 0
        self._clean: set[str] = set()  # short values in which nothing was found

    def inside(self, value: str, side: str = "") -> str:
        """A value whose name announces nothing, without the secrets in it."""
        if len(value) < 6 or value in self._clean:
            return value
        short = len(value) < 400
        if short and not self.wishes.personal and not _DOUBTFUL.search(value):
            return value
        if self._depth >= DEEPEST:
            return self.shapes(value)
        self._depth += 1
        try:
            new = self._inside(value, side)
        finally:
            self._depth -= 1
        if short and new == value and len(self._clean) < 50_000:
            self._clean.add(value)
        return new

    def _inside(self, value: str, side: str) -> str:
        if value.startswith("eyJ") and (token := jwt(self, value)) is not None:
            return token
        if (
            "%" in value
            and " " not in value
            and re.search(r"%[0-9A-Fa-f]{2}", value)
            and "://" not in value[:40]
            and "=" not in value
        ):
            from .urls import encoded as url_encoded

            new = url_encoded(self, value, side)
            return new if new != value else self.text(value, side)
        return self.text(value, side)

    def text(self, text: str, side: str = "") -> str:
        """Any text, without the secrets in it, nor those in base64 runs of it."""
        new = loose(self, text, side)
        if self._depth < DEEPEST and len(text) >= 20:
            new = encoded.base64_runs(new, lambda plain: self._run(plain, side))
        return personal(self, new) if self.wishes.personal else new

    def _run(self, plain: str, side: str) -> str:
        if not re.search(r"[:={]|eyJ", plain):
            return self.shapes(plain)
        return self.inside(plain, side)

    def named(self, name: str, value: str, side: str = "") -> str:
        """The value of a parameter, a form field or a member, as its name and its own shape demand."""
        named = of_name(name)
        if named and (named.sure or opaque(value)) and not kept(value):
            return secret(self, value, named.kind)
        if self.wishes.personal and (kind := PERSONAL.get(bare(name))) and len(value) > 1 and not placed(value):
            return personal(self, value, kind)
        return self.inside(value, side)

    def shapes(self, text: str) -> str:
        """A text without what has the shape of a token."""
        return shapes.redacted(self, text)
