"""Which words make curl send exactly these header fields, in exactly this order.

curl writes Host first, then fields of its own (those of -u, -r, -A, --compressed, -e, -b among them), then those of -H in
their order, then Content-Length and a form's Content-Type (lib/http.c, Curl_http). So a field is left to curl only where
curl would put the same one in the same place; else it goes by -H, which also keeps curl's own from being sent.
"""

from __future__ import annotations

import base64
import re

from ..model import Headers, Pattern
from ..model.frozen import NamedTuple

__all__ = ["AGENT", "ENCODINGS", "FORM", "Asked", "fields", "sayable"]

AGENT = "curl/8"  # stands for curl's own, whatever its release
FORM = "application/x-www-form-urlencoded"
ENCODINGS = "deflate, gzip, br, zstd"
EXPECT_ABOVE = 1024 * 1024  # bytes of a body before which curl asks for leave
_PLAIN = Pattern(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_TOKEN = Pattern(r"[A-Za-z0-9!#$%&'*+.^_`|~\U00100000-\U0010ffff-]+")
_RANGE = Pattern(r"bytes=([0-9,-]*-[0-9,-]*)")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Words = list[tuple[str, str]]
    Slot = Callable[[str, "Asked"], Words | None]


class Asked(NamedTuple):
    """What decides curl's own fields."""

    headers: Headers
    authority: str  # what curl would put into Host
    length: int | None  # of the body; None where there is none, or where it is in a file
    kind: str = ""  # how the body goes: data, form or upload
    compressed: bool = False
    proxied: bool = False
    expects: bool = False  # curl would ask for leave before it sends the body
    complete: bool = True  # a field that is not there was not sent


def sayable(name: str, value: str) -> bool:
    """Whether -H can say the field."""
    return bool((_PLAIN if name.isascii() else _TOKEN).fullmatch(name)) and not any(mark in value for mark in "\r\n\0")


def fields(asked: Asked) -> tuple[Words, tuple[str, ...]]:
    """The options and their values, and what curl does otherwise than the request did."""
    words: Words = []
    said: list[str] = []
    wanted = [(name, value.strip(" \t")) for name, value in asked.headers if sayable(name, value)]
    _host(wanted, asked, words, said)
    mine, begun = _own(wanted, asked)
    words += mine
    if ("User-Agent", AGENT) in wanted[begun:]:
        said.append(f"curl's own User-Agent is written as {AGENT}")
    ended = _tail(wanted, asked, begun)
    for name, value in wanted[begun:ended]:
        words.append(("-H", f"{name}: {value}" if value else f"{name};"))
    if any(name.lower() == "content-length" for name, _ in wanted[begun:ended]):
        said.append("Content-Length is written out to keep its place: take it out when you change the body")
    missing = (
        ["User-Agent", "Accept"] * asked.complete
        + ["Content-Type"] * (asked.kind == "data")
        + ["Expect"] * asked.expects
    )
    return words + [("-H", f"{name}:") for name in missing if not asked.headers.has(name)], tuple(said)


def _host(wanted: list[tuple[str, str]], asked: Asked, words: Words, said: list[str]) -> None:
    """Host, which curl always writes itself: first, and in this spelling."""
    places = [at for at, (name, _) in enumerate(wanted) if name.lower() == "host"]
    if not places:
        return
    name, value = wanted[places[0]]
    if value != asked.authority:
        words.append(("-H", f"Host: {value}" if value else "Host;"))
    if places[0] or name != "Host":
        said.append("curl writes the field Host first and in this spelling")
    if len(places) > 1:
        said.append("curl sends the field Host once")
    wanted[:] = [pair for pair in wanted if pair[0].lower() != "host"]


def _own(wanted: list[tuple[str, str]], asked: Asked) -> tuple[Words, int]:
    """Say the first fields by curl's own means as far as these put them in this order; and how many were said.

    That is needed where curl's own User-Agent is to be sent, whose release the request does not tell, or what it tells a
    proxy; and it keeps plain commands short.
    """
    anchors = [("User-Agent", AGENT)] + [_TO_PROXY] * asked.proxied
    end = max((at + 1 for at, pair in enumerate(wanted) if pair in anchors), default=0)
    names = [name.lower() for name, _ in wanted]
    words: Words = []
    at = 0
    for name, slot in _SLOTS:
        if at < end and wanted[at][0] == name and names.count(name.lower()) == 1:
            word = slot(wanted[at][1], asked)
            if word is None:
                break
            words += word
            at += 1
    if at < end:  # something else stands before it: every field goes by -H
        return [], 0
    plain = names.count("accept") == 1 and (end or ("user-agent" not in names and asked.complete))
    if plain and at < len(wanted) and wanted[at] == ("Accept", "*/*"):
        at += 1
        if asked.compressed and at < len(wanted) and wanted[at] == ("Accept-Encoding", ENCODINGS):
            at += 1
    return words, at


def _authorization(value: str, asked: Asked) -> Words | None:
    scheme, _, rest = value.partition(" ")
    if scheme == "Bearer":
        return [("--oauth2-bearer", rest)]
    if scheme == "Basic":
        try:
            plain = base64.b64decode(rest, validate=True).decode("utf-8", "surrogateescape")
        except ValueError:
            return None
        if ":" in plain and not re.search(r"[\0\r\n]", plain):
            return [("-u", plain)]
    return None


def _range(value: str, asked: Asked) -> Words | None:
    found = _RANGE.fullmatch(value)
    return [("-r", found[1])] if found else None


def _content_range(value: str, asked: Asked) -> Words | None:
    found = re.fullmatch(rf"bytes ([0-9-]+)/{asked.length}", value)
    return [("-r", found[1])] if found and asked.kind else None


# curl's own fields in its order: which words put this value there (Curl_http in lib/http.c)
_SLOTS: tuple[tuple[str, Slot], ...] = (
    ("Authorization", _authorization),
    ("Range", _range),
    ("Content-Range", _content_range),
    ("User-Agent", lambda value, asked: [] if value == AGENT else [("-A", value)] if value else None),
    ("Accept", lambda value, asked: [] if value == "*/*" else None),
    ("Accept-Encoding", lambda value, asked: [] if asked.compressed and value == ENCODINGS else None),
    ("Referer", lambda value, asked: [("-e", value)] if value and not value.endswith(";auto") else None),
    ("Proxy-Connection", lambda value, asked: [] if asked.proxied and value == "Keep-Alive" else None),
)
_TO_PROXY = ("Proxy-Connection", "Keep-Alive")


def _tail(wanted: list[tuple[str, str]], asked: Asked, begun: int) -> int:
    """Where those fields begin that curl writes itself at the end: Content-Length, Content-Type, Expect."""
    end = len(wanted)
    if not asked.kind:
        return end
    once = [name.lower() for name, _ in wanted].count
    if asked.kind == "upload" and end > begun and wanted[end - 1] == ("Expect", "100-continue") and once("expect") == 1:
        end -= 1
    typed = end
    if end > begun and wanted[end - 1] == ("Content-Type", FORM) and once("content-type") == 1 and asked.kind == "data":
        end -= 1
    if once("transfer-encoding"):
        chunked = asked.length is None and end > begun and wanted[end - 1] == ("Transfer-Encoding", "chunked")
        return end - 1 if chunked else end
    if asked.length is None:
        return end
    if end > begun and wanted[end - 1] == ("Content-Length", str(asked.length)) and once("content-length") == 1:
        return end - 1
    return typed if once("content-length") else end
