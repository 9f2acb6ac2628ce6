"""`why403.sign(x)`: which part of a signed request breaks its signature."""

from __future__ import annotations

from datetime import datetime

from .explaining import case_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..engine.signature import Judgement


class Signature:
    """A judged signature: `print()` shows it as the terminal does."""

    __slots__ = ("judgement",)

    def __init__(self, judgement: Judgement) -> None:
        self.judgement = judgement

    @property
    def sound(self) -> bool | None:
        """Whether it is right for the request as shown; None where that cannot be known without the key."""
        return self.judgement.sound

    @property
    def part(self) -> str | None:
        """The part that breaks it (method, path, query, header:NAME, payload, key, ...); None where none is named."""
        return self.judgement.faults[0].part if self.judgement.faults else None

    def to_dict(self) -> dict[str, Any]:
        """The judgement as plain data, schema why403.sign/1."""
        from ..render.signature import data

        return data(self.judgement)

    def __str__(self) -> str:
        """The judgement as plain text."""
        from ..render.signature import lines
        from ..render.terminal import text

        return text(lines(self.judgement))

    def __repr__(self) -> str:
        return f"<why403.Signature: {'right' if self.sound else self.part or 'nothing wrong can be seen'}>"


def sign(
    x: object,
    *,
    credentials: tuple[str, str] | tuple[str, str, str] | None = None,
    recipe: str | None = None,
    secret: str | None = None,
    now: datetime | None = None,
    show_secrets: bool = False,
) -> Signature:
    """Say which part of a signed request breaks its signature: AWS Signature V4, or an HMAC scheme by recipe.

    Args:
        x: What `explain` takes.
        credentials: Access key id, secret and perhaps session token: then a signer's mistakes are found, too.
        recipe: The HMAC scheme (`why403 sign --recipes`); recognised by its header unless given.
        secret: The secret of the HMAC scheme.
        now: The time by which ages are judged where the input carries none.
        show_secrets: Whether tokens, keys and signatures are left unmasked; the key and the secret never are.

    Returns:
        The judgement.

    Raises:
        UnreadableInput: The input cannot be read, or shows no signed request.
        BadCall: A path that cannot be opened, or no such recipe.
    """
    from ..engine.signature import judge
    from ..rules.sigv4 import Credentials

    keys = Credentials(*credentials) if credentials else None
    return Signature(
        judge(case_of(x), lambda _: keys, recipe=recipe, secret=secret, now=now, strict=now, show_secrets=show_secrets)
    )
