"""XML, SOAP, HTML and multipart: elements, attributes, hidden fields and parts whose name announces a secret."""

from __future__ import annotations

import html
import re

from .hand import Hand
from .names import kept, of_name, opaque, prose
from .values import secret

_ELEMENT = re.compile(r"<([A-Za-z][\w.:-]{1,80})((?:\s[^<>]{0,2000})?)>([^<>]{1,100000})</\1>")
_CDATA = re.compile(r"<([A-Za-z][\w.:-]{1,80})(?:\s[^<>]{0,2000})?><!\[CDATA\[([^\]]{1,100000})\]\]></\1>")
_ATTRIBUTE = re.compile(r"([\w:.-]{2,60})(\s{0,3}=\s{0,3})([\"'])([^\"'<>]{2,100000})\3")
_TAG = re.compile(r"<(?:input|meta|param|add|setting|entry)\b[^<>]{5,6000}>", re.IGNORECASE)
_NAME = re.compile(r"\b(?:name|id|key|http-equiv|property)\s{0,3}=\s{0,3}[\"']([^\"'<>]{1,100})[\"']", re.IGNORECASE)
_VALUE = re.compile(r"(\b(?:value|content)\s{0,3}=\s{0,3})([\"'])([^\"'<>]{2,8000})\2", re.IGNORECASE)
_PART = re.compile(
    r"(Content-Disposition:[^\r\n]{0,300}?\bname=\"([^\"\r\n]{1,120})\"[^\r\n]{0,300}(?:\r?\n[^\r\n]{1,500}){0,8}\r?\n\r?\n)(.{0,200000}?)(?=\r?\n--|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_ODD = re.compile(r"[^A-Za-z .,'!?-]|^\S{12,}$")


def multipart(hand: Hand, text: str, side: str) -> str:
    """A multipart form (RFC 7578): the parts replaced whose names say so, the others looked into."""

    def replace(found: re.Match[str]) -> str:
        head, name, value = found.groups()
        named = of_name(name)
        if named and (named.sure or opaque(value.strip())):
            return head + secret(hand, value, named.kind)
        return head + hand.named(name, value, side)

    return _PART.sub(replace, text)


def markup(hand: Hand, text: str, side: str) -> str:
    """Elements, attributes and fields of a page or an XML message."""

    def element(found: re.Match[str]) -> str:
        name, attributes, value = found.groups()
        named = of_name(name.rpartition(":")[2], prose=True)
        if not named or not _secret(named.sure, value, side):
            return found.group()
        return f"<{name}{attributes}>{_replaced(hand, value, named.kind)}</{name}>"

    def cdata(found: re.Match[str]) -> str:
        name, value = found.groups()
        named = of_name(name.rpartition(":")[2], prose=True)
        if not named or not _secret(named.sure, value, side):
            return found.group()
        return found.group().replace(f"CDATA[{value}]", f"CDATA[{secret(hand, value, named.kind)}]")

    def attribute(found: re.Match[str]) -> str:
        name, equals, mark, value = found.groups()
        if "&quot;" in value or "&#34;" in value:  # JSON in an attribute
            plain = html.unescape(value)
            new = hand.inside(plain, side)
            return found.group() if new == plain else name + equals + mark + html.escape(new) + mark
        named = of_name(name.rpartition(":")[2], prose=True)
        if not named or not named.sure or not _secret(True, value, side) or value.startswith(("#", ".", "/", "http")):
            return found.group()
        return name + equals + mark + _replaced(hand, value, named.kind) + mark

    def tag(found: re.Match[str]) -> str:
        whole = found.group()
        name = _NAME.search(whole)
        named = of_name(name.group(1), prose=True) if name else None
        if not named:
            return whole

        def value(held: re.Match[str]) -> str:
            begun, mark, text_of = held.groups()
            if not (opaque(text_of) or (named.sure and not text_of.isalpha())):
                return held.group()
            return begun + mark + _replaced(hand, text_of, named.kind) + mark

        return _VALUE.sub(value, whole)

    if "</" in text:
        text = _ELEMENT.sub(element, text)
        if "<![CDATA[" in text:
            text = _CDATA.sub(cdata, text)
    text = _TAG.sub(tag, text)
    return _ATTRIBUTE.sub(attribute, text)


def _replaced(hand: Hand, value: str, kind: str) -> str:
    """A placeholder for a value in the escapes of HTML and XML."""
    plain = html.unescape(value)
    new = secret(hand, plain, kind)
    return value if new == plain else html.escape(new, quote=False)


def _secret(sure: bool, value: str, side: str) -> bool:
    core = html.unescape(value).strip()
    if not core or kept(core) or prose(core):
        return False
    if side == "response" and not opaque(core) and (not _ODD.search(core) or (core.isalpha() and len(core) < 16)):
        return False  # the words of a page, a label or a hint
    return sure or opaque(core)
