"""The one place at which a report's secrets are masked, whatever it is rendered to."""

from __future__ import annotations

from ..model import Case, Evidence, Headers, Report
from ..writers.mask import masker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def mask(report: Report, case: Case) -> Report:
    """A copy of the report without the case's secrets in any of its strings."""
    masked: Report = walked(report, masker(case))
    return masked


def walked(whole: Any, clean: Callable[[str], str]) -> Any:
    """A copy of nested tuples with every string and body cleaned that may quote the input."""
    notes = {"source", "see", "knowledge", "cause", "layer", "product", "confidence", "mends", "outcome", "id"}

    def walk(value: Any, name: str = "") -> Any:
        if isinstance(value, str):
            return value if name in notes else clean(value)
        if isinstance(value, bytes):  # a body
            text = value.decode("utf-8", "surrogateescape")
            return value if (told := clean(text)) == text else told.encode("utf-8", "surrogateescape")
        if isinstance(value, Evidence) and not value.quote:
            return value
        if isinstance(value, Headers):
            return Headers((key, clean(text)) for key, text in value)
        if isinstance(value, tuple):
            fields = getattr(value, "_fields", None)
            if fields:
                return type(value)(*(walk(item, field) for item, field in zip(value, fields, strict=True)))
            return tuple(walk(item, name) for item in value)
        return value

    return walk(whole)
