"""A request as a call of axios, for Node.js (https://axios-http.com/docs/req_config)."""

from __future__ import annotations

from ..model import Request
from .address import whole
from .framing import complete, fields, has_body, lost
from .javascript import binary, quoted, rewritten, table, together
from .options import left, whole_file

__all__ = ["unsaid", "write"]

_ADDED = ("Accept", "User-Agent", "Accept-Encoding")  # axios's own, unless they are set to false
_BODILESS = ("GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT")  # Node.js tells no length of these
_SAID = frozenset({"follow", "compressed"})


def write(request: Request, *, form: str = "axios") -> str:
    """The call, and a line that prints the answer."""
    headers = fields(request)
    rows: list[tuple[str, str]] = []
    for name, value in together(headers):
        shown = f"[{', '.join(map(quoted, value))}]" if isinstance(value, list) else quoted(value)
        rows.append((name, shown))
    if complete(request):
        typed = has_body(request) or whole_file(request) or (request.method or "").upper() in ("POST", "PUT", "PATCH")
        added = (*_ADDED, "Content-Type") if typed else _ADDED
        rows += [(name, "false") for name in added if not headers.has(name)]
    settings = [("method", quoted(request.method or "GET")), ("url", quoted(whole(request)))]
    if rows:
        settings.append(("headers", table(rows, "    ")))
    if has_body(request):
        settings.append(("data", binary(request.body or b"", "Buffer.from({}, 'base64')")))
        settings.append(("transformRequest", "(data) => data"))
    elif path := whole_file(request):
        settings.append(("data", f'require("fs").readFileSync({quoted(path)})'))
        settings.append(("transformRequest", "(data) => data"))
    if not any(name == "follow" for name, _ in request.options):
        settings.append(("maxRedirects", "0"))
    settings.append(("validateStatus", "() => true"))
    lines = "".join(f"    {name}: {value},\n" for name, value in settings)
    return (
        f'const axios = require("axios");\n\naxios\n  .request({{\n{lines}  }})\n'
        "  .then(({ status, data }) => console.log(status, data));"
    )


def unsaid(request: Request, *, form: str = "axios") -> tuple[str, ...]:
    """What the call cannot express of the request, and what axios and Node.js do otherwise."""
    said = ["the URL is not known"] if request.url is None else []
    headers = fields(request)
    said += rewritten(whole(request))
    if request.headers is not None:
        said.append("axios and Node.js choose the place of Accept, Content-Type, Host, Connection and Content-Length")
        said += [] if headers.has("connection") else ["Node.js adds the field Connection"]
        if (
            not has_body(request)
            and not headers.has("content-length")
            and (request.method or "GET").upper() not in _BODILESS
        ):
            said.append("axios adds Content-Length: 0")
    repeated = sorted({name.lower() for name, _ in headers if len(headers.all(name)) > 1})
    if "cookie" in repeated:
        said.append("axios puts cookies together in one field")
        repeated.remove("cookie")
    if repeated:
        said.append(f"axios writes the values of {', '.join(repeated)[:100]} side by side")
    method = request.method or "GET"
    if method != method.upper():
        said.append("axios writes the method in capitals")
    if lost(request):
        said.append("the body is not known")
    if (request.version or "").startswith("HTTP/2"):
        said.append("axios speaks HTTP/1.1, the request went over HTTP/2")
    return tuple(said + left(request, _SAID, "axios"))
