"""SELinux or AppArmor denies it."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("mac-denied")
