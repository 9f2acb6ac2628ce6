"""One value, read by whichever reader of this room knows it."""

from __future__ import annotations

import re
from datetime import datetime

from ..model import Pattern
from . import jose
from .fault import FAULT, Fault
from .reading import Fact, Reading
from .unwrap import LONGEST, unwrap

MAC = Pattern(
    r"(?:AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256|HMAC-SHA256|SharedKey(?:Lite)?|AWS|TC3-HMAC-SHA256|Signature|Digest|NTLM|Negotiate)",
    re.IGNORECASE,
)
SAML = ("PHNhbW", "PD94bW", "PFJlc3", "PEFzc2", "PG5zM", "PFJlcXV", "PEF1dGhu", "PHA6", "<")  # how its base64 begins


def identify(
    value: str, now: datetime | None, *, scheme: str = "", where: str = "argument", cookie: str = ""
) -> Reading:
    """Read one token.

    Args:
        value: The token as it stands in the input, with whatever stands around it by mistake.
        now: The time to judge by; None for no judgement on times.
        scheme: The word that was read before it ("Bearer"), if any.
        where: Its place in the input.
        cookie: The name of the cookie whose value it is.
    """
    if len(value) > LONGEST:
        says = f"{len(value):,} letters: no server takes a header line of that length"
        return Reading(
            "unknown", "a value too long for a token", value, where, faults=(Fault("too-large", says, "form"),)
        )
    found = _cookie(cookie, value, now) if cookie else None
    if found is None and (not scheme or scheme.lower() == "basic"):
        found = _of_basic(value, scheme)
    if found is None:
        found = _other(value, scheme, now)
    return found._replace(where=where)


def _cookie(name: str, value: str, now: datetime | None) -> Reading | None:
    bare = value
    if "%" in value:
        from urllib.parse import unquote

        bare = unquote(value)
    if _signed(bare.strip('"')):
        return None
    from . import sessions

    return sessions.read(name, value.strip('"'), now)


def _of_basic(value: str, scheme: str) -> Reading | None:
    text = value.strip()
    if not scheme:
        found = re.match(r"(?:authorization:\s*)?basic\s+", text[:200], re.IGNORECASE)
        if not found:
            return None
        text = text[found.end() :]
    from . import basic

    return basic.read(text.strip())._replace(scheme="Basic")


def _saml(value: str, now: datetime | None) -> Reading | None:
    if not value.lstrip().startswith(SAML):
        return None
    from . import saml

    return saml.read(value, now) if saml.looks(value) else None


def _other(value: str, scheme: str, now: datetime | None) -> Reading:
    if scheme and MAC.fullmatch(scheme):
        return _signature(value, scheme)
    if not scheme and (found := _saml(value, now)):
        return found
    bare = unwrap(value, scheme)
    read = _bare(bare.text, bare.scheme, now)
    if read.kind == "unknown" and not any(fault.grade == FAULT for fault in bare.faults):
        read = _saml(bare.text, now) or read
    return read._replace(scheme=bare.scheme, faults=(*bare.faults, *read.faults))


def _bare(text: str, scheme: str, now: datetime | None) -> Reading:
    """What stands there once everything around it was taken off: a signed token, a known shape, a session, or any value."""
    if _signed(text):
        from . import read_jwt

        return read_jwt.read(text, now)
    from . import opaque

    if len(text) > jose.LONGEST:
        return opaque.unknown(text)._replace(faults=jose.dissect(text).faults)
    if known := opaque.by_shape(text, scheme):
        return known
    from . import sessions

    if text[:1] != "<" and (session := sessions.read("", text, now)):
        return session
    if jose.looks(text):
        from . import read_jwt

        return read_jwt.read(text, now)
    return opaque.unknown(text)


def _signed(text: str) -> bool:
    """Whether a text is a token by its header; other things have dots and begin with base64 JSON, too."""
    return len(text) <= jose.LONGEST and jose.looks(text) and _has_algorithm(text)


def _has_algorithm(text: str) -> bool:
    header = jose.header(text)
    return bool(header and ("alg" in header or "enc" in header or "typ" in header))


def _signature(value: str, scheme: str) -> Reading:
    """A request's signature: it is for that one request; its names can be read."""
    from . import opaque
    from .masking import masked

    facts = [Fact("good for", "this one request: method, URL, headers and body that it covers")]
    for name, held in re.findall(r"(\w{2,30})=\"?([^\",\s]{1,2000})\"?", value)[:20]:
        secret = name.lower() in ("signature", "response", "cnonce")
        facts.append(Fact(name, masked(held) if secret else held, personal=name.lower() == "username"))
    inner = tuple(
        reading._replace(where="Credential")
        for name, held in re.findall(r"(Credential)=([^,\s/]{16,40})/", value)[:1]
        if (reading := opaque.by_shape(held))
    )
    return Reading("signature", f"a signature ({scheme})", value, facts=tuple(facts), scheme=scheme, inner=inner)
