"""Basic credentials (RFC 7617): the user is shown, the password never."""

from __future__ import annotations

import re

from .fault import NOTE, Fault
from .loosely import decode
from .masking import masked
from .reading import Fact, Reading

SOURCE = "RFC 7617, section 2"


def read(text: str) -> Reading:
    """What follows the word Basic."""
    faults: list[Fault] = []
    bare = text.strip()
    raw = _decode(bare)
    if raw is None and re.match(r"[\x21-\x39\x3b-\x7e]{1,200}:", bare):
        says = "This is user:password in plain text; Basic takes it in base64"
        return _reading(text, bare.encode("utf-8", "replace"), [Fault("basic-plain", says, "form", SOURCE)])
    if raw is None:
        faults.append(Fault("basic-not-base64", "This is no base64", "form", SOURCE))
        return Reading("basic", "Basic credentials, damaged", text, faults=tuple(faults), see=_SEE)
    if "-" in bare or "_" in bare:
        faults.append(
            Fault(
                "basic-base64url", "It is in base64url (- and _); Basic takes standard base64 (+ and /)", "form", SOURCE
            )
        )
    if len(bare) % 4 and not bare.endswith("="):
        faults.append(
            Fault(
                "basic-padding", "The padding '=' at its end is missing; some servers refuse that", "form", SOURCE, NOTE
            )
        )
    if b":" not in raw and (again := _decode(raw.decode("ascii", "replace").strip())) and b":" in again:
        faults.append(
            Fault("basic-encoded-twice", "It was encoded twice: base64 of base64 of user:password", "form", SOURCE)
        )
        raw = again
    if re.match(rb"(?i)basic ", raw):
        faults.append(
            Fault("basic-encoded-scheme", "The word Basic was encoded along with user and password", "form", SOURCE)
        )
        raw = _decode(raw[6:].decode("ascii", "replace")) or raw[6:]
    return _reading(text, raw, faults)


def _reading(text: str, raw: bytes, faults: list[Fault]) -> Reading:
    user, colon, password = raw.partition(b":")
    if not colon:
        faults.append(
            Fault("basic-no-colon", "There is no colon in it: user and password cannot be told apart", "form", SOURCE)
        )
    if any(byte < 32 or byte == 127 for byte in raw):
        what = (
            "A line break stands at its end: `echo` was used without -n"
            if raw.endswith((b"\n", b"\r"))
            else "Control characters stand in it"
        )
        faults.append(Fault("basic-control", what, "form", SOURCE))
    try:
        name = user.decode("utf-8")
        if not raw.isascii():
            says = "Letters beyond ASCII stand in it, in UTF-8; a server that says no charset may read them as Latin-1"
            faults.append(Fault("basic-not-ascii", says, "form", "RFC 7617, section 2.1", NOTE))
        raw.decode("utf-8")
    except UnicodeDecodeError:
        name = user.decode("latin-1")
        says = 'Letters beyond ASCII stand in it, in Latin-1; servers that say charset="UTF-8" read other letters'
        faults.append(Fault("basic-not-utf8", says, "form", "RFC 7617, section 2.1"))
    secret = password.decode("utf-8", "replace")
    facts = [Fact("user", name or "(empty)", personal=bool(name))]
    if colon:
        facts.append(
            Fact(
                "password",
                masked(secret) if secret else "(empty)",
                "" if secret else "some keys go there alone: user as key, no password",
            )
        )
    if secret != secret.strip() and not secret.endswith(("\n", "\r")):
        faults.append(Fault("basic-space", "The password begins or ends with white space", "form", SOURCE, NOTE))
    if secret.lower() in ("undefined", "null", "none") or name.lower() in ("undefined", "null", "none"):
        says = "User or password is literally undefined or null: a script put it together before the value was there"
        faults.append(Fault("undefined", says, "form"))
    return Reading(
        "basic",
        "Basic credentials",
        text,
        facts=tuple(facts),
        faults=tuple(faults),
        see=_SEE,
        inner=_inner(name, secret),
    )


def _inner(name: str, secret: str) -> tuple[Reading, ...]:
    """A token that stands as user or password."""
    from .opaque import by_shape

    for where, value in (("password", secret), ("user", name)):
        if len(value) >= 16 and (found := by_shape(value)):
            return (found._replace(where=where),)
    return ()


def _decode(text: str) -> bytes | None:
    return decode(text) if text.strip("=") else None


_SEE = ("https://www.rfc-editor.org/rfc/rfc7617.html",)
