"""What a JSON Web Token says of itself, read without a key (RFC 7519). Nothing here verifies a signature."""

from __future__ import annotations

import binascii
import json
from datetime import UTC, datetime

from ..model import Pattern
from ..model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# three base64url parts of which the first two begin like '{"'; bounded, so that a megabyte is not copied about
SHAPE = Pattern(r"eyJ[A-Za-z0-9_-]{4,20000}\.eyJ[A-Za-z0-9_-]{2,200000}\.[A-Za-z0-9_-]{0,20000}")


class Token(NamedTuple):
    """A token's header and claims."""

    raw: str
    header: dict[str, Any]
    claims: dict[str, Any]

    def time(self, claim: str) -> datetime | None:
        """exp, nbf or iat as a date; None where it is absent or no NumericDate (section 2)."""
        value = self.claims.get(claim)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            return None

    @property
    def scopes(self) -> tuple[str, ...]:
        """Scopes and permissions, by the claims that issuers use (RFC 8693 section 4.2: `scope`; `scp` by Azure and Okta)."""
        found: list[str] = []
        for claim in ("scope", "scp", "scopes", "permissions"):
            value = self.claims.get(claim)
            if isinstance(value, str):
                found += value.split()
            elif isinstance(value, list):
                found += [str(item) for item in value]
        return tuple(found)

    @property
    def audience(self) -> tuple[str, ...]:
        """The audiences, one or many (section 4.1.3)."""
        value = self.claims.get("aud")
        if isinstance(value, list):
            return tuple(str(item) for item in value)
        return (str(value),) if value is not None else ()


def _part(text: str) -> dict[str, Any] | None:
    try:
        raw = binascii.a2b_base64(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))
        data = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def read(text: str) -> Token | None:
    """A compact token's header and claims, or None where the text is none."""
    parts = text.strip().split(".")
    if len(parts) not in (3, 5) or len(text) > 1_000_000:
        return None
    header = _part(parts[0])
    if header is None:
        return None
    claims = _part(parts[1]) if len(parts) == 3 else {}
    return None if claims is None else Token(text.strip(), header, claims)


def find(text: str) -> Token | None:
    """The first token that stands in a text."""
    for found in SHAPE.finditer(text):
        if token := read(found.group()):
            return token
    return None
