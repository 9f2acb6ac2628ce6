"""From a canonical request to its signature: scope, string to sign, derived key.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

from ...model.frozen import NamedTuple
from .canonical import octets


class Scope(NamedTuple):
    """For what a signature is good: a day, a region, a service."""

    date: str
    region: str
    service: str
    terminator: str = "aws4_request"

    @property
    def text(self) -> str:
        """As it stands in the credential and in the string to sign."""
        return "/".join(self)


class ToSign(NamedTuple):
    """The string to sign in its four lines."""

    algorithm: str
    date: str
    scope: str
    hash: str

    @property
    def text(self) -> str:
        """As it is signed."""
        return "\n".join(self)


class Credentials(NamedTuple):
    """An access key. It never shows its secret."""

    key_id: str
    secret: str
    token: str | None = None

    def __repr__(self) -> str:
        return f"<Credentials {self.key_id[:4]}…>"


def mac(key: bytes, text: str) -> bytes:
    """HMAC-SHA256."""
    import hmac

    return hmac.digest(key, octets(text), "sha256")


def signing_key(secret: str, scope: Scope, prefix: str = "AWS4") -> bytes:
    """The key that is derived from the secret for one scope."""
    key = octets(prefix + secret)
    for part in scope:
        key = mac(key, part)
    return key


def signature(secret: str, scope: Scope, to_sign: str, prefix: str = "AWS4") -> str:
    """The signature of a string, in hexadecimal digits."""
    return mac(signing_key(secret, scope, prefix), to_sign).hex()
