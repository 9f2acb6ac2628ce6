"""Base64 as people send it: of either alphabet, padded or not."""

from __future__ import annotations

import binascii  # the module `base64` costs every start more than it gives


def decode(text: str) -> bytes | None:
    """The bytes, or None where the text is no base64 of either alphabet."""
    bare = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4), strict_mode=True)
    except ValueError:
        return None
