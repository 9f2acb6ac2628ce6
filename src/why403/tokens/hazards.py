"""What in a token's header a careful verifier refuses, or an attacker would put there, each with its section of RFC 8725."""

from __future__ import annotations

import re

from ..model import Pattern
from .fault import HAZARD, NOTE, Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BCP = "RFC 8725, section "
SIGNING = ("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K",
           "EdDSA", "Ed25519", "Ed448", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87")  # fmt: skip
REGISTERED = ("alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "enc", "zip", "epk", "apu", "apv",
              "iv", "tag", "p2s", "p2c")  # fmt: skip
EXTENSIONS = ("b64", "exp", "nbf", "iat", "url", "nonce", "ppt", "svt")  # registered as extensions that `crit` may name
KID_PATH = Pattern(r"(?:\.\./|^/[a-z]|\\|%2e|%2f|^file:|/dev/null|\.pem$|\.key$)", re.IGNORECASE)
KID_SQL = Pattern(r"['\";]|/\*|\bunion\s+select\b|\bor\s+\d", re.IGNORECASE)
KID_URL = Pattern(r"^(?:https?|ldap|ftp)://", re.IGNORECASE)
KID_COMMAND = Pattern(r"[|`$;&]\s*\w|\$\(")
PUBLIC_ONLY = Pattern(
    r"(?:accounts\.google\.com|login\.microsoftonline|sts\.windows\.net|cognito-idp\.|/realms/|\.okta(?:preview)?\.com|"
    r"appleid\.apple\.com|token\.actions\.githubusercontent|securetoken\.google\.com|\.cloudflareaccess\.com)"
)
PARAMETERS: dict[str, tuple[str, str]] = {
    "jku": ("The header names the address of its own keys: who trusts it lets the sender choose the key", "3.10"),
    "x5u": (
        "The header names the address of its own certificate: who trusts it lets the sender choose the key",
        "3.10",
    ),
    "jwk": ("The header brings its own key along: who trusts it lets the sender choose the key", "3.10"),
    "x5c": (
        "The header brings its own certificates along: they prove nothing unless they lead to a root that is trusted",
        "3.10",
    ),
}


def hazards(header: dict[str, Any], claims: dict[str, Any] | None = None, *, encrypted: bool = False) -> list[Fault]:
    """What is dangerous or unusual in a header."""
    found = _algorithm(header, claims or {}, encrypted)
    for name, (says, section) in PARAMETERS.items():
        if name in header:
            dpop = (
                name == "jwk" and str(header.get("typ", "")).lower() == "dpop+jwt"
            )  # RFC 9449, section 4.2: it must be there
            grade = NOTE if name == "x5c" or dpop else HAZARD
            found.append(Fault(f"header-{name}", says, f"header.{name}", f"{BCP}{section}", grade))
    key = header.get("jwk")
    if isinstance(key, dict) and any(name in key for name in ("d", "k", "p", "q")):
        says = "The key in the header is a private or secret one: whoever has the token can sign others"
        found.append(Fault("private-key-in-header", says, "header.jwk", "RFC 7515, section 4.1.3"))
    found += _kid(header) + _crit(header) + _types(header)
    if "zip" in header and encrypted:
        says = "The content was compressed before it was encrypted: its length tells of what is in it"
        found.append(Fault("compressed", says, "header.zip", f"{BCP}3.6", HAZARD))
    count = header.get("p2c")
    if isinstance(count, int) and not isinstance(count, bool) and count > 1_000_000:
        says = f"p2c asks for {count:,} rounds of key derivation: work for the verifier, chosen by the sender"
        found.append(Fault("p2c-huge", says, "header.p2c", "RFC 7518, section 8.1", HAZARD))
    return found


def _algorithm(header: dict[str, Any], claims: dict[str, Any], encrypted: bool) -> list[Fault]:
    if "alg" not in header:
        return [Fault("alg-missing", "The header names no algorithm", "header.alg", "RFC 7515, section 4.1.1")]
    name = header["alg"]
    if not isinstance(name, str):
        return [Fault("alg-not-string", "The algorithm is no string", "header.alg", "RFC 7515, section 4.1.1")]
    if name.lower() == "none":
        says = "The token is not signed at all: anybody can write one (alg none)"
        return [Fault("alg-none", says, "header.alg", f"{BCP}3.2")]
    if encrypted:
        if name == "RSA1_5":
            return [
                Fault(
                    "rsa1_5",
                    "RSA with PKCS #1 v1.5 padding gives its plaintext away to who asks often enough",
                    "header.alg",
                    f"{BCP}3.2",
                    HAZARD,
                )
            ]
        return []
    if name not in SIGNING:
        near = next((known for known in SIGNING if known.lower() == name.lower()), "")
        says = f"{name!r} is no algorithm" + (f"; it is written {near}" if near else " of a signed token")
        return [Fault("alg-case" if near else "alg-unknown", says, "header.alg", f"{BCP}3.1")]
    issuer = claims.get("iss")
    if name.startswith("HS"):
        why = next((key for key in ("x5t", "x5t#S256", "x5c", "x5u", "jku", "jwk") if key in header), "")
        if not why and isinstance(issuer, str) and PUBLIC_ONLY.search(issuer):
            why = "iss"
        if why:
            about = "its issuer signs with a private key" if why == "iss" else f"its {why} names a public key"
            says = (
                f"{name} is a shared secret, and {about}: a verifier that takes the public key for a secret is deceived"
            )
            return [Fault("hs-public-key", says, "header.alg", f"{BCP}2.1", HAZARD)]
    return []


def _kid(header: dict[str, Any]) -> list[Fault]:
    if "kid" not in header:
        return []
    kid = header["kid"]
    if not isinstance(kid, str):
        return [Fault("kid-not-string", "kid is no string", "header.kid", "RFC 7515, section 4.1.4")]
    for pattern, what in ((KID_URL, "an address"), (KID_SQL, "SQL"), (KID_PATH, "a path"), (KID_COMMAND, "a command")):
        if pattern.search(kid):
            says = f"kid looks like {what}: it names a key, and must not reach a file, a database or a shell"
            return [Fault("kid-" + what.split()[-1].lower(), says, "header.kid", f"{BCP}3.10", HAZARD)]
    return []


def _crit(header: dict[str, Any]) -> list[Fault]:
    if "crit" not in header:
        return []
    crit, source = header["crit"], "RFC 7515, section 4.1.11"
    if not isinstance(crit, list) or not crit or not all(isinstance(name, str) for name in crit):
        return [Fault("crit-malformed", "crit must be a list of names that is not empty", "header.crit", source)]
    for name in crit:
        if name in REGISTERED:
            return [
                Fault(
                    "crit-registered",
                    f"crit names {name}, which every verifier knows and which must not be listed",
                    "header.crit",
                    source,
                )
            ]
        if name not in header:
            return [Fault("crit-absent", f"crit names {name}, which is not in the header", "header.crit", source)]
        if name not in EXTENSIONS:
            says = f"crit says that {name} must be understood; a verifier that does not know it refuses the token"
            return [Fault("crit-unknown", says, "header.crit", source, HAZARD)]
    return []


def _types(header: dict[str, Any]) -> list[Fault]:
    kind = header.get("typ")
    if kind is not None and not isinstance(kind, str):
        return [Fault("typ-not-string", "typ is no string", "header.typ", "RFC 7515, section 4.1.9")]
    if kind and "jwt" not in kind.lower() and kind.upper() != "JOSE":
        return [
            Fault("typ-unusual", f"typ is {kind!r}: this may be no token for an API", "header.typ", f"{BCP}3.11", NOTE)
        ]
    return []
