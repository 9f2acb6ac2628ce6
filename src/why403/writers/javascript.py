"""JavaScript's literals, and what its clients make of a URL and of a field's value."""

from __future__ import annotations

import base64
import json

from ..model import Headers, Pattern
from .address import dotted, host_of, target

__all__ = ["binary", "letters", "quoted", "rewritten", "table", "together"]

# targets that the URL standard leaves as they are
_KEPT = Pattern(
    r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*"
    r"(?:\?(?:[A-Za-z0-9\-._~!$&()*+,;=:@/?\[\]{}|^`\\]|%[0-9A-Fa-f]{2})+)?"
)
_ODD = Pattern(r"[^\x20-\x7e]")


def quoted(text: str) -> str:
    """A string; what cannot be printed stands as an escape."""
    whole = json.dumps(text, ensure_ascii=False)
    if not whole.isprintable():
        whole = _ODD.sub(lambda match: match[0] if match[0].isprintable() else json.dumps(match[0])[1:-1], whole)
    return whole.replace("</", "<\\/")


def letters(value: str) -> str:
    """A field's value as JavaScript wants it: one letter for each byte, read as Latin-1 (Fetch standard, byte string)."""
    return value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("latin-1")


def together(headers: Headers) -> list[tuple[str, str | list[str]]]:
    """The fields in order, the values of one that is repeated as a list in its first place."""
    found: dict[str, tuple[str, str | list[str]]] = {}
    for name, value in headers:
        before = found.get(name.lower())
        if before is None:
            found[name.lower()] = (name, letters(value))
        else:
            values = before[1] if isinstance(before[1], list) else [before[1]]
            found[name.lower()] = (before[0], [*values, letters(value)])
    return list(found.values())


def table(rows: list[tuple[str, str]], indent: str) -> str:
    """An object, one row a line; the values are expressions."""
    lines = ",\n".join(f"{indent}  {quoted(name)}: {value}" for name, value in rows)
    return f"{{\n{lines}\n{indent}}}" if rows else "{}"


def binary(body: bytes, whole: str) -> str:
    """A body: a string where it is UTF-8, else what `whole` makes of its base64."""
    try:
        return quoted(body.decode("utf-8"))
    except UnicodeDecodeError:
        return whole.format(quoted(base64.b64encode(body).decode("ascii")))


def rewritten(url: str) -> list[str]:
    """A remark where the URL standard of the WHATWG, by which JavaScript goes, writes the URL in another way."""
    host = host_of(url)
    if host.isascii() and host == host.lower() and not dotted(url) and _KEPT.fullmatch(target(url)):
        return []
    return [
        "JavaScript writes the URL by the rules of browsers: dot segments go, an empty query goes, quotes are percent-encoded"
    ]
