"""What a text shows of a computation: the canonical request and the string to sign, as a server or a signer's log writes them.

S3 puts them into elements (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html), API Gateway and most other
services into the message, SDKs into their debug logs. They are found by their form, not by the words around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...model import Pattern
from ...model.frozen import NamedTuple
from .canonical import Canonical
from .signature import ToSign

MOST = 400_000  # letters of a text that are searched
REQUEST = Pattern(
    r"(?<![A-Z])([A-Z]{3,10})\r?\n(/[^\r\n]{0,20000})\r?\n([^\r\n]{0,50000})\r?\n"
    r"((?:[^\s:]{1,200}:[^\r\n]{0,20000}\r?\n){1,200})\r?\n"
    r"([^\s:]{1,5000})\r?\n([0-9a-f]{64}|UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]{5,80}|[0-9A-F]{64}|)(?=$|[^\w-])"
)
STRING = Pattern(
    r"((?:AWS4|GOOG4)-[A-Z0-9-]{5,40})\r?\n([^\r\n]{0,60})\r?\n([^\s]{1,200})\r?\n([0-9a-fA-F]{0,128})(?=$|[^0-9a-fA-F])"
)
BYTES = Pattern(r"<(CanonicalRequest|StringToSign)Bytes>([0-9a-fA-F\s]{1,400000})</")
ELEMENT = Pattern(
    r"<(Code|SignatureProvided|ServerTime|Expires|X-Amz-Expires|MaxAllowedSkewMilliseconds|RequestTime|Region|HeadersNotSigned"
    r"|AWSAccessKeyId|Message)>([^<]{0,2000})</"
)
SERVER = Pattern(r"<(?:canonicalrequest|stringtosign)>\s*$|should have been\s{0,4}['\"]?$", re.IGNORECASE)
# how S3 says it in words, which is all that an SDK's exception keeps of its answer
EXPECTING = Pattern(r"the region '[^']{0,60}' is wrong; expecting '([^']{1,60})'")
ESCAPE = Pattern(r"\\(?:u([0-9a-fA-F]{4})|([nrt\"'/\\]))")
ENTITY = Pattern(r"&(amp|lt|gt|quot|apos|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
LETTERS = {"n": "\n", "r": "\r", "t": "\t"}


class Shown(NamedTuple):
    """What the texts of an input show: the server's computation, the signer's own, and the elements of S3's answer."""

    server: Canonical | None = None
    server_string: ToSign | None = None
    own: Canonical | None = None
    own_string: ToSign | None = None
    fields: tuple[tuple[str, str], ...] = ()  # Code, ServerTime, Expires, ...
    where: str = ""  # where the server's stands

    def field(self, name: str) -> str:
        """An element's text, or ""."""
        return next((value for key, value in self.fields if key == name), "")


def shown(texts: Iterable[tuple[str, str, bool]]) -> Shown:
    """What texts show. Each comes with its place and whether it is a server's answer for certain."""
    found = Shown()
    for text, where, answer in texts:
        for reading in _readings(text[:MOST]):
            more = _one(reading, where, answer=answer)
            found = found._replace(
                server=found.server or more.server,
                server_string=found.server_string or more.server_string,
                own=found.own or more.own,
                own_string=found.own_string or more.own_string,
                fields=found.fields or more.fields,
                where=found.where or more.where,
            )
            if more.server:
                break
    return found


def _one(text: str, where: str, *, answer: bool) -> Shown:
    fields = tuple((name, value) for name, value in ELEMENT.findall(text))
    if region := EXPECTING.search(text):
        fields = (("Code", "AuthorizationHeaderMalformed"), ("Region", region.group(1)), *fields)
    found = Shown(fields=fields, where=where)
    for match in REQUEST.finditer(text):
        method, path, query, named, signed, payload = match.groups()
        lines = (line.partition(":") for line in named.replace("\r", "").split("\n")[:-1])
        canonical = Canonical(method, path, query, tuple((name, value) for name, _, value in lines), signed, payload)
        if answer or SERVER.search(text[max(0, match.start() - 60) : match.start()]):
            found = found._replace(server=found.server or canonical)
        else:
            found = found._replace(own=found.own or canonical)
    for match in STRING.finditer(text):
        string = ToSign(*match.groups())
        if answer or SERVER.search(text[max(0, match.start() - 60) : match.start()]):
            found = found._replace(server_string=found.server_string or string)
        else:
            found = found._replace(own_string=found.own_string or string)
    return found if found.server or found.server_string or found.fields else found._replace(where="")


def _readings(text: str) -> Iterator[str]:
    """The text as it stands, with its XML escapes resolved, with its string escapes resolved, and from the bytes that S3 lists."""
    plain = unescaped(text)
    yield plain
    for name, digits in BYTES.findall(text):
        if name == "CanonicalRequest":
            yield from _from_bytes(plain, digits)
    if "\\n" in plain:
        yield unescaped(ESCAPE.sub(_escape, plain))
        yield unescaped(ESCAPE.sub(_escape, ESCAPE.sub(_escape, plain)))


def _from_bytes(text: str, digits: str) -> Iterator[str]:
    try:
        canonical = bytes.fromhex("".join(digits.split())).decode("utf-8", "replace")
    except ValueError:
        return
    if REQUEST.search(canonical):
        yield f"<CanonicalRequest>{canonical}</CanonicalRequest>\n{text}"


def unescaped(text: str) -> str:
    """The text with XML's own entities resolved."""
    return ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    name = found.group(1)
    if name[0] != "#":
        return NAMED[name]
    number = int(name[2:], 16) if name[1] == "x" else int(name[1:])
    return chr(number) if number < 0x110000 else ""


def _escape(found: re.Match[str]) -> str:
    code, letter = found.groups()
    return chr(int(code, 16)) if code else LETTERS.get(letter, letter)
