"""`why403.explain(x)`: a refusal explained, from whatever is at hand."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from ..model import Case, Exchange, Refusal, Report, UnreadableInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Explanation:
    """A report that shows itself: `print()` as the terminal does, a notebook as HTML."""

    __slots__ = ("report",)

    def __init__(self, report: Report) -> None:
        self.report = report

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What was refused, the most telling first."""
        return self.report.refusals

    @property
    def cause(self) -> str | None:
        """The first finding's cause; None where nothing was refused."""
        return self.refusals[0].findings[0].cause if self.refusals else None

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, schema why403.report/1."""
        from ..render.as_json import data

        return data(self.report)

    def __str__(self) -> str:
        """The report as plain text."""
        from ..render.terminal import plain

        return plain(self.report)

    def __repr__(self) -> str:
        return f"<why403.Explanation: {self.cause or 'nothing was refused'}>"

    def _repr_html_(self) -> str:
        from ..render.html import fragment

        return fragment(self.report)


def case_of(x: object) -> Case:
    """A Case of whatever is at hand. Raises UnreadableInput where it cannot be one, BadCall for a path that is not there."""
    if isinstance(x, Case):
        return x
    if isinstance(x, Exchange):
        return Case("exchange", "object", (x,))
    if isinstance(x, os.PathLike):
        from ..readers.files import read_file

        return read_file(os.fspath(x))
    if isinstance(x, bytes | bytearray | memoryview):
        from ..readers.choose import read_bytes

        return read_bytes(bytes(x))
    if isinstance(x, str):
        from ..readers.choose import read_text
        from ..readers.files import read_file

        return read_file(x) if "\n" not in x and len(x) < 4096 and os.path.isfile(x) else read_text(x, "text")
    from ..readers.objects import from_object

    case = from_object(x)
    if case is None:
        kind = type(x).__name__
        raise UnreadableInput(
            f"nothing to explain in a {kind}", "explain", "Give a response, an exception, text or a path"
        )
    return case


def explain(
    x: object, *, now: datetime | None = None, show_secrets: bool = False, key: str | None = None
) -> Explanation:
    """Explain a refusal.

    Args:
        x: A response or exception of requests, httpx, niquests, aiohttp or urllib3; an Exchange or Case; text, bytes or a path.
        now: The time by which expiry is judged where the input carries none; the clock's unless given.
        show_secrets: Whether tokens, cookies, keys and signatures are left unmasked.
        key: The key, or keys apart by commas, that opens the sealed explanation of a guard's refusal; that of the environment's
            WHY403_SEAL_KEY unless given.

    Returns:
        The report. `print()` shows it as the terminal does; a notebook shows it as HTML.

    Raises:
        UnreadableInput: The input cannot be read.
        BadCall: A path that cannot be opened.
    """
    from ..engine.explain import explain as explain_case

    case, now = case_of(x), now or datetime.now(UTC)
    if key := key or os.environ.get("WHY403_SEAL_KEY"):
        from ..seal import opened

        case = opened(case, key, int(now.timestamp()))
    return Explanation(explain_case(case, now, show_secrets=show_secrets))
