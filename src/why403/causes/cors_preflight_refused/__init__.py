"""The CORS preflight is refused."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("cors-preflight-refused")
