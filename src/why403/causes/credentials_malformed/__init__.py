"""The credential is in the wrong place or form."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("credentials-malformed")
