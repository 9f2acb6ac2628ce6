"""Sealing: AES-256-GCM (NIST SP 800-38D) of cryptography, under a key of its own for every denial.

    base64url of  version (1) | key id (4) | denial (10) | nonce (12) | ciphertext and tag

Version, key id and denial are authenticated beside the ciphertext, so that no byte can be altered and no seal be moved to another
denial. The key of one denial is HMAC-SHA256(key, version, key id and denial): however many refusals are written, no two share key and
nonce. The plaintext is padded to steps of 64 bytes and not compressed: its length must not tell what a caller can make it hold.
"""

from __future__ import annotations

import hmac
import json
import os
import re
from base64 import b32decode, b32encode, urlsafe_b64decode, urlsafe_b64encode

from ..model import BadCall, UnreadableInput
from .explanation import Explanation
from .keys import Ring

VERSION = 1
DENIAL, NONCE, TAG = 10, 12, 16
HEAD = 1 + 4 + DENIAL
STEP = 64
LARGEST = 1536  # bytes of plaintext: the seal then stays under 2,200 letters of a header
MOST = 6000  # letters of a seal that anybody needs to read


def denial_id() -> str:
    """A new denial's id: 80 random bits in 16 letters that can be read out on the telephone."""
    return b32encode(os.urandom(DENIAL)).decode().lower()


def seal(explanation: Explanation, denial: str, keys: Ring, keep: int = 30 * 86_400) -> str:
    """The explanation of one denial, sealed with the first key, to be opened for `keep` seconds. Raises BadCall without cryptography."""
    head = bytes((VERSION,)) + keys[0].id + _denial(denial)
    plain = b""
    for longest in (160, 80, 40, 20):
        members = {**explanation.packed(longest), "u": explanation.at + keep}
        plain = json.dumps(members, separators=(",", ":")).encode()
        if len(plain) <= LARGEST:
            break
    nonce = os.urandom(NONCE)
    padded = plain + b" " * (-len(plain) % STEP)
    return (
        urlsafe_b64encode(head + nonce + _cipher(keys[0].secret, head).encrypt(nonce, padded, head))
        .decode()
        .rstrip("=")
    )


def unseal(sealed: str, keys: Ring, now: int, denial: str | None = None) -> Explanation:
    """What a seal holds.

    Args:
        sealed: The text of `Why403-Seal`, or of the member `sealed`.
        keys: The keys at hand.
        now: The time by which expiry is judged, in seconds since 1970.
        denial: The id of the denial with which it came; it must be the seal's own.

    Raises:
        UnreadableInput: It is no seal, was altered, belongs to another denial, to another key, or has expired.
    """
    data = _bytes(sealed)
    head, nonce, rest = data[:HEAD], data[HEAD : HEAD + NONCE], data[HEAD + NONCE :]
    own = named(sealed)
    if denial is not None and denial.strip().lower() != own:
        raise UnreadableInput(
            f"the seal belongs to the denial {own}, not to {denial[:40]}", "seal", "It was moved from another answer"
        )
    mine = [key for key in keys if key.id == head[1:5]]
    if not mine:
        raise UnreadableInput(
            f"it was sealed with the key {head[1:5].hex()}, which is not at hand",
            "seal",
            "Give the key of the guard that refused",
        )
    plain = _opened(mine[0].secret, head, nonce, rest)
    try:
        held = json.loads(plain)
        until = held.pop("u")
        explanation = Explanation.unpacked(held)
        expired = int(until) < now
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableInput("the seal holds something else than an explanation", "seal") from None
    if expired:
        raise UnreadableInput(f"the seal of the denial {own} has expired", "seal", "The guard's log keeps the decision")
    return explanation


def named(sealed: str) -> str:
    """The id of the denial to which a seal belongs, as the seal says. Raises UnreadableInput where it is no seal."""
    return b32encode(_bytes(sealed)[5:HEAD]).decode().lower()


def _bytes(sealed: str) -> bytes:
    word = sealed.strip()
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{40,{MOST}}}", word):
        raise UnreadableInput(
            "this is no seal: one is a word of letters, digits, - and _", "seal", "Copy the value of Why403-Seal"
        )
    try:
        data = urlsafe_b64decode(word + "=" * (-len(word) % 4))
    except ValueError:
        raise UnreadableInput("the seal is cut off", "seal", "Copy the whole value of Why403-Seal") from None
    if urlsafe_b64encode(data).decode().rstrip("=") != word:
        raise UnreadableInput("the seal was altered", "seal", "Its last letter carries bits that belong to no byte")
    if len(data) < HEAD + NONCE + TAG:
        raise UnreadableInput("the seal is cut off", "seal", "Copy the whole value of Why403-Seal")
    if data[0] != VERSION:
        raise UnreadableInput(
            f"a seal of version {data[0]} is not known here", "seal", "Is this why403 older than the guard?"
        )
    return data


def _denial(denial: str) -> bytes:
    try:
        data = b32decode(denial.strip().upper())
    except ValueError:
        data = b""
    if len(data) != DENIAL:
        raise UnreadableInput(f"{denial[:40]!r} is no id of a denial", "denial", "It has 16 letters")
    return data


def _cipher(secret: bytes, head: bytes):  # type: ignore[no-untyped-def]  # cryptography is imported where it is used
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        raise BadCall("a seal needs cryptography", "seal", "Install it: pip install 'why403[guard]'") from None
    return AESGCM(hmac.digest(secret, b"why403 seal" + head, "sha256"))


def _opened(secret: bytes, head: bytes, nonce: bytes, rest: bytes) -> bytes:
    cipher = _cipher(secret, head)
    from cryptography.exceptions import InvalidTag

    try:
        plain: bytes = cipher.decrypt(nonce, rest, head)
    except InvalidTag:
        raise UnreadableInput(
            "the seal was altered, or is another key's", "seal", "Copy the whole value of Why403-Seal"
        ) from None
    return plain
