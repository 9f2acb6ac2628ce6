"""A compact JWS or JWE taken apart, with every deviation from RFC 7515 named; nothing here verifies a signature."""

from __future__ import annotations

import json
import re

from ..model import Pattern
from ..model.frozen import NamedTuple
from .fault import HAZARD, NOTE, Fault
from .loosely import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST = 1_000_000  # letters of a token that is taken apart
DEEPEST = 60  # levels of objects and lists within claims
LARGE = 8_000  # letters beyond which servers refuse the header line
LOOKS = Pattern(
    r"(?:eyJ|ewo|e30|eyA|ewA|ew0|IHs)[A-Za-z0-9_+/=-]*(?:\.|$)|[A-Za-z0-9_+/=-]{4,}\.[A-Za-z0-9_+/=-]*\.[A-Za-z0-9_+/=-]*$"
)
SIGNATURE = {"HS256": (32,), "HS384": (48,), "HS512": (64,), "ES256": (64,), "ES256K": (64,), "ES384": (96,), "ES512": (132,),
             "Ed25519": (64,), "EdDSA": (64, 114), "Ed448": (114,)}  # fmt: skip
RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
LEAST_RSA = 256  # bytes of a signature by a key of 2048 bits


class Parts(NamedTuple):
    """What a compact token consists of. None where a part is missing or cannot be read."""

    header: dict[str, Any] | None
    claims: dict[str, Any] | None
    payload: bytes | None
    signature: bytes | None
    number: int
    faults: tuple[Fault, ...]

    @property
    def encrypted(self) -> bool:
        """Whether it is a JWE: five parts, or a header that names an encryption."""
        return self.number == 5 or bool(self.header and "enc" in self.header)


class Duplicates(dict[str, object]):
    """A JSON object that remembers which of its names stood twice."""

    names: tuple[str, ...] = ()


def looks(text: str) -> bool:
    """Whether a text is, or once was, a compact JOSE token."""
    return LOOKS.match(text) is not None and (text.count(".") <= 6) and _first(text) is not None


def _first(text: str) -> dict[str, Any] | None:
    head = text.partition(".")[0]
    data, _ = _object(decode(head[: len(head) // 4 * 4 + (len(head) % 4 if len(head) % 4 != 1 else 0)]) or b"")
    return data if data is not None or not head.startswith("eyJ") else {}


def header(text: str) -> dict[str, Any] | None:
    """The header alone; None where it cannot be read."""
    return _object(decode(text.partition(".")[0]) or b"")[0]


def dissect(text: str) -> Parts:
    """Take a compact token apart; what is wrong is named, never raised."""
    faults: list[Fault] = []
    if len(text) > LONGEST:
        says = f"{len(text):,} letters: no server takes a header line of that length"
        return Parts(None, None, None, None, 0, (Fault("too-large", says, "form"),))
    if len(text) > LARGE:
        says = f"{len(text):,} letters: most servers refuse a header line of more than 8 kB (400 or 431)"
        faults.append(Fault("large", says, "form", "RFC 6585, section 5", NOTE))
    pieces = text.split(".")
    header = _part(pieces[0], "header", faults)
    if header is None and pieces[0]:
        faults.append(
            Fault("header-unreadable", "The first part is no JSON object in base64url", "header", "RFC 7515, section 4")
        )
    count = len(pieces)
    faults += _count(pieces, header)
    claims, payload = None, None
    sealed = count == 5 or bool(header and "enc" in header)
    if count > 1 and not sealed:
        payload = _payload(pieces[1], header, faults)
        claims = _claims(payload, pieces[1], header, faults)
    signature = decode(pieces[2]) if count == 3 else None
    if count == 3 and not sealed:
        faults += _form(pieces[2], "signature")
        faults += _signature(pieces[2], signature, header)
    if header and "signer" in header:  # AWS load balancers pad the parts of the tokens that they hand on
        faults = [fault._replace(grade=NOTE) if fault.name == "padding" else fault for fault in faults]
    return Parts(header, claims, payload, signature, count, tuple(faults))


def _count(pieces: list[str], header: dict[str, Any] | None) -> list[Fault]:
    algorithm = str((header or {}).get("alg", ""))
    sealed = bool(header and "enc" in header)
    if len(pieces) == 1:
        return [
            Fault(
                "truncated",
                "Only the header is there: the token was cut off at its first dot",
                "form",
                "RFC 7515, section 3.1",
            )
        ]
    if len(pieces) == 2 and not sealed:
        says = "The signature is missing: two parts where a signed token has three (an unsecured one ends with a dot)"
        return [Fault("signature-missing", says, "signature", "RFC 7515, section 3.1")]
    if len(pieces) == 3 and not pieces[2] and algorithm.lower() != "none" and not sealed:
        return [
            Fault(
                "signature-empty",
                "The signature is empty: it was cut off or removed",
                "signature",
                "RFC 7515, section 5.2",
            )
        ]
    if len(pieces) == 5 and header is not None and not sealed:
        says = "Five parts, as an encrypted token has, under a header that names no encryption"
        return [Fault("five-parts", says, "form", "RFC 7516, section 9")]
    if len(pieces) != 5 and sealed:
        says = f"The header is that of an encrypted token, which has five parts; there are {len(pieces)}"
        return [Fault("encrypted-part-count", says, "form", "RFC 7516, section 7.1")]
    if len(pieces) == 4 or len(pieces) > 5:
        says = f"{len(pieces)} parts: a signed token has three, an encrypted one five"
        return [Fault("part-count", says, "form", "RFC 7515, section 7.1")]
    return []


def _form(part: str, where: str) -> list[Fault]:
    found: list[Fault] = []
    if "=" in part:
        says = f"The {where} is padded with '='; base64url in a token has no padding"
        found.append(Fault("padding", says, where, "RFC 7515, section 2"))
    if "+" in part or "/" in part:
        says = f"The {where} is in standard base64 (+ and /), not in base64url (- and _)"
        found.append(Fault("standard-base64", says, where, "RFC 7515, section 2"))
    if strange := re.sub(r"[A-Za-z0-9_+/=-]+", "", part):
        found.append(
            Fault(
                "not-base64url",
                f"{strange[:1]!r} stands in the {where}, where base64url has none",
                where,
                "RFC 7515, section 2",
            )
        )
    elif len(part.rstrip("=")) % 4 == 1:
        says = f"The {where} cannot be whole: base64 never has this length; the end was cut off"
        found.append(Fault("truncated", says, where, "RFC 4648, section 4"))
    return found


def _pairs(pairs: list[tuple[str, object]]) -> Duplicates:
    made = Duplicates(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        made.names = tuple(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return made


def _object(raw: bytes) -> tuple[dict[str, Any] | None, str]:
    """A JSON object, or None and why not."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None, "not-utf8"
    try:
        data = json.loads(text, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        return None, "not-json"
    if not isinstance(data, dict):
        return None, "not-object"
    return (data, "") if _shallow(data) else (None, "too-deep")


def _shallow(data: object) -> bool:
    """Whether nothing is nested beyond what anybody means."""
    level = [data]
    for _ in range(DEEPEST):
        level = [
            item
            for held in level
            for item in (held.values() if isinstance(held, dict) else held if isinstance(held, list) else ())
        ]
        if not level:
            return True
    return False


def _part(part: str, where: str, faults: list[Fault]) -> dict[str, Any] | None:
    faults += _form(part, where)
    data, _ = _object(decode(part) or b"")
    if isinstance(data, Duplicates) and data.names:
        faults.append(_twice(data.names, where))
    return data


def _twice(names: tuple[str, ...], where: str) -> Fault:
    says = f"{names[0]!r} stands twice in the {where}: two readers may take different ones"
    return Fault(
        "duplicate-members", says, where, "RFC 7515, section 4" if where == "header" else "RFC 7519, section 4"
    )


def _payload(part: str, header: dict[str, Any] | None, faults: list[Fault]) -> bytes | None:
    if header and header.get("b64") is False:
        faults.append(
            Fault(
                "unencoded-payload",
                "b64 is false: the payload is not base64 (few libraries take it)",
                "header.b64",
                "RFC 7797",
                NOTE,
            )
        )
        return part.encode("utf-8", "replace")
    if not part:
        says = "The payload is not in the token (detached): it is sent beside it"
        faults.append(Fault("detached", says, "claims", "RFC 7515, appendix F", NOTE))
        return None
    faults += _form(part, "claims")
    raw = decode(part)
    if raw is not None and header and header.get("zip") == "DEF":
        import zlib

        try:
            raw = zlib.decompressobj(-15).decompress(raw, LONGEST)
        except zlib.error:
            faults.append(
                Fault(
                    "zip-unreadable",
                    "The header says that the payload is deflated; it is not",
                    "claims",
                    "RFC 7516, section 4.1.3",
                )
            )
    return raw


def _claims(raw: bytes | None, part: str, header: dict[str, Any] | None, faults: list[Fault]) -> dict[str, Any] | None:
    if raw is None:
        return None
    data, fault = _object(raw)
    nested = str((header or {}).get("cty", "")).upper() == "JWT" or raw[:3] in (b"eyJ", b'"ey')
    if isinstance(data, Duplicates) and data.names:
        faults.append(_twice(data.names, "claims"))
    if data is None and not nested:
        if fault == "not-json" and raw.lstrip()[:1] == b"{":
            faults.append(
                Fault(
                    "claims-truncated",
                    "The claims begin as JSON and do not end: a part was cut out",
                    "claims",
                    "RFC 7519, section 7.2",
                )
            )
        elif fault == "not-utf8":
            faults.append(
                Fault(
                    "claims-not-utf8",
                    "The claims are not UTF-8: it was encoded in another character set or damaged",
                    "claims",
                    "RFC 7519, section 7.2",
                )
            )
        elif fault == "too-deep":
            says = "The claims are nested deeper than any verifier reads"
            faults.append(Fault("claims-too-deep", says, "claims", "RFC 8259, section 9"))
        else:
            faults.append(
                Fault(
                    "claims-not-object",
                    "The payload is no JSON object: this is a JWS, but no JWT",
                    "claims",
                    "RFC 7519, section 7.2",
                )
            )
    return data


def _signature(part: str, raw: bytes | None, header: dict[str, Any] | None) -> list[Fault]:
    algorithm = str((header or {}).get("alg", ""))
    if raw is None or not raw:
        return []
    wanted = SIGNATURE.get(algorithm, ())
    if algorithm.startswith("ES") and wanted and raw[:1] == b"0" and len(raw) not in wanted and 60 < len(raw) < 150:
        says = "The ECDSA signature is in DER; a token carries the two numbers side by side"
        return [Fault("ecdsa-der", says, "signature", "RFC 7518, section 3.4")]
    if wanted and len(raw) not in wanted:
        says = f"The signature has {len(raw)} bytes, {algorithm} makes {wanted[0]}: it was cut off or damaged"
        return [Fault("signature-length", says, "signature", "RFC 7518, section 3.1")]
    if algorithm in RSA and len(raw) < LEAST_RSA:
        if len(raw) % 64 == 0 and len(raw) >= 64:
            says = f"The signature has {len(raw)} bytes: the RSA key has {len(raw) * 8} bits, 2048 are the least"
            return [Fault("rsa-short", says, "signature", "RFC 8725, section 3.5", HAZARD)]
        says = f"The signature has {len(raw)} bytes, which no RSA key makes: it was cut off or damaged"
        return [Fault("signature-length", says, "signature", "RFC 7518, section 3.1")]
    if algorithm == "none":
        return [
            Fault(
                "none-signed",
                "The algorithm is none, and yet there is a signature",
                "signature",
                "RFC 7518, section 3.6",
            )
        ]
    return []
