"""A token out of the first bytes of a body: of a form, of multipart, of JSON. What lies beyond those bytes is never looked at."""

from __future__ import annotations

import json
import re

from ..model.url import query_pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "application/json", "text/plain")


def kind_of(content_type: str | None) -> str:
    """The media type alone, lowered."""
    return (content_type or "").partition(";")[0].strip().lower()


def may_hold(content_type: str | None) -> bool:
    """Whether a body of this type can carry a field."""
    return kind_of(content_type) in FORMS


def token_in(data: bytes, content_type: str | None, field: str) -> str | None:
    """The field's value, or None. Fields of server actions have a number before their name: `1_csrf_token`."""
    kind = kind_of(content_type)
    if kind == "application/x-www-form-urlencoded":
        pairs = query_pairs(data.decode("latin-1"), 1000)
        return next((value for name, value in pairs if _is(name, field)), None)
    if kind == "multipart/form-data":
        return _multipart(data, content_type or "", field)
    return _json(data, field)


def _is(name: str, field: str) -> bool:
    return name == field or (name.endswith("_" + field) and name[: -len(field) - 1].isdecimal())


def _json(data: bytes, field: str) -> str | None:
    """A member of the object, or of the first object of an array (the arguments of a server action)."""
    try:
        held: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if isinstance(held, list):
        held = next((each for each in held[:8] if isinstance(each, dict)), None)
    value = held.get(field) if isinstance(held, dict) else None
    return value if isinstance(value, str) else None


def _multipart(data: bytes, content_type: str, field: str) -> str | None:
    from python_multipart.exceptions import MultipartParseError
    from python_multipart.multipart import MultipartParser, parse_options_header

    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary or len(boundary) > 200:
        return None
    part = _Part(field)
    parser = MultipartParser(boundary, part.callbacks())  # type: ignore[arg-type]  # a mapping of its own names
    try:
        parser.write(data)
    except MultipartParseError:
        return None  # what came before is not taken either: two readers may differ on it
    return part.found


class _Part:
    """Listens to the parser for the one field."""

    def __init__(self, field: str) -> None:
        self.field, self.found = field, None
        self.name, self.value, self.header, self.worth = b"", b"", b"", b""

    def callbacks(self) -> dict[str, Any]:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin, "on_part_data": self._data, "on_part_end": self._end,
            "on_header_field": self._field, "on_header_value": self._value, "on_header_end": self._header_end,
        }  # fmt: skip

    found: str | None

    def _begin(self) -> None:
        self.name = self.value = self.header = self.worth = b""

    def _field(self, data: bytes, start: int, end: int) -> None:
        self.header += data[start:end]

    def _value(self, data: bytes, start: int, end: int) -> None:
        self.worth += data[start:end]

    def _header_end(self) -> None:
        if self.header.lower() == b"content-disposition":
            named = re.search(rb';\s*name="([^"]{0,200})"', self.worth, re.IGNORECASE)
            self.name = named.group(1) if named and b"filename" not in self.worth.lower() else b""
        self.header = self.worth = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self.name and len(self.value) < 8192:
            self.value += data[start:end]

    def _end(self) -> None:
        if self.found is None and self.name and _is(self.name.decode("latin-1"), self.field):
            self.found = self.value.decode("latin-1")
