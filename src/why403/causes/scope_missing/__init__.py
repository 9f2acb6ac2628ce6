"""The token lacks a scope."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("scope-missing")
