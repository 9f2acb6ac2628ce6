"""The clocks disagree."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("clock-skew")
