"""The data options: what -d, --data-urlencode, --json and --url-query make of their values."""

from __future__ import annotations

import re

from .words import Word, raw, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .arguments import Operation

_FROM_FILE = bytes.maketrans(b"", b"")
_DROPPED = b"\r\n\0"
_RESERVED = re.compile(rb"[^A-Za-z0-9._~-]")


def encoded(text: str, kept: tuple[str, ...] = ()) -> str:
    """A text percent-encoded as in a form; variables stand as they are."""
    if kept:
        pattern = "(" + "|".join(map(re.escape, sorted(dict.fromkeys(kept[:1000]), key=len, reverse=True))) + ")"
        return "".join(piece if number % 2 else encoded(piece) for number, piece in enumerate(re.split(pattern, text)))
    return _RESERVED.sub(lambda match: b"+" if match[0] == b" " else b"%%%02X" % match[0][0], raw(text)).decode("ascii")


def from_file(name: str, stdin: bytes | None, remarks: list[str], what: str) -> bytes | None:
    """What a file holds: known only for the standard input, and there only where the paste shows it."""
    if name == "-" and stdin is not None:
        return stdin
    if name == "/dev/null":
        return b""
    told = "the standard input" if name in ("-", ".") else f"the file {shown(name)[:200]}"
    remarks.append(f"{what}: {told} is not read, its content is not known")
    return None


def urlencoded(value: Word, stdin: bytes | None, remarks: list[str], what: str) -> bytes | None:
    """The five forms of --data-urlencode: content, =content, name=content, @file, name@file."""
    text = value.text
    name, sign, content = text.partition("=")
    if not sign:
        name, sign, content = text.partition("@")
    if value.kept:
        remarks.append(f"{what} {shown(text)[:60]}: curl percent-encodes what the variable holds")
    if not sign:
        return raw(encoded(text, value.kept))
    before = raw(name) + b"=" if name else b""
    if sign == "=":
        return before + raw(encoded(content, value.kept))
    read = from_file(content, stdin, remarks, what)
    return None if read is None else before + raw(encoded(read.decode("utf-8", "surrogateescape")))


def _one(kind: str, value: Word, stdin: bytes | None, remarks: list[str]) -> bytes | None:
    if kind == "data-urlencode":
        return urlencoded(value, stdin, remarks, "--data-urlencode")
    if kind == "data-raw" or not value.text.startswith("@"):
        return raw(value.text)
    read = from_file(value.text[1:], stdin, remarks, f"--{kind}")
    if read is None or kind in ("data-binary", "json"):
        return read
    return read.translate(_FROM_FILE, _DROPPED)


def data(operation: Operation, stdin: bytes | None, remarks: list[str]) -> bytes | None:
    """All data options together, as curl joins them; None where a part of it is in a file."""
    pieces: list[bytes] = []
    known = True
    for number, (kind, value) in enumerate(operation.data):
        one = _one(kind, value, stdin, remarks)
        if one is None:
            known = False
            continue
        if number and kind != "json":
            pieces.append(b"&")
        pieces.append(one)
    return b"".join(pieces) if known else None


def query(operation: Operation, stdin: bytes | None, remarks: list[str]) -> str:
    """What --url-query adds to the URL, without a question mark."""
    pieces: list[str] = []
    for value in operation.all("url-query"):
        if value.text.startswith("+"):
            pieces.append(value.text[1:])
        else:
            one = urlencoded(value, stdin, remarks, "--url-query")
            if one is not None:
                pieces.append(one.decode("utf-8", "surrogateescape"))
    return "&".join(pieces)
