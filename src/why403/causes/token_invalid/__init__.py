"""The credential is not accepted."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("token-invalid")
