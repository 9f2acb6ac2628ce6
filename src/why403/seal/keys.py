"""The keys of a seal: 32 random bytes each; the first of a ring seals, every one of it opens."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from ..model import BadCall
from ..model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SIZE = 32
HINT = "Make one with: why403 open --new-key"


class Key(NamedTuple):
    """One key and the name by which a seal names it."""

    id: bytes  # four bytes of its hash; they do not lead back to it
    secret: bytes

    def __repr__(self) -> str:
        """Its name only: a key must not stand in a traceback."""
        return f"Key({self.id.hex()})"


Ring = tuple[Key, ...]


def new_key() -> str:
    """A new key as text, to be kept where secrets are kept."""
    import secrets

    return urlsafe_b64encode(secrets.token_bytes(SIZE)).decode().rstrip("=")


def key(text: str | bytes, where: str = "key") -> Key:
    """One key of its text (base64url or hexadecimal) or its 32 bytes. Raises BadCall; the message never shows the key."""
    secret = _secret(text)
    if secret is None:
        raise BadCall("this is no key: 32 random bytes as base64url or hexadecimal are", where, HINT)
    if len(set(secret)) < 8:
        raise BadCall("this key is not random", where, HINT)
    return Key(sha256(b"why403 key id" + secret).digest()[:4], secret)


def _secret(text: str | bytes) -> bytes | None:
    if isinstance(text, bytes) and len(text) == SIZE:
        return text
    word = (text.decode("latin-1") if isinstance(text, bytes) else text).strip()
    if re.fullmatch(r"[0-9a-fA-F]{64}", word):
        return bytes.fromhex(word)
    if re.fullmatch(r"[\w+/-]{43}=?", word, re.ASCII):
        return urlsafe_b64decode(word.rstrip("=").replace("+", "-").replace("/", "_") + "=")
    return None


def ring(keys: str | bytes | Sequence[str | bytes] | None, where: str = "key") -> Ring:
    """A ring of one key or several, the present one first; a text may hold several, apart by commas or white space. Raises BadCall."""
    several: Sequence[str | bytes] = [keys] if isinstance(keys, str | bytes) else keys or ()
    words: list[str | bytes] = []
    for each in several:
        if isinstance(each, str):
            words += re.split(r"[,\s]+", each.strip())
        else:
            words.append(each)
    words = [word for word in words if word]
    if not words:
        raise BadCall("there is no key", where, HINT)
    return tuple(dict.fromkeys(key(word, where) for word in words))
