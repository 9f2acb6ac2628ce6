"""An access policy denies it."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("policy-denied")
