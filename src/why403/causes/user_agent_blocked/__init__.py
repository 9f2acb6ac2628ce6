"""The User-Agent is blocked."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("user-agent-blocked")
