"""A request as a call of Python's requests (https://requests.readthedocs.io/).

A prepared request is sent as it is: no field of the session, no ~/.netrc, no redirect unasked. What urllib3 below it adds or
rewrites is taken out where it can be, and named where it cannot.
"""

from __future__ import annotations

import re

from ..model import Headers, Request
from .address import authority, origin, plain, target, whole
from .framing import chunked, complete, fields, has_body, lost
from .options import credentials, left, proxy_of, whole_file
from .python import binary, table, text

__all__ = ["unsaid", "write"]

_COUNTED = ("GET", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT")  # without a body, urllib3 tells no length of these
_PATH = re.compile(rb"[^A-Za-z0-9\-._~!$&'()*+,;=:@/]")
_QUERY = re.compile(rb"[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_SAID = frozenset({"insecure", "proxy", "cert", "key", "cacert", "follow", "compressed", "auth", "user", "max-redirs"})


def write(request: Request, *, form: str = "requests") -> str:
    """The call, and a line that prints the answer."""
    url = whole(request)
    headers, skipped = _headers(fields(request), shown=complete(request))
    lines = ["import requests"]
    if skipped:
        lines.append("from urllib3.util import SKIP_HEADER")
    method = request.method or "GET"
    lines += ["", "request = requests.Request(", f"    {text(method)},", f"    {text(url)},"]
    if headers or skipped:
        rows = table(headers, "    ")
        more = "".join(f"        {text(name)}: SKIP_HEADER,\n" for name in skipped)
        lines.append(f"    headers={rows[:-5] if headers else '{' + chr(10)}{more}    }},")
    if has_body(request):
        lines.append(f"    data={binary(request.body or b'')},")
    elif path := whole_file(request):
        lines.append(f'    data=open({text(path)}, "rb").read(),')
    if login := credentials(request, ("digest", "basic")):
        kind = {"digest": "HTTPDigestAuth", "basic": "HTTPBasicAuth"}[login[0]]
        lines.append(f"    auth=requests.auth.{kind}({text(login[1])}, {text(login[2])}),")
    lines.append(").prepare()")
    if method != method.upper():
        lines.append(f"request.method = {text(method)}")
    if not plain(url):
        lines.append(f"request.url = {text(url)}  # as it stands, not tidied")
    if complete(request) and _uncounted(request):
        lines.append('del request.headers["Content-Length"]')
    lines += [f"response = requests.Session().send({', '.join(['request', *_how(request)])})"]
    lines.append("print(response.status_code, response.text)")
    return "\n".join(lines)


def _headers(headers: Headers, *, shown: bool) -> tuple[Headers, list[str]]:
    """The fields, each once, and those that urllib3 would add."""
    together: dict[str, tuple[str, str]] = {}
    for name, value in headers:
        low = name.lower()
        glue = "; " if low == "cookie" else ", "
        before = together.get(low)
        together[low] = (before[0], f"{before[1]}{glue}{value}") if before else (name, value)
    skipped = [name for name in ("User-Agent", "Accept-Encoding") if shown and name.lower() not in together]
    return Headers(together.values()), skipped


def _uncounted(request: Request) -> bool:
    """Whether requests would count a body where the request told no length."""
    if has_body(request) or whole_file(request):
        return has_body(request) and chunked(fields(request))
    method = (request.method or "GET").upper()
    return method not in ("GET", "HEAD") and not fields(request).has("content-length")


def _how(request: Request) -> list[str]:
    options = dict(request.options)
    found = [] if "follow" in options else ["allow_redirects=False"]
    if "insecure" in options:
        found.append("verify=False")
    elif "cacert" in options:
        found.append(f"verify={text(options['cacert'])}")
    if "cert" in options:
        cert = text(options["cert"])
        found.append(f"cert=({cert}, {text(options['key'])})" if "key" in options else f"cert={cert}")
    if "proxy" in options:
        proxy = text(proxy_of(options["proxy"]))
        found.append(f'proxies={{"http": {proxy}, "https": {proxy}}}')
    return found


def sent_target(url: str) -> str:
    """The target that urllib3 makes of a URL: what it takes for no letter of a URL is percent-encoded."""
    path, sign, query = target(url).partition("?")
    if path.startswith("//"):
        path = "/" + path.lstrip("/")
    whole_path, whole_query = _encoded(path, _PATH), _encoded(query, _QUERY)
    return whole_path + sign + whole_query if query else whole_path


def _encoded(part: str, odd: re.Pattern[bytes]) -> str:
    upper, count = _PERCENT.subn(lambda match: match[0].upper(), part)
    raw = upper.encode("utf-8", "surrogateescape")
    whole_escapes = count == raw.count(b"%")
    return odd.sub(
        lambda match: match[0] if whole_escapes and match[0] == b"%" else b"%%%02X" % match[0][0], raw
    ).decode("ascii")


def unsaid(request: Request, *, form: str = "requests") -> tuple[str, ...]:
    """What the call cannot express of the request, and what requests does otherwise."""
    said = ["the URL is not known"] if request.url is None else []
    headers = fields(request)
    if repeated := sorted({name.lower() for name, _ in headers if len(headers.all(name)) > 1}):
        said.append(f"requests sends a field once: the values of {', '.join(repeated)[:100]} are put together")
    url = whole(request)
    if target(url) != (sent := sent_target(url)):
        said.append(f"requests sends the target as {sent[:200]}")
    if not has_body(request) and _uncounted(request) and (request.method or "GET").upper() not in _COUNTED:
        said.append("requests adds Content-Length: 0")
    if lost(request):
        said.append("the body is not known")
    if (request.version or "").startswith("HTTP/2"):
        said.append("requests speaks HTTP/1.1 only, the request went over HTTP/2")
    if not headers.has("host") and request.headers is not None and not authority(origin(url)).isascii():
        said.append("requests writes the host as the DNS has it")
    return tuple(said + left(request, _SAID, "requests"))
