"""A URL as curl takes it: its globs spread out, its scheme guessed, its path made plain."""

from __future__ import annotations

import re

from why403.model.patterns import Pattern

from ...model.frozen import NamedTuple
from .words import raw

MOST = 100  # so many URLs of one command are shown; the rest is counted
GLOBS = 100  # so many globs curl takes in one URL
_RANGE = Pattern(r"\[(?:(\d{1,9})-(\d{1,9})|([A-Za-z])-([A-Za-z]))(?::(\d{1,9}))?\]")
_ADDRESS = Pattern(r"\[[0-9A-Fa-f:.]+(?:%[^\]]*)?\]")
_PART = Pattern(r"[^\[\]{}\\]+|\\[\[\]{}]|\\")
_SCHEME = Pattern(r"([A-Za-z][A-Za-z0-9+.-]{0,39}):/{1,3}")
_PARTS = Pattern(r"([^/?#]*)([^?#]*)(\?[^#]*)?", re.DOTALL)
_GUESSES = ("ftp.", "dict.", "ldap.", "imap.", "smtp.", "pop3.")
_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21"}
_NUMBER = Pattern(r"0[xX]([0-9a-fA-F]{1,8})|(0[0-7]*)|([1-9]\d{0,9})")
_PERCENT = Pattern(r"%[0-9A-Fa-f]{2}")
_HIDDEN = 0xF0000  # a private plane: stands in for what a shell would put there


class GlobError(Exception):
    """curl would refuse the URL's braces or brackets."""


class Url(NamedTuple):
    """A URL in its parts."""

    scheme: str
    user: str | None
    password: str | None
    host: str
    port: str  # as written, or ""
    path: str
    query: str  # with its question mark, or ""

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://{self.host}" + (f":{self.port}" if self.port else "")

    @property
    def authority(self) -> str:
        """What the Host header says."""
        return self.host if not self.port or self.port == _PORTS.get(self.scheme) else f"{self.host}:{self.port}"

    @property
    def target(self) -> str:
        """Path and query."""
        return self.path + self.query

    @property
    def whole(self) -> str:
        """The URL without user and fragment."""
        return self.origin + self.target


def hide(text: str, kept: tuple[str, ...]) -> tuple[str, dict[int, str]]:
    """Put one private character in the place of each variable, so that nothing takes its inside for a URL's syntax."""
    names = sorted(dict.fromkeys(kept[:1000]), key=len, reverse=True)
    if not names:
        return text, {}
    numbers = {name: _HIDDEN + number for number, name in enumerate(names)}
    pattern = re.compile("|".join(map(re.escape, names)))
    return pattern.sub(lambda match: chr(numbers[match[0]]), text), {code: name for name, code in numbers.items()}


def spread(url: str) -> tuple[list[str], int]:
    """The URLs that curl makes of one with {a,b} and [1-3] in it, the first ones, and how many there are in all.

    Raises GlobError where curl would refuse it.
    """
    pieces: list[tuple[str, ...]] = []
    literal: list[str] = []
    at, count = 0, 1
    while at < len(url):
        part = _PART.match(url, at)
        if part:
            literal.append(part[0][1:] if part[0][0] == "\\" and len(part[0]) == 2 else part[0])
            at = part.end()
            continue
        address = _ADDRESS.match(url, at) if url[at] == "[" else None
        if address and ":" in address[0][:-1] and not _RANGE.match(url, at):
            literal.append(address[0])
            at = address.end()
            continue
        choices, at, many = _range(url, at) if url[at] == "[" else _set(url, at)
        if many == 1:
            literal.append(choices[0])
            continue
        pieces += [("".join(literal),), choices]
        literal = []
        count *= many
        if len(pieces) > 2 * GLOBS:
            raise GlobError
    pieces.append(("".join(literal),))
    found = [""]
    for choices in pieces:
        found = [before + one for before in found for one in choices[:MOST]][: MOST if len(choices) > 1 else None]
    return found, count


def _set(url: str, at: int) -> tuple[tuple[str, ...], int, int]:
    end = url.find("}", at)
    inside = url[at + 1 : end]
    if url[at] != "{" or end < 0 or "{" in inside or "[" in inside or "]" in inside or not inside:
        raise GlobError
    choices = tuple(inside.split(","))
    return choices, end + 1, len(choices)


def _range(url: str, at: int) -> tuple[tuple[str, ...], int, int]:
    match = _RANGE.match(url, at)
    if not match:
        raise GlobError
    low, high, first, last, step = match.groups()
    by = int(step or 1)
    if first:
        start, stop = ord(first), ord(last)
        valid = first.isupper() == last.isupper()
    else:
        start, stop, valid = int(low), int(high), True
    if not by or stop < start or not valid or by > max(stop - start, 1):
        raise GlobError
    numbers = range(start, stop + 1, by)
    width = len(low) if low and low.startswith("0") else 0
    choices = tuple(chr(number) if first else f"{number:0{width}}" for number in numbers[:MOST])
    return choices, match.end(), len(numbers)


def parse(text: str, *, as_is: bool = False, default: str = "") -> Url:
    """Take a URL apart as curl does."""
    match = _SCHEME.match(text)
    scheme = match[1].lower() if match else ""
    rest = text[match.end() :] if match else text
    parts = _PARTS.match(rest)
    authority, path, query = (parts[1], parts[2], parts[3] or "") if parts else (rest, "", "")
    login, at, host = authority.rpartition("@")
    user, colon, password = login.partition(":")
    host, port = _port(host)
    if not scheme:
        low = host.lower()
        scheme = default or next((guess[:-1] for guess in _GUESSES if low.startswith(guess)), "http")
    if not as_is and "/." in path:
        path = _plain(path)
    return Url(
        scheme,
        _unescape(user) if at else None,
        _unescape(password) if at and colon else None,
        _host(host),
        port,
        _percent(path) or "/",
        query,
    )


def _port(host: str) -> tuple[str, str]:
    if host.startswith("[") and "]" in host:
        inside, _, after = host.rpartition("]")
        return inside + "]", after.removeprefix(":")
    name, _, port = host.partition(":")
    return name, port.lstrip("0") or port[-1:]


def _host(host: str) -> str:
    """Numbers as an address of four; a name that is not ASCII as the DNS has it."""
    if not host.isascii() and not any(ord(char) >= _HIDDEN for char in host):
        try:
            return host.encode("idna").decode("ascii")
        except UnicodeError:
            return host
    pieces = host.split(".")
    if not pieces[-1][:1].isdigit():
        return host
    matches = [_NUMBER.fullmatch(piece) for piece in pieces]
    if len(pieces) > 4 or not all(matches):
        return host
    numbers = [
        int(match[1], 16) if match[1] else int(match[2], 8) if match[2] else int(match[3]) for match in matches if match
    ]
    last = 1 << 8 * (5 - len(numbers))
    if any(number > 255 for number in numbers[:-1]) or numbers[-1] >= last:
        return host
    whole = sum(number << 8 * (3 - place) for place, number in enumerate(numbers[:-1])) + numbers[-1]
    return ".".join(str(whole >> shift & 255) for shift in (24, 16, 8, 0))


def _plain(path: str) -> str:
    """The path without its dot segments (RFC 3986, 5.2.4)."""
    done: list[str] = []
    segments = path.split("/")[1:]
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment == "..":
            if done:
                done.pop()
        elif segment != ".":
            done.append(segment)
            continue
        if last:
            done.append("")
    return "/" + "/".join(done)


def _percent(path: str) -> str:
    """What is not ASCII in a path, percent-encoded as curl does it."""
    if path.isascii():
        return path
    return "".join(
        char if char.isascii() or ord(char) >= _HIDDEN else "".join(f"%{one:02x}" for one in raw(char)) for char in path
    )


def _unescape(text: str) -> str:
    if "%" not in text:
        return text
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes((int(match[1], 16),)), raw(text)).decode(
        "utf-8", "surrogateescape"
    )


def lower(query: str) -> str:
    """Percent-encodings in small letters, as curl writes those of a query that it appended to."""
    return _PERCENT.sub(lambda match: match[0].lower(), query)


def restore(text: str, hidden: dict[int, str]) -> str:
    """Put the variables back."""
    return text.translate(hidden) if hidden else text
