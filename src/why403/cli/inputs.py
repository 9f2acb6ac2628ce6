"""What the user has, as a Case: a file, standard input, or the text itself as an argument."""

from __future__ import annotations

import os
import sys

from ..model import BadCall, Case, UnreadableInput
from ..readers.choose import read_bytes, read_text
from ..readers.files import bounded, read_file

MOST = 1 << 30  # bytes that are taken from standard input


def read_input(word: str) -> Case:
    """A path, "-" or the pasted text itself. Raises BadCall or UnreadableInput."""
    if word == "-":
        return read_bytes(bounded(sys.stdin.buffer.read(MOST)), "-")
    if "\n" not in word and len(word) < 4096 and os.path.exists(word):
        return read_file(word)
    if _looks_like_path(word):
        raise BadCall(
            "there is no such file", word, "Give a file, '-' for standard input, or the text itself in quotes"
        )
    return read_text(word, "text")


def _looks_like_path(word: str) -> bool:
    if " " in word.strip() or "\n" in word or word.lstrip()[:1] in "{[<":
        return False
    return word.startswith(("./", "/", "~", "../")) or word.rpartition(".")[2].lower() in (
        "har", "txt", "log", "json", "html", "xml", "curl", "conf", "http", "md",
    )  # fmt: skip


def with_more(case: Case, paths: list[str]) -> Case:
    """The case with what other files know of the same refusal. Raises BadCall or UnreadableInput."""
    for path in paths:
        if not os.path.exists(path):
            raise BadCall("there is no such file", path, "--with takes files: a log, a configuration, a working twin")
        try:
            more = read_file(path)
        except UnreadableInput as fault:
            raise UnreadableInput(fault.message, path, fault.hint) from None
        name = os.path.basename(path)
        notes = tuple(note._replace(where=name) if note.where in ("text", "log") else note for note in more.notes)
        base = max((exchange.index or 0 for exchange in case.exchanges), default=0) + 1
        others = tuple(
            exchange._replace(index=base + at, facts=(*exchange.facts, ("file", name)))
            for at, exchange in enumerate(more.exchanges)
            if exchange.request or exchange.response
        )
        twins = others if more.kind not in ("text", "log", "json") else ()
        case = case._replace(
            exchanges=case.exchanges + twins, notes=case.notes + notes, remarks=case.remarks + more.remarks
        )
    return case
