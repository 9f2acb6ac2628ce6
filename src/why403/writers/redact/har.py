"""A HAR entry by entry, each by what its members are; an entry in which nothing is found stays byte for byte.

Strategy: msgspec cuts the file into entries without reading them; one entry at a time is decoded, walked and, where it
was changed, encoded. What is no HAR, or breaks off, is redacted as text, string by string, and needs no parsing.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from . import encoded, values
from .json_text import member
from .urls import pairs, url
from .walk import Redactor

DEEPEST = 60  # objects and lists within one another
_dict = msgspec.json.Decoder(dict[str, msgspec.Raw])
_list = msgspec.json.Decoder(list[msgspec.Raw])
_any = msgspec.json.Decoder()
_encode = msgspec.json.Encoder().encode
_URLS = frozenset({"url", "redirectURL", "documentURL", "referrer", "pageUrl", "_url", "title"})
_BINARY = ("image/", "audio/", "video/", "font/", "application/octet-stream", "application/zip", "application/wasm", "application/pdf",
           "application/x-protobuf", "application/grpc")  # fmt: skip

Change = Callable[[Any], Any]


def pieces(data: bytes | memoryview) -> Iterator[tuple[bytes, bool]]:
    """The file in pieces of JSON that make it up when they are joined, and of each whether it is a value to be walked.

    Raises msgspec.DecodeError or ValidationError for what is no JSON object or list.
    """
    start = bytes(data[:64]).lstrip()[:1]
    yield from _listed(data) if start == b"[" else _object(data, 0)


def _object(data: bytes | memoryview | msgspec.Raw, depth: int) -> Iterator[tuple[bytes, bool]]:
    members = _dict.decode(data)
    yield b"{", False
    for at, (name, raw) in enumerate(members.items()):
        yield (b"," if at else b"") + _encode(name) + b":", False
        if (
            depth < 2
            and name == "log"
            and bytes(raw[:1] if isinstance(raw, bytes) else memoryview(raw)[:1]) in (b"{", b" ", b"[")
        ) or name == "entries":
            yield from _any_of(raw, depth)
        elif name in ("request", "response") and depth == 0:
            yield bytes(raw), True
        else:
            yield bytes(raw), True
    yield b"}\n" if not depth else b"}", False


def _any_of(raw: msgspec.Raw, depth: int) -> Iterator[tuple[bytes, bool]]:
    start = bytes(memoryview(raw)[:64]).lstrip()[:1]
    if start == b"{":
        yield from _object(raw, depth + 1)
    elif start == b"[":
        yield from _listed(raw)
    else:
        yield bytes(raw), True


def _listed(data: bytes | memoryview | msgspec.Raw) -> Iterator[tuple[bytes, bool]]:
    yield b"[", False
    for at, raw in enumerate(_list.decode(data)):
        if at:
            yield b",\n", False
        start = bytes(memoryview(raw)[:64]).lstrip()
        if start[:1] == b"{" and b'"log"' in start:
            yield from _object(raw, 1)
        else:
            yield bytes(raw), True
    yield b"]", False


def rewritten(raw: bytes, change: Change) -> bytes:
    """One value with a change made to it; the same bytes where that changes nothing. Raises msgspec.DecodeError."""
    old = _any.decode(raw)
    new = change(old)
    return raw if new is old or new == old else _encode(new)


def entry(redactor: Redactor, node: Any) -> Any:
    """One entry (or any other part) of a HAR without its secrets."""
    return _walk(redactor, node, "", "", 0)


def _walk(redactor: Redactor, node: Any, key: str, side: str, depth: int) -> Any:
    if isinstance(node, str):
        if len(node) < 6 and not key:
            return node
        if key in _URLS and ("/" in node or "?" in node):
            return redactor.text(url(redactor, node), side) if " " in node else url(redactor, node)
        return member(redactor, key, node, side)
    if depth > DEEPEST:
        return None if isinstance(node, dict | list) else node
    if isinstance(node, list):
        if key in ("headers", "cookies", "queryString", "params"):
            return [_pair(redactor, item, key, side, depth) for item in node]
        return [_walk(redactor, item, key, side, depth + 1) for item in node]
    if not isinstance(node, dict):
        return node
    if key == "headers":
        return {
            name: values.field(redactor, name, held, side) if isinstance(held, str) else held
            for name, held in node.items()
        }
    if key in ("content", "postData") and isinstance(node.get("text"), str):
        node = _body(redactor, node, "request" if key == "postData" else "response")
        rest = {name: held for name, held in node.items() if name != "text"}
        walked = {name: _walk(redactor, held, name, side, depth + 1) for name, held in rest.items()}
        return {name: walked.get(name, node[name]) for name in node}
    new: dict[str, Any] = {}
    for name, held in node.items():
        below = name if name in ("request", "response") and depth < 3 else side
        label = redactor.shapes(name) if len(name) >= 16 else name
        new[label] = _walk(redactor, held, name, below, depth + 1) if isinstance(held, str | dict | list) else held
    label = next((node[name] for name in ("name", "key") if isinstance(node.get(name), str)), "")
    if label and isinstance(node.get("value"), str):
        new["value"] = member(redactor, label, node["value"], side)
    return new


def _pair(redactor: Redactor, item: Any, key: str, side: str, depth: int) -> Any:
    """One {name, value} of a list whose name says what it is."""
    if not isinstance(item, dict):
        return _walk(redactor, item, "", side, depth + 1)
    name, value = item.get("name"), item.get("value")
    if not isinstance(name, str) or value is None or isinstance(value, bool | dict | list):
        return _walk(redactor, item, "", side, depth + 1)
    text = value if isinstance(value, str) else str(value)
    if key == "headers":
        new = values.field(redactor, name, text, side)
    elif key == "cookies":
        new = values.cookie(redactor, name, text)
    else:
        new = redactor.named(name, text, "request")
        if new == text and "%" in text:
            new = pairs(redactor, f"{name}={text}").partition("=")[2]
    if new == text and len(item) == 2:
        return item
    out = {
        other: _walk(redactor, held, other, side, depth + 1) if other not in ("name", "value") else held
        for other, held in item.items()
    }
    if new != text:
        out["value"] = new
    return out


def _body(redactor: Redactor, node: dict[str, Any], side: str) -> dict[str, Any]:
    """A body's text redacted: decoded where it is base64, unpacked where it is gzip, and encoded as it was."""
    text = node["text"]
    mime = node.get("mimeType") if isinstance(node.get("mimeType"), str) else ""
    if str(node.get("encoding")).lower() != "base64":
        if not isinstance(mime, str) or not mime.lower().startswith(_BINARY) or len(text) < 100_000:
            new = redactor.text(text, side)
            return node if new == text else {**node, "text": new}
        return {**node, "text": redactor.shapes(text)}
    try:
        data = base64.b64decode(text)
    except (binascii.Error, ValueError):
        new = redactor.text(text, side)
        return node if new == text else {**node, "text": new}
    plain = encoded.unpacked(data)
    if plain is None and (data[:2] == b"\x1f\x8b" or data[:4] == b"\x28\xb5\x2f\xfd"):
        return _left_out(node, len(data))  # compressed, and it does not unpack: nobody can tell what is in it
    try:
        words = (data if plain is None else plain).decode("utf-8")
    except UnicodeDecodeError:
        words = ""
    if not words or "\0" in words[:4096]:
        return node if plain is None else _left_out(node, len(data))
    new = redactor.text(words, side)
    if new == words:
        return node
    again = new.encode("utf-8", "surrogatepass")
    return {**node, "text": base64.b64encode(again if plain is None else encoded.packed(again)).decode()}


def _left_out(node: dict[str, Any], length: int) -> dict[str, Any]:
    note = f"{length} bytes that could not be looked into were left out"
    return {**{name: held for name, held in node.items() if name not in ("text", "encoding")}, "comment": note}
