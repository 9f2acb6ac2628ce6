"""The user's role lacks the permission."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("role-missing")
