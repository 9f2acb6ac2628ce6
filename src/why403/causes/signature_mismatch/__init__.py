"""The request signature does not match."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("signature-mismatch")
