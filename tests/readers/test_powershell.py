"""PowerShell's web commands, as DevTools copies them and as people write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.model import Request, UnreadableInput
from why403.readers import powershell

DEVTOOLS = """$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.UserAgent = "Mozilla/5.0 (X)"
$session.Cookies.Add((New-Object System.Net.Cookie("a", "b`"c", "/", "shop.example")))
$session.Cookies.Add((New-Object System.Net.Cookie("d", "e", "/", "shop.example")))
Invoke-WebRequest -UseBasicParsing -Uri "https://shop.example/a?b=`$c" `
-Method "POST" `
-WebSession $session `
-Headers @{
"Accept"="*/*"
  "X-Q"="a`"b$([char]233)"
} `
-ContentType "application/json" `
-Body ([System.Text.Encoding]::UTF8.GetBytes("{`"a`":`"$([char]55357)$([char]56832)`"}"));
Invoke-WebRequest -UseBasicParsing -Uri "https://other.example/"
Invoke-WebRequest : The remote server returned an error: (403) Forbidden.
"""
POSTMAN = """$headers = New-Object "System.Collections.Generic.Dictionary[[String],[String]]"
$headers.Add("Authorization", "Bearer example-token")
$headers["X-B"] = 'it''s'
$name = "value"
$body = @"
{"a": 1, "b": "$name"}
"@
$response = Invoke-RestMethod 'https://api.example/x' -Method 'PUT' -Headers $headers -Body $body
$response | ConvertTo-Json
"""


def one(text: str) -> Request:
    (exchange,) = powershell.read(text, "-").exchanges
    assert exchange.request is not None
    return exchange.request


def test_as_devtools_copies_it() -> None:
    case = powershell.read(DEVTOOLS, "paste")
    first, second = (exchange.request for exchange in case.exchanges)
    assert (case.kind, case.form) == ("powershell", "powershell")
    assert first is not None
    assert first.headers == (
        ("Accept", "*/*"),
        ("X-Q", 'a"bé'),
        ("User-Agent", "Mozilla/5.0 (X)"),
        ("Cookie", 'a=b"c; d=e'),
        ("Content-Type", "application/json"),
    )
    assert (first.method, first.url, first.body) == ("POST", "https://shop.example/a?b=$c", '{"a":"😀"}'.encode())
    assert second is not None
    assert (second.method, second.url, second.headers, second.body) == ("GET", "https://other.example/", (), None)
    assert [note.line for note in case.notes] == [15]
    assert [exchange.fact("line") for exchange in case.exchanges] == ["5", "14"]
    assert powershell.likeness(DEVTOOLS) >= 0.95


def test_as_postman_writes_it() -> None:
    request = one(POSTMAN)
    assert request.headers == (("Authorization", "Bearer example-token"), ("X-B", "it's"))
    assert (request.method, request.url, request.body) == ("PUT", "https://api.example/x", b'{"a": 1, "b": "value"}')


def test_as_people_type_it() -> None:
    case = powershell.read(
        'PS C:\\> $r = irm api.example/x -Headers @{Authorization = "Bearer $env:TOKEN"; n=1} -meth Post -strange '
        '-Body (@{a=1; b="x"; c=$true} | ConvertTo-Json) -SkipCert | select Status\n403',
        "-",
    )
    request = case.exchanges[0].request
    assert request is not None
    assert request.url == "http://api.example/x"
    assert request.headers is not None
    assert request.headers.first("authorization") == "Bearer $env:TOKEN"
    assert request.body == b'{"a":1,"b":"x","c":true}'
    assert request.options == (("insecure", ""),)
    assert case.exchanges[0].fact("variable") == "$env:TOKEN"
    assert any("-strange" in remark for remark in case.remarks)
    assert [note.line for note in case.notes] == [2]


@pytest.mark.parametrize(
    ("text", "url", "body"),
    [
        ("iwr https://a.example/ -Body @{a='1 2'; b=3}", "https://a.example/?a=1+2&b=3", None),
        ("iwr https://a.example/ -Method Post -Body @{a='1 2'}", "https://a.example/", b"a=1+2"),
        (
            'iwr https://a.example/ -Method Post -Body ([Convert]::FromBase64String("AP8="))',
            "https://a.example/",
            b"\x00\xff",
        ),
        ("iwr https://a.example/ -Method Put -InFile a.bin", "https://a.example/", None),
        ("curl -Uri https://a.example/ -Method Post -Body x", "https://a.example/", b"x"),
    ],
)
def test_bodies(text: str, url: str, body: bytes | None) -> None:
    request = one(text)
    assert (request.url, request.body) == (url, body)


@pytest.mark.parametrize(
    "text",
    [
        "Invoke-WebRequest : \nHTTP Error 403.14 - Forbidden",
        "Invoke-WebRequest: 403",
        "irm is an alias",
        "curl https://a.example/",
        "",
    ],
)
def test_talk_about_it_is_no_command(text: str) -> None:
    assert powershell.likeness(text) == 0
    assert powershell.find(text) is None
    with pytest.raises(UnreadableInput):
        powershell.read(text, "-")


def test_an_open_quote_is_named_with_its_place() -> None:
    with pytest.raises(UnreadableInput) as caught:
        powershell.read('\nInvoke-WebRequest -Uri "https://a.example', "paste")
    assert "line 2, column 24" in str(caught.value)


def test_the_left_over_keeps_its_lines() -> None:
    found = powershell.find("At line:1 char:1\n+ Invoke-WebRequest https://a.example/\n+ ~~~~\n403")
    assert found is not None
    assert found[0].exchanges[0].url == "https://a.example/"
    assert found[1] == "At line:1 char:1\n\n+ ~~~~\n403"


PIECES = [
    "Invoke-WebRequest ",
    "irm ",
    "-Uri ",
    "https://a.example ",
    '"',
    "'",
    "`",
    "$",
    "$(",
    "(",
    ")",
    "@{",
    "}",
    "=",
    ";",
    "|",
    "\n",
]
PIECES += [
    "-Headers ",
    "-Body ",
    '@"\n',
    '\n"@',
    "$a = ",
    "$a.Add(",
    "$s.Cookies.Add((New-Object System.Net.Cookie(",
    ",",
    "[char]",
    "1",
]
PIECES += ["| ConvertTo-Json", "$session.UserAgent = ", "\ud800", "é", "[ordered]"]


@settings(max_examples=400, deadline=1000)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=30).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    for one_text in (text, "Invoke-WebRequest https://a.example/ " + text):
        assert 0 <= powershell.likeness(one_text) <= 1
        powershell.find(one_text)
        try:
            powershell.read(one_text, "-")
        except UnreadableInput:
            continue


@pytest.mark.parametrize(
    "text",
    [
        'iwr "' + "a" * 1_000_000,
        "iwr x -H @{" + 'a="b";' * 50_000 + "}",
        "iwr x -Body " + "(" * 100_000,
        '$a="x"\n' * 30_000 + 'iwr x -Body "' + "$a" * 10_000 + '"',
        "irm; " * 100_000,
        '$x.Add("' * 50_000,
        "$a=@{a=" * 30_000,
        'iwr http://a.example "$(' + "(" * 100_000,
    ],
    ids=lambda text: text[:20],
)
def test_large_inputs_stay_fast(text: str) -> None:
    begun = time.perf_counter()
    powershell.find(text)
    assert time.perf_counter() - begun < 60
