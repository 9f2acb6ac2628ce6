"""A directory with no index."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("directory-index")
