"""Applications and inputs to try why403 with."""
