"""The command says the request: the reader understands it so."""

from __future__ import annotations

from hypothesis import given, settings

from tests.writers.requests import requests, settled
from why403.model import Headers, Request
from why403.readers import powershell as reader
from why403.writers import powershell

OWN = ("user-agent", "content-type", "cookie")


def read_back(command: str) -> Request:
    case = reader.read(command, "-")
    assert len(case.exchanges) == 1, command
    assert case.remarks == (), command
    assert case.notes == (), command
    request = case.exchanges[0].request
    assert request is not None
    return request


@settings(max_examples=300)
@given(requests(repeated=False))
def test_the_reader_understands_what_is_written(request_: Request) -> None:
    assert request_.headers is not None
    cookie = "; ".join(f"{name}={value}" for name, value in powershell.cookies(request_))
    headers = request_.headers.put("Cookie", cookie) if cookie else request_.headers.without("cookie")
    request_ = request_._replace(headers=headers)
    command = powershell.write(request_)
    back = read_back(command)
    assert back.headers is not None
    if not headers.has("content-type"):  # PowerShell gives a POST its type
        back = back._replace(headers=back.headers.without("content-type"))
    assert settled(back, *OWN) == settled(request_, *OWN), command


def test_it_is_written_as_devtools_writes_it() -> None:
    headers = Headers(
        [("Accept", "*/*"), ("User-Agent", "x`$y"), ("Cookie", "a=b; c=d"), ("Content-Type", "text/plain")]
    )
    request = Request(
        "POST", "https://a.example/p?q=1", headers, "é\n".encode(), None, (("proxy", "http://p.example"),)
    )
    assert powershell.write(request) == (
        "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n"
        '$session.UserAgent = "x```$y"\n'
        '$session.Cookies.Add((New-Object System.Net.Cookie("a", "b", "/", "a.example")))\n'
        '$session.Cookies.Add((New-Object System.Net.Cookie("c", "d", "/", "a.example")))\n'
        'Invoke-WebRequest -UseBasicParsing -Uri "https://a.example/p?q=1" `\n'
        '-Method "POST" `\n'
        "-WebSession $session `\n"
        '-Headers @{\n  "Accept"="*/*"\n} `\n'
        '-ContentType "text/plain" `\n'
        '-Body ([System.Text.Encoding]::UTF8.GetBytes("$([char]233)$([char]10)")) `\n'
        '-Proxy "http://p.example"'
    )
    assert powershell.unsaid(request) == (
        "PowerShell chooses the order of all fields and the letters of User-Agent, Content-Type and Cookie",
        "PowerShell adds fields of its own: Accept-Encoding, Connection",
    )


def test_what_cannot_be_said_is_said_so() -> None:
    fields = Headers([("Host", "b.example"), ("a", "1"), ("A", "2"), ("Cookie", "x"), ("Expect", "y"), ("X", "é")])
    said = powershell.unsaid(Request("purge", "https://a.example/", fields, None, None, (("netrc", ""),)))
    for words in (
        "'Host' is set by the client",
        "'A' cannot be sent twice",
        "a cookie without a name",
        "'Expect' is set by the client",
        "beyond ASCII in the field 'X'",
        "in capitals",
        "--netrc",
    ):
        assert any(words in line for line in said), words
    assert "-CustomMethod" in powershell.write(Request("PROPFIND", "https://a.example/"))
