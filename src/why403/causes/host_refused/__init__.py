"""The host name is not served."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("host-refused")
