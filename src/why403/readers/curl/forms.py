"""-F and --form-string: a multipart body as curl writes it, but for the boundary, which curl draws by lot."""

from __future__ import annotations

import binascii
import re

from why403.model.patterns import Pattern

from ...model.frozen import NamedTuple
from .arguments import Operation
from .bodies import from_file
from .words import raw, shown

_TYPES = {
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".htm": "text/html",
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".xml": "application/xml",
}
_QUOTED = Pattern(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_KEY = Pattern(r"[ \t]*(type|filename|headers|encoder)=", re.IGNORECASE)
_TYPE = Pattern(r"[^;,]*(?:;(?![ \t]*(?:type|filename|headers|encoder)=)[^;,]*)*", re.IGNORECASE)
_PERCENT = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
_BACKSLASH = str.maketrans({'"': '\\"', "\\": "\\\\"})
FORM = "multipart/form-data"
DEPTH = 20
PARAMETERS = 50  # so many behind one value are read


class Multipart(NamedTuple):
    """The body, or None where a part of it is in a file; its boundary; whether curl knows its length beforehand."""

    body: bytes | None
    boundary: str
    sized: bool


class _Part:
    __slots__ = ("content", "encoder", "filename", "headers", "kind", "name", "parts")

    def __init__(self, name: str) -> None:
        self.name = name
        self.content = b""
        self.kind = self.encoder = ""
        self.filename: str | None = None
        self.headers: list[str] = []
        self.parts: list[_Part] | None = None


def multipart(operation: Operation, stdin: bytes | None, remarks: list[str]) -> Multipart:
    """All form options together."""
    top = _Part("")
    top.parts = []
    stack = [top]
    known = sized = True
    for kind, word in operation.forms:
        name, sign, content = word.text.partition("=")
        if not sign:
            remarks.append(f"-F {shown(word.text)[:60]} has no = in it: curl refuses it")
            continue
        inside = stack[-1].parts
        part = _Part(name)
        if kind == "form-string":
            part.content = raw(content)
        elif content.startswith("(") and len(stack) < DEPTH:
            _parameters(part, content[1:].partition(";")[1] + content[1:].partition(";")[2], remarks)
            part.parts = []
            stack.append(part)
        elif content == ")" and not name:
            if len(stack) > 1:
                stack.pop()
            continue
        elif content.startswith(("@", "<")):
            for file in _word(content[1:], ";")[0].split(","):
                from_file(file, None, remarks, f"-F {shown(name)[:40]}")
            known = False
        else:
            text, rest = _word(content, ";")
            part.content = raw(text)
            _parameters(part, rest, remarks)
        sized = sized and part.encoder != "quoted-printable"
        if inside is not None:
            inside.append(part)
    if not known:
        return Multipart(None, _boundary(0), sized=sized)
    escape = _BACKSLASH if operation.flags.get("form-escape") else _PERCENT
    whole = _body(top.parts or [], [0], _disposition(operation), escape)
    return Multipart(whole, _boundary(0), sized=sized)


def _disposition(operation: Operation) -> str:
    """What the parts are: those of a form, unless -H gives the whole another type."""
    for word in operation.all("header"):
        name, _, value = word.text.partition(":")
        if name.lower() == "content-type" and value.strip():
            return "form-data" if value.strip().lower().startswith(FORM) else "attachment"
    return "form-data"


def _boundary(number: int) -> str:
    return f"{'-' * 24}why403{number:010}"


def _word(text: str, stop: str) -> tuple[str, str]:
    """A value, quoted or not, and what follows from the semicolon on."""
    text = text.lstrip(" \t\r\n\v\f")
    quoted = _QUOTED.match(text)
    if quoted:
        inside = re.sub(r'\\([\\"])', r"\1", quoted[1])
        _, sign, rest = text[quoted.end() :].partition(stop)
        return inside, sign + rest
    value, sign, rest = text.partition(stop)
    return value, sign + rest


def _parameters(part: _Part, rest: str, remarks: list[str]) -> None:
    """;type=, ;filename=, ;headers= and ;encoder= behind a value; what is none of them curl skips, too."""
    for _ in range(PARAMETERS):
        if not rest.startswith(";"):
            return
        rest = rest[1:]
        key = _KEY.match(rest)
        if not key:
            skipped, rest = _word(rest, ";")
            remarks.append(
                f"curl leaves out what follows the semicolon in -F {shown(part.name)[:40]}: {shown(skipped)[:40]}"
            )
            continue
        name = key[1].lower()
        if name == "type":
            match = _TYPE.match(rest, key.end())
            end = match.end() if match else key.end()
            part.kind, rest = rest[key.end() : end].strip(), rest[end:]
            continue
        value, rest = _word(rest[key.end() :], ";")
        if name == "filename":
            part.filename = value
        elif name == "encoder":
            part.encoder = value.lower()
        elif value.startswith(("@", "<")):
            from_file(value[1:], None, remarks, f"-F {shown(part.name)[:40]};headers")
        else:
            part.headers.append(value)


def _head(part: _Part, disposition: str, boundary: str, escape: dict[int, str]) -> list[str]:
    lines: list[str] = []
    own = {header.partition(":")[0].strip().lower() for header in part.headers}
    if "content-disposition" not in own and (disposition == "form-data" or part.name or part.filename is not None):
        line = f"Content-Disposition: {disposition}"
        if part.name:
            line += f'; name="{part.name.translate(escape)}"'
        if part.filename is not None:
            line += f'; filename="{part.filename.translate(escape)}"'
        lines.append(line)
    kind = part.kind
    if part.parts is not None:
        kind = f"{kind or 'multipart/mixed'}; boundary={boundary}"
    elif not kind and part.filename:
        low = part.filename.lower()
        kind = next((value for suffix, value in _TYPES.items() if low.endswith(suffix)), "")
    if kind and "content-type" not in own:
        lines.append(f"Content-Type: {kind}")
    if part.encoder:
        lines.append(f"Content-Transfer-Encoding: {part.encoder}")
    return lines + part.headers


def _content(part: _Part) -> bytes:
    if part.encoder == "base64":
        whole = binascii.b2a_base64(part.content, newline=False)
        return b"\r\n".join(whole[at : at + 76] for at in range(0, len(whole), 76))
    if part.encoder == "quoted-printable":
        return binascii.b2a_qp(part.content).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return part.content


def _body(parts: list[_Part], counter: list[int], disposition: str, escape: dict[int, str]) -> bytes:
    boundary = _boundary(counter[0])
    pieces: list[bytes] = []
    for part in parts:
        counter[0] += 1
        inner = _boundary(counter[0])
        content = _content(part) if part.parts is None else _body(part.parts, counter, "attachment", escape)
        head = "".join(line + "\r\n" for line in _head(part, disposition, inner, escape))
        pieces += [b"--", boundary.encode(), b"\r\n", raw(head), b"\r\n", content, b"\r\n"]
    return b"".join(pieces) + b"--" + boundary.encode() + b"--\r\n"
