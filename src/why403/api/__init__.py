"""From Python: what the verbs of the command line do, as functions. Each is imported when it is asked for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .addressing import Admission as Admission
    from .addressing import ip as ip
    from .contrasting import Contrast as Contrast
    from .contrasting import diff as diff
    from .converting import convert as convert
    from .explaining import Explanation as Explanation
    from .explaining import case_of as case_of
    from .explaining import explain as explain
    from .opening import Opened as Opened
    from .opening import open_sealed as open_sealed
    from .probing import Proved as Proved
    from .probing import aprobe as aprobe
    from .probing import probe as probe
    from .reading import Tokens as Tokens
    from .reading import token as token
    from .redacting import redact as redact
    from .signing import Signature as Signature
    from .signing import sign as sign

HOMES = {
    "Explanation": "explaining",
    "case_of": "explaining",
    "explain": "explaining",
    "convert": "converting",
    "Contrast": "contrasting",
    "diff": "contrasting",
    "Proved": "probing",
    "aprobe": "probing",
    "probe": "probing",
    "Tokens": "reading",
    "token": "reading",
    "redact": "redacting",
    "Signature": "signing",
    "sign": "signing",
    "Admission": "addressing",
    "ip": "addressing",
    "Opened": "opening",
    "open_sealed": "opening",
}


def __getattr__(name: str) -> object:
    """A function or its answer's class, from its module."""
    if name in HOMES:
        return getattr(__import__(f"{__name__}.{HOMES[name]}", fromlist=(name,)), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
