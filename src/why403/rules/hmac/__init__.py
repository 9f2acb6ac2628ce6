"""HMAC schemes by recipe: what a signature should be, and which usual mistake gives the one that is there.

A recipe is one table, `<id>.toml`, written from the vendor's own page; the keys are told in `recipe.py`.
"""

from .recipe import Recipe, recipe, recipes, recognised
from .verdict import Verdict, verdict

__all__ = ["Recipe", "Verdict", "recipe", "recipes", "recognised", "verdict"]
