"""A request as an HTTPie command for bash (https://httpie.io/docs/cli)."""

from __future__ import annotations

import re

from ..model import Headers, Pattern, Request
from .address import plain, target, whole
from .framing import chunked, complete, fields, has_body, lost
from .options import credentials, left, proxy_of, whole_file
from .requests import sent_target
from .shells import hidden, printf, quoted, restored

__all__ = ["unsaid", "write"]

_ARGUMENT = 100_000  # bytes: an argument of a program has a limit, the input of one has none
_FIRST = (
    "user-agent",
    "accept-encoding",
    "accept",
    "connection",
    "content-type",
)  # HTTPie's own fields, which it writes first
_SAID = frozenset({"insecure", "proxy", "cert", "key", "cacert", "follow", "compressed", "auth", "user", "max-redirs"})
_SLASH = Pattern(r"\\+(?=[:=@;])")


def write(request: Request, *, form: str = "httpie", live: tuple[str, ...] = ()) -> str:
    """The command, on several lines where it is long; what `live` names stays a variable of the shell."""
    request, names = hidden(request, live)
    url = whole(request)
    body, redirect = _body(request)
    parts = ["http"] + ["--ignore-stdin"] * (not redirect) + ["--ignore-netrc", *_how(request)]
    if not plain(url):
        parts.append("--path-as-is")
    if chunked(fields(request)) and has_body(request):
        parts.append("--chunked")
    parts += [quoted(request.method or "GET"), quoted(url)]
    lines = [" ".join(parts), *(quoted(item) for item in _items(request)), *body, *redirect]
    return restored((" \\\n  " if len(lines) > 2 else " ").join(lines), names)


def _items(request: Request) -> list[str]:
    """The fields as HTTPie's request items; "Name:" keeps a field of HTTPie's own away."""
    headers = fields(request)
    found = []
    for name, value in headers:
        if name.lower() == "transfer-encoding" and chunked(headers):
            continue
        begins = f"\\{value}" if value[:1] in ("=", "@", ":", ";") else value
        found.append(f"{name}:{begins}" if value else f"{name};")
    if complete(request):
        own = ["User-Agent", "Accept-Encoding", "Accept", "Connection"] + ["Content-Type"] * (
            has_body(request) or bool(whole_file(request))
        )
        found += [f"{name}:" for name in own if not headers.has(name)]
    return found


def _body(request: Request) -> tuple[list[str], list[str]]:
    if path := whole_file(request):
        return [], [f"< {quoted(path)}"]
    if not has_body(request):
        return [], []
    body = request.body or b""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or len(body) > _ARGUMENT:
        return [], [f"< <(printf {printf(body)})"]
    return [f"--raw={quoted(text)}"], []


def _how(request: Request) -> list[str]:
    options = dict(request.options)
    found = ["--follow"] if "follow" in options else []
    if "insecure" in options:
        found.append("--verify=no")
    elif "cacert" in options:
        found.append(f"--verify={quoted(options['cacert'])}")
    found += [f"--cert={quoted(options['cert'])}"] if "cert" in options else []
    found += [f"--cert-key={quoted(options['key'])}"] if "key" in options else []
    if "proxy" in options:
        proxy = proxy_of(options["proxy"])
        found += [f"--proxy={scheme}:{quoted(proxy) if proxy else ''}" for scheme in ("http", "https")]
    if login := credentials(request, ("digest", "basic")):
        found += [f"--auth-type={login[0]}", f"--auth={quoted(f'{login[1]}:{login[2]}')}"]
    return found


def unsaid(request: Request, *, form: str = "httpie") -> tuple[str, ...]:
    """What the command cannot express of the request, and what HTTPie does otherwise."""
    said = ["the URL is not known"] if request.url is None else []
    headers = fields(request)
    said += _order(headers)
    url = whole(request)
    if target(url) != (sent := sent_target(url)):
        said.append(f"HTTPie sends the target as {sent[:200]}")
    for name, value in headers:
        if _SLASH.search(value[1:] if value[:1] in "=@:;" else value):
            said.append(f"HTTPie takes a backslash for an escape in the field {name[:60]}")
        if value != value.strip():
            said.append(f"HTTPie strips the field {name[:60]}")
    method = request.method or "GET"
    if not re.fullmatch("[A-Za-z]+", method):
        said.append(f"HTTPie takes letters only for a method, {method[:40]!r} cannot be sent")
    elif method != method.upper():
        said.append("HTTPie writes the method in capitals")
    if complete(request) and not has_body(request) and not whole_file(request) and not headers.has("content-length"):
        if method.upper() not in ("GET", "HEAD"):
            said.append("HTTPie adds Content-Length: 0")
    if lost(request):
        said.append("the body is not known")
    if (request.version or "").startswith("HTTP/2"):
        said.append("HTTPie speaks HTTP/1.1 only, the request went over HTTP/2")
    return tuple(said + left(request, _SAID, "HTTPie"))


def _order(headers: Headers) -> list[str]:
    names = [name.lower() for name, _ in headers]
    said = []
    own = [name for name in _FIRST if name in names]
    rest = [name for name in names if name not in own and name not in ("host", "content-length")]
    if names and names != [*own, *rest]:
        said.append(
            "HTTPie writes User-Agent, Accept-Encoding, Accept, Connection and Content-Type first, "
            "Host and Content-Length where it likes"
        )
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        said.append(f"HTTPie writes the values of {', '.join(repeated)[:100]} side by side")
    return said
