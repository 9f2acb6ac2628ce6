"""The account is suspended or unpaid."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("account-blocked")
