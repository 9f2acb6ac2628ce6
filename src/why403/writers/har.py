"""Exchanges as a HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), which browsers import."""

from __future__ import annotations

import json

from ..model import Exchange, Headers, Request, Response
from .address import whole
from .options import left

__all__ = ["write_all"]

_BEGUN = "1970-01-01T00:00:00.000Z"  # stands for a time that is not known


def write_all(exchanges: tuple[Exchange, ...]) -> tuple[str, tuple[str, ...]]:
    """The recording, and what it cannot express."""
    said: list[str] = []
    entries = [_entry(one, said) for one in exchanges]
    log = {"version": "1.2", "creator": {"name": "why403", "version": "1"}, "entries": entries}
    return json.dumps({"log": log}, indent=2, ensure_ascii=True), tuple(dict.fromkeys(said))


def _entry(one: Exchange, said: list[str]) -> dict[str, object]:
    if one.at is None:
        said.append("when it was sent is not known: 1970-01-01 stands for it")
    asked = one.request or Request()
    said += left(asked, frozenset(), "a HAR")
    return {
        "startedDateTime": one.at.isoformat(timespec="milliseconds") if one.at is not None else _BEGUN,
        "time": 0,
        "request": _request(asked, said),
        "response": _response(one.response or Response()),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
    }


def _request(asked: Request, said: list[str]) -> dict[str, object]:
    url = whole(asked)
    made: dict[str, object] = {
        "method": asked.method or "GET",
        "url": url,
        "httpVersion": asked.version or "HTTP/1.1",
        "cookies": _cookies(asked.headers),
        "headers": _pairs(asked.headers),
        "queryString": _query(url),
        "headersSize": -1,
        "bodySize": len(asked.body) if asked.body is not None else 0 if _bodiless(asked) else -1,
    }
    if asked.body:
        kind = asked.headers.first("content-type") if asked.headers is not None else None
        text, encoding = _text(asked.body)
        made["postData"] = {"mimeType": kind or "", "text": text, **encoding}
        if encoding:
            said.append("the body is no text: it is written in base64, which HAR 1.2 knows for answers only")
    if asked.headers is not None and any(not value.isascii() for _, value in asked.headers):
        said.append("field values beyond ASCII are written as the letters of UTF-8")
    return made


def _bodiless(asked: Request) -> bool:
    return asked.headers is not None and (asked.headers.first("content-length") or "0") == "0"


def _response(got: Response) -> dict[str, object]:
    content: dict[str, object] = {"size": len(got.body or b""), "mimeType": "x-unknown"}
    if got.body is not None:
        text, encoding = _text(got.body)
        content |= {"text": text, **encoding}
    if got.headers is not None and (kind := got.headers.first("content-type")):
        content["mimeType"] = kind
    return {
        "status": got.status or 0,
        "statusText": got.reason or "",
        "httpVersion": got.version or "",
        "cookies": [],
        "headers": _pairs(got.headers),
        "content": content,
        "redirectURL": (got.headers.first("location") or "") if got.headers is not None else "",
        "headersSize": -1,
        "bodySize": -1,
    }


def _text(body: bytes) -> tuple[str, dict[str, str]]:
    try:
        return body.decode("utf-8"), {}
    except UnicodeDecodeError:
        import base64

        return base64.b64encode(body).decode("ascii"), {"encoding": "base64"}


def _pairs(headers: Headers | None) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers or ()]


def _cookies(headers: Headers | None) -> list[dict[str, str]]:
    found = []
    for line in headers.all("cookie") if headers is not None else ():
        for one in line.split(";"):
            name, sign, value = one.strip().partition("=")
            if sign:
                found.append({"name": name, "value": value})
    return found


def _query(url: str) -> list[dict[str, str]]:
    query = url.partition("?")[2]
    if not query:
        return []
    from urllib.parse import unquote_plus

    pairs = (part.partition("=") for part in query.split("&") if part)
    return [{"name": unquote_plus(name), "value": unquote_plus(value)} for name, _, value in pairs]
