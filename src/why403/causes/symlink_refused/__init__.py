"""A symbolic link is not followed."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("symlink-refused")
