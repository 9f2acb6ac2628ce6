"""A client certificate is required."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("client-certificate-required")
