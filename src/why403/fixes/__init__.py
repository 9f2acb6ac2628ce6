"""Writers of corrections: values in, a command, snippet or message out."""

from .letter import letter
from .words import advice

__all__ = ["advice", "letter"]
