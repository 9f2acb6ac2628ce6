"""The CSRF token does not match."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("csrf-token-invalid")
