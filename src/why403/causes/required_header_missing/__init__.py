"""A required header is missing."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("required-header-missing")
