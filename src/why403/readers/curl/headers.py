"""The header fields that curl sends, in the order in which it sends them: its own first, then those of -H."""

from __future__ import annotations

from why403.model import Headers
from why403.model.patterns import Pattern

from ...model.frozen import NamedTuple
from .words import Word, shown

AGENT = "curl/8"  # which release it was, the command does not say
ENCODINGS = "deflate, gzip, br, zstd"
_LINES = Pattern(r"\r?\n")


class Custom(NamedTuple):
    """The -H options, understood."""

    sent: tuple[tuple[str, str], ...]  # in order
    named: frozenset[str]  # every field that was set, emptied or taken out, in small letters

    def has(self, name: str) -> bool:
        """Whether curl's own field of this name is replaced or taken out."""
        return name in self.named


def custom(words: list[Word], remarks: list[str], option: str = "-H") -> Custom:
    """Understand header options: "Name: value", "Name:" (take it out), "Name;" (send it empty), "@file"."""
    sent: list[tuple[str, str]] = []
    named: set[str] = set()
    for word in words:
        text = word.text
        if text.startswith("@"):
            told = "the standard input" if text == "@-" else f"the file {shown(text[1:])[:200]}"
            remarks.append(f"{option} {shown(text)[:60]}: {told} is not read, it may hold further headers")
            continue
        if shown(text) != text:
            remarks.append(f"{option} {shown(text)[:60]} holds bytes that are no UTF-8: they are read as Latin-1")
        name, colon, value = text.partition(":")
        if colon:
            named.add(name.lower())
            first, *more = _LINES.split(value)
            if value.strip(" \t\r\n\v\f"):
                sent.append((shown(name), shown(first).strip(" \t")))
                for line in more:  # a line break within a header makes a further header of it
                    further, _, rest = line.partition(":")
                    if further:
                        sent.append((shown(further), shown(rest).strip(" \t")))
            continue
        name, semicolon, rest = text.partition(";")
        if semicolon and not rest.strip():
            named.add(name.lower())
            sent.append((shown(name), ""))
        elif text:
            remarks.append(f"{option} {shown(text)[:60]} has no colon in it: curl does not send it")
    return Custom(tuple(sent), frozenset(named))


class Own(NamedTuple):
    """What decides curl's own header fields."""

    host: str
    agent: str | None
    proxy_authorization: str = ""
    authorization: str = ""
    ranges: tuple[str, str] | None = None
    te: bool = False
    compressed: bool = False
    referer: str = ""
    by_proxy: bool = False
    upgrade: bool = False
    cookie: str = ""
    condition: tuple[str, str] | None = None
    proxy_sent: tuple[tuple[str, str], ...] = ()
    body: str = ""  # "", "data", "form" or "upload"
    length: int | None = None
    chunked: bool = False
    boundary: str = ""
    expects: bool = False  # asks for leave before it sends the body


def fields(own: Own, extra: Custom) -> Headers:
    """All header fields of one request."""
    sent: list[tuple[str, str]] = []

    def put(name: str, value: str) -> None:
        if not extra.has(name.lower()):
            sent.append((name, value))

    given = next((value for name, value in extra.sent if name.lower() == "host"), None)
    if given is not None:
        sent.append(("Host", given))
    elif own.host:
        put("Host", own.host)
    if own.proxy_authorization:
        sent.append(("Proxy-Authorization", own.proxy_authorization))
    if own.authorization:
        put("Authorization", own.authorization)
    if own.ranges:
        put(*own.ranges)
    if own.agent is not None:
        put("User-Agent", own.agent)
    put("Accept", "*/*")
    te = own.te and not extra.has("te")
    if te:
        before = next((value for name, value in extra.sent if name.lower() == "connection"), "")
        sent.append(("Connection", f"{before}, TE" if before else "TE"))
        sent.append(("TE", "gzip"))
    if own.compressed:
        put("Accept-Encoding", ENCODINGS)
    if own.referer:
        put("Referer", own.referer)
    if own.by_proxy:
        put("Proxy-Connection", "Keep-Alive")
    if own.chunked:
        put("Transfer-Encoding", "chunked")
    if own.upgrade:
        sent.append(("Connection", "Upgrade, HTTP2-Settings"))
        sent.append(("Upgrade", "h2c"))
        sent.append(("HTTP2-Settings", "AAMAAABkAAQCAAAAAAIAAAAA"))
    if own.cookie:
        put("Cookie", own.cookie)
    if own.condition:
        put(*own.condition)
    _custom(sent, own, extra, te=te)
    _body(sent, own, extra)
    return Headers(sent)


def _custom(sent: list[tuple[str, str]], own: Own, extra: Custom, *, te: bool) -> None:
    left = {"host"}
    if own.body == "form":
        left.add("content-type")
    if te:
        left.add("connection")
    sent += [pair for pair in extra.sent if pair[0].lower() not in left]
    sent += own.proxy_sent


def _body(sent: list[tuple[str, str]], own: Own, extra: Custom) -> None:
    if not own.body:
        return
    chunked = own.chunked or any(
        name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in extra.sent
    )
    if own.length is not None and not chunked and not extra.has("content-length"):
        sent.append(("Content-Length", str(own.length)))
    if own.body == "form":
        kind = next((value for name, value in extra.sent if name.lower() == "content-type"), "multipart/form-data")
        sent.append(("Content-Type", f"{kind}; boundary={own.boundary}"))
    elif own.body == "data" and not extra.has("content-type"):
        sent.append(("Content-Type", "application/x-www-form-urlencoded"))
    if own.expects and not extra.has("expect"):
        sent.append(("Expect", "100-continue"))
