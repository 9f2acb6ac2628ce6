"""Origin or Referer fails the CSRF check."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("csrf-origin-mismatch")
