"""Times in words."""

from __future__ import annotations

from datetime import UTC, datetime

SIZES = ((31_536_000, "y"), (86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def span(seconds: float) -> str:
    """A length of time by its two largest units: "3 h 12 min", "45 s"."""
    rest = int(abs(seconds))
    for at, (size, unit) in enumerate(SIZES):
        if rest >= size:
            count, rest = divmod(rest, size)
            if at + 1 < len(SIZES):
                smaller, name = SIZES[at + 1]
                if more := rest // smaller:
                    return f"{count} {unit} {more} {name}"
            return f"{count} {unit}"
    return "0 s"


def stamp(at: datetime) -> str:
    """A moment in UTC as it is read: "2026-11-20 10:00:00Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def moment(value: object) -> datetime | None:
    """A NumericDate (RFC 7519, section 2) as a date; None for what is none, or lies beyond the calendar."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
