"""The method is not permitted here."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("method-refused")
