"""Lines to messages: wherever a first line stands, its head and its body are read, and the rest is handed back.

Strategy: a message begins at a status line or a request line whatever stands before it; its header lines carry the same
prefix. Blank lines between headers are forgiven where what follows is a header beyond doubt. A body ends where its own
form says so (JSON, HTML, XML, Content-Length), else at the next mark or, in a paste, at the first blank line: words
that a person wrote below must not be taken for what the server said.
"""

from __future__ import annotations

import json
import re

from why403.model import Headers
from why403.model.patterns import Pattern

from ..model.frozen import NamedTuple
from .http_head import Prefix, Start, bare_start_of, believed, field_of, is_known, is_word, start_of
from .http_lines import Line, is_mark, is_noise

_LABEL = Pattern(
    r"\s{0,8}(?:(?:response|request|answer|reply)[ _-]?)?(?:body|payload|content|data)\s?[:=]\s?(.*)", re.I
)
_STATUS_FIELD = Pattern(r"([1-5]\d\d)(?: (.{1,60}))?$")
_ROOT = Pattern(r"<([A-Za-z][\w:.-]{0,80})")
# elements of HTML that begin a page whose root is left out
_FRAGMENTS = {
    "a", "b", "body", "br", "center", "code", "div", "em", "font", "form", "h1", "h2", "h3", "head", "hr", "i", "img", "li", "link",
    "main", "meta", "ol", "p", "pre", "script", "section", "span", "strong", "style", "table", "title", "ul",
}  # fmt: skip
_JSON = json.JSONDecoder(strict=False)


class Message(NamedTuple):
    """One request or answer, and the line on which it begins."""

    start: Start
    fields: Headers | None
    body: bytes | None
    line: int


class Loose(NamedTuple):
    """A line that belongs to no message."""

    text: str
    line: int


class Scanner:
    """One walk over the lines. `rest` takes everything below the last head as its body."""

    def __init__(self, lines: list[Line], rest: bool = False) -> None:
        self.lines, self.rest = lines, rest
        self.found: list[Message | Loose] = []
        self._after: list[int] = []  # bytes from a line to the end, counted when it is first asked

    def run(self) -> list[Message | Loose]:
        """Every message and every loose line, in order."""
        at, lines = 0, self.lines
        while at < len(lines):
            line = lines[at]
            start = line.start
            if start is None and not line.data:
                following = lines[at + 1].text if at + 1 < len(lines) else ""
                start = believed(start_of(line.text), following) or bare_start_of(line.text, following)
            if start is None:
                self._loose(line)
                at += 1
                continue
            at = self._message(start, at)
        return self.found

    def _loose(self, line: Line, text: str | None = None) -> None:
        self.found.append(Loose(line.text if text is None else text, line.number))

    def _message(self, start: Start, at: int) -> int:
        if start.loose:
            self._loose(self.lines[at])
        place = len(self.found)
        if start.bare:
            self.found.append(Message(start, None, None, self.lines[at].number))
            return at + 1
        prefix = Prefix(start)
        fields, next_at, ended, answer = self._head(start, prefix, at + 1)
        headers = Headers(fields) if fields or (ended and self.rest) else None
        body = None
        if not start.bodiless:
            body, next_at = self._body(start, prefix, headers, next_at, ended)
        number = self.lines[at].number
        self.found.insert(place, Message(start, headers, body, number))
        if answer is not None:  # "Status code: 403" among a request's headers begins the answer
            return self._message(answer, next_at)
        return next_at

    def _head(self, start: Start, prefix: Prefix, at: int) -> tuple[list[tuple[str, str]], int, bool, Start | None]:
        """The fields, the line after them, whether a blank line ended them, and an answer that began among them."""
        fields: list[tuple[str, str]] = []
        gaps = 0
        lines = self.lines
        while at < len(lines):
            line = lines[at]
            text = None if line.data else prefix.off(line.text)
            if text is None:
                if prefix.arrow and not line.data and self._resumes(prefix, at):
                    self._loose(line)
                    at += 1
                    continue
                return fields, at, line.data, None
            if self._begins(line):
                return fields, at, False, None
            if not text and not line.end:
                return fields, at, False, None  # what follows the last line end is no line
            if not text.strip():
                to = self._gap(prefix, fields, gaps, at)
                if to is None:
                    return fields, at + 1, True, None
                gaps, at = gaps + 1, to
                continue
            pair = field_of(text if text[0] not in " \t" else text.strip() if not fields or _sure(text) else "")
            if pair is not None and is_word(pair[0]) and _LABEL.match(text):
                return fields, at, True, None
            if pair is not None and pair[1].endswith("[following]"):  # wget's own line about a redirect
                return fields, at, False, None
            if pair is not None:
                status = _STATUS_FIELD.match(pair[1]) if start.request and pair[0].lower() == "status" else None
                if status is not None:
                    return (
                        fields,
                        at,
                        False,
                        Start(False, prefix.text, status=int(status.group(1)), reason=status.group(2)),
                    )
                if pair[0][0] != ":":  # HTTP/2's pseudo fields repeat the first line
                    fields.append(pair)
            elif start.request and (told := _STATUS_LINE.match(text)):
                return fields, at, False, Start(False, prefix.text, status=int(told.group(1)), reason=told.group(2))
            elif fields and text.lstrip()[0] not in "{[<" and (text[0] in " \t" or self._wrapped(prefix, at)):
                fields[-1] = (fields[-1][0], f"{fields[-1][1]} {text.strip()}".strip())
            else:
                return fields, at, False, None
            at += 1
        return fields, at, False, None

    def _begins(self, line: Line) -> bool:
        return line.start is not None or ("HTTP/" in line.text and start_of(line.text, strict=True) is not None)

    def _resumes(self, prefix: Prefix, at: int) -> bool:
        """Whether the head goes on after a line of the program's own that came between."""
        for line in self.lines[at + 1 : at + 7]:
            text = None if line.data else prefix.off(line.text)
            if text is not None:
                return field_of(text) is not None and not self._begins(line)
            if line.data or self._begins(line):
                return False
        return False

    def _gap(self, prefix: Prefix, fields: list[tuple[str, str]], gaps: int, at: int) -> int | None:
        """Where the head goes on after a blank line, or None where it ended there."""
        if prefix.blank and self._exact(Headers(fields), at + 1):
            return None
        for to in range(at + 1, min(at + 5, len(self.lines))):
            line = self.lines[to]
            text = None if line.data or line.start is not None else prefix.off(line.text)
            if text is None:
                return None
            if not text.strip():
                continue
            pair = None if self._begins(line) or is_mark(text) else field_of(text.strip())
            if pair is None or is_word(pair[0]):
                return None
            always = gaps >= len(fields)  # so far every line was followed by a blank one
            return to if prefix.curl or is_known(pair[0]) or (always and "-" in pair[0]) else None
        return None

    def _wrapped(self, prefix: Prefix, at: int) -> bool:
        """Whether this line is the end of a value that a terminal broke: a header beyond doubt follows."""
        if at + 1 >= len(self.lines) or is_mark(self.lines[at].text):
            return False
        text = prefix.off(self.lines[at + 1].text)
        pair = field_of(text) if text else None
        return pair is not None and is_known(pair[0])

    def _exact(self, headers: Headers | None, at: int) -> bool:
        """Whether what is left of the input is just as long as Content-Length says."""
        told = headers.first("content-length") if headers is not None else None
        if not told or not told.isascii() or not told.isdigit() or len(told) > 12:
            return False
        if not self._after:
            total, sizes = 0, [0]
            for line in reversed(self.lines):
                total += len((line.text + line.end).encode("utf-8", "surrogatepass"))
                sizes.append(total)
            self._after = sizes[::-1]
        return self._after[min(at, len(self.lines))] == int(told)

    def _body(
        self, start: Start, prefix: Prefix, headers: Headers | None, at: int, ended: bool
    ) -> tuple[bytes | None, int]:
        """The body, or None where none is shown, and the line after it."""
        lines = self.lines
        if prefix.blank and ended and at < len(lines) and self._exact(headers, at):
            return "".join(line.text + line.end for line in lines[at:]).encode("utf-8", "surrogatepass"), len(lines)
        if start.status is not None and (start.status < 200 or start.status in (204, 304)):
            return None, at
        length = (headers.first("content-length") if headers is not None else None) or ""
        if at < len(lines) and lines[at].data:
            return self._data(at)
        if ended and length.strip() == "0":
            return b"", at
        if prefix.curl and (past := self._past_noise(prefix, at)) > at:
            for line in lines[at:past]:
                self._loose(line)
            at = past
        first = at
        while first < min(at + 6, len(lines)) and self._empty(prefix, first):
            first += 1
        if first >= len(lines) or lines[first].start is not None:
            return None, at
        text = prefix.off_body(lines[first].text)
        label = _LABEL.match(text) if text is not None and not is_mark(text) else None
        if text is None or (not ended and label is None and text.lstrip()[:1] not in ("{", "[", "<")):
            return None, at
        if not self.rest and headers is None and label is None and text.lstrip()[:1] not in ("{", "[", "<"):
            return None, at  # below a status line alone stand a person's words
        if self.rest and prefix.blank and label is None:
            first = at
        return self._text(start, prefix, length.strip(), at, first, label)

    def _empty(self, prefix: Prefix, at: int) -> bool:
        line = self.lines[at]
        return not line.data and line.start is None and not (prefix.off_body(line.text) or "").strip()

    def _past_noise(self, prefix: Prefix, at: int) -> int:
        """Where a body begins that curl's own lines keep from its head; the same place where there is none."""
        for to in range(at, min(at + 12, len(self.lines))):
            text = prefix.off_body(self.lines[to].text)
            if text is None or self.lines[to].data or self.lines[to].start is not None:
                return at
            if text.strip() and not is_noise(text):
                return to if text.lstrip()[0] in "{[<" and text[:2] not in ("> ", "< ") else at
        return at

    def _data(self, at: int) -> tuple[bytes | None, int]:
        """Lines that the recorder marked as the body's."""
        parts: list[str] = []
        while at < len(self.lines) and self.lines[at].data:
            parts.append(self.lines[at].text + self.lines[at].end)
            at += 1
        return "".join(parts).encode("utf-8", "replace"), at

    def _text(
        self, start: Start, prefix: Prefix, length: str, back: int, at: int, label: re.Match[str] | None
    ) -> tuple[bytes | None, int]:
        """A body as text: everything up to the next mark, then cut where its own form ends."""
        lines = self.lines
        parts: list[str] = []
        to = at
        while to < len(lines) and not lines[to].data:
            text = prefix.off_body(lines[to].text)
            if text is None or self._begins(lines[to]):
                break
            if label is not None and to == at:
                text = label.group(1)
                if not text:
                    at = to = to + 1
                    label = None
                    continue
            elif is_mark(text) or (prefix.curl and text[:2] in ("* ", "> ", "< ")) or self._bare(to):
                break
            parts.append(text + lines[to].end)
            to += 1
        whole = "".join(parts)
        if not whole.strip():
            return None, back
        size = end_of(
            whole,
            int(length) if length.isascii() and length.isdigit() and len(length) < 12 else None,
            self.rest and to == len(lines),
        )
        body = whole[:size]
        taken = 0
        for count, part in enumerate(parts):
            if taken + len(part) > size:
                left = part[size - taken :] if size > taken else part
                if size > taken:
                    count += 1
                    if left.strip():
                        self._loose(lines[at + count - 1], left.rstrip("\r\n"))
                return body.encode("utf-8", "surrogatepass"), at + count
            taken += len(part)
        return body.encode("utf-8", "surrogatepass"), to

    def _bare(self, at: int) -> bool:
        text = self.lines[at].text
        if "HTTP " not in text and "://" not in text:
            return False
        return bare_start_of(text, self.lines[at + 1].text if at + 1 < len(self.lines) else "") is not None


_STATUS_LINE = Pattern(r"\s{0,4}[Ss]tatus(?: ?[Cc]ode)?\s?[:=]\s?([1-5]\d\d)(?:[ -]{1,3}(.{1,60}))?$")


def is_status(text: str) -> bool:
    """Whether this is a status without a version, as some consoles show it: "Status code: 403"."""
    return _STATUS_LINE.match(text) is not None


def _sure(text: str) -> bool:
    """Whether an indented line is a header and not the rest of the value above it."""
    pair = field_of(text.strip())
    return pair is not None and is_known(pair[0])


def end_of(text: str, length: int | None, rest: bool = False) -> int:
    """How many letters of the text below a head are its body."""
    lead = len(text) - len(text.lstrip())
    if length is not None and len(text.encode("utf-8", "surrogatepass")) == length:
        return len(text)
    first = text[lead : lead + 1]
    if first in ("{", "["):
        try:
            return _JSON.raw_decode(text, lead)[1]
        except (ValueError, RecursionError):
            for closing in ("\n}", "\n]"):
                at = text.find(closing)
                if at >= 0:
                    return at + 2
    elif first == "<":
        return _end_of_markup(text, lead)
    if length is not None and length > 0:
        cut = len(text.encode("utf-8", "surrogatepass")[:length].decode("utf-8", "ignore"))
        if cut >= len(text.rstrip()):
            return len(text.rstrip())
        if text[cut - 1] == "\n" or text[cut] in "\r\n":
            return cut
        at = text.find("\n", cut)
        return len(text) if at < 0 else at + 1
    if rest:
        return len(text)
    at = text.find("\n\n", lead)
    crlf = text.find("\n\r\n", lead)
    ends = [place for place in (at, crlf) if place >= 0]
    return min(ends) if ends else len(text.rstrip("\r\n"))


def _end_of_markup(text: str, lead: int) -> int:
    """The end of an HTML or XML document: its root's closing tag and the comments that follow it."""
    lower = text.lower()
    end = lower.find("</html>", lead)
    if end >= 0:
        end += 7
    else:
        root = _ROOT.search(text, lead)
        if (
            root and root.group(1).lower() in _FRAGMENTS
        ):  # a page without its root: to the end of the last line with a tag
            line = text.find("\n", text.rfind(">"))
            return len(text.rstrip()) if line < 0 else line
        closing = f"</{root.group(1).lower()}>" if root else ""
        end = lower.find(closing, lead) if closing else -1
        if end < 0:
            return len(text.rstrip())
        end += len(closing)
    while (more := end + len(text[end : end + 400]) - len(text[end : end + 400].lstrip())) and text.startswith(
        "<!--", more
    ):
        stop = text.find("-->", more)
        if stop < 0:
            break
        end = stop + 3
    return end
