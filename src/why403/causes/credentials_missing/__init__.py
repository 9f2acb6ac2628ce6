"""No credential arrived."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("credentials-missing")
