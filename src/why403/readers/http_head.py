"""The first line of a message and its header fields, in lines that may carry a prompt, a quotation or a log's stamp."""

from __future__ import annotations

import re

# what may stand before the first line of a message without making it prose: indentation, quoting, curl's arrows
from why403.model.patterns import Pattern

from ..model.frozen import NamedTuple

_SIGNS = " \t\r\n\f\v\xa0>|<#/'\"`│"  # of quoting, comments and boxes; stripping them costs less than a pattern
_WIRE = Pattern(r"(?:<<|>>)\s?\"?$")
_LOGGED = Pattern(
    r"(?=\[?\d|[A-Z]+[ /:\[]|[\w.]+ \[|.{0,40}\b(?:DEBUG|INFO|TRACE|WARN|ERROR)\b).{0,220}[\]|:>-]\s{1,2}$"
)
_LABEL = Pattern(r"[A-Za-z][\w '()/.-]{0,50}[:=]\s{0,3}['\"]?$")
_STATUS = Pattern(r"HTTP/(\d(?:\.\d)?)[ \t]{1,3}([1-5]\d\d)(?![\d.%])(?:[ \t]+(.{0,90}))?\s*$")
_REQUEST = Pattern(r"(?:^|(?<=[^\w-]))([A-Z][A-Z-]{1,19}) (\S{1,8000}) HTTP/(\d(?:\.\d)?)['\"]?,?\s*$")
_BARE_REQUEST = Pattern(r"\s{0,8}(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (https?://\S{1,8000})\s*$")
_BARE_STATUS = Pattern(r"\s{0,8}HTTP ([1-5]\d\d)(?: ([A-Za-z][\w '-]{0,60}))?\s*$")
_FIELD = Pattern(r"(:?[A-Za-z0-9!#$%&'*+.^_`|~-]{1,120}):(?:[ \t](.*)|(\S.*)?)$", re.DOTALL)
_DIGIT = Pattern(r"\d")
_ENDING = Pattern(r"(?:\[\\r\])?(?:\[\\n\])?\"?\s*$")

_NAMES = """
    accept accept-ranges age allow alt-svc authorization cache-control connection cookie date dnt etag expect expires
    expect-ct forwarded from host if-modified-since if-none-match keep-alive last-modified link location nel origin p3p
    permissions-policy pragma priority range referer referrer-policy refresh report-to retry-after server server-timing
    set-cookie status strict-transport-security te timing-allow-origin trailer transfer-encoding upgrade
    upgrade-insecure-requests user-agent vary via warning www-authenticate"""
_KNOWN = frozenset(_NAMES.split())
_FAMILIES = Pattern(
    r"(?:x|cf|sec|access-control|accept|content|proxy|cross-origin|ratelimit|amz|x-amz|cdn|fly|akamai|surrogate|server|apigw|mime)-"
)
_WORDS = frozenset(
    {"body", "payload", "response", "request", "note", "error", "http", "https", "file", "edit", "update"}
)


class Start(NamedTuple):
    """The first line of a message."""

    request: bool
    prefix: str
    method: str | None = None
    target: str | None = None
    status: int | None = None
    reason: str | None = None
    version: str | None = None
    loose: bool = False  # words stand before it: the line is kept as a note, too
    bare: bool = False  # neither head nor body is shown
    bodiless: bool = False  # the head is shown, a body never is
    doubtful: bool = False  # believed only if a header follows


def _version(digits: str) -> str:
    return "HTTP/" + digits.removesuffix(".0") if digits[0] in "23" else f"HTTP/{digits}"


def _prefix_kind(prefix: str) -> str:
    if len(prefix) <= 24 and not prefix.strip(_SIGNS):
        return "pure"
    if _WIRE.search(prefix[-6:]):
        return "wire"
    if len(prefix) <= 240 and _LOGGED.match(prefix):
        return "logged"
    return "label" if _LABEL.match(prefix) else ""


def start_of(text: str, strict: bool = False) -> Start | None:
    """The message that begins on this line, or None. `strict` takes no words before it."""
    if "HTTP" not in text or len(text) > 20_000:
        return None
    at = text.find("HTTP/")
    while 0 <= at < 400:
        if (found := _STATUS.match(text, at)) and (kind := _prefix_kind(text[:at])):
            if strict and kind in ("label", "logged"):
                return None
            reason = (found.group(3) or "").strip()
            if kind == "wire":
                reason = _ENDING.sub("", reason)
            quote = text[at - 1 : at]
            if quote in ("'", '"'):
                reason = reason.rstrip(",").removesuffix(quote)
                if quote in reason:
                    return None
            return Start(
                False,
                text[:at],
                status=int(found.group(2)),
                reason=reason or None,
                version=_version(found.group(1)),
                loose=kind == "label",
            )
        at = text.find("HTTP/", at + 5)
    wire = _ENDING.sub("", text) if text.endswith('[\\r][\\n]"') else text
    found = _REQUEST.search(wire)
    if found and (kind := _prefix_kind(text[: found.start()])) and not (strict and kind in ("label", "logged")):
        return Start(
            True,
            text[: found.start()],
            method=found.group(1),
            target=found.group(2),
            version=_version(found.group(3)),
            loose=kind == "label",
            doubtful=kind == "logged",
        )
    return None


def believed(start: Start | None, following: str) -> Start | None:
    """The message, unless it is a request within a log line and no header follows it."""
    if start is None or not start.doubtful:
        return start
    text = Prefix(start).off(following)
    return start if text is not None and field_of(text) is not None else None


def bare_start_of(text: str, following: str) -> Start | None:
    """A first line without a version, believed only if what follows is a header or, for a request, nothing."""
    found = _BARE_REQUEST.match(text)
    indent = text[: len(text) - len(text.lstrip())]
    if found and (not following.strip() or field_of(following.strip())):
        return Start(True, indent, method=found.group(1), target=found.group(2))
    found = _BARE_STATUS.match(text)
    if found and field_of(following.strip()):
        return Start(False, indent, status=int(found.group(1)), reason=found.group(2))
    return None


def field_of(text: str) -> tuple[str, str] | None:
    """One header field, or None where the line is none."""
    found = _FIELD.match(text)
    if found is None:
        return None
    name = found.group(1)
    value = found.group(2) if found.group(2) is not None else found.group(3) or ""
    if name.isdigit() or value.startswith("//") or (found.group(3) and not is_known(name) and "-" not in name):
        return None
    return name, value.strip(" \t")


def is_known(name: str) -> bool:
    """Whether this is a header's name beyond doubt."""
    lower = name.lower()
    return lower in _KNOWN or _FAMILIES.match(lower) is not None


def is_word(name: str) -> bool:
    """Whether this name, before a colon, is rather a label that a person wrote."""
    return name.lower() in _WORDS


class Prefix:
    """What stands before each line of one message, and how it is taken off."""

    def __init__(self, start: Start) -> None:
        text = start.prefix
        bare = text.rstrip()
        self.arrow = bare[-1:] if bare[-1:] in ("<", ">") and not bare.endswith(("<<", ">>")) else ""
        self.base = bare[:-1] if self.arrow else ""
        core = bare.rstrip('"').rstrip()
        self.wire = core[-2:] if core.endswith(("<<", ">>")) else ""
        self.text = "" if start.loose or text.strip() in ("'", '"', "`") else text
        self.blank = not self.text.strip()
        self.curl = self.arrow == (">" if start.request else "<")
        self._shape = _DIGIT.sub("0", self.text)

    def off(self, line: str) -> str | None:
        """The line without its prefix; None for a line that does not carry it."""
        if self.arrow:
            if not line.startswith(self.base):
                return None
            rest = line[len(self.base) :].lstrip(" \t")
            return rest[1:].removeprefix(" ") if rest.startswith(self.arrow) else None
        if self.wire:
            at = line.find(self.wire)
            return _ENDING.sub("", line[at + 2 :].removeprefix(" ").removeprefix('"')) if 0 <= at < 240 else None
        length = len(self.text)
        if self.blank:
            return line[length:] if not line[:length].strip() else line.lstrip()
        if _DIGIT.sub("0", line[:length]) == self._shape:
            return line[length:]
        return "" if line.strip() == self.text.strip() else None

    def off_body(self, line: str) -> str | None:
        """A line of the body without its prefix: curl's arrows stand before the head only."""
        if not self.curl:
            return self.off(line)
        if not self.base.strip():
            return line.removeprefix(self.base)
        return line[len(self.base) :] if line.startswith(self.base) else None
