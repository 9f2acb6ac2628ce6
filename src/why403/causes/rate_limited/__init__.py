"""Too many requests."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("rate-limited")
