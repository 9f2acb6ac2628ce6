"""The products' tables and their loader: who answers how, and what their documented words mean."""

from .compiled import Tables
from .listen import Heard, Hearing, Piece, decode, host_of, listen, pieces, tables
from .table import Product, Rule
from .text import fold, lower

__all__ = [
    "Heard",
    "Hearing",
    "Piece",
    "Product",
    "Rule",
    "Tables",
    "decode",
    "fold",
    "host_of",
    "listen",
    "lower",
    "pieces",
    "tables",
]
