"""The report as HTML: a fragment for a notebook, a page for a file. It loads nothing from elsewhere."""

from __future__ import annotations

from html import escape

from ..model import Report
from .lines import report_lines
from .terminal import titles

COLOURS = {
    "bad": "color:#b3261e;font-weight:bold", "good": "color:#1b6e34;font-weight:bold", "warn": "color:#8a5a00;font-weight:bold",
    "label": "color:#0b6070;font-weight:bold", "dim": "opacity:.65", "head": "font-weight:bold", "place": "opacity:.65",
    "quote": "font-style:italic", "code": "color:#0b6070",
}  # fmt: skip


def fragment(report: Report) -> str:
    """The report as one element."""
    rows = []
    for row in report_lines(report, titles()):
        spans = []
        for text, style in row.spans:
            if style == "link" and text.startswith("https://"):
                spans.append(f'<a href="{escape(text)}" rel="noreferrer noopener">{escape(text)}</a>')
            elif style in COLOURS:
                spans.append(f'<span style="{COLOURS[style]}">{escape(text)}</span>')
            else:
                spans.append(escape(text))
        rows.append(f'<div style="padding-left:{row.indent}ch;min-height:1lh">{"".join(spans)}</div>')
    style = "font-family:ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.45"
    return f'<div style="{style}">{"".join(rows)}</div>'


def render(report: Report) -> str:
    """The report as a whole page."""
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>why403</title></head>'
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = head.replace("<title>", f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>')
    return f"{head}<body>{fragment(report)}</body></html>"
