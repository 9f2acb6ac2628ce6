"""Opaque tokens: whose they are, what for and where they go, by their shape; else what can be said of any."""

from __future__ import annotations

import re

from .fault import NOTE, Fault
from .reading import Fact, Reading
from .shapes import Shape, known

ALPHABETS = (
    (r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", "a UUID"),
    (r"[0-9a-f]+", "hexadecimal digits"),
    (r"[0-9A-F]+", "hexadecimal digits"),
    (r"\d+", "digits"),
    (r"[A-Za-z0-9]+", "letters and digits"),
    (r"[A-Za-z0-9_-]+={0,2}", "base64url"),
    (r"[A-Za-z0-9+/]+={0,2}", "base64"),
)


def by_shape(text: str, scheme: str = "") -> Reading | None:
    """A token of a known shape, or None."""
    shapes = known(text) or (known(f"{scheme} {text}") if scheme else ())
    if not shapes:
        return None
    shape = shapes[0]
    facts, faults = _read(shape, text)
    others = [other for other in shapes[1:] if len(other.cue) == len(shape.cue) and other.issuer != shape.issuer]
    if others:
        facts.append(Fact("or", "; ".join(f"{other.issuer}: {other.what}" for other in others)))
    if shape.lengths and len(text) not in shape.lengths:
        wanted = " or ".join(str(length) for length in shape.lengths)
        grade = "it was cut off" if len(text) < min(shape.lengths) else "something was added"
        says = f"{len(text)} letters, where a whole one has {wanted}: {grade}, or it is of an older or newer form"
        faults.append(Fault("opaque-length", says, "form", shape.see, NOTE))
    if not shape.secret:
        says = "It is made to be public; the API behind it takes another key"
        faults.append(Fault("public-key", says, "form", shape.see, NOTE))
    faults += _sent(shape, scheme)
    return Reading(
        "opaque", f"{shape.issuer}: {shape.what}", text, facts=tuple(facts), faults=tuple(faults), see=(shape.see,)
    )


def _read(shape: Shape, text: str) -> tuple[list[Fact], list[Fault]]:
    facts = [Fact("environment", shape.environment)] if shape.environment else []
    facts.append(Fact("good for", shape.use))
    if shape.goes:
        facts.append(Fact("goes into", shape.goes.replace("{}", "<token>")))
    if not shape.reads:
        return facts, []
    from .readable import READERS

    more, faults = READERS[shape.reads](text)
    return facts + more, faults


def _sent(shape: Shape, scheme: str) -> list[Fault]:
    """What is wrong with how it was sent: a scheme where the bare key belongs, or another scheme."""
    if not scheme or not shape.goes:
        return []
    wanted = re.match(r"Authorization: (\w+) ", shape.goes)
    if wanted and wanted.group(1).lower() == scheme.lower():
        return []
    if wanted is None and shape.goes.startswith("Authorization: {}") and scheme.lower() != "ssws":
        says = f"It was sent after the word {scheme}; it goes there bare: {shape.goes.replace('{}', '<token>')}"
        return [Fault("wrong-place", says, "form", shape.see)]
    if wanted is None and not shape.goes.startswith("Authorization"):
        says = f"It was sent as {scheme}; its own place is {shape.goes.replace('{}', '<token>')}"
        return [Fault("wrong-place", says, "form", shape.see, NOTE)]
    if wanted and wanted.group(1) == "Basic" and scheme.lower() == "bearer":
        says = f"It was sent as Bearer; it is a password: {shape.goes.replace('{}', '<token>')}"
        return [Fault("wrong-place", says, "form", shape.see)]
    return []


def unknown(text: str) -> Reading:
    """What can be said of a value that has no known shape: its length and alphabet, and that nothing more is in it."""
    short = text[:5000]
    alphabet = next((name for pattern, name in ALPHABETS if re.fullmatch(pattern, short)), "mixed letters")
    facts = (
        Fact("length", f"{len(text)} letters"),
        Fact("alphabet", alphabet),
        Fact(
            "tells",
            "nothing",
            "an opaque value means something to its issuer only; ask there (RFC 7662) whether it is good",
        ),
    )
    faults: list[Fault] = []
    if not text.isascii():
        faults.append(
            Fault("not-ascii", "Letters beyond ASCII stand in it; a header takes none", "form", "RFC 9110, section 5.5")
        )
    if not text:
        faults.append(Fault("empty", "There is no token: the variable that should fill it was empty", "form"))
    return Reading("unknown", "an opaque value of no known shape", text, facts=facts, faults=tuple(faults))
