"""`why403.redact(x)`: a copy without secrets."""

from __future__ import annotations

import os
from datetime import UTC, datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..engine.redaction import Redaction


def redact(
    x: str | bytes | os.PathLike[str], *, personal: bool = False, hide_claims: bool = False, now: datetime | None = None
) -> Redaction:
    """Make a copy without secrets that still explains the same.

    Args:
        x: A path, or the text or bytes of a HAR, a curl command, a transcript, raw HTTP, a log, an error.
        personal: Whether e-mail and IP addresses, telephone numbers and names are removed, too.
        hide_claims: Whether of a JWT's claims only exp, nbf and iat are kept.
        now: The time by which expiry is judged where the input carries none; the clock's unless given.

    Returns:
        The copy (`.data`), how many values of which kind were removed (`.removed`), what the input and the copy explain
        (`.before`, `.after`), and whether that is the same (`.same`).

    Raises:
        UnreadableInput: The input cannot be read.
        BadCall: A path that cannot be opened.
        Why403Error: A removed value is left in the copy; the copy is withheld.
    """
    import secrets

    from ..engine.redaction import redaction
    from ..model import BadCall
    from ..writers.redact import Wishes

    name = "text"
    if isinstance(x, os.PathLike) or (isinstance(x, str) and "\n" not in x and len(x) < 4096 and os.path.isfile(x)):
        name = os.path.basename(x)
        try:
            with open(x, "rb") as file:
                data = file.read()
        except OSError as fault:
            raise BadCall(
                fault.strerror or "cannot be read", os.fspath(x), "Check the name and its permissions"
            ) from None
    else:
        data = x.encode("utf-8", "surrogateescape") if isinstance(x, str) else bytes(x)
    return redaction(data, name, secrets.token_bytes(32), Wishes(personal, hide_claims), now or datetime.now(UTC))
