"""Keys to check a signature with: a PEM file, a JWK, a JWKS, a secret. Nothing of a private key is kept but its public half."""

from __future__ import annotations

import json
import warnings

from ..model import BadCall, UnreadableInput
from ..model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PEM = b"-----BEGIN "
MOST = 200  # keys of one set


class VerifyKey(NamedTuple):
    """One key: its type, how it may be used, and joserfc's form of it."""

    kty: str  # RSA, EC, OKP, oct
    kid: str
    alg: str  # what the key says that it is for; "" where it does not say
    use: str
    bits: int
    curve: str
    key: Any
    thumbprints: tuple[str, ...] = ()  # x5t and x5t#S256, by which a header may name it


def need() -> None:
    """See that joserfc is there. Raises BadCall where it is not."""
    try:
        import joserfc  # noqa: F401
    except ImportError:
        raise BadCall(
            "checking a signature needs joserfc", "--key", "Install it: pip install 'why403[tokens]'"
        ) from None


def from_secret(secret: bytes) -> VerifyKey:
    """A shared secret. Raises BadCall where it is a public key: nobody's secret, and the classic deception."""
    need()
    if not secret:
        raise BadCall("the secret is empty", "--secret-env or --secret-file", "Name a variable or file that holds it")
    if secret.lstrip().startswith(PEM) or secret.lstrip().startswith((b"ssh-", b"ecdsa-")):
        raise BadCall("this is a key in PEM or of SSH, not a shared secret", "--secret-file", "Give it as --key")
    from joserfc.jwk import OctKey

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        key = OctKey.import_key(secret)
    return VerifyKey("oct", "", "", "", len(secret) * 8, "", key)


def from_file(data: bytes, where: str) -> tuple[VerifyKey, ...]:
    """The keys of a PEM file, a JWK or a JWKS. Raises UnreadableInput, or BadCall where joserfc is not there."""
    need()
    if data.lstrip().startswith(PEM):
        return (_from_pem(data.strip(), where),)
    try:
        held = json.loads(data.decode("utf-8-sig"), object_pairs_hook=lambda pairs: _once(pairs, where))
    except (ValueError, RecursionError):
        raise UnreadableInput(
            "this is neither PEM nor a JWK nor a JWKS",
            where,
            "Give a public key, a certificate, or what jwks_uri answers",
        ) from None
    keys = held.get("keys") if isinstance(held, dict) and "keys" in held else [held]
    if not isinstance(keys, list) or not keys or not all(isinstance(key, dict) for key in keys):
        raise UnreadableInput(
            "there is no key in it", where, "Give a public key, a certificate, or what jwks_uri answers"
        )
    found = [made for key in keys[:MOST] if (made := _from_jwk(key, where, strict=len(keys) == 1))]
    if not found:
        raise UnreadableInput("none of its keys is of a kind that I know (RSA, EC, OKP, oct)", where)
    return tuple(found)


def _once(pairs: list[tuple[str, object]], where: str) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise UnreadableInput("a name stands twice in one object of it", where, "Readers of it may take different keys")
    return made


def _from_pem(data: bytes, where: str) -> VerifyKey:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    public: Any
    try:
        if b"CERTIFICATE" in data[:60]:
            public = x509.load_pem_x509_certificate(data).public_key()
        elif b"PRIVATE KEY" in data[:60]:
            public = serialization.load_pem_private_key(data, None).public_key()
        else:
            public = serialization.load_pem_public_key(data)
        pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UnreadableInput(
            "this PEM holds no key that I can read", where, "Give a public key or certificate without a passphrase"
        ) from None
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, OKPKey, RSAKey

    for kind in (RSAKey, ECKey, OKPKey):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # short keys are judged in verify.py, in words
                return _made(kind.import_key(pem), {})
        except (ValueError, TypeError, JoseError):
            continue
    raise UnreadableInput(
        "a key of this kind signs no tokens", where, "RSA, EC (P-256, P-384, P-521, secp256k1), Ed25519, Ed448"
    )


def _from_jwk(data: dict[str, Any], where: str, *, strict: bool) -> VerifyKey | None:
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

    kinds: dict[str, Any] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey, "oct": OctKey}
    kty = data.get("kty")
    private = ("d", "p", "q", "dp", "dq", "qi", "oth")
    public = {
        name: value
        for name, value in data.items()
        if name not in private and name not in ("x5c", "x5u", "key_ops", "use", "alg")
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _made(kinds[str(kty)].import_key(public), data)
    except (KeyError, ValueError, TypeError, AttributeError, JoseError, AssertionError):
        if strict:
            raise UnreadableInput(
                "this JWK holds no key that I can read",
                where,
                "kty must be RSA, EC, OKP or oct, with its members (RFC 7518, section 6)",
            ) from None
        return None


def _made(key: Any, data: dict[str, Any]) -> VerifyKey:
    raw = key.raw_value
    bits = len(raw) * 8 if isinstance(raw, bytes) else int(getattr(raw, "key_size", 0) or 0)
    curve = getattr(key, "curve_name", "") if key.key_type in ("EC", "OKP") else ""
    prints = tuple(str(data[name]) for name in ("x5t", "x5t#S256") if name in data)
    ops = data.get("key_ops")
    use = str(data.get("use", "")) or (
        "enc" if isinstance(ops, list) and ops and not {"verify", "sign"} & {str(op) for op in ops} else ""
    )
    return VerifyKey(key.key_type, str(data.get("kid", "")), str(data.get("alg", "")), use, bits, curve, key, prints)
