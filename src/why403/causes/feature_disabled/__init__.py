"""The feature is switched off for this account."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("feature-disabled")
