"""`why403.diff(a, b)`: what differs between a request that works and one that fails."""

from __future__ import annotations

from datetime import UTC, datetime

from .explaining import case_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..engine.difference import Comparison
    from ..evidence.difference import Row


class Contrast:
    """What differs between two requests; shows itself as the terminal does, a notebook as text."""

    __slots__ = ("comparison",)

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    @property
    def rows(self) -> tuple[Row, ...]:
        """The differences that can matter, the most telling first."""
        return self.comparison.rows

    @property
    def same(self) -> bool:
        """Whether nothing differs that requests are refused for."""
        return not self.rows

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain data, schema why403.diff/1."""
        from ..render.difference import data

        return data(self.comparison)

    def __str__(self) -> str:
        """The comparison as plain text."""
        from ..render.difference import lines
        from ..render.terminal import text

        return text(lines(self.comparison, whole=True))

    def __repr__(self) -> str:
        return f"<why403.Contrast: {self.rows[0].title if self.rows else 'nothing differs that matters'}>"


def diff(
    working: object, failing: object = None, *, now: datetime | None = None, show_secrets: bool = False
) -> Contrast:
    """Compare a request that works with one that fails.

    Args:
        working: What `explain` takes.
        failing: The same; without it `working` holds both, and a refused request is compared with the closest that was let through.
        now: The time by which expiry is judged where an exchange carries none; the clock's unless given.
        show_secrets: Whether tokens, cookies, keys and signatures are left unmasked.

    Returns:
        The differences, and what was left out. `print()` shows it as the terminal does.

    Raises:
        UnreadableInput: An input cannot be read, or holds no request.
        BadCall: A path that cannot be opened, or it does not show which two requests are meant.
    """
    from ..engine.difference import difference

    other = None if failing is None else case_of(failing)
    return Contrast(difference(case_of(working), other, now or datetime.now(UTC), show_secrets=show_secrets))
