"""A proxy on the way out refused."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("proxy-refused")
