"""What an input gave, frozen. Absent is not empty: None means that the input does not show it.

These are named tuples, not dataclasses: `dataclasses` alone costs a third of the start-up bound.
"""

from __future__ import annotations

from datetime import datetime

from .frozen import NamedTuple
from .headers import Headers


class Request(NamedTuple):
    """One request, as far as the input shows it."""

    method: str | None = None
    url: str | None = None  # absolute where it is known, else the request target
    headers: Headers | None = None  # None: not shown; Headers(): shown, and there were none
    body: bytes | None = None  # None: not shown; b"": shown, and empty
    version: str | None = None  # "HTTP/1.1", "HTTP/2", "HTTP/3"
    options: tuple[tuple[str, str], ...] = ()  # how it is to be sent: ("proxy", "http://..."), ("insecure", "")


class Response(NamedTuple):
    """One answer, as far as the input shows it. The body is decoded (no chunks, no compression)."""

    status: int | None = None
    reason: str | None = None
    headers: Headers | None = None
    body: bytes | None = None
    version: str | None = None


class Exchange(NamedTuple):
    """A request and the response to it."""

    request: Request | None = None
    response: Response | None = None  # None: no answer came, or none is shown
    index: int | None = None  # type: ignore[assignment]  # its place in the input, counted from 0 (the entry of a HAR, the line of a log)
    at: datetime | None = None  # when it was sent, with a time zone
    error: str | None = None  # the client's own word for a failure: "net::ERR_FAILED"
    facts: tuple[
        tuple[str, str], ...
    ] = ()  # what the recorder noted beside: ("type", "preflight"), ("remote", "192.0.2.1")

    @property
    def status(self) -> int | None:
        """The status that came, or None."""
        return self.response.status if self.response else None

    @property
    def method(self) -> str | None:
        """The request's method, or None."""
        return self.request.method if self.request else None

    @property
    def url(self) -> str | None:
        """The request's URL, or None."""
        return self.request.url if self.request else None

    def asked(self, name: str) -> str | None:
        """The first value of a request header, or None."""
        return self.request.headers.first(name) if self.request and self.request.headers is not None else None

    def answered(self, name: str) -> str | None:
        """The first value of a response header, or None."""
        return self.response.headers.first(name) if self.response and self.response.headers is not None else None

    def fact(self, name: str) -> str | None:
        """What the recorder noted under this name, or None."""
        return next((value for key, value in self.facts if key == name), None)


class Note(NamedTuple):
    """Loose text: what was pasted around, a log line, a console line."""

    text: str
    where: str = "text"  # "text", "log", "error.log"; the line is added when a quotation is cut from it
    kind: str = "text"  # text, log, console
    at: datetime | None = None
    line: int = 1  # the line of the input on which the text begins


class Case(NamedTuple):
    """Everything that one input gave."""

    name: str = "-"  # the file's name, or "-"
    kind: str = "text"  # the reader that took it: har, curl, http, transcript, log, text, object
    exchanges: tuple[Exchange, ...] = ()  # in the order of time
    notes: tuple[Note, ...] = ()
    form: str = (
        ""  # the form in which a request was pasted, so that its correction can have the same: curl, curl-cmd, ...
    )
    remarks: tuple[str, ...] = ()  # what the reader saw and did not understand, by name
