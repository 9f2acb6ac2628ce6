"""One room per cause of the register: how it is seen, what speaks against it, how it is mended."""

from .catalogue import CATALOGUE
from .cause import Cause

__all__ = ["CATALOGUE", "Cause"]
