"""Header fields as they came: order, case and repetition kept (RFC 9110, section 5)."""

from __future__ import annotations

from collections.abc import Iterable


class Headers(tuple[tuple[str, str], ...]):
    """Pairs of name and value, in the order in which they came; looked up without regard to case."""

    __slots__ = ()

    def __new__(cls, fields: Iterable[tuple[str, str]] = ()) -> Headers:
        """Take any iterable of (name, value) pairs."""
        return super().__new__(cls, tuple((name, value) for name, value in fields))

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of this field, in order."""
        wanted = name.lower()
        return tuple(value for field, value in self if field.lower() == wanted)

    def first(self, name: str) -> str | None:
        """The first value of this field, or None where the field is absent."""
        wanted = name.lower()
        for field, value in self:
            if field.lower() == wanted:
                return value
        return None

    def has(self, name: str) -> bool:
        """Whether the field is there at all, empty or not."""
        return self.first(name) is not None

    def without(self, *names: str) -> Headers:
        """A copy that lacks these fields."""
        gone = {name.lower() for name in names}
        return Headers(pair for pair in self if pair[0].lower() not in gone)

    def put(self, name: str, value: str) -> Headers:
        """A copy with this field set once: in the place where it first stood, else at the end."""
        wanted = name.lower()
        fields: list[tuple[str, str]] = []
        done = False
        for field, old in self:
            if field.lower() != wanted:
                fields.append((field, old))
            elif not done:
                fields.append((field, value))
                done = True
        if not done:
            fields.append((name, value))
        return Headers(fields)
