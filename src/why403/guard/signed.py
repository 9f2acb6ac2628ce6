"""The token against forged requests: signed, bound to a session, dated, and masked anew for every response.

    base64url of  mask (37) | mask XOR ( version (1) | made at, in seconds (4) | session (16) | signature (16) )

The signature is HMAC-SHA256 over what stands before it. The mask keeps a compressed page from giving the token away letter by letter
(BREACH). Nothing is kept on the server: a token is good for its session until it is too old or the key is rotated out.
"""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

VERSION = b"\x01"
LENGTH = 37
LETTERS = 99
HALF = LENGTH * 8


def tag(secret: bytes, binding: str) -> bytes:
    """By what a token knows its session."""
    return hmac.digest(secret, b"session " + binding.encode("utf-8", "surrogatepass"), "sha256")[:16]


def make(secret: bytes, binding: str, now: int) -> str:
    """A token for a session."""
    body = VERSION + now.to_bytes(4, "big") + tag(secret, binding)
    plain = body + hmac.digest(secret, body, "sha256")[:16]
    mask = os.urandom(LENGTH)
    return urlsafe_b64encode(mask + _xor(plain, mask)).decode().rstrip("=")


def wrong(token: str, secrets: tuple[bytes, ...], binding: str, now: int, max_age: int) -> str:
    """What is wrong with a token: mismatch, expired or other-session; "" where nothing is."""
    if len(token) != LETTERS:
        return "mismatch"
    try:
        data = urlsafe_b64decode(token + "=")
    except ValueError:
        return "mismatch"
    if len(data) != 2 * LENGTH:
        return "mismatch"
    plain = _xor(data[:LENGTH], data[LENGTH:])
    body, signature = plain[:21], plain[21:]
    for secret in secrets:
        if hmac.compare_digest(signature, hmac.digest(secret, body, "sha256")[:16]):
            break
    else:
        return "mismatch"
    made = int.from_bytes(body[1:5], "big")
    if not hmac.compare_digest(body[5:], tag(secret, binding)):
        return "other-session"
    return "expired" if made + max_age < now or made > now + 60 else ""


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(LENGTH, "big")
