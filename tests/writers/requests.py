"""Requests for the tests of the writers: with every letter that a shell, a program or a protocol might stumble over."""

from __future__ import annotations

from hypothesis import strategies as st

from why403.model import Headers, Request

AWKWARD = "'\"\\`$!%^&|<>(){}[]*?~#;@=:, \t+-_aZ09é€😀\u2028\x7f"
VALUES = st.one_of(
    st.text(AWKWARD, max_size=12),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12),
    st.sampled_from(
        ["it's", 'say "hi"', "100% !bang!", "$(id) `id` ${HOME}", "a\\", '\\"', "%PATH%", "^caret^", "@file", "-x"]
    ),
).map(lambda text: text.strip(" \t"))
NAMES = st.sampled_from(
    [
        "X-One",
        "x-two",
        "Accept",
        "User-Agent",
        "Cookie",
        "Authorization",
        "Content-Type",
        "Referer",
        "Origin",
        "If-None-Match",
    ]
)
TEXTS = st.one_of(
    VALUES,
    st.text(AWKWARD + "\n\r\0\x01", max_size=30),
    st.text(st.characters(codec="utf-8"), max_size=20),
    st.sampled_from(['{"a": "b\\n\\"c\\""}', "a=1&b=%20", "line\nline\n", "@body", "\r\n", "\\"]),
)
BODIES = st.one_of(st.none(), TEXTS.map(lambda text: text.encode("utf-8")), st.binary(max_size=30))
PATHS = st.sampled_from(
    [
        "/",
        "/a/b",
        "/a?b=c&d=%20e",
        "/it's?q='$x'",
        "/[1-3]{a,b}?x=%41!",
        "/a/../b/./c",
        "/?",
        "/a;b=c~^`|",
        "/\\a",
        "/%7Bx%7D?a=*",
    ]
)
METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])


@st.composite
def requests(draw: st.DrawFn, *, repeated: bool = True, host: str = "shop.example", text: bool = False) -> Request:
    """A request whose headers are shown."""
    pairs = draw(st.lists(st.tuples(NAMES, VALUES), max_size=6))
    if not repeated:
        pairs = list({name.lower(): (name, value) for name, value in pairs}.values())
    body = draw(TEXTS.map(lambda one: one.encode("utf-8")) if text else BODIES)
    return Request(draw(METHODS), f"http://{host}{draw(PATHS)}", Headers(pairs), body)


def settled(request: Request, *own: str) -> Request:
    """The request without what differs though it means the same.

    Host, the length of a body that is there, and the place of those fields that the client writes itself (`own`).
    """
    fields = [pair for pair in request.headers or () if pair[0].lower() not in ("host", "content-length", "expect")]
    moved = sorted((pair for pair in fields if pair[0].lower() in own), key=lambda pair: pair[0].lower())
    body = request.body or None  # an empty one is sent only where a Content-Length is shown
    kept = [pair for pair in fields if pair[0].lower() not in own]
    moved = [(name.lower(), value) for name, value in moved]
    return Request(request.method, request.url, Headers([*moved, *kept]), body)
