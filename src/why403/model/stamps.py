"""Times as logs and answers write them, as aware datetimes. A stamp without a zone is read as UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from .patterns import Pattern

MONTHS = {
    name: at
    for at, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
ISO = Pattern(
    r"\b(20[0-3]\d)[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,]\d{1,9})?\s?(Z|UTC|GMT|[+-]\d\d:?\d\d)?"
)
COMMON = Pattern(r"\b(\d\d)/([A-Z][a-z]{2})/(20[0-3]\d):(\d\d):(\d\d):(\d\d) ([+-]\d{4})")
HTTP = Pattern(r"\b[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (20[0-3]\d) (\d\d):(\d\d):(\d\d) (?:GMT|UTC)")
ERROR = Pattern(r"\b[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.\d{1,6})? (20[0-3]\d)")


def _zone(text: str | None) -> timezone:
    if not text or text in ("Z", "UTC", "GMT"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def find(text: str) -> datetime | None:
    """The first stamp in a text, or None."""
    if not ("20" in text and ":" in text):
        return None
    found: list[tuple[int, datetime]] = []
    try:
        if ("-" in text or "/" in text) and (hit := ISO.search(text)):
            year, month, day, hour, minute, second = (int(part) for part in hit.groups()[:6])
            found.append((hit.start(), datetime(year, month, day, hour, minute, second, tzinfo=_zone(hit.group(7)))))
        if "/20" in text and (hit := COMMON.search(text)):
            when = (int(hit.group(3)), MONTHS[hit.group(2).lower()], int(hit.group(1)))
            clock = (int(hit.group(4)), int(hit.group(5)), int(hit.group(6)))
            found.append((hit.start(), datetime(*when, *clock, tzinfo=_zone(hit.group(7)))))
        if ", " in text and ("GMT" in text or "UTC" in text) and (hit := HTTP.search(text)):
            when = (int(hit.group(3)), MONTHS[hit.group(2).lower()], int(hit.group(1)))
            clock = (int(hit.group(4)), int(hit.group(5)), int(hit.group(6)))
            found.append((hit.start(), datetime(*when, *clock, tzinfo=UTC)))
        if " 20" in text and (hit := ERROR.search(text)):
            when = (int(hit.group(6)), MONTHS[hit.group(1).lower()], int(hit.group(2)))
            clock = (int(hit.group(3)), int(hit.group(4)), int(hit.group(5)))
            found.append((hit.start(), datetime(*when, *clock, tzinfo=UTC)))
    except (ValueError, KeyError, OverflowError):
        pass
    return min(found)[1] if found else None
