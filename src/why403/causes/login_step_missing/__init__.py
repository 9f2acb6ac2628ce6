"""A further login step is needed."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("login-step-missing")
