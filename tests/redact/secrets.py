"""Secrets that are made up, and a search for them that shares nothing with the program's own."""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import random
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote, unquote_to_bytes

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ALNUM = LETTERS + LETTERS.upper() + "0123456789"
HARD = "!#$&'()*+,/:;=?@[]\"\\`^~|<> %"


def made(kind: str, chance: random.Random) -> str:
    """A secret of a kind: plain, hex, base64, uuid, long, prefixed, hard (a password of every letter on the keyboard)."""

    def some(letters: str, count: int) -> str:
        return "".join(chance.choice(letters) for _ in range(count))

    if kind == "hex":
        return some("0123456789abcdef", 32)
    if kind == "base64":
        return base64.b64encode(chance.randbytes(chance.randrange(15, 40))).decode()
    if kind == "uuid":
        return "-".join(some("0123456789abcdef", count) for count in (8, 4, 4, 4, 12))
    if kind == "long":
        return some(ALNUM + "_-", chance.randrange(60, 300))
    if kind == "prefixed":
        return chance.choice(["gh" + "p_", "glpat" + "-", "xox" + "b-", "sk_" + "live_"]) + "1a" + some(ALNUM, 34)
    if kind == "hard":
        core = "".join(chance.choice(ALNUM + HARD) for _ in range(chance.randrange(10, 24)))
        return f"q{chance.randrange(10)}{core}Z"
    return "z9" + some(ALNUM, chance.randrange(8, 40))


def jwt(signature: str, **claims: object) -> str:
    """A compact token with this signature."""
    import json

    def part(held: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(held).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims or {'sub': 'ann', 'exp': 1795168800})}.{signature}"


_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{8,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){6,}")
_UNICODE = re.compile(rb"\\u([0-9a-fA-F]{4})")


def readings(data: bytes, depth: int = 3) -> Iterator[bytes]:
    """The data as it is, and as whatever it may be the encoding of, to a depth."""
    seen = {data}
    level = [data]
    for _ in range(depth + 1):
        below: list[bytes] = []
        for one in level:
            yield one
            for more in _undone(one):
                if more not in seen and len(more) >= 6:
                    seen.add(more)
                    below.append(more)
        level = below


def _undone(data: bytes) -> Iterator[bytes]:
    if b"%" in data:
        yield unquote_to_bytes(data)
        yield unquote_to_bytes(data.replace(b"+", b" "))
    if b"\\" in data:
        text = _UNICODE.sub(lambda found: chr(int(found.group(1), 16)).encode("utf-8", "surrogatepass"), data)
        yield re.sub(
            rb"\\(.)", lambda found: {b"n": b"\n", b"t": b"\t", b"r": b"\r"}.get(found.group(1), found.group(1)), text
        )
    if b"&" in data:
        yield html.unescape(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    for found in _HEX.finditer(data):
        for skip in (0, 1):
            digits = found.group()[skip:]
            yield binascii.unhexlify(digits[: len(digits) // 2 * 2])
    if data[:2] == b"\x1f\x8b":
        with suppress(zlib.error, OSError, EOFError):
            yield gzip.decompress(data)
    for found in _BASE64.finditer(data):
        run = found.group().rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        for skip in range(4):
            core = run[skip:]
            core = core[: len(core) - (len(core) % 4 == 1)]
            if len(core) >= 8:
                yield base64.b64decode(core + b"=" * (-len(core) % 4))


def left(data: bytes, secrets: list[str]) -> list[str]:
    """Those of the secrets that can be read out of the data in any way."""
    raw = {secret: {secret.encode(), unquote(secret).encode()} for secret in secrets}
    found: list[str] = []
    for one in readings(data):
        found += [secret for secret, forms in raw.items() if secret not in found and any(form in one for form in forms)]
    return found
