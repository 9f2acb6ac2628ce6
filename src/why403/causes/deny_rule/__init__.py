"""A server rule denies the path."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("deny-rule")
