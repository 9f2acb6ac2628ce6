"""One thing changed in a request: what a probe varies, and what a proof consists of."""

from __future__ import annotations

from .case import Request
from .frozen import NamedTuple
from .headers import Headers


class Change(NamedTuple):
    """What is different, and how that is said. Fields that stay empty change nothing."""

    id: str  # "header:origin", "method", "url", "body"; two of one id exclude each other
    says: str  # "with Origin: https://shop.example"
    headers: tuple[tuple[str, str | None], ...] = ()  # None: the field is left out
    method: str = ""
    url: str = ""
    body: bytes | None = None
    pause: float = 0.0  # seconds to wait before the request
    options: tuple[tuple[str, str], ...] = ()  # how it is sent, as `Request.options`: ("cert", "client.pem")


def header(name: str, value: str | None, says: str = "") -> Change:
    """One header field set, or left out."""
    said = says or (f"without {name}" if value is None else f"with another {name}")
    return Change(f"header:{name.lower()}", said, ((name, value),))


def changed(request: Request, changes: tuple[Change, ...]) -> Request:
    """The request with these changes, in their order: a field that was there stays in its place, a new one goes to the end."""
    for change in changes:
        headers = request.headers or Headers()
        for name, value in change.headers:
            headers = headers.without(name) if value is None else headers.put(name, value)
        if change.body is not None and headers.has("content-length"):
            headers = headers.put("Content-Length", str(len(change.body)))
        given = {name for name, _ in change.options}
        request = request._replace(
            method=change.method or request.method,
            url=change.url or request.url,
            headers=headers,
            body=request.body if change.body is None else change.body,
            options=(*(pair for pair in request.options if pair[0] not in given), *change.options),
        )
    return request
