"""Responses and exceptions of Python's HTTP clients to a Case, recognised by where their type lives, none imported.

Nothing is read from the network: a body that the caller has not read yet stays unread and is None here, with one
exception that consumes nothing: what urllib has already received of an error's body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from why403.model import Case, Exchange, Headers, Note, Request, Response

MAX_BODY = 8 * 1024 * 1024  # a body beyond this is cut
MAX_HISTORY = 50

_VERSIONS = {9: "HTTP/0.9", 10: "HTTP/1.0", 11: "HTTP/1.1", 20: "HTTP/2", 30: "HTTP/3"}
_VERSIONS_BY_NAME = {"HTTP/2.0": "HTTP/2", "HTTP/3.0": "HTTP/3"}


def from_object(x: object) -> Case | None:
    """A Case of a response or an exception; None for anything else.

    Redirects that led to it are earlier exchanges; what an exception says is a note. Never raises.
    """
    for owner, name in _owners(x):
        reader = _READERS.get(owner)
        if reader is None:
            continue
        try:
            exchanges = reader(x)
        except Exception:  # noqa: BLE001  # whatever a foreign object raises when it is looked at
            exchanges = None
        if exchanges is not None:
            notes = (Note(_words(x), where="exception"),) if isinstance(x, BaseException) and _words(x) else ()
            return Case(
                name=f"{owner}.{name}",
                kind="object",
                exchanges=tuple(made._replace(index=place) for place, made in enumerate(exchanges)),
                notes=notes,
            )
    return None


def _owners(x: object) -> Iterable[tuple[str, str]]:
    """The packages in which the object's type and its bases were made."""
    for kind in type(x).__mro__:
        module = kind.__module__
        owner = module if module in ("urllib.error", "http.client", "urllib.response") else module.partition(".")[0]
        yield owner, type(x).__name__


def _words(x: object) -> str:
    try:
        return str(x)[:20_000]
    except Exception:  # noqa: BLE001  # whatever a foreign object raises when it is looked at
        return ""


def _get(x: object, name: str) -> object:
    """An attribute, or None where there is none or it refuses to be read."""
    try:
        return getattr(x, name, None)
    except Exception:  # noqa: BLE001  # whatever a foreign object raises when it is looked at
        return None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else None


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _body(value: object) -> bytes | None:
    if isinstance(value, str):
        value = value.encode("utf-8", "replace")
    return bytes(value[:MAX_BODY]) if isinstance(value, bytes | bytearray) else None


def _fields(value: object) -> Headers | None:
    """Any kind of header mapping as Headers, repeated fields apart where it keeps them apart."""
    if value is None:
        return None
    raw = _get(value, "raw")  # httpx keeps the bytes as they came
    if isinstance(raw, list):
        return Headers((_text(pair[0]) or "", _text(pair[1]) or "") for pair in raw)
    for name in ("iteritems", "items"):
        pairs = _get(value, name)
        if callable(pairs):
            return Headers((_text(field) or str(field), _text(held) or str(held)) for field, held in pairs())
    if isinstance(value, tuple | list):
        return Headers((_text(pair[0]) or "", _text(pair[1]) or "") for pair in value if len(pair) == 2)
    return None


def _url(value: object) -> str | None:
    return None if value is None else _text(value) or str(value)


def _version(value: object) -> str | None:
    if isinstance(value, str):
        return _VERSIONS_BY_NAME.get(value, value) if value.startswith("HTTP/") else None
    return _VERSIONS.get(value) if isinstance(value, int) else None


def _failed(x: object, request: Request | None) -> list[Exchange]:
    """An exception without an answer: the request, and the client's word for what happened."""
    return [Exchange(request, None, error=type(x).__name__)]


def _requests(x: object) -> list[Exchange] | None:
    """Requests and niquests: a Response, a PreparedRequest's exception."""
    if isinstance(x, BaseException):
        response = _get(x, "response")
        if response is not None and (made := _requests(response)):
            return made
        return _failed(x, _prepared(_get(x, "request")))
    if _get(x, "lazy") is True:  # niquests: to ask it anything would fetch the answer
        return [Exchange(_prepared(_get(x, "request")))]
    status = _whole(_get(x, "status_code"))
    if status is None:
        return None
    history = _get(x, "history")
    earlier = [_requests_one(step) for step in history[:MAX_HISTORY]] if isinstance(history, list | tuple) else []
    return [*earlier, _requests_one(x)]


def _requests_one(x: object) -> Exchange:
    raw = _get(x, "raw")
    headers = _fields(_get(raw, "headers")) or _fields(_get(x, "headers"))
    response = Response(
        status=_whole(_get(x, "status_code")),
        reason=_text(_get(x, "reason")) or None,
        headers=headers,
        body=_body(_get(x, "_content")),  # False until it was read
        version=_version(_get(raw, "version")),
    )
    return Exchange(_prepared(_get(x, "request"), _get(x, "url")), response)


def _prepared(x: object, url: object = None) -> Request | None:
    if x is None:
        return Request(url=_url(url)) if url else None
    body = _get(x, "body")
    return Request(
        method=_text(_get(x, "method")),
        url=_url(_get(x, "url")),
        headers=_fields(_get(x, "headers")),
        body=b"" if body is None else _body(body),  # a stream is not read
    )


def _httpx(x: object) -> list[Exchange] | None:
    if isinstance(x, BaseException):
        response = _get(x, "response")
        if response is not None and (made := _httpx(response)):
            return made
        return _failed(x, _httpx_request(_get(x, "request")))
    status = _whole(_get(x, "status_code"))
    if status is None:
        return None
    history = _get(x, "history")
    earlier = [_httpx_one(step) for step in history[:MAX_HISTORY]] if isinstance(history, list) else []
    return [*earlier, _httpx_one(x)]


def _httpx_one(x: object) -> Exchange:
    version = _version(_get(x, "http_version"))
    response = Response(
        status=_whole(_get(x, "status_code")),
        reason=_text(_get(x, "reason_phrase")) or None,
        headers=_fields(_get(x, "headers")),
        body=_body(_get(x, "_content")),  # absent until it was read
        version=version,
    )
    return Exchange(_httpx_request(_get(x, "request")), response)


def _httpx_request(x: object) -> Request | None:
    if x is None:
        return None
    return Request(
        method=_text(_get(x, "method")),
        url=_url(_get(x, "url")),
        headers=_fields(_get(x, "headers")),
        body=_body(_get(x, "_content")),
    )


def _urllib3(x: object) -> list[Exchange] | None:
    if isinstance(x, BaseException):
        response = _get(x, "response")
        if response is not None and (made := _urllib3(response)):
            return made
        return _failed(x, Request(url=_url(url)) if (url := _get(x, "url")) else None)
    status = _whole(_get(x, "status"))
    if status is None:
        return None
    earlier: list[Exchange] = []
    first: str | None = None
    steps = _get(_get(x, "retries"), "history")
    for step in (steps if isinstance(steps, tuple) else ())[:MAX_HISTORY]:
        code = _whole(_get(step, "status"))
        method, url = _text(_get(step, "method")), _url(_get(step, "url"))
        if code is not None:
            where = _text(_get(step, "redirect_location"))
            headers = Headers((("location", where),)) if where else None
            earlier.append(Exchange(Request(method, url), Response(code, headers=headers)))
        first = first or method
    method = _text(_get(x, "_request_method")) or _text(_get(_get(x, "_original_response"), "_method")) or first
    url = _url(_get(x, "_request_url"))
    response = Response(
        status=status,
        reason=_text(_get(x, "reason")) or None,
        headers=_fields(_get(x, "headers")),
        body=_body(_get(x, "_body")),
        version=_version(_get(x, "version")),
    )
    return [*earlier, Exchange(Request(method, url) if method or url else None, response)]


def _aiohttp(x: object) -> list[Exchange] | None:
    status = _whole(_get(x, "status"))
    if isinstance(x, BaseException) and status is None:
        return _failed(x, None)
    if status is None:
        return None
    history = _get(x, "history")
    earlier = [_aiohttp_one(step) for step in history[:MAX_HISTORY]] if isinstance(history, tuple) else []
    return [*earlier, _aiohttp_one(x)]


def _aiohttp_one(x: object) -> Exchange:
    asked = _get(x, "request_info")
    raw = _get(x, "raw_headers")
    headers = _fields(raw) if isinstance(raw, tuple) else _fields(_get(x, "headers"))
    version = _get(x, "version")
    major, minor = _whole(_get(version, "major")), _whole(_get(version, "minor"))
    request = None
    if asked is not None:
        request = Request(
            method=_text(_get(asked, "method")),
            url=_url(_get(asked, "real_url") or _get(asked, "url")),
            headers=_fields(_get(asked, "headers")),
        )
    response = Response(
        status=_whole(_get(x, "status")),
        reason=_text(_get(x, "reason")) or _text(_get(x, "message")) or None,
        headers=headers,
        body=_body(_get(x, "_body")),
        version=f"HTTP/{major}.{minor}" if major is not None and minor is not None else None,
    )
    return Exchange(request, response)


def _botocore(x: object) -> list[Exchange] | None:
    """A ClientError: its status and headers; what it says goes into the note."""
    held = _get(x, "response")
    if not isinstance(x, BaseException):
        return None
    if not isinstance(held, dict):
        return _failed(x, None)
    told = held.get("ResponseMetadata")
    told = told if isinstance(told, dict) else {}
    response = Response(status=_whole(told.get("HTTPStatusCode")), headers=_fields(told.get("HTTPHeaders")))
    error = held.get("Error")
    error = error if isinstance(error, dict) else {}
    facts = [("operation", _text(_get(x, "operation_name"))), ("code", _text(error.get("Code")))]
    return [Exchange(None, response, facts=tuple((name, said) for name, said in facts if said))]


def _urllib(x: object) -> list[Exchange] | None:
    """urllib.error.HTTPError, and the answers of urllib.request and http.client."""
    status = _whole(_get(x, "code")) or _whole(_get(x, "status"))
    if status is None:
        return _failed(x, None) if isinstance(x, BaseException) else None
    url = _url(_get(x, "url"))
    inner = _get(x, "fp") if isinstance(x, BaseException) else x
    response = Response(
        status=status,
        reason=_text(_get(x, "reason")) or _text(_get(x, "msg")) or None,
        headers=_fields(_get(x, "headers")),
        body=_received(inner),
        version=_version(_get(inner, "version")),
    )
    method = _text(_get(inner, "_method"))
    return [Exchange(Request(method, url) if url or method else None, response)]


def _received(stream: object) -> bytes | None:
    """What a stream already holds, without taking it away and without waiting for more; None where that is nothing."""
    value = _get(stream, "getvalue")
    if callable(value):
        return _body(value())
    peek, inner = _get(stream, "peek"), _get(stream, "fp")
    socket = _get(_get(inner, "raw"), "_sock")
    settle, timeout = _get(socket, "settimeout"), _get(socket, "gettimeout")
    if not callable(peek) or not callable(settle) or not callable(timeout):
        return None
    before = timeout()
    settle(0.0)
    try:
        return _body(peek(65536)) or None
    except Exception:  # noqa: BLE001  # whatever a foreign object raises when it is looked at
        return None
    finally:
        settle(before)


_READERS: dict[str, Callable[[object], list[Exchange] | None]] = {
    "requests": _requests,
    "niquests": _requests,
    "httpx": _httpx,
    "urllib3": _urllib3,
    "urllib3_future": _urllib3,
    "aiohttp": _aiohttp,
    "botocore": _botocore,
    "urllib.error": _urllib,
    "http.client": _urllib,
}
