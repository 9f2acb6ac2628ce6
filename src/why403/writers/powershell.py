"""A request as PowerShell's Invoke-WebRequest, in the way that DevTools writes it."""

from __future__ import annotations

import base64
import re

from ..model import Pattern, Request
from .address import authority, host_of, whole
from .framing import fields, has_body, lost
from .options import left, whole_file

__all__ = ["cookies", "unsaid", "write"]

_OWN = frozenset(
    {"host", "connection", "proxy-connection", "content-length", "expect", "content-type", "user-agent", "cookie"}
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "MERGE", "PATCH"})  # of -Method
_SPECIAL = Pattern(r"[`$\"]|[^\x20-\x7e]")
_OPTIONS = {"proxy": "-Proxy", "max-redirs": "-MaximumRedirection"}
_SAID = frozenset({*_OPTIONS, "insecure", "compressed", "follow"})


def write(request: Request, *, form: str = "powershell") -> str:  # one form only, for now
    """The command, with a session before it where the request carries a User-Agent or cookies."""
    headers, url, method = request.headers, whole(request), request.method or "GET"
    before: list[str] = []
    agent = headers.first("user-agent") if headers is not None else None
    if agent is not None:
        before.append(f"$session.UserAgent = {quoted(agent)}")
    for name, value in cookies(request):
        cookie = f'{quoted(name)}, {quoted(value)}, "/", {quoted(host_of(url))}'
        before.append(f"$session.Cookies.Add((New-Object System.Net.Cookie({cookie})))")
    if before:
        before.insert(0, "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession")
    parts = [f"-Uri {quoted(url)}"]
    if method != "GET":
        parts.append(f"-{'Method' if method in _METHODS else 'CustomMethod'} {quoted(method)}")
    if before:
        parts.append("-WebSession $session")
    if fields := _fields(request):
        parts.append("-Headers @{\n" + "\n".join(f"  {quoted(name)}={quoted(value)}" for name, value in fields) + "\n}")
    kind = headers.first("content-type") if headers is not None else None
    if kind is not None:
        parts.append(f"-ContentType {quoted(kind)}")
    if has_body(request):
        parts.append(f"-Body {_body(request.body or b'')}")
    elif path := whole_file(request):
        parts.append(f"-InFile {quoted(path)}")
    names = [name for name, _ in request.options]
    parts += [f"{_OPTIONS[name]} {quoted(value)}" for name, value in request.options if name in _OPTIONS]
    parts += ["-SkipCertificateCheck"] * ("insecure" in names)
    command = "Invoke-WebRequest -UseBasicParsing " + (" `\n" if len(parts) > 2 else " ").join(parts)
    return "\n".join([*before, command])


def unsaid(request: Request, *, form: str = "powershell") -> tuple[str, ...]:
    """What the command cannot express of the request, and what PowerShell does otherwise."""
    said = ["the URL is not known"] if request.url is None else []
    headers = fields(request)
    seen: set[str] = set()
    for name, value in headers:
        low = name.lower()
        if low in seen:
            said.append(f"the field {name[:60]!r} cannot be sent twice: its values are put together")
        seen.add(low)
        if low in ("connection", "proxy-connection", "expect") or (
            low == "host" and value != authority(whole(request))
        ):
            said.append(f"the field {name[:60]!r} is set by the client itself")
        if not value.isascii():
            said.append(f"PowerShell does not send letters beyond ASCII in the field {name[:60]!r}")
    if any("=" not in one for value in headers.all("cookie") for one in value.split(";") if one.strip()):
        said.append("a cookie without a name cannot be sent")
    if any("," in value or '"' in value for _, value in cookies(request)):
        said.append("PowerShell may refuse a cookie with a comma or a quote in it")
    if request.headers is not None:
        said.append("PowerShell chooses the order of all fields and the letters of User-Agent, Content-Type and Cookie")
        own = [name for name in ("User-Agent", "Accept-Encoding", "Connection") if not headers.has(name)]
        if (has_body(request) or request.method == "POST") and not headers.has("content-type"):
            own.append("Content-Type")
        said.append(f"PowerShell adds fields of its own: {', '.join(own)}" if own else "")
        if not has_body(request) and request.method in ("POST", "PUT", "PATCH") and not headers.has("content-length"):
            said.append("PowerShell adds Content-Length: 0")
    if request.method is not None and request.method != request.method.upper():
        said.append("PowerShell writes the method in capitals")
    if lost(request):
        said.append("the body is not known")
    return tuple(dict.fromkeys(one for one in said + left(request, _SAID, "PowerShell") if one))


def cookies(request: Request) -> list[tuple[str, str]]:
    """The cookies of a request, as pairs of name and value."""
    found: list[tuple[str, str]] = []
    for value in request.headers.all("cookie") if request.headers is not None else ():
        for one in value.split(";"):
            name, sign, rest = one.strip().partition("=")
            if sign and name:
                found.append((name, rest))
    return found


def _fields(request: Request) -> list[tuple[str, str]]:
    together: dict[str, tuple[str, str]] = {}
    for name, value in request.headers or ():
        low = name.lower()
        if low in _OWN or name.startswith(":"):
            continue
        before = together.get(low)
        together[low] = (before[0], f"{before[1]}, {value}") if before else (name, value)
    return list(together.values())


def quoted(text: str) -> str:
    """A string for PowerShell; what is not ASCII as the numbers of its UTF-16 units."""
    return '"' + _SPECIAL.sub(_escaped, text) + '"'


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    if char in '`$"':
        return "`" + char
    units = char.encode("utf-16-le", "surrogatepass")
    return "".join(f"$([char]{int.from_bytes(units[at : at + 2], 'little')})" for at in range(0, len(units), 2))


def _body(body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return f'([Convert]::FromBase64String("{base64.b64encode(body).decode()}"))'
    return quoted(text) if text.isascii() else f"([System.Text.Encoding]::UTF8.GetBytes({quoted(text)}))"
