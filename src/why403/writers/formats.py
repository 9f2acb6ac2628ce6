"""The forms in which a request can be written: a table of names, and one function over it."""

from __future__ import annotations

from importlib import import_module

from ..model import BadCall, Exchange, Request
from ..model.frozen import NamedTuple

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


def convert(exchanges: tuple[Exchange, ...], to: str, form: str = "") -> Conversion:
    """Write the requests of these exchanges; `form` is the form in which they were pasted. Raises BadCall."""
    if to not in FORMATS:
        raise BadCall(f"no format {to!r}", "--to", f"One of: {', '.join(FORMATS)}")
    found = FORMATS[to]
    module = import_module(f".{found.module}", __package__)
    if to == "har":
        text, said = module.write_all(exchanges)
        return Conversion(text, said, to)
    writer: Writer = module
    texts: list[str] = []
    remarks: list[str] = []
    for exchange in exchanges:
        request = exchange.request or Request()
        names = tuple(value for key, value in exchange.facts if key == "variable")
        live = names if found.shell and found.shell == form else ()
        if names and not live:
            remarks.append(f"put the values in for {', '.join(names[:8])}: they are written as they stood in the paste")
        if (request.version or "").startswith("HTTP/3"):
            request = request._replace(version=None)
            remarks.append("the request went over HTTP/3: which version is spoken is left to the client")
        remarks += _common(request)
        remarks += writer.unsaid(request, form=to)
        texts.append(module.write(request, form=to, live=live) if live else writer.write(request, form=to))
    return Conversion(("" if to == "http" else "\n\n").join(texts), tuple(dict.fromkeys(remarks)), to)


def _common(request: Request) -> list[str]:
    """What no format can mend."""
    said: list[str] = []
    if request.headers is None:
        said.append("the input does not show the request's header fields: each client sends its own")
    length = request.headers.first("content-length") if request.headers is not None else None
    body = request.body
    if body and length is not None and length != str(len(body)):
        said.append(f"Content-Length said {length[:20]}, the body has {len(body)} bytes: the client counts them itself")
    if body is not None and b"\xef\xbf\xbd" in body:
        said.append("the body holds replacement characters: what recorded it may have lost bytes that are no text")
    return said
