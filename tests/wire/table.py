"""Requests of every shape that goes wrong when it is written down: the table, and hypothesis's own beside it.

A request is what a browser or a client sent over HTTP/1.1: Host first, its fields, Content-Length where there is a body.
"""

from __future__ import annotations

import base64
import json

from hypothesis import strategies as st

from .server import Sent

METHODS = (
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "HEAD",
    "PROPFIND",
    "MKCOL",
    "REPORT",
    "QUERY",
    "M-SEARCH",
    "purge",
)

_TARGETS = r"""
/ /a /a/b.html /a/ /a//b /a/../b /a/./b /z/../a /. /z/.. /z/.././b /a/%2e%2e/b /a/.hidden /a...b /? /?? /a?b /a?b=
/a?=b /a?b=c&b=d /a?b=c&&d=e /a?b=c;d=e /a;v=1/b;w /a?q=1%2B1 /a?q=1+1 /a?q=%20 /%20a /%e9 /%E9 /%41 /%7Ea /~a /%zz
/100% /a?q=100% /a%2Fb /a%5cb /a%00b /a'b /a?q='x' /a?q="x" /a"b /a<b> /a?q=<x> /a`b /a?q=`x` /a{b} /a?q={x,y}
/a[1-3] /a?q[]=1&q[k]=2 /a|b /a?q=a|b /a^b /a?q=^ /a\b /a?q=\ /a?q=\" /$HOME /a?q=$(id) /a?q=${x} /a!b /a?q=!!
/a?q=%25PATH%25 /a?q=%PATH% /a*b /a?q=* /(a) /a?q=(x) /a,b /a@b /a?q=a@b /a:b /a?u=https://b.example/c?d=e /a&b /a=b
/a?q=~ /a?q=a%0Ab /a?q=%C3%A9 /a?q=%F0%9F%98%80 /a-b_c.d~e /a?q=-x /a?q=--x /a?q=%23 /a?q=1'or'1'='1 /a?q=;ls
/a?q=&ls
"""
TARGETS = (*_TARGETS.split(), "/a?" + "q" * 3000)

VALUES = (
    "",
    "a",
    "a b",
    "a  b",
    "a, b",
    "a;b",
    "a:b",
    "a=b",
    ":a",
    "=a",
    "@a",
    ";a",
    "#a",
    "-a",
    "--a",
    "~",
    "~a",
    "*",
    "?",
    "[a]",
    "{a}",
    "{a,b}",
    "(a)",
    "$a",
    "$HOME",
    "${HOME}",
    "$(id)",
    "`id`",
    "!a",
    "!!",
    "a!",
    "it's",
    "'a'",
    "''",
    '"a"',
    '""',
    'say "hi"',
    'it\'s "both"',
    "\\",
    "\\\\",
    "a\\",
    "\\a",
    "\\'",
    '\\"',
    "\\n",
    "\\x41",
    "\\u0041",
    "a\\:b",
    "\\@a",
    "%",
    "%%",
    "%PATH%",
    "%20",
    "%a%b",
    "^",
    "^^",
    "^a",
    "&",
    "&&",
    "a&b",
    "|",
    "||",
    "<a>",
    ">a",
    "a\tb",
    "é",
    "ü€",
    "日本語",
    "😀",
    "a\u00a0b",
    "\u200b",
    "\u2028",
    "\u202eabc",
    "\x7f".replace("\x7f", "DEL"),
    '{"a": "b\'c"}',
    'W/"abc"',
    "Basic dXNlcjpwYXNz",
    "Bearer example-token",
    "true",
    "0",
    "-1",
    "null",
    "a" * 4000,
    "<script>",
    "</script>",
    "${jndi}",
    "#{a}",
    "{{a}}",
    "%{a}",
    "@{a}",
    "`a`",
    "a;",
    "a:",
    "a=",
    ",",
    ";",
    ":",
)

FIELDS: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (("User-Agent", "Mozilla/5.0"), ("Accept", "*/*")),
    (("Accept", "*/*"), ("User-Agent", "Mozilla/5.0")),
    (("accept", "*/*"),),
    (("Accept", "text/html"), ("Accept", "text/plain")),
    (("Accept", ""),),
    (("User-Agent", ""),),
    (("user-agent", "curl/8.9.9"), ("accept", "*/*")),
    (("Accept-Encoding", "gzip"), ("Accept", "*/*")),
    (("Accept-Encoding", "identity"),),
    (("accept-encoding", "gzip, deflate, br, zstd"), ("accept-language", "de,en;q=0.5")),
    (("Cookie", "a=b"),),
    (("Cookie", "a=b; c=d; e"),),
    (("Cookie", "a=\"q s\"; b='x'; c=$x"),),
    (("cookie", "session"),),
    (("Cookie", "a=b"), ("Cookie", "c=d")),
    (("Authorization", "Basic dXNlcjpwYSQkIQ=="),),
    (("Authorization", "Bearer example-token"), ("User-Agent", "x"), ("Accept", "*/*")),
    (("authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261120/eu-west-1/s3/aws4_request"),),
    (("Proxy-Authorization", "Basic YTpi"),),
    (("Referer", "https://a.example/b?c='d'"), ("Origin", "https://a.example")),
    (
        ("Origin", "null"),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Site", "cross-site"),
        ("sec-ch-ua", '"A";v="1", "B";v="2"'),
    ),
    (("X-CSRFToken", "abc"), ("X-Requested-With", "XMLHttpRequest")),
    (("If-None-Match", 'W/"1"'), ("If-Modified-Since", "Sat, 01 Jan 2022 00:00:00 GMT")),
    (("Range", "bytes=0-99"),),
    (("Range", "bytes=-5"), ("Accept", "*/*")),
    (("Connection", "keep-alive"), ("Upgrade-Insecure-Requests", "1")),
    (("Connection", "close"),),
    (("Cache-Control", "no-cache"), ("Pragma", "no-cache")),
    (("X-One", "1"), ("X-Two", "2"), ("X-One", "3")),
    (("X-Empty", ""), ("X-Next", "a")),
    (("x-lower", "a"), ("X-UPPER", "b"), ("x-MiXeD_1.2", "c")),
    (("X!#$%&'*+.^_`|~", "a"),),
    (("DNT", "1"), ("TE", "trailers")),
    (("Forwarded", "for=192.0.2.1"), ("Via", "1.1 a")),
    (("Date", "Sat, 01 Jan 2022 00:00:00 GMT"),),
    (("Content-Type", "text/plain"),),
    (("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("Tracestate", "")),
    (("Expect", ""),),
    (("Accept", "*/*"), ("X-A", "1"), ("Accept-Language", "*"), ("User-Agent", "x"), ("Connection", "keep-alive")),
)

BODIES: tuple[tuple[str | None, bytes], ...] = (
    ("application/json", b'{"a": 1}'),
    ("application/json", b'{"it\'s": "a \\"b\\" \\\\ !"}'),
    ("application/json", b"null"),
    ("application/json", b'  {"a":1}\n'),
    ("application/json", '{"é": "€ 😀"}'.encode()),
    ("application/json", b""),
    ("application/json", b"{not json"),
    ("application/json; charset=utf-8", b'{\n  "a": [1, 2],\n  "b": "c\\nd"\n}\n'),
    ("application/graphql", b'query { a(b: "$c") { d } }'),
    ("application/x-www-form-urlencoded", b"a=b&c=d"),
    ("application/x-www-form-urlencoded", b"a=%20&b=+&c=%C3%A9"),
    ("application/x-www-form-urlencoded", b"=&&=="),
    ("application/x-www-form-urlencoded;charset=UTF-8", b"a=b"),
    ("text/plain", b"text"),
    ("text/plain", b"line\nline\n"),
    ("text/plain", b"line\r\nline\r\n"),
    ("text/plain", b"\n"),
    ("text/plain", b" "),
    ("text/plain", b"@file"),
    ("text/plain", b"<file"),
    ("text/plain", b"-x"),
    ("text/plain", b"a=b"),
    ("text/plain", b"$HOME `id` $(id) !x"),
    ("text/plain", b"'"),
    ("text/plain", b"''"),
    ("text/plain", b'"'),
    ("text/plain", b"\\"),
    ("text/plain", b"\\\\n\\"),
    ("text/plain", b"%PATH% %% %"),
    ("text/plain", b"^&|<>()"),
    ("text/plain", b"\t\ta\x0b\x0c"),
    ("text/plain", b"\x1b[31m"),
    ("text/plain", b"a\rb"),
    ("text/plain", b"\x00"),
    ("text/plain", b"a\x00b"),
    ("text/plain", b"\x00\xff"),
    ("text/plain", "\ufeffa\u2028b\u2029c\u200bd".encode()),
    ("text/plain", "日本語".encode()),
    ("text/plain", "日本語".encode("shift_jis")),
    ("text/plain;charset=iso-8859-1", b"\xe9\xe8"),
    ("application/octet-stream", bytes(range(256))),
    ("application/octet-stream", b"\xff" * 300),
    ("application/octet-stream", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    ("application/gzip", base64.b64decode("H4sIAAAAAAAAA0tMBABDvrejAgAAAA==")),
    ("application/x-protobuf", b"\x08\x96\x01\x12\x07testing"),
    (
        "multipart/form-data; boundary=----B",
        b'------B\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n------B--\r\n',
    ),
    (
        "multipart/form-data; boundary=B",
        b'--B\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\nContent-Type: x/y\r\n\r\n\x00\xff\r\n\r\n--B--\r\n',
    ),
    ('multipart/mixed; boundary="B b"', b"--B b\r\n\r\na\r\n--B b--\r\n"),
    ("application/xml", b'<?xml version="1.0"?><a b="c">&amp;\'</a>'),
    ("text/xml; charset=utf-8", "<a>é</a>".encode()),
    ("application/x-ndjson", b'{"a":1}\n{"a":2}\n'),
    ("text/csv", b"a;b\r\n1;2\r\n"),
    ("", b"a"),
    (None, b"a"),
    (None, b"a=b"),
    (None, b"\xff"),
    ("text/html", b"</script><script>alert(1)</script>"),
    ("text/plain", b"a" * 200_000),
    ("application/octet-stream", b"\x00\x01" * 70_000),
    ("text/plain", b"ab\n" * 400_000),
)


def made(method: str, target: str, fields: tuple[tuple[str, str], ...], body: bytes | None, last: bool = True) -> Sent:
    """A request with its own framing: Host first, Content-Length at the end or, as browsers have it, near the front."""
    length = (("Content-Length", str(len(body))),) if body is not None else ()
    whole = (("Host", "@@"), *fields, *length) if last else (("Host", "@@"), *fields[:1], *length, *fields[1:])
    return Sent(method, target, whole, body or b"")


def _table() -> list[Sent]:
    agent = (("User-Agent", "Mozilla/5.0"), ("Accept", "*/*"))
    kind = ("Content-Type", "text/plain")
    found = [made(method, "/a", agent, None) for method in METHODS]
    found += [
        made(method, "/a", (*agent, kind), b"a", last=at % 2 == 0)
        for at, method in enumerate(METHODS)
        if method != "HEAD"
    ]
    found += [made(method, "/a", agent, b"") for method in ("POST", "PUT", "PATCH")]
    found += [made("GET", target, agent, None) for target in TARGETS]
    found += [made("POST", target, (*agent, kind), b"a") for target in TARGETS[::3]]
    found += [made("GET", "/a", (*agent, ("X-Value", value), ("X-End", "z")), None) for value in VALUES]
    found += [made("GET", "/a", fields, None) for fields in FIELDS]
    found += [
        made(
            "POST",
            "/a",
            (*fields, *(() if any(n == "Content-Type" for n, _ in fields) else (kind,))),
            b"a=b",
            last=False,
        )
        for fields in FIELDS
    ]
    for at, (kind_of, body) in enumerate(BODIES):
        own = (("Content-Type", kind_of),) if kind_of is not None else ()
        found.append(made("POST", "/a", (*agent, *own), body, last=at % 2 == 0))
    for at, value in enumerate(VALUES[::4]):  # everything at once
        kind_of, body = BODIES[at * 5 % 50]
        fields = (*FIELDS[at % len(FIELDS)], ("X-Value", value), ("Content-Type", kind_of or "a/b"))
        fields = tuple(
            pair for place, pair in enumerate(fields) if pair[0] != "Content-Type" or place == len(fields) - 1
        )
        found.append(made("PUT", TARGETS[at * 3 % len(TARGETS)], fields, body, last=at % 2 == 0))
    return found


TABLE = _table()

_LETTERS = "'\"\\`$!%^&|<>(){}[]*?~#;@=:, \t+-_aZ09é€😀\u2028"
_VALUE = st.one_of(
    st.text(_LETTERS, max_size=12), st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)
).map(lambda value: value.strip())
_NAME = st.sampled_from(
    ["X-One", "x-two", "Accept", "User-Agent", "Cookie", "Authorization", "Referer", "If-None-Match", "X-Three"]
)
_BODY = st.one_of(
    st.none(),
    st.binary(max_size=40),
    st.text(_LETTERS + "\n\r\0\x01", max_size=30).map(lambda text: text.encode("utf-8")),
)


@st.composite
def generated(draw: st.DrawFn) -> Sent:
    """Any request."""
    fields = tuple(draw(st.lists(st.tuples(_NAME, _VALUE), max_size=6)))
    body = draw(_BODY)
    method = draw(st.sampled_from(METHODS[:6]))
    if body is not None:
        fields = (*fields, ("Content-Type", draw(st.sampled_from(["text/plain", "application/json", "a/b"]))))
        if method == "GET":
            method = "POST"
    return made(method, draw(st.sampled_from(TARGETS)), fields, body, draw(st.booleans()))


def har(sent: Sent, number: int, host: str) -> bytes:
    """The request as a browser records it, its path under a number."""
    fields = [{"name": name, "value": host if name == "Host" else value} for name, value in sent.fields]
    asked: dict[str, object] = {
        "method": sent.method,
        "url": f"http://{host}/r{number}{sent.target}",
        "httpVersion": "HTTP/1.1",
        "headers": fields,
        "queryString": [],
        "cookies": [],
        "headersSize": -1,
        "bodySize": len(sent.body),
    }
    if sent.all("content-length"):
        try:
            asked["postData"] = {"mimeType": "", "text": sent.body.decode("utf-8")}
        except UnicodeDecodeError:
            asked["postData"] = {"mimeType": "", "text": base64.b64encode(sent.body).decode(), "encoding": "base64"}
    entry = {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": asked,
        "response": {"status": 403, "headers": [], "content": {}},
    }
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": [entry]}}
    ).encode()
