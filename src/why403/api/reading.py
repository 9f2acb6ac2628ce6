"""`why403.token(x)`: what tokens say."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime

from .explaining import case_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..tokens.examine import Examination, Examined
    from ..tokens.keys import VerifyKey


class Tokens:
    """What the tokens of an input say; shows itself as the terminal does."""

    __slots__ = ("examination",)

    def __init__(self, examination: Examination) -> None:
        self.examination = examination

    @property
    def tokens(self) -> tuple[Examined, ...]:
        """Each token, read and judged."""
        return self.examination.tokens

    @property
    def sound(self) -> bool:
        """Whether nothing speaks against any of them."""
        return self.examination.sound

    def to_dict(self, *, mask_claims: bool = False) -> dict[str, Any]:
        """The answer as plain data, schema why403.token/1."""
        from ..render.token import data

        return data(self.examination, mask_claims=mask_claims)

    def __str__(self) -> str:
        """The answer as plain text."""
        from ..render.terminal import text
        from ..render.token import lines

        return text(lines(self.examination))

    def __repr__(self) -> str:
        return f"<why403.Tokens: {len(self.tokens)}, {'sound' if self.sound else 'not sound'}>"


def token(
    x: object,
    *,
    now: datetime | None = None,
    key: str | bytes | None = None,
    secret: str | bytes | None = None,
    against: Mapping[str, object] | Sequence[str] = (),
) -> Tokens:
    """Read tokens: what they say, whether they are in date, for whom, and whether they are sound.

    Args:
        x: A token, a header line, a token endpoint's answer; or whatever `explain` takes, for the tokens in it.
        now: The time to judge by; that of the input, else the clock's, unless given.
        key: A public key, certificate, JWK or JWKS (its text, PEM or JSON) to check the signature with.
        secret: The shared secret to check it with.
        against: What is required: {"aud": ..., "scope": [...], "claim": {...}}, or words as `aud=...`.

    Returns:
        The answer. `print()` shows it as the terminal does.

    Raises:
        UnreadableInput: The input or the key cannot be read.
        BadCall: Both key and secret, a requirement that is none, or joserfc is not installed.
    """
    from ..model import BadCall
    from ..tokens import against as requirements
    from ..tokens import keys
    from ..tokens.carried import of_case, of_text
    from ..tokens.examine import examine

    if key is not None and secret is not None:
        raise BadCall("one key at a time", "token", "Give key or secret")
    known: tuple[VerifyKey, ...] = ()
    if key is not None:
        known = keys.from_file(key.encode() if isinstance(key, str) else key, "key")
    elif secret is not None:
        known = (keys.from_secret(secret.encode() if isinstance(secret, str) else secret),)
    if isinstance(against, str | bytes):
        raise BadCall("a list of requirements or a mapping is expected", "against", "against=['aud=...']")
    wanted = (
        requirements.from_data(dict(against), "against")
        if isinstance(against, Mapping)
        else tuple(requirements.parse(word) for word in against)
    )
    named = isinstance(x, str) and "\n" not in x and len(x) < 1024 and os.path.isfile(x)
    found = of_text(x) if isinstance(x, str) and x.strip() and not named else None
    carried = [(item, None) for item in found] if found is not None else of_case(case_of(x))
    if now is not None:
        carried = [(item, None) for item, _ in carried]
    return Tokens(examine("input", carried, now or datetime.now(UTC), known, wanted))
