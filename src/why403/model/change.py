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
    cookies: tuple[tuple[str, str | None], ...] = ()  # single cookies; None: left out
    query: tuple[tuple[str, str | None], ...] = ()  # single parameters, as they stand in the query; None: left out


def spoken(changes: tuple[Change, ...], most: int = 4) -> str:
    """What is different, in words; of many the first ones and how many more."""
    told = [change.says for change in changes[:most] if change.says]
    return ", ".join(told) + (f" and {len(changes) - most} more" if len(changes) > most else "")


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
        if change.cookies:
            headers = _with_cookies(headers, change.cookies)
        if change.body is not None and headers.has("content-length"):
            headers = headers.put("Content-Length", str(len(change.body)))
        given = {name for name, _ in change.options}
        request = request._replace(
            method=change.method or request.method,
            url=_with_query(change.url or request.url or "", change.query)
            if change.query
            else change.url or request.url,
            headers=headers,
            body=request.body if change.body is None else change.body,
            options=(*(pair for pair in request.options if pair[0] not in given), *change.options),
        )
    return request


def _with_cookies(headers: Headers, cookies: tuple[tuple[str, str | None], ...]) -> Headers:
    """The fields with single cookies set or left out; those that were there stay in their places."""
    old = [part.strip() for value in headers.all("cookie") for part in value.split(";") if part.strip()]
    new = _put([(name, value) for name, _, value in (part.partition("=") for part in old)], cookies)
    joined = "; ".join(f"{name}={value}" for name, value in new)
    return headers.put("Cookie", joined) if joined else headers.without("Cookie")


def _with_query(url: str, parameters: tuple[tuple[str, str | None], ...]) -> str:
    """The URL with single parameters of its query set or left out."""
    whole, mark, fragment = url.partition("#")
    path, _, query = whole.partition("?")
    old = [(name, value) for name, _, value in (part.partition("=") for part in query.split("&") if part)]
    joined = "&".join(f"{name}={value}" for name, value in _put(old, parameters))
    return path + ("?" + joined if joined else "") + mark + fragment


def _put(pairs: list[tuple[str, str]], wanted: tuple[tuple[str, str | None], ...]) -> list[tuple[str, str]]:
    for name, value in wanted:
        at = next((at for at, pair in enumerate(pairs) if pair[0] == name), len(pairs))
        pairs = [pair for pair in pairs if pair[0] != name]
        if value is not None:
            pairs.insert(at, (name, value))
    return pairs
