"""Path patterns: `*` and `{name}` stand for one segment, `**` for any number of them; "/admin/**" holds for "/admin", too."""

from __future__ import annotations

import re

from ..model import BadCall


def pattern(text: str, where: str) -> re.Pattern[str]:
    """A pattern compiled. Raises BadCall for one that no path can have."""
    if not text.startswith("/"):
        raise BadCall(
            f"the pattern {text!r} can never match: a path begins with /", where, f"Write it as /{text.lstrip('*/')}"
        )
    if re.search(r"[?#\s]|//|/\.{1,2}(/|$)", text):
        raise BadCall(
            f"the pattern {text!r} can never match",
            where,
            "It is matched with the path alone, without query, // and dots",
        )
    if not re.fullmatch(r"(?:/(?:\*\*|\*|\{\w+\}|[^/*{}]+))*/?", text):
        raise BadCall(f"the pattern {text!r} cannot be read", where, "*, ** and {name} stand for whole segments")
    made = "".join(_segment(segment) for segment in text.strip("/").split("/") if segment)
    return re.compile(made + "/?", re.DOTALL)


def _segment(segment: str) -> str:
    if segment == "**":
        return "(?:/.*)?"
    return "/[^/]+" if segment == "*" or segment.startswith("{") else "/" + re.escape(segment)


def normal(path: str) -> str:
    """A path as applications read it: without empty segments and dots, so that no other spelling of it passes a rule by."""
    if "//" not in path and "/." not in path and "\\" not in path:
        return path
    kept: list[str] = []
    for segment in path.replace("\\", "/").split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept)
