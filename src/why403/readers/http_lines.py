"""A paste as lines that keep their numbers, and the marks at which a body ends."""

from __future__ import annotations

from why403.model.patterns import Pattern

from ..model.frozen import NamedTuple
from .http_head import Start

_ANSI = Pattern(r"\x1b\[[0-9;?]{0,40}[ -/]{0,4}[@-~]|\x1b[()][A-Z0-9]")
_METER = Pattern(r"(\s*\d+\s+[\d.]+[kMGT]?\s+\d+\s[\d.kMGT:\s-]{10,120}?[\d.]+[kMGT]?)([*<>{}] .*)")
_GLUED = Pattern(
    r"(?<=[^\s|>])(?=\* (?:Connection #\d|Closing connection|Found bundle|Re-using existing|Excess found))"
)
_GLUED_TRACE = Pattern(r"(?<=[^\s\]])(?=(?:\d\d:\d\d:\d\d\.\d{6} )?(?:== Info: |<= Recv |=> Send ))")

_MARK = Pattern(
    r"(?:"
    r"\* (?:Connect|Closing|Issue another|Found bundle|Re-?using|Trying|Host |Could not|Curl_|Ignoring)"
    r"|[{}] \[\d+ bytes data\]|== Info|=> Send|<= Recv"
    r"|curl: \(\d|wget: |```|~~~|###|--\d{4}-\d\d-\d\d |\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: \(| ERROR|[.,]\d)"
    r"|closed$|DONE$|read:errno|---$|---(?:request|response) (?:begin|end)---"
    r"|(?:\([\w.-]{1,40}\) )?\[?[\w.-]{1,40}@[\w.-]{1,60}[ :][^$#]{0,80}[$#](?: |$)|[$%\u276f\u279c\u25b6] "
    r"|PS [A-Z]:\\|[A-Z]:\\[^>]{0,200}>|-{2,3}[0-9A-Za-z]{4,40}-{1,3}[A-K]--$"
    r"|<-- |--> |(?:curl|wget|http|https|xh|curlie) +(?:-|https?:|[A-Z]{3,7} )"
    r"|\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|\d{1,3}(?:\.\d{1,3}){3} - "
    r")"
)
# how a mark begins: the pattern is compiled only for a line that begins so
_MARK_SIGNS = frozenset("*`~#-[$%\u276f\u279c\u25b60123456789")
_MARK_WORDS = (
    "curl",
    "wget",
    "closed",
    "DONE",
    "read:",
    "http",
    "xh",
    "PS ",
    "{ [",
    "} [",
    "== Info",
    "=> ",
    "<= ",
    "<-- ",
)
_COMMAND = Pattern(
    r"(?:.{0,120}[$#%>\u276f\u279c\u25b6] {0,3}|[^A-Za-z0-9]{0,16})"
    r"((?:curl|wget|http|https|xh|curlie)(?:\.exe)? {1,4}(?=-|.{0,4000}\w[.:]).*)"
)


class Line(NamedTuple):
    """One line of the input."""

    text: str
    number: int  # from 1
    end: str = "\n"
    data: bool = False  # the recorder says that this is a part of the body
    start: Start | None = None  # the recorder says that a message begins here


def lines_of(text: str) -> list[Line]:
    """Cut a paste into lines: colours gone, lines that a program ran together parted, escaped line ends undone."""
    coloured = "\x1b" in text
    pieces = text.split("\n")
    lines: list[Line] = []
    for number, piece in enumerate(pieces, 1):
        end = "\n" if number < len(pieces) else ""
        if piece.endswith("\r"):
            piece, end = piece[:-1], "\r" + end
        if coloured:
            piece = _ANSI.sub("", piece)
        if "\\r" in piece:
            if "\\r\\n" in piece and "HTTP/" in piece and not piece.lstrip().startswith("send: "):
                parts = piece.split("\\r\\n")
                lines.extend(Line(part, number, "\r\n") for part in parts[:-1])
                piece = parts[-1]
                if not piece.strip(" \"'"):
                    continue
            else:
                piece = piece.removesuffix("\\r")
        if "--:--" in piece and len(piece) < 4000 and (found := _METER.fullmatch(piece)):
            lines.append(Line(found.group(1), number, end))
            piece = found.group(2)
        glued = _GLUED.search(piece) if "* " in piece else None
        if glued is None and ("= " in piece or "> Send " in piece):
            glued = _GLUED_TRACE.search(piece)
        if glued is not None:
            lines.append(Line(piece[: glued.start()], number, ""))
            piece = piece[glued.start() :]
        lines.append(Line(piece, number, end))
    return lines


def without_colours(text: str) -> str:
    """The text without a terminal's colour sequences."""
    return _ANSI.sub("", text) if "\x1b" in text else text


def is_noise(text: str) -> bool:
    """Whether curl itself printed this line between the parts of an answer: its meter, its counts, its remarks."""
    return text[:2] in ("* ", "{ ", "} ") or "--:--" in text or text.lstrip().startswith(("% Total", "Dload"))


def is_mark(text: str) -> bool:
    """Whether a body ends before this line: a prompt, a command, a program's own line, a fence, a log line."""
    return (text[:1] in _MARK_SIGNS or text.startswith(_MARK_WORDS) or "@" in text or text[1:3] == ":\\") and bool(
        _MARK.match(text)
    )


def command_of(text: str) -> str | None:
    """The call of an HTTP client on this line, without the prompt before it, or None."""
    if len(text) > 8000 or not any(tool in text for tool in ("curl", "wget", "http", "xh")):
        return None
    found = _COMMAND.match(text)
    return found.group(1) if found else None
