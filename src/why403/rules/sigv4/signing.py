"""One signing as a signer may have done it, right or wrong in any of its parts."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from ...model.frozen import NamedTuple
from .canonical import octets, sha256
from .signature import Scope, mac

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Signing(NamedTuple):
    """Everything that goes into a signature, each part as a signer may have had it."""

    method: str
    path: str
    query: str
    fields: str  # the canonical headers as text
    signed: str
    payload: str
    algorithm: str
    date: str
    scope: str  # in the string to sign
    key_scope: Scope  # in the derived key
    secret: str
    prefix: str
    derive: str = ""  # a wrong way of deriving the key
    after: str = ""  # a wrong way of hashing the canonical request

    def signature(self, keys: dict[tuple[str, ...], bytes]) -> str:
        """The signature; `keys` keeps the derived keys."""
        text = "\n".join((self.method, self.path, self.query, self.fields, self.signed, self.payload))
        hashed = AFTER[self.after](text) if self.after else sha256(text)
        name = (self.secret, self.prefix, self.derive, *self.key_scope)
        if name not in keys:
            keys[name] = _derived(self)
        string = "\n".join((self.algorithm, self.date, self.scope, hashed))
        return mac(keys[name], string + ("\n" if self.after == "a line end after the string to sign" else "")).hex()


class Mistake(NamedTuple):
    """One part as a signer may have got it wrong."""

    part: str
    words: str
    change: dict[str, Any]


AFTER: dict[str, Callable[[str], str]] = {
    "the canonical request's hash in upper case": lambda text: sha256(text).upper(),
    "the canonical request itself in place of its hash": lambda text: text,
    "a line end after the canonical request": lambda text: sha256(text + "\n"),
    "the canonical request without the empty line after its headers": lambda text: sha256(_without_blank(text)),
    "the canonical request with CR LF line ends": lambda text: sha256(text.replace("\n", "\r\n")),
    "the canonical request's hash in Base64": lambda text: base64.b64encode(
        hashlib.sha256(octets(text)).digest()
    ).decode(),
    "the hash of the canonical request's hash": lambda text: sha256(sha256(text)),
    "a line end after the string to sign": sha256,
    "the canonical request in Latin-1": lambda text: sha256(text.encode("latin-1", "replace")),
}


def _without_blank(text: str) -> str:
    head, _, tail = text.rpartition("\n\n")
    return f"{head}\n{tail}"


def _derived(of: Signing) -> bytes:
    start = octets(of.prefix + of.secret)
    scope = list(of.key_scope)
    if of.derive == "the secret itself, not a key derived from it":
        return octets(of.secret)
    if of.derive == "a key derived without the AWS4 before the secret":
        start = octets(of.secret)
    if of.derive == "a key derived with region and service exchanged":
        scope[1], scope[2] = scope[2], scope[1]
    if of.derive == "a key derived without its last step (aws4_request)":
        scope = scope[:3]
    if of.derive == "a key derived in hexadecimal digits":
        key = start
        for part in scope:
            key = octets(mac(key, part).hex())
        return key
    for part in scope:
        start = mac(start, part)
    return start


DERIVE = (
    "the secret itself, not a key derived from it", "a key derived without the AWS4 before the secret",
    "a key derived with region and service exchanged", "a key derived without its last step (aws4_request)",
    "a key derived in hexadecimal digits",
)  # fmt: skip
