"""An operation to the requests that curl would send for it."""

from __future__ import annotations

import binascii

from why403.model import Exchange, Headers, Request
from why403.model.patterns import Pattern

from ...model.frozen import NamedTuple
from . import bodies, forms, headers
from .arguments import Operation
from .dates import http_date
from .urls import MOST, GlobError, Url, hide, lower, parse, restore, spread
from .words import Word, raw, shown

EXPECT_ABOVE = 1024 * 1024  # curl asks for leave before it sends a larger body
_VERSIONS = {"http1.0": "HTTP/1.0", "http1.1": "HTTP/1.1", "http2": "HTTP/2", "http2-prior-knowledge": "HTTP/2"}
_VERSIONS |= {"http3": "HTTP/3", "http3-only": "HTTP/3"}
_DIGITS = Pattern(r"[0-9]+")


class _Payload(NamedTuple):
    """What is to be sent."""

    kind: str  # "", "data", "form" or "upload"
    body: bytes | None
    boundary: str = ""
    chunked: bool = False


class _Common(NamedTuple):
    """What all requests of an operation share."""

    method: str
    payload: _Payload
    query: str
    custom: headers.Custom
    proxy_sent: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]
    proxy: Word | None


def exchanges(
    operation: Operation,
    stdin: bytes | None,
    environment: dict[str, str],
    facts: tuple[tuple[str, str], ...],
    remarks: list[str],
    room: int,
) -> list[Exchange]:
    """The requests of one operation, at most `room` of them; what was not understood is added to `remarks`."""
    common = _common(operation, stdin, remarks)
    found: list[Exchange] = []
    total = 0
    uploads = operation.all("upload-file")
    for number, word in enumerate(operation.urls):
        upload = uploads[number] if number < len(uploads) else None
        text, hidden = hide(word.text, word.kept)
        texts, count = _globbed(text, operation, remarks)
        files, several = _globbed(upload.text, operation, remarks) if upload is not None else ([""], 1)
        total += count * several
        for file, one in [(file, one) for file in files for one in texts][: max(room - len(found), 0)]:
            found.append(Exchange(_request(one, hidden, operation, common, file, environment, remarks), facts=facts))
    if total > len(found):
        remarks.append(f"the command asks for {total} URLs: the first {len(found)} are shown")
    return found


def _globbed(text: str, operation: Operation, remarks: list[str]) -> tuple[list[str], int]:
    if operation.flags.get("globoff") or not any(mark in text for mark in "[]{}\\"):
        return [text], 1
    try:
        return spread(text)
    except GlobError:
        remarks.append(f"curl refuses the braces or brackets in {shown(text)[:100]}: it needs -g")
        return [text], 1


def _common(operation: Operation, stdin: bytes | None, remarks: list[str]) -> _Common:
    values = operation.values
    head, get = operation.flags.get("head", False), operation.flags.get("get", False)
    payload, query = _payload(operation, stdin, remarks, get=get)
    kinds = [
        name for name, there in (("-I", head), ("-d", operation.data and not get), ("-F", operation.forms)) if there
    ]
    kinds += ["-T"] * bool(operation.all("upload-file"))
    if len(kinds) > 1:
        remarks.append(f"curl refuses {' and '.join(kinds)} together")
    method = {"data": "POST", "form": "POST", "upload": "PUT"}.get(payload.kind, "HEAD" if head else "GET")
    if "request" in values and values["request"].text:
        method = shown(values["request"].text)
    words = list(operation.all("header"))
    if any(kind == "json" for kind, _ in operation.data):
        names = {word.text.partition(":")[0].partition(";")[0].lower() for word in words}
        for name in ("Content-Type", "Accept"):
            if name.lower() not in names:
                words.append(Word(f"{name}: application/json", 0))
    return _Common(
        method,
        payload,
        query,
        headers.custom(words, remarks),
        headers.custom(operation.all("proxy-header"), remarks, "--proxy-header").sent,
        _options(operation, remarks) + _unread(operation, payload),
        operation.proxy,
    )


def _payload(operation: Operation, stdin: bytes | None, remarks: list[str], *, get: bool) -> tuple[_Payload, str]:
    """What is sent as the body, and what is added to the URL."""
    query = ""
    if operation.data:
        data = bodies.data(operation, stdin, remarks)
        if not get:
            return _Payload("data", data), bodies.query(operation, stdin, remarks)
        query = (data or b"").decode("utf-8", "surrogateescape")
    else:
        query = bodies.query(operation, stdin, remarks)
    if operation.forms:
        form = forms.multipart(operation, stdin, remarks)
        return _Payload("form", form.body, form.boundary, chunked=not form.sized), query
    uploads = [word for word in operation.all("upload-file") if word.text]
    if uploads:
        name = uploads[0].text
        body = bodies.from_file(name, stdin, remarks, "-T")
        return _Payload("upload", body, chunked=name in ("-", ".")), query
    return _Payload("", None), query


def _options(operation: Operation, remarks: list[str]) -> tuple[tuple[str, str], ...]:
    """How the request is to be sent."""
    options = list(operation.options)
    values, flags = operation.values, operation.flags
    if operation.proxy is not None:
        options.append(("proxy", shown(operation.proxy.text)))
    for name in ("proxy-user", "request-target", "aws-sigv4"):
        if name in values:
            options.append((name, shown(values[name].text)))
    options += [("proxy-header", shown(word.text)) for word in operation.all("proxy-header")]
    options += [("proxy-tunnel", "")] * flags.get("proxytunnel", False)
    options += [("compressed", "")] * flags.get("compressed", False)
    for word in operation.all("cookie"):
        if "=" not in word.text and word.text:
            options.append(("cookie-file", shown(word.text)))
            remarks.append(f"-b {shown(word.text)[:60]} has no = in it, so it names a file: its cookies are not read")
    if any(name.startswith("httpsig-") for name, _ in operation.options):
        remarks.append("--httpsig: curl signs when it sends; the Signature and Signature-Input fields are not shown")
    if "aws-sigv4" in values:
        remarks.append("--aws-sigv4: curl signs when it sends; the Authorization and X-Amz-Date fields are not shown")
    return tuple(options)


def _unread(operation: Operation, payload: _Payload) -> tuple[tuple[str, str], ...]:
    """What makes up a body that depends on files, as the command has it; and what -H takes out of curl's own framing."""
    found: list[tuple[str, str]] = []
    if payload.kind in ("data", "form") and payload.body is None:
        found += [(kind, shown(word.text)) for kind, word in operation.data or operation.forms]
    for word in operation.all("header"):
        name, colon, value = word.text.partition(":")
        if colon and not value.strip() and name.lower() in ("host", "content-length"):
            found.append(("without", shown(name)))
    return tuple(found)


def _request(
    text: str,
    hidden: dict[int, str],
    operation: Operation,
    common: _Common,
    upload: str,
    environment: dict[str, str],
    remarks: list[str],
) -> Request:
    flags = operation.flags
    default = operation.values["proto-default"].text if "proto-default" in operation.values else ""
    url = parse(text, as_is=flags.get("path-as-is", False), default=default)
    unknown = ord(text[0]) in hidden and "://" not in text  # a variable at the front may hold scheme and host
    if common.query:
        url = url._replace(query=_appended(url.query, common.query, hidden))
    if " " in url.whole:
        remarks.append(f"curl refuses the blank in the URL {shown(restore(url.whole, hidden))[:100]}")
    if upload not in ("", "-", ".") and url.path.endswith("/"):
        name = upload.replace("\\", "/").rpartition("/")[2]
        url = url._replace(path=url.path + bodies.encoded(name).replace("+", "%20"))
    authorization, options = _authorization(operation, url, common, remarks)
    own = _own(operation, common, url, _proxy(common.proxy, url, environment, operation))
    sent = headers.fields(own._replace(authorization=authorization, host="" if unknown else own.host), common.custom)
    if hidden:
        sent = Headers((name, restore(value, hidden)) for name, value in sent)
    whole = text.partition("#")[0] if unknown and not common.query else url.target if unknown else url.whole
    if unknown and common.query:
        whole = text.partition("#")[0].partition("?")[0] + url.query
    if common.payload.kind == "upload" and common.payload.body is None and upload:
        options += (("upload-file", shown(upload)),)
    return Request(
        common.method,
        shown(restore(whole, hidden)),
        sent,
        _body(common),
        _version(operation, url),
        common.options + options,
    )


def _body(common: _Common) -> bytes | None:
    return common.payload.body if common.payload.kind else None


def _appended(query: str, more: str, hidden: dict[int, str]) -> str:
    before = query.removeprefix("?")
    glue = "&" if before and not before.endswith("&") else ""
    return "?" + before + glue + (more if hidden else lower(more))


def _version(operation: Operation, url: Url) -> str | None:
    if url.scheme == "http" and operation.version not in ("http1.0", "http2-prior-knowledge"):
        return "HTTP/1.1"
    return _VERSIONS.get(operation.version)


def _authorization(
    operation: Operation, url: Url, common: _Common, remarks: list[str]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The Authorization field, or how the credentials are to be sent where curl waits for a challenge."""
    values = operation.values
    if "oauth2-bearer" in values:
        return f"Bearer {shown(values['oauth2-bearer'].text)}", ()
    given = values["user"].text if "user" in values else None
    if "user" in values and values["user"].kept and not operation.auth:
        remarks.append("-u: the credentials hold a variable, so that the Authorization field is not shown")
        return "", (("user", shown(given or "")),)
    if given is None and url.user is not None:
        given = f"{url.user}:{url.password or ''}"
    if given is None:
        return "", ()
    if "aws-sigv4" in values:
        return "", (("user", shown(given)),)
    schemes = ["any"] if "anyauth" in operation.auth else operation.auth
    if schemes and schemes != ["basic"]:
        name = ",".join(schemes)
        remarks.append(f"the credentials go as {name} authentication, after the server's challenge")
        return "", (("auth", name), ("user", shown(given)))
    if ":" not in given:
        remarks.append("-u gives no password: curl asks for it")
        given += ":"
    return "Basic " + binascii.b2a_base64(raw(given), newline=False).decode("ascii"), ()


def _proxy(given: Word | None, url: Url, environment: dict[str, str], operation: Operation) -> tuple[str, str]:
    """The proxy for an http:// request that is not tunnelled, and its Proxy-Authorization; ("", "") for none."""
    text = given.text if given is not None else environment.get(f"{url.scheme}_proxy", environment.get("all_proxy", ""))
    options = dict(operation.options)
    without = options.get("noproxy", "")
    hosts = [host.strip().lower().lstrip(".") for host in without.split(",")]
    if not text or url.scheme != "http" or operation.flags.get("proxytunnel") or without == "*":
        return "", ""
    if any(host and (url.host.lower() == host or url.host.lower().endswith("." + host)) for host in hosts):
        return "", ""
    proxy = parse(text)
    if proxy.scheme.startswith("socks"):
        return "", ""
    user = operation.values["proxy-user"].text if "proxy-user" in operation.values else None
    if user is None and proxy.user is not None:
        user = f"{proxy.user}:{proxy.password or ''}"
    if user is None or any(
        name in options for name in ("proxy-digest", "proxy-ntlm", "proxy-negotiate", "proxy-anyauth")
    ):
        return text, ""
    user = user if ":" in user else user + ":"
    return text, "Basic " + binascii.b2a_base64(raw(user), newline=False).decode("ascii")


def _own(operation: Operation, common: _Common, url: Url, proxy: tuple[str, str]) -> headers.Own:
    values, flags, payload = operation.values, operation.flags, common.payload
    old = operation.version == "http1.0"
    length = len(payload.body) if payload.body is not None else None
    plain = url.scheme in ("http", "ws") and not old
    chunked = payload.chunked and not old and not (payload.kind == "form" and payload.body is None)
    agent = shown(values["user-agent"].text) if "user-agent" in values else headers.AGENT
    referer = shown(values["referer"].text) if "referer" in values else ""
    cookies = [word.text for word in operation.all("cookie") if "=" in word.text]
    return headers.Own(
        host=url.authority,
        agent=agent or None,
        proxy_authorization=proxy[1],
        ranges=_ranges(operation, common),
        te=flags.get("tr-encoding", False),
        compressed=flags.get("compressed", False),
        referer=referer.removesuffix(";auto"),
        by_proxy=bool(proxy[0]),
        upgrade=operation.version == "http2" and url.scheme == "http",
        cookie=shown(";".join(cookies)),
        condition=_condition(operation),
        proxy_sent=common.proxy_sent if proxy[0] else (),
        body=payload.kind,
        length=None if chunked else length,
        chunked=chunked,
        boundary=payload.boundary,
        expects=plain and (payload.kind == "upload" or chunked or (length or 0) > EXPECT_ABOVE),
    )


def _ranges(operation: Operation, common: _Common) -> tuple[str, str] | None:
    values, payload = operation.values, common.payload
    value = shown(values["range"].text) if "range" in values else ""
    if not value and "continue-at" in values and values["continue-at"].text.isdigit():
        value = values["continue-at"].text + "-" if int(values["continue-at"].text[:18]) else ""
        if payload.kind:
            return None
    if not value:
        return None
    if _DIGITS.fullmatch(value):
        value += "-"
    if not payload.kind:
        return ("Range", f"bytes={value}")
    if payload.kind == "form" or payload.body is None:
        return None
    return ("Content-Range", f"bytes {value}/{len(payload.body)}")


def _condition(operation: Operation) -> tuple[str, str] | None:
    if "time-cond" not in operation.values:
        return None
    text = operation.values["time-cond"].text
    name = {"-": "If-Unmodified-Since", "=": "Last-Modified"}.get(text[:1], "If-Modified-Since")
    date = http_date(text[1:] if text[:1] in ("-", "=", "+") else text)
    return (name, date) if date else None


def left_to_files(operation: Operation, remarks: list[str]) -> None:
    """Say what depends on a file or on the time of sending and is therefore not shown, or not shown as it goes."""
    named = [word for name, word in operation.values.items() if name in ("user-agent", "referer", "request")]
    for word in (*named, *operation.all("cookie"), *operation.urls):
        if shown(word.text) != word.text:
            remarks.append(f"{shown(word.text)[:60]} holds bytes that are no UTF-8: they are read as Latin-1")
    condition = operation.values.get("time-cond")
    if condition is not None and _condition(operation) is None:
        remarks.append(f"-z {shown(condition.text)[:60]} is no date, so it names a file: its time is not known")
    at = operation.values.get("continue-at")
    if at is not None and not at.text.isdigit():
        remarks.append(f"-C {shown(at.text)[:20]}: where the download goes on depends on a file")
    if "range" in operation.values and operation.all("upload-file"):
        remarks.append("-r with -T: the Content-Range depends on the file")


__all__ = ["MOST", "exchanges", "left_to_files"]
