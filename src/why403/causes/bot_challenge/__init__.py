"""Taken for a bot."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("bot-challenge")
