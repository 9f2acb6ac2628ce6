"""A request as a call of Python's httpx (https://www.python-httpx.org/).

A `httpx.Request` of one's own is sent as it is: no field of the client is added. The target goes as raw bytes where httpx
would rewrite it (https://www.python-httpx.org/advanced/extensions/).
"""

from __future__ import annotations

from ..model import Request
from .address import plain, target, whole
from .framing import complete, fields, has_body, lost
from .options import credentials, left, proxy_of, whole_file
from .python import binary, pairs, text

__all__ = ["unsaid", "write"]

_SAID = frozenset({"request-target", "insecure", "proxy", "follow", "compressed", "auth", "user", "cacert"})
_BODIED = ("POST", "PUT", "PATCH")  # httpx tells a length of these even where there is no body


def write(request: Request, *, form: str = "httpx") -> str:
    """The call, and a line that prints the answer."""
    url = whole(request)
    lines = [
        "import httpx",
        "",
        "request = httpx.Request(",
        f"    {text(request.method or 'GET')},",
        f"    {text(url)},",
    ]
    if headers := fields(request):
        lines.append(f"    headers={pairs(headers, '    ')},")
    if has_body(request):
        lines.append(f"    content={binary(request.body or b'')},")
    elif path := whole_file(request):
        lines.append(f"    content=open({text(path)}, 'rb').read(),")
    asked = dict(request.options).get("request-target", "")
    if asked or not plain(url):
        lines.append(
            f"    extensions={{'target': {binary((asked or target(url)).encode('utf-8', 'surrogateescape'))}}},  # as it stands"
        )
    lines.append(")")
    if (method := request.method or "GET") != method.upper():
        lines.append(f"request.method = {text(method)}")
    if _uncounted(request):
        lines.append('del request.headers["Content-Length"]')
    send = ["request"]
    if login := credentials(request, ("digest", "basic")):
        send.append(f"auth=httpx.{login[0].title()}Auth({text(login[1])}, {text(login[2])})")
    if any(name == "follow" for name, _ in request.options):
        send.append("follow_redirects=True")
    lines += [
        f"with httpx.Client({', '.join(_client(request, url))}) as client:",
        f"    response = client.send({', '.join(send)})",
    ]
    lines.append("    print(response.status_code, response.text)")
    return "\n".join(lines)


def _uncounted(request: Request) -> bool:
    """Whether httpx would tell a length of no body where the request told none."""
    headers = fields(request)
    told = headers.has("content-length") or headers.has("transfer-encoding")
    return (
        complete(request)
        and not has_body(request)
        and not whole_file(request)
        and not told
        and (request.method or "").upper() in _BODIED
    )


def _client(request: Request, url: str) -> list[str]:
    options = dict(request.options)
    found = []
    if (request.version or "").startswith("HTTP/2"):
        found.append("http2=True" if url.startswith("https:") else "http1=False, http2=True")
    if "insecure" in options:
        found.append("verify=False")
    elif "cacert" in options:
        found.append(f"verify={text(options['cacert'])}")
    if "proxy" in options:
        proxy = proxy_of(options["proxy"])
        found.append(f"proxy={text(proxy)}" if proxy else "trust_env=False")
    return found


def unsaid(request: Request, *, form: str = "httpx") -> tuple[str, ...]:
    """What the call cannot express of the request, and what httpx does otherwise."""
    said = ["the URL is not known"] if request.url is None else []
    headers = fields(request)
    if any(name.lower() == "host" for name, _ in headers[1:]):
        said.append("httpx writes the field Host first")
    if lost(request):
        said.append("the body is not known")
    if (request.version or "").startswith("HTTP/2"):
        said.append("HTTP/2 needs the extra: pip install 'httpx[http2]'")
    return tuple(said + left(request, _SAID, "httpx"))
