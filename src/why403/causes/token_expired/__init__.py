"""The token or session has expired."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("token-expired")
