"""The address is not on the allowlist."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("ip-not-allowed")
