"""Before any test: the tables compiled anew where one of them has changed."""

from __future__ import annotations

from why403.products.compiled import refresh

refresh()
