"""The address is blocked."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("ip-blocked")
