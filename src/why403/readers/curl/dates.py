"""The time of --time-cond, in the forms that curl reads; the caller keeps what is no date as the name of a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from why403.model.patterns import Pattern

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ZONES = {"gmt": 0, "utc": 0, "z": 0, "wet": 0, "bst": 60, "cet": 60, "met": 60, "cest": 120, "mest": 120, "eet": 120}
_ZONES |= {"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420}
_TOKEN = Pattern(r"([A-Za-z]+)|(\d{1,2}):(\d{2})(?::(\d{2}))?|(\d+)")


def http_date(text: str) -> str | None:
    """The date in HTTP's form, or None where curl would not read the text as a date."""
    found = _read(text) if len(text) < 200 else None
    if found is None:
        return None
    return (
        f"{_DAYS[found.weekday()].title()}, {found.day:02} {_MONTHS[found.month - 1].title()} {found:%Y %H:%M:%S} GMT"
    )


def _read(text: str) -> datetime | None:
    """Curl's own reading: tokens in any order, each taken for what it can still be."""
    day = month = year = zone = None
    clock: tuple[int, int, int] | None = None
    wants_year = False
    for match in _TOKEN.finditer(text):
        word, hours, minutes, seconds, number = match.groups()
        if word:
            low = word.lower()
            if low in _DAYS or low in _LONG_DAYS:
                continue
            if low in _MONTHS and month is None:
                month = _MONTHS.index(low) + 1
            elif low in _ZONES and zone is None:
                zone = _ZONES[low]
            else:
                return None
            continue
        if hours:
            if clock is not None:
                return None
            clock = (int(hours), int(minutes), int(seconds or 0))
            continue
        value = int(number[:9])
        before = text[match.start() - 1 : match.start()]
        if before in ("+", "-") and len(number) == 4 and value <= 1400 and zone is None:
            zone = (value // 100 * 60 + value % 100) * (1 if before == "+" else -1)
        elif len(number) == 8 and year is None and month is None and day is None:
            year, month, day = value // 10000, value // 100 % 100, value % 100
        elif not wants_year and day is None and 0 < value < 32:
            day, wants_year = value, True
        elif year is None and (wants_year or day is None):
            year = value + (0 if value > 99 else 1900 if value > 70 else 2000)
            wants_year = day is not None
        else:
            return None
    if day is None or month is None or year is None:
        return None
    try:
        return datetime(year, month, day, *(clock or (0, 0, 0)), tzinfo=UTC) - timedelta(minutes=zone or 0)
    except (ValueError, OverflowError):
        return None
