"""A firewall rule matched the request."""

from __future__ import annotations

from ..cause import Cause

CAUSE = Cause("waf-rule")
