"""The country or region is blocked."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("geo-blocked")
