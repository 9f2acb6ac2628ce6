"""A case with its sealed explanations opened: what each holds stands beside the answer that brought it, like its own words."""

from __future__ import annotations

import re

from ..model import Case, Exchange, Headers, Note, Pattern, Why403Error
from .keys import Ring, ring
from .sealed import unseal

SEAL, DENIAL = "why403-seal", "why403-denial"
OPENED = "Why403-Seal#opened"  # the place that evidence names
MOST = 200  # seals of one input
CARRIED = Pattern(r'(?:why403-seal["\']?\s*[:=]\s*["\']?|"sealed"\s*:\s*")([A-Za-z0-9_-]{40,6000})', re.IGNORECASE)
OWN = Pattern(r'(?:why403-denial["\']?\s*[:=]\s*["\']?|"denial"\s*:\s*")([a-z2-7]{16})', re.IGNORECASE)


def opened(case: Case, keys: str, now: int) -> Case:
    """The case with each seal opened; what cannot be opened is remarked upon.

    Args:
        case: What an input gave.
        keys: The text of the keys at hand.
        now: The time by which the seals' expiry is judged, in seconds since 1970.
    """
    if not any(map(_sealed, case.exchanges)) and not any(CARRIED.search(note.text) for note in case.notes):
        return case
    remarks: list[str] = []
    try:
        known = ring(keys, "WHY403_SEAL_KEY")
    except Why403Error as fault:
        return case._replace(remarks=(*case.remarks, f"{fault}: no seal was opened"))
    exchanges = tuple(_exchange(exchange, known, now, remarks) for exchange in case.exchanges)
    notes = tuple(line for note in case.notes for line in _note(note, known, now, remarks))
    return case._replace(
        exchanges=exchanges, notes=(*case.notes, *notes), remarks=(*case.remarks, *dict.fromkeys(remarks))
    )


def carried(text: str) -> list[tuple[str, str | None]]:
    """The seals of a text, each with the denial that it came with, where the text names one."""
    own = OWN.search(text)
    denial = own.group(1).lower() if own else None
    return [(found.group(1), denial) for found in list(CARRIED.finditer(text))[:MOST]]


def _sealed(exchange: Exchange) -> tuple[str, str | None] | None:
    """The seal of an answer, and the denial with which it came."""
    if sealed := exchange.answered(SEAL):
        return sealed, exchange.answered(DENIAL)
    body = exchange.response.body if exchange.response else None
    if not body or len(body) > 100_000 or (b"sealed" not in body and b"Why403-Seal" not in body):
        return None
    return next(iter(carried(body.decode("utf-8", "replace"))), None)


def _exchange(exchange: Exchange, keys: Ring, now: int, remarks: list[str]) -> Exchange:
    answer, found = exchange.response, _sealed(exchange)
    if answer is None or found is None or len(remarks) >= MOST:
        return exchange
    try:
        line = unseal(found[0], keys, now, found[1]).line(found[1] or "")
    except Why403Error as fault:
        remarks.append(str(fault))
        return exchange
    headers = Headers((*(answer.headers or Headers()).without(OPENED), (OPENED, line)))
    return exchange._replace(response=answer._replace(headers=headers))


def _note(note: Note, keys: Ring, now: int, remarks: list[str]) -> list[Note]:
    """A line for each seal of a loose text."""
    lines: list[Note] = []
    for sealed, denial in carried(note.text):
        try:
            lines.append(Note(unseal(sealed, keys, now, denial).line(denial or ""), "seal#opened", "log"))
        except Why403Error as fault:
            remarks.append(str(fault))
    return list(dict.fromkeys(lines))
