"""The report on a terminal: with colour through rich, or as plain text where the output is piped."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from ..model import Report
from ..products import tables
from .lines import Line, report_lines

STYLES = {
    "bad": "bold red", "good": "bold green", "warn": "bold yellow", "label": "bold cyan", "dim": "dim", "head": "bold",
    "place": "dim", "quote": "italic", "code": "cyan", "link": "underline blue", "": "",
}  # fmt: skip
WIDTH = 100


def titles() -> dict[str, str]:
    """The causes' titles by id."""
    return {key: entry.title for key, entry in tables().register.items()}


def plain(report: Report, width: int = WIDTH) -> str:
    """The report as text without any control character but line feeds."""
    return text(report_lines(report, titles()), width)


def text(rows: Iterable[Line], width: int = WIDTH) -> str:
    """Any lines as plain text."""
    return "\n".join(_wrapped(row, width) for row in rows)


def _wrapped(row: Line, width: int) -> str:
    pad = " " * row.indent
    if not row.wrap or len(row.text) + row.indent <= width:
        return (pad + row.text).rstrip()
    return textwrap.fill(row.text, width, initial_indent=pad, subsequent_indent=pad + "    ", break_on_hyphens=False)


def show(report: Report) -> None:
    """Print the report in colour to standard output, wrapped to the terminal's width."""
    paint(report_lines(report, titles()))


def paint(rows: Iterable[Line]) -> None:
    """Print any lines in colour."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False, emoji=False, markup=False)
    for row in rows:
        styled = Text(no_wrap=not row.wrap, overflow="fold" if row.wrap else "ignore")
        for content, style in row.spans:
            link = f"link {content}" if style == "link" else ""
            styled.append(content, style=f"{STYLES[style]} {link}".strip())
        if row.wrap:
            console.print(Padding(styled, (0, 0, 0, row.indent)))
        else:
            styled.pad_left(row.indent)
            console.print(styled, soft_wrap=True)
