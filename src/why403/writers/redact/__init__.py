"""A copy of what the user has, free of secrets, that still explains the same.

Strategy: every part of the input is redacted by what it is (`walk`), and what is taken out is noted (`ledger`). Then the
result is looked through for each removed value in every spelling (`sweep`): the parts in which one is left are gone
through once more, and if one is left even then, there is no copy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ...model import Case, UnreadableInput, Why403Error
from .hand import Wishes
from .ledger import Ledger

__all__ = ["Copy", "Left", "Wishes", "copy_of_har", "copy_of_text"]

MOST_TEXT = 256 << 20  # letters of a text; a HAR is read entry by entry and may be larger
_QUOTED = re.compile(
    r"['\"\\$`^!]"
)  # letters that a shell's quoting disguises: a pass over the text would see parts of the value
Progress = Callable[[int], None]


class Left(Why403Error):
    """A removed value is still in the copy: there will be none. Says where, never what."""


class Copy(NamedTuple):
    """The copy, and what was removed for it."""

    chunks: tuple[bytes, ...]
    removed: dict[str, tuple[int, int]]  # by kind: different values, places
    unsought: int  # values too short or too plain to be looked for beyond the places that name them
    check: Callable[[str], bool]  # whether a text holds a removed value


def _no_progress(_: int) -> None:
    return None


def copy_of_har(
    data: bytes | memoryview, name: str, key: bytes, wishes: Wishes, progress: Progress = _no_progress
) -> Copy | None:
    """The copy of a HAR; None where it is no JSON of that shape, so that it has to be read as text.

    `key` is fresh for each run. `progress` is told the number of bytes that are done.

    Raises Left where a removed value is left.
    """
    import msgspec

    from . import har
    from .sweep import Sweep, everywhere
    from .walk import Redactor

    ledger = Ledger(key)
    redactor = Redactor(ledger, wishes)
    chunks: list[bytes] = []
    walked: list[int] = []
    done = 0
    try:
        for raw, value in har.pieces(data):
            if value:
                walked.append(len(chunks))
                chunks.append(har.rewritten(raw, lambda node: har.entry(redactor, node)))
            else:
                chunks.append(raw)
            done += len(raw)
            progress(done)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    sweep = Sweep(ledger)
    for at in walked:
        if sweep.hits(chunks[at]):
            chunks[at] = har.rewritten(chunks[at], lambda node: everywhere(node, sweep.clean))
            if left := sweep.hits(chunks[at]):
                raise _left(name, f"part {walked.index(at)}", left[0].form)
    return _finished(chunks, ledger, lambda text: bool(sweep.hits(text.encode("utf-8", "surrogatepass"))))


def copy_of_text(text: str, case: Case | None, name: str, key: bytes, wishes: Wishes) -> Copy:
    """The copy of any text: a command, a transcript, raw HTTP, a log, an error.

    `case` is what a reader made of it: what that holds as a header, a cookie, a parameter is sought in the text in every
    spelling, so that a shell's quoting hides nothing.

    Raises UnreadableInput for what is too large, Left where a removed value is left.
    """
    from .cases import learn
    from .sweep import Sweep
    from .walk import Redactor

    if len(text) > MOST_TEXT:
        raise UnreadableInput(
            f"{len(text) >> 20} million letters are too many", name, "Give the part around the refusal"
        )
    ledger = Ledger(key)
    redactor = Redactor(ledger, wishes)
    if case is not None:
        learn(redactor, case)
        ledger.places.clear()
        text = Sweep(ledger, lambda value: _QUOTED.search(value) is not None).clean(text)
    text = redactor.text(text)
    sweep = Sweep(ledger)
    text = sweep.clean(text)
    data = text.encode("utf-8", "surrogatepass")
    if left := sweep.hits(data):
        line = data.count(b"\n", 0, left[0].start) + 1
        raise _left(name, f"line {line}", left[0].form)
    return _finished([data], ledger, lambda more: bool(sweep.hits(more.encode("utf-8", "surrogatepass"))))


def _left(name: str, where: str, form: str) -> Left:
    how = {"written": "as it was or escaped", "base64": "in base64"}.get(form, "in hexadecimal digits")
    return Left(
        f"a removed value is left at {where} ({how}), so nothing was written",
        name,
        "Give the part around the refusal alone",
    )


def _finished(chunks: Iterable[bytes], ledger: Ledger, check: Callable[[str], bool]) -> Copy:
    return Copy(tuple(chunks), ledger.counts(), ledger.unsought, check)
