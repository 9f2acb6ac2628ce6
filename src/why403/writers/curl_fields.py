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
_TOKEN = Pattern(r"[A-Za-z0-9!#$%&'*+.^_`|~\U00100000-\U0010ffff-]+")
_RANGE = Pattern(r"bytes=([0-9][0-9,-]*-[0-9,-]*)")

TYPE_CHECKING = False
if TYPE_CHECKING:
    Words = list[tuple[str, str]]


class Asked(NamedTuple):
    """What decides curl's own fields."""

    headers: Headers
    authority: str  # what curl would put into Host
    length: int | None  # of the body; None where none is sent
    compressed: bool = False
    proxied: bool = False


def sayable(name: str, value: str) -> bool:
    """Whether -H can say the field."""
    return bool(_TOKEN.fullmatch(name)) and not any(mark in value for mark in "\r\n\0")


def fields(asked: Asked) -> tuple[Words, tuple[str, ...]]:
    """The options and their values, and what curl does otherwise than the request did."""
    words: Words = []
    said: list[str] = []
    wanted = [(name, value.strip(" \t")) for name, value in asked.headers if sayable(name, value)]
    _host(wanted, asked, words, said)
    if asked.proxied:
        wanted = [pair for pair in wanted if pair != ("Proxy-Connection", "Keep-Alive")]
    mine, begun = _own(wanted, asked)
    words += mine
    ended = _tail(wanted, asked, begun)
    for name, value in wanted[begun:ended]:
        words.append(("-H", f"{name}: {value}" if value else f"{name};"))
    if any(name.lower() == "content-length" for name, _ in wanted[begun:ended]):
        said.append("Content-Length is written out to keep its place: take it out when you change the body")
    missing = ["User-Agent", "Accept"] + ["Content-Type"] * (asked.length is not None)
    missing += ["Expect"] * ((asked.length or 0) > EXPECT_ABOVE)
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

    That is needed where curl's own User-Agent is to be sent, whose release the request does not tell, and it keeps
    plain commands short.
    """
    once = [name.lower() for name, _ in wanted].count
    end = next(
        (at + 1 for at, pair in enumerate(wanted) if pair == ("User-Agent", AGENT) and once("user-agent") == 1), 0
    )
    words: Words = []
    at = 0
    for slot in (_authorization, _range) if end else ():
        if at < end - 1 and (said := slot(*wanted[at])):
            words.append(said)
            at += 1
    if end and at != end - 1:  # something else stands before it: every field goes by -H
        return [], 0
    at = end
    plain = once("accept") == 1 and (end or not asked.headers.has("user-agent"))
    if plain and at < len(wanted) and wanted[at] == ("Accept", "*/*"):
        at += 1
        if asked.compressed and at < len(wanted) and wanted[at] == ("Accept-Encoding", ENCODINGS):
            at += 1
    return words, at


def _authorization(name: str, value: str) -> tuple[str, str] | None:
    scheme, _, rest = value.partition(" ")
    if name != "Authorization":
        return None
    if scheme == "Bearer":
        return ("--oauth2-bearer", rest)
    if scheme == "Basic":
        try:
            plain = base64.b64decode(rest, validate=True).decode("utf-8", "surrogateescape")
        except ValueError:
            return None
        if ":" in plain and not re.search(r"[\0\r\n]", plain):
            return ("-u", plain)
    return None


def _range(name: str, value: str) -> tuple[str, str] | None:
    found = _RANGE.fullmatch(value)
    return ("-r", found[1]) if name == "Range" and found else None


def _tail(wanted: list[tuple[str, str]], asked: Asked, begun: int) -> int:
    """Where those fields begin that curl writes itself at the end."""
    end = len(wanted)
    if asked.length is None:
        return end
    own = ("Content-Type", FORM)
    if end > begun and wanted[end - 1] == own and sum(name.lower() == "content-type" for name, _ in wanted) == 1:
        end -= 1
    chunked = any(name.lower() == "transfer-encoding" for name, _ in wanted)
    if end > begun and not chunked and wanted[end - 1] == ("Content-Length", str(asked.length)):
        end -= 1
    elif end < len(wanted) and not chunked and any(name.lower() == "content-length" for name, _ in wanted):
        return len(wanted)
    return end
