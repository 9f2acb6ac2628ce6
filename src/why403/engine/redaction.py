"""A copy free of secrets, and the proof that it still explains the same: the input explained, the copy explained, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..readers import har
from ..readers.choose import as_text, read_bytes
from ..writers.redact import Copy, Left, Progress, Wishes, copy_of_har, copy_of_text
from ..writers.redact.cases import strings
from .explain import explain

if TYPE_CHECKING:
    from datetime import datetime
    from mmap import mmap

    from ..model import Case, Report


class Redaction(NamedTuple):
    """A copy, what was removed for it, and what the input and the copy explain."""

    data: bytes
    removed: dict[str, tuple[int, int]]  # by kind: different values, places
    unsought: int  # values too short or too plain to be looked for beyond the places that name them
    before: tuple[str, ...]  # a line for each finding of the input
    after: tuple[str, ...]  # and of the copy

    @property
    def same(self) -> bool:
        """Whether the copy explains the same: cause, layer, product and confidence of every finding."""
        return self.before == self.after


def redaction(
    data: bytes | mmap,
    name: str,
    key: bytes,
    wishes: Wishes,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Redaction:
    """The copy of an input of any kind. `key` is random, 16 bytes or more, and used once.

    Raises:
        UnreadableInput: It cannot be read, or is too large.
        Left: A removed value is left in the copy: then there is none.
    """
    case = _read(data, name)
    before = verdicts(explain(case, now))
    copy = _copy(data, case, name, key, wishes, progress)
    done = b"".join(copy.chunks)
    again = _read(done, name)
    if case.kind != "har":
        _looked_through(again, copy, name)
    return Redaction(done, copy.removed, copy.unsought, before, verdicts(explain(again, now)))


def _read(data: bytes | mmap, name: str) -> Case:
    return har.read_bytes(data, name) if har.likeness_bytes(data) > 0.5 else read_bytes(bytes(data[:]), name)


def _copy(data: bytes | mmap, case: Case, name: str, key: bytes, wishes: Wishes, progress: Progress | None) -> Copy:
    start = bytes(data[:4])
    if har.likeness_bytes(data) > 0.5:
        if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
            data = bytes(data[:]).decode("utf-16", "replace").encode()
        view = memoryview(data)[3 if start[:3] == b"\xef\xbb\xbf" else 0 :]
        if copy := copy_of_har(view, name, key, wishes, progress or (lambda _: None)):
            return copy
        del view
    return copy_of_text(as_text(bytes(data[:]), name), case, name, key, wishes)


def _looked_through(case: Case, copy: Copy, name: str) -> None:
    """What a reader makes of the copy holds no removed value either: quoting can hide one from a search of the text."""
    for text in strings(case):
        if copy.check(text):
            raise Left(
                "a removed value can still be read out of the copy, so nothing was written",
                name,
                "Write the command with plain quotation marks, or give the part around the refusal alone",
            )


def verdicts(report: Report) -> tuple[str, ...]:
    """A line for each finding: which refusal, how sure, which cause, who."""
    lines = []
    for refusal in report.refusals:
        seen = refusal.exchange
        place = f"entry {seen.index}: " if len(report.refusals) > 1 and seen.index is not None else ""
        for finding in refusal.findings:
            by = f" by {finding.product}" if finding.product else ""
            lines.append(f"{place}{finding.confidence} {finding.cause} in {finding.layer}{by}")
    return tuple(lines)
