"""The telling stretches of a text that is too large to be searched whole: lines that speak of a refusal, with the lines around.

Lines of one shape (the same but for numbers) are kept a few times only: a log says the same thing over and over.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Note, Pattern

LARGE = 150_000  # letters from which on a text is thinned
KEPT = 120_000  # letters that are kept of it
SAME = 3  # lines of one shape that are kept
AROUND = 2  # lines that are kept before and after a telling one
WIDE = 2_000  # letters that are kept on each side in a line that is too long
# what a refusal is spoken of with, lowered; a number must stand alone
CUES = (
    "forbid", "denied", "unauthoriz", "unauthoris", "not allowed", "not authorized", "not permitted", "not accessible", "permission",
    "blocked", "refus", "reject", "csrf", "xsrf", "cors", "expired", "insufficient", "credential", "captcha", "rate limit", "ratelimit",
    "quota", "banned", "scope", "401", "403", "407", "419", "429", "451",
)  # fmt: skip
HITS = 2_000  # places of one cue that are looked at from the beginning, and again from the end
LOWER = {upper: upper + 32 for upper in range(65, 91)}
NUMBER = Pattern(r"[0-9a-fA-F]*\d[0-9a-fA-F]*")


def lower(text: str) -> str:
    """The ASCII letters lowered; every place stays where it is."""
    return text.lower() if text.isascii() else text.translate(LOWER)


def notes(text: str) -> tuple[Note, ...]:
    """The telling stretches as notes with their lines; the beginning where nothing tells."""
    lowered = lower(text)
    seen: dict[str, int] = {}
    spans: list[tuple[int, int]] = []
    size = 0
    for start in sorted({start for cue in CUES for start in _lines_with(lowered, cue)}):
        if size > KEPT:
            break
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        shape = NUMBER.sub("0", text[start : min(end, start + 300)])
        seen[shape] = seen.get(shape, 0) + 1
        if seen[shape] > SAME:
            continue
        span = _around(text, start, end)
        size += min(span[1] - span[0], WIDE * 10)
        if spans and span[0] <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(span[1], spans[-1][1]))
        else:
            spans.append(span)
    if not spans:
        return (Note(text[: WIDE * 4], "text", "text"),)
    found: list[Note] = []
    line = at = 0
    for start, end in spans:
        line += text.count("\n", at, start)
        at = start
        found.append(Note(_narrow(text[start:end]), "text", "text", None, line + 1))
    return tuple(found)


def _lines_with(text: str, cue: str) -> Iterator[int]:
    """Where the lines begin that hold a cue: the first of them, and the last."""
    at = text.find(cue)
    for _ in range(HITS):
        if at < 0:
            return
        end = text.find("\n", at)
        if not cue.isdigit() or not (text[at - 1 : at].isalnum() or text[at + 3 : at + 4].isalnum()):
            yield text.rfind("\n", 0, at) + 1
            at = end
        else:
            at += 1
        at = text.find(cue, at) if at >= 0 else -1
    at = len(text)
    for _ in range(HITS):
        at = text.rfind(cue, 0, at)
        if at < 0:
            return
        start = text.rfind("\n", 0, at) + 1
        if not cue.isdigit() or not (text[at - 1 : at].isalnum() or text[at + 3 : at + 4].isalnum()):
            yield start
            at = start


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch with the lines before and after."""
    for _ in range(AROUND):
        start = text.rfind("\n", 0, max(0, start - 1)) + 1
        after = text.find("\n", end + 1)
        end = len(text) if after < 0 else after
    return start, end


def _narrow(text: str) -> str:
    """A stretch cut down to the letters around its first cues, where it is too long."""
    if len(text) <= WIDE * 10:
        return text
    lowered = lower(text)
    places = sorted(at for cue in CUES if (at := lowered.find(cue)) >= 0)
    parts, last = [], 0
    for at in places[:8]:
        if at >= last:
            parts.append(text[max(last, at - WIDE) : at + WIDE])
            last = at + WIDE
    return " … ".join(parts) or text[:WIDE]
