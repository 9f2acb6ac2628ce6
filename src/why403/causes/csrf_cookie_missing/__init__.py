"""The CSRF cookie did not come along."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("csrf-cookie-missing")
