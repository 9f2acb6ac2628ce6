"""Build hook: the products' tables are compiled when the package is built, so that an installed why403 only reads them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Put the compiled tables into the wheel. An editable install makes them by itself, at first use."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say where the files belong."""
        if self.target_name != "wheel" or version == "editable":
            return
        source = Path(self.root) / "src"
        sys.path.insert(0, str(source))
        try:
            from why403.products.compiled import build, write
        finally:
            sys.path.pop(0)
        folder = source / "why403" / "products" / "_compiled"
        files = build("built")
        write(files, str(folder))
        for name in files:
            build_data["force_include"][str(folder / name)] = f"why403/products/_compiled/{name}"
