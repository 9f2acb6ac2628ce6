"""The server may not read the file."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("file-permission")
