"""The object belongs to someone else."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("not-owner")
