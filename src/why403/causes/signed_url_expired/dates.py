"""The dates of presigned links."""

from __future__ import annotations

from datetime import UTC, datetime


def basic_date(text: str) -> datetime | None:
    """ISO 8601 basic format in UTC ("20261120T100000Z"), or None."""
    if len(text) != 16 or not text.endswith("Z"):
        return None
    try:
        digits = text[:8] + text[9:15]
        parts = [int(digits[:4]), *(int(digits[at : at + 2]) for at in range(4, 14, 2))]
        return datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], tzinfo=UTC)
    except ValueError:
        return None
