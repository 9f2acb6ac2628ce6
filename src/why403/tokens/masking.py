"""A secret's mask: its beginning, where it is long enough to afford one, and a fingerprint by which two can be told to be the same."""

from __future__ import annotations


def fingerprint(value: str) -> str:
    """Six hexadecimal digits by which equal secrets are recognised; they do not lead back to the value."""
    try:
        from _blake2 import blake2s  # hashlib brings OpenSSL along, which costs a tenth of the run
    except ImportError:
        from hashlib import blake2s

    return blake2s(value.encode("utf-8", "surrogatepass"), digest_size=3, person=b"why403").hexdigest()


def masked(value: str) -> str:
    """A secret's beginning, where it is long enough to afford one, and its fingerprint."""
    shown = 4 if len(value) >= 20 else 0
    return f"{value[:shown]}…[{len(value)} letters #{fingerprint(value)}]"
