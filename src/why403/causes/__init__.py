"""One room per cause of the register: how it is seen, what speaks against it, how it is mended."""

from .catalogue import awake, catalogue, room
from .cause import Cause

__all__ = ["Cause", "awake", "catalogue", "room"]
