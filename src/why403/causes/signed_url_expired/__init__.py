"""The signed link has expired or was altered."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("signed-url-expired")
