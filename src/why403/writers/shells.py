"""Words for the shells in front of curl and HTTPie: bash, and cmd.exe with the C runtime behind it.

Variables and substitutions that stood in the pasted command go through the writers as single private characters (`hidden`), so
that nothing takes their inside for syntax; where the target has the shell of the source they come back as they were
written and stay alive, elsewhere they come back as text (`restored`).
"""

from __future__ import annotations

import re

from ..model import Headers, Pattern, Request

__all__ = ["Quote", "hidden", "printf", "quoted", "quoted_cmd", "restored"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Quote = Callable[[str], str]

_HIDDEN = 0x100000  # a private plane
_BARE = Pattern(r"[A-Za-z0-9_./:=,@%+-]+")
_LIVE = Pattern("([\U00100000-\U0010ffff])")
_GLUED = Pattern("[\U00100000-\U0010ffff]\\w")
_TAKEN = Pattern(r"[\"\\$`!]")


def hidden(request: Request, names: tuple[str, ...]) -> tuple[Request, dict[int, str]]:
    """The request with one private character in the place of each variable, and what each stands for."""
    if not names:
        return request, {}
    ordered = sorted(dict.fromkeys(names[:1000]), key=len, reverse=True)
    letters = {name: chr(_HIDDEN + at) for at, name in enumerate(ordered)}
    pattern = re.compile("|".join(map(re.escape, ordered)))

    def hide(text: str) -> str:
        return pattern.sub(lambda match: letters[match[0]], text)

    body = request.body
    if body is not None:
        body = hide(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    headers = request.headers
    if headers is not None:
        length = str(len(request.body or b""))
        counted = [
            (n, str(len(body or b"")) if n.lower() == "content-length" and v == length else v) for n, v in headers
        ]
        headers = Headers((hide(name), hide(value)) for name, value in counted)
    options = tuple((name, hide(value)) for name, value in request.options)
    url = hide(request.url) if request.url is not None else None
    return request._replace(url=url, headers=headers, body=body, options=options), {
        ord(letter): name for name, letter in letters.items()
    }


def restored(text: str, names: dict[int, str]) -> str:
    """The text with its variables as they were written."""
    return text.translate(names) if names else text


def quoted(text: str) -> str:
    """A word for bash, and for other POSIX shells unless control characters or bytes outside of UTF-8 are in it."""
    if _BARE.fullmatch(text):
        return text
    if _LIVE.search(text):
        if not _TAKEN.search(text) and _LIVE.sub("", text).isprintable() and not _GLUED.search(text):
            return f'"{text}"'
        return "".join(f'"{one}"' if _LIVE.fullmatch(one) else quoted(one) for one in _LIVE.split(text) if one)
    if text.isprintable():
        return "'" + text.replace("'", "'\\''") + "'"
    return "$'" + re.sub(r"[^ -~]|[!'\\]", _ansi, text) + "'"


def _ansi(match: re.Match[str]) -> str:
    """What a terminal cannot show, or would obey, as an escape."""
    char = match[0]
    if char.isprintable() and char not in "!'\\":
        return char
    simple = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "'": "\\'", "\\": "\\\\"}.get(char)
    if simple:
        return simple
    return "".join(f"\\x{one:02x}" for one in char.encode("utf-8", "surrogateescape"))


def printf(body: bytes) -> str:
    """The format for printf that writes these bytes."""
    text = body.decode("utf-8", "surrogateescape")
    return "'" + re.sub(r"^-|[^ -~]|[%'\\]", _octal, text) + "'"


def _octal(match: re.Match[str]) -> str:
    char = match[0]
    if char.isprintable() and char not in "-%'\\":
        return char
    simple = {"\n": "\\n", "%": "%%", "\\": "\\\\"}.get(char)
    return simple or "".join(f"\\{one:03o}" for one in char.encode("utf-8", "surrogateescape"))


def quoted_cmd(text: str) -> str:
    """A word for cmd.exe and the C runtime behind it.

    Every special letter stands under a caret, so that no quote is ever open for cmd.exe; backslashes are doubled before a
    quote only, which is where the C runtime takes them for escapes.
    """
    if _BARE.fullmatch(text) and "%" not in text:
        return text
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', text)
    escaped = re.sub(r"(\\+)$", r"\1\1", escaped)
    escaped = re.sub(r"[^A-Za-z0-9\s_\-:=+~'/.',?;*`\U00100000-\U0010ffff]", lambda match: "^" + match[0], escaped)
    escaped = re.sub(r"\^%(?=[A-Za-z0-9_])", "^%^", escaped)
    return '^"' + escaped.replace("\r\n", "\n").replace("\n", "^\n\n") + '^"'
