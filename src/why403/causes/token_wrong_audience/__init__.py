"""The token is for something else."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("token-wrong-audience")
