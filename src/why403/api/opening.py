"""`why403.open_sealed(sealed)`: what a guard's sealed explanation says."""

from __future__ import annotations

from datetime import UTC, datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..seal import Explanation as Sealed


class Opened:
    """What a guard's sealed explanation says: `print()` shows it as the terminal does."""

    __slots__ = ("denial", "explanation")

    def __init__(self, explanation: Sealed, denial: str) -> None:
        self.explanation, self.denial = explanation, denial

    @property
    def cause(self) -> str:
        """The cause's id."""
        return self.explanation.cause

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain data, schema why403.open/1."""
        from ..render.seal import data

        return data(self.explanation, self.denial)

    def __str__(self) -> str:
        """The explanation as plain text."""
        from ..render.seal import lines
        from ..render.terminal import text

        return text(lines(self.explanation, self.denial))

    def __repr__(self) -> str:
        return f"<why403.Opened: {self.cause} {self.explanation.rule}>"


def open_sealed(sealed: str, *, key: str, denial: str | None = None, now: datetime | None = None) -> Opened:
    """Open the sealed explanation of a guard's refusal.

    Args:
        sealed: The value of `Why403-Seal`, or of the member `sealed`.
        key: The guard's key; several apart by commas.
        denial: The id of the denial that it came with; another's seal is refused.
        now: The time by which its expiry is judged; the clock's unless given.

    Returns:
        The explanation. `print()` shows it as the terminal does.

    Raises:
        UnreadableInput: It is no seal, was altered, belongs to another denial or key, or has expired.
        BadCall: The key is none, or cryptography is not installed.
    """
    from ..seal import named, ring, unseal

    when = int((now or datetime.now(UTC)).timestamp())
    return Opened(unseal(sealed, ring(key), when, denial), named(sealed))
