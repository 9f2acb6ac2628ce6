"""The resource or route does not exist."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("resource-hidden")
