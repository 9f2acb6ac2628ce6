"""Whether a token's signature is sound, by joserfc, accepting only what RFC 8725 allows.

The algorithm is pinned by the key's type, never by the token alone (section 3.1); none is never taken (3.2); a header's own key is never
trusted (3.10); what `crit` names and is not known refuses the token (RFC 7515, section 4.1.11); every base64url is strict.
"""

from __future__ import annotations

import re
import warnings

from ..model.frozen import NamedTuple
from .jose import LONGEST, RSA, SIGNATURE, Parts, dissect
from .keys import VerifyKey
from .loosely import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

EDWARDS = {"Ed25519": ("EdDSA", "Ed25519"), "Ed448": ("EdDSA", "Ed448")}
CURVES = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "secp256k1": "ES256K"}
HASHES = {"HS256": 256, "HS384": 384, "HS512": 512}
LEAST_RSA = 2048
STRICT = ("padding", "standard-base64", "not-base64url", "duplicate-members", "truncated", "header-unreadable", "part-count", "five-parts",
          "signature-missing", "signature-empty", "ecdsa-der", "signature-length", "none-signed", "too-large")  # fmt: skip


class Verdict(NamedTuple):
    """What the check of a signature came to."""

    outcome: str  # sound | unsound | refused
    says: str
    source: str = ""
    key: str = ""  # which key: its kid, or its kind


def algorithms(key: VerifyKey) -> tuple[str, ...]:
    """The algorithms that a key may be used with: by its type, and by what it says itself."""
    allowed: tuple[str, ...] = tuple(HASHES)
    if key.kty == "RSA":
        allowed = RSA
    elif key.kty == "EC":
        allowed = (CURVES[key.curve],) if key.curve in CURVES else ()
    elif key.kty == "OKP":
        allowed = EDWARDS.get(key.curve, allowed[:0])
    if key.alg:
        same = {"EdDSA", "Ed25519", "Ed448"}
        allowed = tuple(name for name in allowed if name == key.alg or {name, key.alg} <= same)
    return allowed if key.use in ("", "sig") else ()


def verify(text: str, keys: tuple[VerifyKey, ...]) -> Verdict:
    """Check the signature of a compact token with one key, or the one of a set that its header names."""
    parts = dissect(text)
    if refusal := _before(text, parts):
        return refusal
    header = parts.header or {}
    algorithm = str(header["alg"])
    candidates, refused = _chosen(header, algorithm, keys)
    if refused:
        return refused
    failed = None
    for key in candidates:
        label = key.kid or f"{key.kty} key"
        if (fits := _fits(text, algorithm, key)) is None:
            failed = Verdict(
                "refused", f"{algorithm} cannot be checked with this {label}", "RFC 8725, section 3.1", label
            )
        elif fits:
            return _strength(algorithm, key, label) or Verdict(
                "sound", f"The signature is sound ({algorithm}, {label})", "", label
            )
    if failed:
        return failed
    if any(_fits_decoded(text, algorithm, key) for key in candidates):
        says = "The signature fits the secret decoded from base64, not its letters: either both sides decode it, or neither"
        return Verdict("unsound", says, "RFC 7518, section 3.2")
    tried = (
        f"any of the {len(candidates)} keys that may have made it"
        if len(candidates) > 1
        else f"this key ({candidates[0].kid or candidates[0].kty})"
    )
    says = f"The signature was not made with {tried}: another key, or the token was changed"
    return Verdict("unsound", says, "RFC 7515, section 5.2")


def _before(text: str, parts: Parts) -> Verdict | None:
    """What refuses a token before any key is looked at."""
    if parts.encrypted:
        return Verdict(
            "refused",
            "The token is encrypted: there is no signature to check without decrypting it",
            "RFC 7516, section 5.2",
        )
    header = parts.header
    for fault in parts.faults:
        if fault.name in STRICT and fault.grade != "note":
            return Verdict("refused", fault.says, fault.source)
    if header is None or parts.number != 3:
        return Verdict("refused", "This is no signed token in three parts", "RFC 7515, section 7.1")
    if re.search(r"[^A-Za-z0-9_.-]", text):
        return Verdict("refused", "Letters stand in it that no token has", "RFC 7515, section 2")
    if loose := _loose(text):
        return Verdict("refused", loose, "RFC 4648, section 3.5")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str):
        return Verdict("refused", "The header names no algorithm", "RFC 7515, section 4.1.1")
    if algorithm.lower() == "none":
        return Verdict(
            "refused", "The token is not signed (alg none), and that is never taken", "RFC 8725, section 3.2"
        )
    if "crit" in header:
        return Verdict("refused", f"crit demands what is not known here: {header['crit']}", "RFC 7515, section 4.1.11")
    if header.get("b64") is False:
        return Verdict("refused", "b64 is false, and crit does not say so", "RFC 7797, section 6")
    if algorithm not in SIGNATURE and algorithm not in RSA:
        return Verdict("refused", f"{algorithm!r} is no algorithm that is taken", "RFC 8725, section 3.1")
    return None


def _loose(text: str) -> str:
    """Bits that a part carries beyond its last byte: two texts of one token, of which one only is its canonical form."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for part in text.split("."):
        rest = len(part) % 4
        if rest in (2, 3) and alphabet.index(part[-1]) & (15 if rest == 2 else 3):
            return "The last letter of a part carries bits that belong to no byte: the token was changed"
    return ""


def _chosen(
    header: dict[str, Any], algorithm: str, keys: tuple[VerifyKey, ...]
) -> tuple[tuple[VerifyKey, ...], Verdict | None]:
    """The keys to try, or why none is."""
    kid = header.get("kid")
    named: tuple[VerifyKey, ...] = ()
    if kid is not None and len(keys) > 1:
        named = tuple(key for key in keys if key.kid == kid)
        named = named or tuple(key for key in keys if key.thumbprints and header.get("x5t") in key.thumbprints)
        if not named:
            known = ", ".join(key.kid for key in keys[:8] if key.kid) or "none with a kid"
            says = f"No key of the set has the kid {kid!r} (it has: {known}): the issuer's keys were rotated, or it is another issuer's set"
            return (), Verdict("refused", says, "RFC 7515, section 4.1.4")
    elif kid is not None and keys[0].kid and keys[0].kid != kid:
        return (), Verdict(
            "refused", f"The token names the key {kid!r}, this one is {keys[0].kid!r}", "RFC 7515, section 4.1.4"
        )
    pool = named or keys
    fitting = tuple(key for key in pool if algorithm in algorithms(key))
    if fitting:
        return fitting, None
    if algorithm.startswith("HS") and all(key.kty != "oct" for key in pool):
        says = f"{algorithm} is checked with a shared secret, and this is a public {pool[0].kty} key: who takes it for one is deceived"
        return (), Verdict("refused", says, "RFC 8725, section 3.1")
    if any(key.use not in ("", "sig") for key in pool):
        return (), Verdict("refused", "The key says of itself that it is for encryption", "RFC 7517, section 4.2")
    may = ", ".join(sorted({name for key in pool for name in algorithms(key)})) or "nothing"
    says = (
        f"The token says {algorithm}; the key is {pool[0].kty} {pool[0].curve}".rstrip()
        + f" and may be used with {may}"
    )
    return (), Verdict("refused", says, "RFC 8725, section 3.1")


def _fits(text: str, algorithm: str, key: VerifyKey) -> bool | None:
    """Whether the signature was made with this key; None where joserfc refuses to try."""
    from joserfc import jws
    from joserfc.errors import BadSignatureError, JoseError

    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    # joserfc's own bounds (a header of 512 bytes) are narrower than what issuers send: a chain of certificates, hundreds of groups
    registry.max_header_length = registry.max_payload_length = registry.max_signature_length = LONGEST
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # short keys are judged here, in words
        try:
            jws.deserialize_compact(text, key.key, algorithms=[algorithm], registry=registry)
        except BadSignatureError:
            return False
        except (JoseError, ValueError, TypeError, AssertionError, NotImplementedError):
            return None
    return True


def _fits_decoded(text: str, algorithm: str, key: VerifyKey) -> bool:
    """Whether a shared secret is the base64 of the one that signed."""
    if key.kty != "oct":
        return False
    from .keys import from_secret

    letters = key.key.raw_value
    inner = decode(letters.decode().strip()) if letters.isascii() else None
    if not inner or inner.startswith((b"-----", b"ssh-")):
        return False
    return _fits(text, algorithm, from_secret(inner)) is True


def _strength(algorithm: str, key: VerifyKey, label: str) -> Verdict | None:
    """Keys too short to be trusted, though the signature fits."""
    if key.kty == "RSA" and key.bits < LEAST_RSA:
        says = f"The signature fits, but the RSA key has {key.bits} bits; {LEAST_RSA} are the least"
        return Verdict("refused", says, "RFC 7518, section 3.3", label)
    if key.kty == "oct" and key.bits < HASHES[algorithm]:
        says = (
            f"The signature fits, but the secret has {key.bits // 8} bytes; {algorithm} needs {HASHES[algorithm] // 8}"
        )
        return Verdict("refused", says, "RFC 7518, section 3.2", label)
    return None
