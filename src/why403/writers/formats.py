"""The forms in which a request can be written: a table of names, and one function over it."""

from __future__ import annotations

from importlib import import_module

from ..model import BadCall, Case, Exchange, Headers, Pattern, Request
from ..model.frozen import NamedTuple
from .curl_fields import AGENT
from .framing import PARTIAL

__all__ = ["FORMATS", "Conversion", "Format", "convert"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Writer(Protocol):
        """What the module of a format has."""

        def write(self, request: Request, *, form: str) -> str:
            """The request in this format."""

        def unsaid(self, request: Request, *, form: str) -> tuple[str, ...]:
            """What the format cannot express of the request, and what its client does otherwise."""


class Format(NamedTuple):
    """A form of writing a request."""

    module: str
    language: str
    title: str
    shell: str = ""  # the form of pasted commands whose variables stay alive in it


FORMATS = {
    "curl": Format("curl", "shell", "cURL for bash and other POSIX shells", "curl"),
    "curl-cmd": Format("curl", "batch", "cURL for Windows' cmd.exe", "curl-cmd"),
    "powershell": Format("powershell", "powershell", "PowerShell's Invoke-WebRequest"),
    "fetch": Format("fetch", "javascript", "JavaScript's fetch, for a browser's console"),
    "fetch-node": Format("fetch", "javascript", "JavaScript's fetch, for Node.js"),
    "axios": Format("axios", "javascript", "axios, for Node.js"),
    "requests": Format("requests", "python", "Python's requests"),
    "httpx": Format("httpx", "python", "Python's httpx"),
    "httpie": Format("httpie", "shell", "HTTPie for bash and other POSIX shells", "curl"),
    "http": Format("http", "http", "the bytes of HTTP/1.1"),
    "har": Format("har", "json", "a HAR 1.2 with the request (and its answer, where one is shown)"),
}


_TOKEN = Pattern(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110, section 5.6.2
_UNSAYABLE = Pattern(r"[\r\n\x00]")
_NO_HTTP = ("data", "blob", "file", "chrome-extension", "moz-extension", "about", "javascript")
_PARTIAL = {  # kinds of input that show a part of the fields
    "fetch": "a browser adds fields that the call does not show (User-Agent, Origin, Sec-Fetch-Mode, ...)",
    "powershell": "PowerShell adds fields that the command does not show",
}


class Conversion(NamedTuple):
    """A request, written."""

    text: str  # bytes that are no UTF-8 stand in it as Python's surrogate escapes
    remarks: tuple[str, ...] = ()  # what the format cannot express, and what was not known
    to: str = "curl"

    @property
    def data(self) -> bytes:
        """The text's bytes, exactly."""
        return self.text.encode("utf-8", "surrogateescape")

    def __str__(self) -> str:
        """The text alone."""
        return self.text


def convert(exchanges: tuple[Exchange, ...], to: str, case: Case | None = None) -> Conversion:
    """Write the requests of these exchanges; the case is what they are of. Raises BadCall where there is no such format."""
    case = case or Case()
    if to not in FORMATS:
        raise BadCall(f"no format {to!r}", "--to", f"One of: {', '.join(FORMATS)}")
    found = FORMATS[to]
    module = import_module(f".{found.module}", __package__)
    remarks: list[str] = list(case.remarks)
    settled = tuple(one._replace(request=_settled(one.request or Request(), case.kind, remarks)) for one in exchanges)
    if to == "har":
        text, said = module.write_all(settled)
        return Conversion(text, tuple(dict.fromkeys((*remarks, *said))), to)
    writer: Writer = module
    texts: list[str] = []
    for exchange in settled:
        request = exchange.request or Request()
        names = tuple(value for key, value in exchange.facts if key == "variable")
        live = names if found.shell and found.shell == case.form else ()
        if names and not live:
            remarks.append(f"put the values in for {', '.join(names[:8])}: they are written as they stood in the paste")
        if found.module != "curl" and request.headers is not None and request.headers.first("user-agent") == AGENT:
            remarks.append(f"curl's own User-Agent is written as {AGENT}: its release is not in the command")
        remarks += writer.unsaid(request, form=to)
        texts.append(module.write(request, form=to, live=live) if live else writer.write(request, form=to))
    return Conversion(("" if to == "http" else "\n\n").join(texts), tuple(dict.fromkeys(remarks)), to)


def _settled(request: Request, kind: str, remarks: list[str]) -> Request:
    """The request without what nobody can send; what was taken out, and what is not known, is added to the remarks."""
    method = request.method or "GET"
    if not _TOKEN.fullmatch(method):
        method = "".join(_TOKEN.each(method)) or "GET"
        remarks.append("the method holds characters that no method has: they are left out")
    scheme = (request.url or "").partition(":")[0].lower()
    if scheme in _NO_HTTP:
        remarks.append(f"{scheme}: is no address that goes over HTTP")
    headers = request.headers
    if headers is None:
        remarks.append("the input does not show the request's header fields: each client sends its own")
    else:
        kept = Headers(pair for pair in headers if not _UNSAYABLE.search(pair[0] + pair[1]) and pair[0].strip())
        named = [name for name, value in headers if (name, value) not in kept]
        remarks += [f"the field {name[:60]!r} cannot be sent" for name in dict.fromkeys(named)]
        headers = kept
    body, length = request.body, headers.first("content-length") if headers is not None else None
    if body and length is not None and length != str(len(body)):
        remarks.append(
            f"Content-Length said {length[:20]}, the body has {len(body)} bytes: the client counts them itself"
        )
    if body is not None and b"\xef\xbf\xbd" in body:
        remarks.append("the body holds replacement characters: what recorded it may have lost bytes that are no text")
    version, options = request.version, request.options
    if (version or "").startswith("HTTP/3"):
        version = None
        remarks.append("the request went over HTTP/3: which version is spoken is left to the client")
    if kind in _PARTIAL:
        options = (*options, PARTIAL)
        told = dict(options).get("credentials") == "include"
        remarks.append(_PARTIAL[kind] + (", with its cookies" if told else ""))
    return request._replace(method=method, headers=headers, version=version, options=options)
