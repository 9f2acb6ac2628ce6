"""The CSRF token is missing."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("csrf-token-missing")
