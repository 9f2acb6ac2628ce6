"""The sealed explanation of a refusal: what it holds, how it is sealed, and how whoever has the key opens it."""

from __future__ import annotations

from .explanation import Explanation
from .keys import Key, Ring, new_key, ring
from .opened import carried, opened
from .sealed import denial_id, named, seal, unseal

__all__ = ["Explanation", "Key", "Ring", "carried", "denial_id", "named", "new_key", "opened", "ring", "seal", "unseal"]
