"""Calls of fetch, as DevTools copies them and as people write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.model import Request, UnreadableInput
from why403.readers import fetch

DEVTOOLS = """fetch("https://shop.example/api", {
  "headers": {
    "accept": "application/json",
    "x-quote": "a\\"b\\u00e9\\ud83d\\ude00"
  },
  "referrer": "https://shop.example/cart",
  "referrerPolicy": "strict-origin",
  "body": "{\\"a\\":1}",
  "method": "POST",
  "mode": "cors",
  "credentials": "include"
}); ;
fetch("/other", { "headers": {}, "body": null, "method": "GET" });
POST https://shop.example/api 403 (Forbidden)
"""


def one(text: str) -> Request:
    (exchange,) = fetch.read(text, "-").exchanges
    assert exchange.request is not None
    return exchange.request


def test_as_devtools_copies_it() -> None:
    case = fetch.read(DEVTOOLS, "paste")
    assert (case.kind, case.form, case.name) == ("fetch", "fetch", "paste")
    first, second = (exchange.request for exchange in case.exchanges)
    assert first is not None
    assert first.method == "POST"
    assert first.url == "https://shop.example/api"
    assert first.headers == (
        ("accept", "application/json"),
        ("x-quote", 'a"bé😀'),
        ("Content-Type", "text/plain;charset=UTF-8"),
        ("Referer", "https://shop.example/cart"),
    )
    assert first.body == b'{"a":1}'
    assert dict(first.options) == {"credentials": "include", "mode": "cors", "referrerPolicy": "strict-origin"}
    assert second is not None
    assert (second.method, second.url, second.headers, second.body) == ("GET", "/other", (), None)
    assert [(note.line, note.text) for note in case.notes] == [(14, "POST https://shop.example/api 403 (Forbidden)")]
    assert fetch.likeness(DEVTOOLS) >= 0.95


def test_as_people_write_it() -> None:
    text = """const r = await fetch(`${base}/x`, {
      method: 'post', // a comment, with a "quote
      headers: { Authorization: `Bearer ${token}`, 'X-A': a + ")", ...more },
      body: JSON.stringify({ a: 1, b: ['x', null, true, 1.5], token }, null, 2), /* { */
      strange: 1,
    })"""
    case = fetch.read(text, "-")
    request = case.exchanges[0].request
    assert request is not None
    assert request.headers is not None
    assert (request.method, request.url) == ("POST", "${base}/x")
    assert request.headers.first("authorization") == "Bearer ${token}"
    assert request.body == b'{"a":1,"b":["x",null,true,1.5],"token":"token"}'
    said = "\n".join(case.remarks)
    assert all(word in said for word in ("...more", "strange", "${base}/x", "not in the paste"))
    assert ("variable", "token") in case.exchanges[0].facts


@pytest.mark.parametrize(
    ("text", "body", "kind"),
    [
        (
            'fetch("/a", {method: "POST", body: new URLSearchParams({a: "1 2", b: "é"})})',
            b"a=1+2&b=%C3%A9",
            "application/x-www",
        ),
        ('fetch("/a", {method: "POST", body: "x"})', b"x", "text/plain"),
        ('fetch("/a", {method: "POST", body: "x", headers: new Headers([["content-type", "a/b"]])})', b"x", "a/b"),
        ('fetch("/a", {method: "POST", body: Uint8Array.from(atob("AP8="), c => c.charCodeAt(0))})', b"\x00\xff", ""),
        ('fetch("/a", {method: "POST", body: form})', None, ""),
    ],
)
def test_bodies(text: str, body: bytes | None, kind: str) -> None:
    request = one(text)
    assert request.body == body
    assert request.headers is not None
    assert (request.headers.first("content-type") or "").startswith(kind)


@pytest.mark.parametrize(
    "text",
    [
        "TypeError: Failed to fetch",
        "Failed to fetch (403)",
        "at fetch (app.js:1:2)",
        "window.fetch(url)",
        "git fetch origin",
        "",
    ],
)
def test_talk_about_fetch_is_no_call(text: str) -> None:
    assert fetch.likeness(text) == 0
    assert fetch.find(text) is None
    with pytest.raises(UnreadableInput):
        fetch.read(text, "-")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('\nfetch("https://a.example', "line 2"),
        ('fetch("/a", {\n"b": [1', "line 2"),
        ('fetch("/a", {/* open', "line 1"),
    ],
)
def test_an_open_string_is_named_with_its_line(text: str, where: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        fetch.read(text, "paste")
    assert where in str(caught.value)
    assert "not closed" in str(caught.value)


def test_the_left_over_keeps_its_lines() -> None:
    found = fetch.find("before\n" + DEVTOOLS)
    assert found is not None
    assert found[1].startswith("before\n")
    assert found[1].count("\n") == DEVTOOLS.count("\n") + 1


PIECES = [
    "fetch(",
    '"/a"',
    "'",
    '"',
    "`",
    "${",
    "}",
    "{",
    "[",
    "]",
    ")",
    ",",
    ":",
    "a",
    "1",
    "//",
    "/*",
    "*/",
    "\n",
    "\\",
    "\\u",
    "null",
]
PIECES += ["JSON.stringify(", "new Headers(", "headers", "body", "method", "...", "\ud800", "é", " "]


@settings(max_examples=400, deadline=1000)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=30).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    for one_text in (text, 'fetch("/a", {' + text):
        assert 0 <= fetch.likeness(one_text) <= 1
        fetch.find(one_text)
        try:
            fetch.read(one_text, "-")
        except UnreadableInput:
            continue


@pytest.mark.parametrize(
    "text",
    [
        'fetch("' + "a" * 1_000_000,
        "fetch(" * 100_000,
        'fetch("/a",' + "{a:" * 50_000,
        'fetch("/a",' + "[" * 100_000,
        'fetch("/a",{h:' + '"a"+' * 200_000 + '"a"})',
        "fetch(/*" * 50_000,
        'fetch("/a",{' + "a:f(1,2)," * 50_000 + "})",
    ],
    ids=lambda text: text[:20],
)
def test_large_inputs_stay_fast(text: str) -> None:
    begun = time.perf_counter()
    fetch.find(text)
    assert time.perf_counter() - begun < 60
