"""Who refused this request, by which rule, and what is the smallest change that gets it through?"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .api import (
        Admission,
        Contrast,
        Explanation,
        Opened,
        Proved,
        Signature,
        Tokens,
        aprobe,
        convert,
        diff,
        explain,
        ip,
        open_sealed,
        probe,
        redact,
        sign,
        token,
    )
    from .engine.redaction import Redaction
    from .model import BadCall, Case, Exchange, Headers, Note, Request, Response, UnreadableInput, Why403Error
    from .writers.formats import Conversion

__all__ = [
    "Admission",
    "BadCall",
    "Case",
    "Contrast",
    "Conversion",
    "Exchange",
    "Explanation",
    "Headers",
    "Note",
    "Opened",
    "Proved",
    "Redaction",
    "Request",
    "Response",
    "Signature",
    "Tokens",
    "UnreadableInput",
    "Why403Error",
    "aprobe",
    "convert",
    "diff",
    "explain",
    "ip",
    "open_sealed",
    "probe",
    "redact",
    "sign",
    "token",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: `import why403` alone stays cheap."""
    if (
        name in (homes := __import__(f"{__name__}.api", fromlist=("HOMES",))).HOMES
    ):  # `from . import api` would come back here
        return getattr(homes, name)
    if name == "Redaction":
        from .engine import redaction

        return redaction.Redaction
    if name == "Conversion":
        from .writers import formats

        return formats.Conversion
    if name in __all__:
        from . import model

        return getattr(model, name)
    raise AttributeError(f"module 'why403' has no attribute {name!r}")
