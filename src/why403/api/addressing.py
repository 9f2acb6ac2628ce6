"""`why403.ip(address)`: which entry of which list decides about an address."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..render.address import Answers
    from ..rules.addresses import Judgement as ListJudgement


class Admission:
    """What lists say of an address; shows itself as the terminal does."""

    __slots__ = ("answers",)

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    @property
    def let_in(self) -> bool:
        """Whether no list refuses it."""
        return self.answers.verdict.let_in

    @property
    def judgements(self) -> tuple[ListJudgement, ...]:
        """What each list says, and which entry decides."""
        return self.answers.judgements

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data, schema why403.ip/1."""
        from ..render.address import data

        return data(self.answers)

    def __str__(self) -> str:
        """The answer as plain text."""
        from ..render.address import lines
        from ..render.terminal import text

        return text(lines(self.answers))

    def __repr__(self) -> str:
        return f"<why403.Admission: {self.answers.verdict.why}>"


def ip(
    asked: str,
    lists: Iterable[str] = (),
    *,
    allow: Iterable[str] = (),
    block: Iterable[str] = (),
    trusted: Iterable[str] = (),
) -> Admission:
    """Judge an address by lists in files. Nothing is sent.

    Args:
        asked: An address, or a field of forwarded addresses ("X-Forwarded-For: a, b").
        lists: Files of any known form.
        allow: Files that are allowlists.
        block: Files that are blocklists.
        trusted: Networks of proxies whose field of forwarded addresses is believed.

    Returns:
        What each list says, and which entry decides. `print()` shows it as the terminal does.

    Raises:
        BadCall: No address, or a file that cannot be opened.
        UnreadableInput: A file that is no list of a known form.
    """
    from ..render.address import Answers
    from ..rules.addresses import judge, source, special, verdict
    from ..rules.addresses.forwarded import client

    address, chain = client(asked, tuple(trusted))
    files = [(path, "") for path in lists] + [(path, "allow") for path in allow] + [(path, "block") for path in block]
    found = judge(address, [source(path, means) for path, means in files])
    return Admission(Answers(address, special(address), found, (), verdict(found), chain))
