"""Python's literals, and the lines that requests and httpx have in common."""

from __future__ import annotations

from ..model import Headers

__all__ = ["binary", "binary_of", "pairs", "table", "text"]


def text(value: str) -> str:
    """A string, in double quotes where that needs no escape."""
    shown = repr(value)
    return f'"{shown[1:-1]}"' if shown[0] == "'" and '"' not in value else shown


def binary(value: bytes) -> str:
    """Bytes: as text where they are UTF-8 beyond ASCII, so that they can be read."""
    if not value.isascii():
        try:
            return f"{text(value.decode('utf-8'))}.encode()"
        except UnicodeDecodeError:
            pass
    shown = repr(value)
    return f'b"{shown[2:-1]}"' if shown[1] == "'" and b'"' not in value else shown


def binary_of(value: str) -> str:
    """A field's value: a string where it is ASCII, else the bytes that go over the wire (a client would take Latin-1)."""
    return text(value) if value.isascii() else binary(value.encode("utf-8", "surrogateescape"))


def table(headers: Headers, indent: str) -> str:
    """A dict, one field a line."""
    rows = "".join(f"{indent}    {text(name)}: {binary_of(value)},\n" for name, value in headers)
    return "{\n" + rows + indent + "}" if rows else "{}"


def pairs(headers: Headers, indent: str) -> str:
    """A list of pairs, one field a line."""
    rows = "".join(f"{indent}    ({text(name)}, {binary_of(value)}),\n" for name, value in headers)
    return "[\n" + rows + indent + "]" if rows else "[]"
