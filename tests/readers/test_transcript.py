"""What people paste of HTTP clients' output: the messages are read, and every other line comes back as a note."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.model import Case, Exchange, UnreadableInput
from why403.readers import transcript

VERBOSE = (
    """$ curl -v https://api.example/a
*   Trying 192.0.2.1:443...
* Connected to api.example (192.0.2.1) port 443 (#0)
* ALPN: offers h2,http/1.1
> GET /a HTTP/1.1
> Host: api.example
> X-Own:
>{space}
* Request completely sent off
< HTTP/1.1 403 Forbidden
< Server: nginx
* Added cookie a="b" for domain api.example
< Set-Cookie: a=b
<{space}
{{"detail": "no"}}* Connection #0 to host api.example left intact
""".replace("{space}", " ")
    .replace("{{", "{")
    .replace("}}", "}")
)


def read(text: str) -> Case:
    return transcript.read(text, "x")


def one(text: str) -> Exchange:
    (exchange,) = read(text).exchanges
    return exchange


def body(exchange: Exchange) -> bytes | None:
    assert exchange.response is not None
    return exchange.response.body


def test_curl_verbose() -> None:
    case = read(VERBOSE)
    (exchange,) = case.exchanges
    assert exchange.url == "https://api.example/a"
    assert exchange.request is not None
    assert exchange.request.headers == (("Host", "api.example"), ("X-Own", ""))
    assert exchange.response is not None
    assert exchange.response.headers == (("Server", "nginx"), ("Set-Cookie", "a=b"))
    assert body(exchange) == b'{"detail": "no"}'
    assert exchange.fact("remote") == "192.0.2.1"
    assert exchange.fact("command") == "curl -v https://api.example/a"
    assert case.notes[0].line == 1
    assert "* Connection #0" in case.notes[-1].text
    assert 'Added cookie a="b"' in "\n".join(note.text for note in case.notes)
    assert transcript.likeness(VERBOSE) >= 0.9


@pytest.mark.parametrize("quote", ["> ", "| ", "    ", "\t", "# "])
def test_quoted_and_indented(quote: str) -> None:
    text = "\n".join(quote + line for line in VERBOSE.split("\n"))
    exchange = one(text)
    assert exchange.status == 403
    assert exchange.request is not None
    assert exchange.request.headers is not None
    assert exchange.request.headers.first("host") == "api.example"
    assert exchange.answered("set-cookie") == "a=b"
    assert body(exchange) == b'{"detail": "no"}'


@pytest.mark.parametrize("quote", ["> ", "| ", "    ", "2026-11-20 10:00:0{} DEBUG wire - "])
def test_a_quoted_answer(quote: str) -> None:
    lines = ["HTTP/1.1 403 Forbidden", "Server: nginx", "Via: 1.1 a", "", '{"detail": "no"}']
    text = "Look:\n" + "\n".join(quote.format(place) + line for place, line in enumerate(lines)) + "\nWhy is that?\n"
    case = read(text)
    (exchange,) = case.exchanges
    assert exchange.status == 403
    assert exchange.response is not None
    assert exchange.response.headers == (("Server", "nginx"), ("Via", "1.1 a"))
    assert body(exchange) == b'{"detail": "no"}'
    assert [note.text for note in case.notes] == ["Look:", "Why is that?"]


def test_wire_log_of_apache_httpclient() -> None:
    log = "2026-11-20 10:00:00,{} DEBUG [main] o.a.h.wire - http-outgoing-0 {}"
    rows = [
        '>> "GET /a HTTP/1.1[\\r][\\n]"',
        '>> "Host: api.example[\\r][\\n]"',
        '>> "[\\r][\\n]"',
        '<< "HTTP/1.1 403 Forbidden[\\r][\\n]"',
        '<< "Server: nginx[\\r][\\n]"',
        '<< "[\\r][\\n]"',
        '<< "{"detail": "no"}"',
    ]
    exchange = one("\n".join(log.format(place, row) for place, row in enumerate(rows, 100)))
    assert exchange.url == "https://api.example/a"
    assert exchange.asked("host") == "api.example"
    assert exchange.answered("server") == "nginx"
    assert body(exchange) == b'{"detail": "no"}'


def test_blank_lines_between_headers() -> None:
    text = "  HTTP/2 403\n\n  server: nginx\n\n  x-cache: Error\n\n  x-own-id: 5\n\nbody:\nWe do not serve you.\n"
    exchange = one(text)
    assert exchange.response is not None
    assert exchange.response.headers == (("server", "nginx"), ("x-cache", "Error"), ("x-own-id", "5"))
    assert body(exchange) == b"We do not serve you."


def test_a_doubled_blank_line_and_a_header_after_it() -> None:
    exchange = one("HTTP/1.1 403 Forbidden\nServer: nginx\n\n\nX-Cache: MISS\n\n\nNo.\n")
    assert exchange.answered("x-cache") == "MISS"
    assert body(exchange) == b"No."


def test_status_lines_cut_by_grep() -> None:
    case = read(
        "$ curl -sv https://a.example/ 2>&1 | grep HTTP/\n> GET / HTTP/2\n< HTTP/2 403\n"
        "$ curl -v https://b.example/\n< HTTP/2 200 \n"
    )
    assert [(exchange.url, exchange.status) for exchange in case.exchanges] == [
        ("/", 403),
        ("https://b.example/", 200),
    ]
    assert all(exchange.response is not None and exchange.response.headers is None for exchange in case.exchanges)


def test_several_exchanges_in_one_paste() -> None:
    text = """> GET /a HTTP/1.1
> Host: a.example
>
< HTTP/1.1 302 Found
< Location: /b
< Content-Length: 0
<
* Connection #0 to host a.example left intact
> GET /b HTTP/1.1
> Host: a.example
>
< HTTP/1.1 401 Unauthorized
<
< HTTP/1.1 403 Forbidden
< Server: x
<
no
"""
    case = read(text)
    want = [("https://a.example/a", 302), ("https://a.example/b", 401), (None, 403)]
    assert [(exchange.url, exchange.status) for exchange in case.exchanges] == want
    assert [exchange.index for exchange in case.exchanges] == [0, 1, 2]
    assert body(case.exchanges[0]) == b""
    assert body(case.exchanges[2]) == b"no"


def test_the_command_above_tells_what_was_sent() -> None:
    case = read(
        "$ curl -i https://a.example/v1 -H 'X-Own: 1' \\\n  -d 'a=b'\nHTTP/1.1 403 Forbidden\nServer: x\n\n{}\n"
        "$ curl -v https://b.example/v1 -d c=d\n> POST /v1 HTTP/1.1\n> Host: b.example\n>\n< HTTP/1.1 401 No\n<\n"
    )
    first, second = case.exchanges
    assert (first.method, first.url, first.asked("x-own")) == ("POST", "https://a.example/v1", "1")
    assert first.request is not None
    assert first.request.body == b"a=b"
    assert second.request is not None
    assert second.request.headers == (("Host", "b.example"),)
    assert second.request.body == b"c=d"
    assert case.form.startswith("curl")


def test_redirects_of_one_command() -> None:
    case = read(
        "$ curl -sIL http://a.example/x\nHTTP/1.1 301 Moved\nLocation: https://a.example/x\n\nHTTP/2 403\nserver: y\n\n"
    )
    assert [exchange.url for exchange in case.exchanges] == ["http://a.example/x", "https://a.example/x"]
    assert [exchange.method for exchange in case.exchanges] == ["HEAD", "HEAD"]


def test_a_tunnel_and_what_came_through_it() -> None:
    case = read(
        "HTTP/1.1 200 Connection established\n\nHTTP/1.1 100 Continue\n\nHTTP/1.1 403 Forbidden\nServer: x\n\nno\n"
    )
    assert [exchange.status for exchange in case.exchanges] == [200, 403]
    assert case.exchanges[0].fact("type") == "connect"
    assert case.exchanges[1].fact("type") is None


def test_a_tunnel_that_the_proxy_refused() -> None:
    text = """* Establish HTTP proxy tunnel to a.example:443
> CONNECT a.example:443 HTTP/1.1
> Host: a.example:443
>
< HTTP/1.1 407 Proxy Authentication Required
< Proxy-Authenticate: Basic realm="p"
<
* CONNECT tunnel failed, response 407
curl: (56) CONNECT tunnel failed, response 407
"""
    case = read(text)
    (exchange,) = case.exchanges
    assert exchange.fact("type") == "connect"
    assert exchange.url == "a.example:443"
    assert exchange.status == 407
    assert body(exchange) is None
    assert case.notes[-1] == (
        "* CONNECT tunnel failed, response 407\ncurl: (56) CONNECT tunnel failed, response 407",
        "text",
        "text",
        None,
        8,
    )


def test_a_body_that_the_meter_keeps_from_its_head() -> None:
    text = """  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0> GET / HTTP/1.1
> Host: a.example:80
>
< HTTP/1.1 403 Forbidden
< Content-Length: 2
<
{ [2 bytes data]
100     2  100     2    0     0    570      0 --:--:-- --:--:-- --:--:--   570
* Connection #0 to host a.example left intact
{}
"""
    exchange = one(text)
    assert exchange.url == "http://a.example:80/"
    assert body(exchange) == b"{}"


ASCII_TRACE = """10:00:00.000001 == Info: Connected to a.example (192.0.2.1) port 80 (#0)
10:00:00.000002 => Send header, 84 bytes (0x54)
0000: POST /a HTTP/1.1
0012: Host: a.example
0023: X-Long: aaaaaaaaaaaaaaaaaaaaaaaa
0040: aaaaaaaa
004a: Accept:
0053:
10:00:00.000003 => Send data, 3 bytes (0x3)
0000: a=b
10:00:00.000004 <= Recv header, 24 bytes (0x18)
0000: HTTP/1.1 403 Forbidden
10:00:00.000005 == Info: Added cookie a
10:00:00.000006 <= Recv header, 8 bytes (0x8)
0000: X-A: 1
10:00:00.000007 <= Recv header, 2 bytes (0x2)
0000:
10:00:00.000008 <= Recv data, 2 bytes (0x2)
0000: no
no10:00:00.000009 == Info: Connection #0 to host a.example left intact
"""
HEX_TRACE = """=> Send SSL data, 5 bytes (0x5)
0000: 16 03 01 02 00                                  .....
=> Send header, 18 bytes (0x12)
0000: 47 45 54 20 2f 61 20 48 54 54 50 2f 31 2e 31 0d GET /a HTTP/1.1.
0010: 0a 0d 0a                                        ...
<= Recv header, 24 bytes (0x18)
0000: 48 54 54 50 2f 31 2e 31 20 34 30 33 20 46 6f 72 HTTP/1.1 403 For
0010: 62 69 64 64 65 6e 0d 0a                         bidden..
<= Recv header, 8 bytes (0x8)
0000: 58 2d 41 3a 20 31 0d 0a                         X-A: 1..
<= Recv header, 2 bytes (0x2)
0000: 0d 0a                                           ..
<= Recv data, 2 bytes (0x2)
0000: 6e 6f                                           no
== Info: Connection #0 to host a.example left intact
"""


@pytest.mark.parametrize("text", [ASCII_TRACE, HEX_TRACE])
def test_traces(text: str) -> None:
    exchange = one(text)
    assert (exchange.url or "").endswith("/a")
    assert exchange.response is not None
    assert exchange.response.headers == (("X-A", "1"),)
    assert exchange.response.body == b"no"
    assert transcript.likeness(text) >= 0.9


def test_a_trace_keeps_long_values_and_sent_data() -> None:
    exchange = one(ASCII_TRACE)
    assert exchange.url == "http://a.example/a"
    assert exchange.asked("x-long") == "a" * 32
    assert exchange.request is not None
    assert exchange.request.body == b"a=b"


def test_httpie_with_colours() -> None:
    text = (
        "\x1b[32mPOST\x1b[39m /a \x1b[34mHTTP\x1b[0m/\x1b[34m1.1\x1b[0m\nHost: a.example\nContent-Length: 10\n\n"
        '{\n    "x": 1\n}\n\n\n'
        "\x1b[34mHTTP\x1b[0m/1.1 \x1b[34m403\x1b[0m \x1b[36mForbidden\x1b[0m\nServer: x\n\n"
        '{\n    "message": "no"\n}\n\n'
    )
    exchange = one(text)
    assert exchange.request is not None
    assert exchange.request.body == b'{\n    "x": 1\n}'
    assert body(exchange) == b'{\n    "message": "no"\n}'
    assert transcript.likeness(text) >= 0.9


def test_wget_with_server_answers() -> None:
    text = """--2026-11-20 10:00:00--  http://a.example/r
Connecting to a.example... connected.
HTTP request sent, awaiting response...
  HTTP/1.1 302 Found
  Location: /x
Location: /x [following]
--2026-11-20 10:00:00--  http://a.example/x
HTTP request sent, awaiting response...
  HTTP/1.1 403 Forbidden
  Server: x
2026-11-20 10:00:00 ERROR 403: Forbidden.
"""
    case = read(text)
    assert [(exchange.url, exchange.status) for exchange in case.exchanges] == [
        ("http://a.example/r", 302),
        ("http://a.example/x", 403),
    ]
    assert case.exchanges[1].answered("server") == "x"
    assert case.notes[-1].text == "2026-11-20 10:00:00 ERROR 403: Forbidden."


def test_wget_without() -> None:
    text = "--2026-11-20 10:00:00--  https://a.example/x\nHTTP request sent, awaiting response... 403 Forbidden\n"
    case = read(text)
    (exchange,) = case.exchanges
    assert (exchange.url, exchange.status) == ("https://a.example/x", 403)
    assert exchange.response is not None
    assert exchange.response.headers is None
    assert case.notes[0].text == text.strip()


def test_openssl_s_client() -> None:
    text = """New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384
---
GET / HTTP/1.1
Host: a.example

HTTP/1.1 403 Forbidden
Server: x
Content-Length: 3

no
closed
"""
    exchange = one(text)
    assert exchange.url == "https://a.example/"
    assert body(exchange) == b"no\n"


def test_the_debug_lines_of_http_client() -> None:
    text = """send: b'POST /a HTTP/1.1\\r\\nHost: a.example\\r\\nContent-Length: 3\\r\\n\\r\\n'
send: b'x=1'
reply: 'HTTP/1.1 403 Forbidden\\r\\n'
header: Server: x
header: Content-Type: text/html
"""
    exchange = one(text)
    assert exchange.asked("host") == "a.example"
    assert exchange.request is not None
    assert exchange.request.body == b"x=1"
    assert exchange.response is not None
    assert exchange.response.headers == (("Server", "x"), ("Content-Type", "text/html"))


def test_okhttp() -> None:
    rows = [
        "--> POST https://a.example/a http/1.1",
        "X-Own: 1",
        "--> END POST (3-byte body)",
        "<-- 403 Forbidden https://a.example/a (12ms)",
        "server: x",
        "",
        '{"detail": "no"}',
        "<-- END HTTP (16-byte body)",
    ]
    for prefix in ("", "D/OkHttp: "):
        exchange = one("\n".join(prefix + row for row in rows))
        assert (exchange.method, exchange.url, exchange.status) == ("POST", "https://a.example/a", 403)
        assert exchange.asked("x-own") == "1"
        assert exchange.answered("server") == "x"
        assert body(exchange) == b'{"detail": "no"}'


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ('INFO:httpx:HTTP Request: POST https://a.example/v1 "HTTP/1.1 403 Forbidden"', "https://a.example/v1"),
        ('DEBUG:urllib3.connectionpool:https://a.example:443 "POST /v1 HTTP/1.1" 403 57', "https://a.example/v1"),
    ],
)
def test_log_lines_of_python_clients(line: str, url: str) -> None:
    case = read(f"before\n{line}\nDEBUG: after\n")
    (exchange,) = case.exchanges
    assert (exchange.method, exchange.url, exchange.status) == ("POST", url, 403)
    assert exchange.response is not None
    assert exchange.response.headers is None
    assert case.notes[0].text == f"before\n{line}\nDEBUG: after"


@pytest.mark.parametrize("two_lines", [False, True])
def test_the_headers_panel(two_lines: bool) -> None:
    join = "\n" if two_lines else ": "
    rows = [
        ("Request URL", "https://a.example/v1"),
        ("Request Method", "PUT"),
        ("Status Code", "403 Forbidden"),
        ("Remote Address", "192.0.2.1:443"),
        None,
        ("server", "x"),
        ("date", "Fri, 20 Nov 2026 10:00:00 GMT"),
        None,
        (":authority", "a.example"),
        ("origin", "https://b.example"),
    ]
    heads = iter(["Response Headers", "Request Headers"])
    text = (
        "General\n"
        + "\n".join(join.join(row) if row else next(heads) for row in rows)
        + "\n\nWhy does it say that to me?\n"
    )
    case = read(text)
    (exchange,) = case.exchanges
    assert (exchange.method, exchange.url, exchange.status) == ("PUT", "https://a.example/v1", 403)
    assert exchange.answered("server") == "x"
    assert exchange.asked("origin") == "https://b.example"
    assert case.notes[-1].text == "Why does it say that to me?"


def test_an_answer_above_its_request() -> None:
    exchange = one(
        "Response:\n\nHTTP/1.1 403 Forbidden\nServer: x\n\nRequest:\n\nPOST /a HTTP/1.1\nHost: a.example\n\n"
    )
    assert (exchange.method, exchange.status) == ("POST", 403)


def test_an_editor_with_requests() -> None:
    text = (
        '### one\nPOST https://a.example/v1\nContent-Type: application/json\n\n{"a": 1}\n\n###\n\n'
        "HTTP/1.1 403 Forbidden\nServer: x\nConnection: close\n\n{}\n"
    )
    exchange = one(text)
    assert exchange.url == "https://a.example/v1"
    assert exchange.request is not None
    assert exchange.request.body == b'{"a": 1}'
    assert body(exchange) == b"{}"


def test_escaped_line_ends() -> None:
    exchange = one('msg="HTTP/1.1 403 Forbidden" x\nHTTP/1.1 401 Unauthorized\\r\\nServer: x\\r\\n\\r\\nno')
    assert exchange.status == 401
    assert exchange.answered("server") == "x"
    exchange = one("HTTP/1.1 403 Forbidden\\r\nServer: x\\r\n\\r\n")
    assert exchange.answered("server") == "x"


def test_a_version_without_number() -> None:
    exchange = one("HTTP 403 Forbidden\nAllow: GET\nContent-Type: application/json\n\n{}")
    assert exchange.status == 403
    assert exchange.answered("allow") == "GET"


def test_what_a_person_wrote_below_is_no_body() -> None:
    for below in ("I think that it is the CSRF token", "Any idea?"):
        case = read(f"HTTP/1.1 403 Forbidden\nServer: x\n\n<html>no</html>\n\n{below}\n")
        assert body(case.exchanges[0]) == b"<html>no</html>"
        assert case.notes[0].text == below
        case = read(f"it says\n\nHTTP/1.1 403 Forbidden\n\n{below}\n")
        assert body(case.exchanges[0]) is None
        case = read(f"it says\n\nHTTP/1.1 403 Forbidden\nServer: x\n\nrefused\n\n{below}\n")
        assert body(case.exchanges[0]) == b"refused"


def test_padding_comments_belong_to_the_page() -> None:
    page = "<html>\nno\n</html>\n<!-- a -->\n<!-- b -->"
    assert body(one(f"HTTP/1.1 403 Forbidden\nServer: nginx\n\n{page}\n\nthanks\n")) == page.encode()


def test_a_wrapped_value_is_joined() -> None:
    exchange = one(
        "HTTP/1.1 403 Forbidden\nContent-Security-Policy: default-src 'none'; script-src\n'self' data:\nServer: x\n\n"
    )
    assert exchange.answered("content-security-policy") == "default-src 'none'; script-src 'self' data:"


@pytest.mark.parametrize(
    "text",
    [
        "We get 403 Forbidden",
        '192.0.2.1 - - [20/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 403 153 "-" "curl"',
        '2026/11/20 10:00:00 [error] 1#1: *1 forbidden, client: 192.0.2.1, server: a, request: "GET / HTTP/1.1"',
        '{"log": "HTTP/1.1 403 Forbidden"}',
        "Request URL: https://a.example/\n\n<Error/>",
    ],
)
def test_what_is_no_transcript(text: str) -> None:
    assert transcript.likeness(text) < 0.5
    with pytest.raises(UnreadableInput, match="no HTTP status line"):
        read(text)


PIECES = st.sampled_from(
    [
        *VERBOSE.split("\n"),
        *ASCII_TRACE.split("\n"),
        *HEX_TRACE.split("\n"),
        "",
        "> ",
        "| HTTP/1.1 403 F",
        "words",
        "Request URL",
        "Status Code: 403",
        "<-- 403 https://a.example/ (1ms)",
        "send: b'",
        "reply: 'HTTP/1.1 403 F\\r\\n'",
        "header: A: b",
        "Response Headers",
        "$ curl a.example \\",
    ]
)


@settings(deadline=2000, max_examples=250)
@given(st.lists(PIECES | st.text(max_size=20), max_size=25).map("\n".join) | st.text(max_size=300))
def test_any_text_ends_quietly_and_loses_no_words(text: str) -> None:
    assert 0 <= transcript.likeness(text) <= 1
    try:
        case = read(text)
    except UnreadableInput:
        return
    assert case.kind == "transcript"
    last = text.count("\n") + 1
    assert all(1 <= note.line <= last for note in case.notes)


WORD = st.from_regex(r"\A[a-z]{3,9}\Z")


@settings(deadline=2000)
@given(st.lists(WORD, min_size=1, max_size=4), st.lists(WORD, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]))
def test_prose_around_comes_back_with_its_lines(before: list[str], after: list[str], end: str) -> None:
    text = end.join([*before, *VERBOSE.strip().split("\n"), *after])
    case = read(text)
    assert len(case.exchanges) == 1
    assert body(case.exchanges[0]) == b'{"detail": "no"}'
    assert case.notes[0].line == 1
    assert case.notes[0].text.split("\n")[: len(before)] == before
    assert case.notes[-1].text.split("\n")[-len(after) :] == after


@pytest.mark.parametrize(
    "line",
    [
        *VERBOSE.split("\n"),
        *ASCII_TRACE.split("\n")[:6],
        "Request URL",
        "Status Code: 403",
        "send: b'GET / HTTP/1.1'",
        "HTTP Request: ",
    ],
)
def test_time_is_linear(line: str) -> None:
    for text in (f"{line}\n" * 10_000, line * 10_000):
        begun = time.perf_counter()
        transcript.likeness(text)
        try:
            read(text)
        except UnreadableInput:
            pass
        assert time.perf_counter() - begun < 60
