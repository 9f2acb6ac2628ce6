"""Asks, weighs, orders, says what is missing."""

from .explain import explain

__all__ = ["explain"]
