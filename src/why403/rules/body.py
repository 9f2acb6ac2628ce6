"""The ways in which a body becomes another between signing and sending, or between arriving and being checked."""

from __future__ import annotations

from collections.abc import Iterator


def variants(body: bytes) -> Iterator[tuple[str, bytes]]:
    """The ways in which a body is changed between hashing and sending, each in words."""
    yield "an empty body", b""
    yield "the body without its last line end", body.rstrip(b"\r\n")
    yield "the body with a line end after it", body + b"\n"
    yield "the body with CR LF line ends", body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    yield "the body with LF line ends", body.replace(b"\r\n", b"\n")
    yield "the body without line ends", body.replace(b"\r", b"").replace(b"\n", b"")
    yield "the body without the blanks around it", body.strip()
    yield "the body with a byte order mark", b"\xef\xbb\xbf" + body
    yield "the body without its byte order mark", body.removeprefix(b"\xef\xbb\xbf")
    if body[:1] in b"{[" and len(body) < 1 << 20:
        yield from _as_json(body)


def _as_json(body: bytes) -> Iterator[tuple[str, bytes]]:
    import json

    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return
    for words, options in (
        ("JSON written without blanks", {"separators": (",", ":")}),
        ("JSON written with blanks", {}),
        ("JSON written without blanks, its names sorted", {"separators": (",", ":"), "sort_keys": True}),
        ("JSON written with blanks, its names sorted", {"sort_keys": True}),
        ("JSON indented by two", {"indent": 2}),
        ("JSON indented by four", {"indent": 4}),
    ):
        for plain in (False, True):
            text = json.dumps(data, ensure_ascii=not plain, **options)
            yield f"the body as {words}{', letters unescaped' if plain else ''}", text.encode("utf-8", "surrogatepass")
