"""The origin is not allowed."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("cors-origin-refused")
