"""`why403 convert` and `why403.convert()`: any input that holds a request, the one that is meant, in the format asked for."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

import why403
from tests.readers.test_curl import PIECES
from tests.wire import play
from tests.wire.server import Server
from why403.writers.formats import FORMATS

Entry = dict[str, Any]


def entry(url: str, status: int, method: str = "GET", **more: Any) -> Entry:
    asked = {"method": method, "url": url, "httpVersion": "h2", "headers": [{"name": "x-n", "value": url[-1]}], **more}
    return {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": asked,
        "response": {"status": status, "headers": [], "content": {}},
    }


def har(*entries: Entry) -> bytes:
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": entries}}
    ).encode()


SHOP = har(
    entry("https://shop.example/1", 200),
    entry("https://shop.example/2", 403),
    entry("https://shop.example/3", 403, "POST", postData={"mimeType": "a/b", "text": "it's"}),
    entry("https://shop.example/4", 500),
)


def run(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "why403", "convert", *words]
    return subprocess.run(command, input=given, capture_output=True, timeout=60, check=False)


def test_the_only_request_is_written() -> None:
    done = run("curl -u a:b -H 'X: 1' https://shop.example/", "--to", "curl")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"curl https://shop.example/ \\\n  -u a:b \\\n  -H 'X: 1'\n"


def test_of_several_the_first_refused_is_written_and_said() -> None:
    done = run("-", given=SHOP)
    assert done.stdout.startswith(b"curl https://shop.example/2 \\\n")
    assert (
        b"why403: of 4 requests the first refused one is written: GET https://shop.example/2 403 (--index 1)"
        in done.stderr
    )


@pytest.mark.parametrize(
    ("choice", "url", "remark"),
    [
        (["--index", "0"], "https://shop.example/1", ""),
        (["--status", "500"], "https://shop.example/4", ""),
        (["--url", "example/3"], "https://shop.example/3", ""),
        (["--status", "403"], "https://shop.example/2", "2 requests meet this: the first"),
        (["--status", "403", "--index", "2"], "https://shop.example/3", ""),
    ],
)
def test_an_entry_is_chosen(tmp_path: Path, choice: list[str], url: str, remark: str) -> None:
    path = tmp_path / "shop.har"
    path.write_bytes(SHOP)
    for place, typed in ((str(path), b""), ("-", SHOP)):
        done = run(place, *choice, "--format", "json", given=typed)
        told = json.loads(done.stdout)
        assert told["schema"] == "why403.conversion/1"
        assert [one["url"] for one in told["requests"]] == [url]
        assert told["text"].startswith(f"curl {url}")
        assert remark in "".join(told["remarks"])


@pytest.mark.parametrize(
    ("words", "given", "what"),
    [
        (["-", "--index", "9"], SHOP, "no request meets --index 9. It holds 4 requests, from 0 to 3"),
        (["-", "--url", "nowhere"], SHOP, "no request meets --url nowhere"),
        (["-"], har(entry("https://a.example/1", 200), entry("https://a.example/2", 200)), "none was refused"),
        (["-"], b"403 Forbidden: no request here", "no request is in it"),
        (["missing.har"], b"", "there is no such file"),
        (["-"], b"", "the input is empty"),
        (["-"], b"\x00\x01\x02binary", "binary file"),
        (["-"], b'{"log": {"entries": [{', "breaks off"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_2(words: list[str], given: bytes, what: str) -> None:
    done = run(*words, given=given)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert what.encode() in done.stderr


def test_several_commands_without_answers_are_all_written() -> None:
    done = run("curl https://a.example/1 https://a.example/2 --next -d x https://a.example/3", "--to", "requests")
    assert done.stdout.count(b"import requests") == 3
    assert b"3 requests, all written" in done.stderr


@pytest.mark.parametrize("to", list(FORMATS))
def test_every_format_takes_every_input(to: str) -> None:
    """Nothing raises, whatever is absent, and what is written shows the host."""
    inputs = [
        SHOP,
        b"curl https://shop.example/",
        b"$ curl -d @file -F a=b https://shop.example/x\nHTTP/1.1 403 Forbidden\n\n",
        b"fetch('https://shop.example/', {method: 'POST', body: JSON.stringify(data), credentials: 'include'})",
        b"Invoke-WebRequest -Uri 'https://shop.example/' -Method Post -Body @{a=1}",
        b"POST /a?b HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 3\r\n\r\nabc",
        b"GET https://shop.example/a HTTP/1.1\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\nno",
        har(entry("https://shop.example/1", 403, "POST", headers=[{"name": "content-length", "value": "9"}])),
    ]
    for one in inputs:
        made = why403.convert(one, to=to)
        assert b"shop.example" in made.data, one
        assert isinstance(made.remarks, tuple)
        assert str(made) == made.text


def test_what_is_not_known_is_said() -> None:
    lost = har(entry("https://a.example/1", 403, "POST", headers=[{"name": "content-length", "value": "9"}]))
    assert "the body is not known" in why403.convert(lost).remarks
    bare = har(entry("https://a.example/1", 403, headers=None))
    assert any("does not show the request's header fields" in line for line in why403.convert(bare).remarks)
    cut = har(entry("https://a.example/1", 403, "POST", postData={"text": "a\ufffdb"}))
    assert any("replacement characters" in line for line in why403.convert(cut).remarks)
    third = har(
        {
            **entry("https://a.example/1", 403),
            "request": {**entry("https://a.example/1", 403)["request"], "httpVersion": "h3"},
        }
    )
    made = why403.convert(third)
    assert any("HTTP/3" in line for line in made.remarks)
    assert "--http3" not in made.text
    assert any("scheme" in line for line in why403.convert("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n").remarks)


def test_variables_stay_alive_in_their_own_shell_and_are_named_elsewhere() -> None:
    bash = 'curl "https://$HOST/a" -H "Authorization: Bearer $TOKEN" -u "me:$PASS" -d "{\\"a\\": \\"$(date)\\"}"'
    assert why403.convert(bash).text == (
        'curl "https://$HOST/a" \\\n  -H "Authorization: Bearer $TOKEN" \\\n'
        '  --data-raw \'{"a": "\'"$(date)"\'"}\' \\\n  -u "me:$PASS"'
    )
    assert '"https://$HOST/a"' in why403.convert(bash, to="httpie").text
    for to in ("requests", "fetch", "powershell", "curl-cmd"):
        assert any("put the values in for" in line and "$TOKEN" in line for line in why403.convert(bash, to=to).remarks)
    cmd = 'curl "https://a.example/" ^\n  -H "Authorization: Bearer %TOKEN%"'
    assert "Bearer %TOKEN%" in why403.convert(cmd, to="curl-cmd").text


def test_a_string_of_the_input_is_never_run(tmp_path: Path) -> None:
    """What looks like a substitution in a recording is text in every shell."""
    mark = tmp_path / "ran"
    value = f"$(touch {mark}) `touch {mark}` ${{IFS}} '; touch {mark}; '"
    given = har(entry("http://127.0.0.1:9/", 403, headers=[{"name": "X", "value": value}]))
    play.bash([why403.convert(given, to=to).data for to in ("curl", "httpie")])
    assert not mark.exists()


@pytest.mark.parametrize(
    "command",
    [
        "curl -X PUT -H 'X: it'\\''s \"q\"' --data-raw '{\"a\": \"%P% $x\"}' 'https://a.example/?b=c&d=e'",
        'curl -X PUT -H "X: it\'s \\"q\\"" --data-raw "{\\"a\\": \\"%^P% $x\\"}" ^\n  "https://a.example/?b=c&d=e"',
        "PS> curl.exe -X PUT -H 'X: it''s \"q\"' --data-raw '{\"a\": \"%P% $x\"}' `\n  'https://a.example/?b=c&d=e'",
    ],
    ids=["bash", "cmd", "PowerShell"],
)
def test_curl_of_three_shells_is_the_same_request(command: str) -> None:
    made = why403.convert(command, to="httpx")
    assert '"PUT",\n    "https://a.example/?b=c&d=e",\n' in made.text
    assert 'it\'s "q"' in made.text.replace("\\", "")
    assert '{"a": "%' in made.text.replace("\\", "")


@pytest.mark.parametrize("to", list(FORMATS))
def test_no_line_is_smuggled_in(to: str) -> None:
    """A line break in a method, a name or a value makes no line of its own, and is named."""
    fields = [
        {"name": "X-A", "value": "a\r\nX-Evil: 1"},
        {"name": "X-B\r\nX-Evil", "value": "1"},
        {"name": "X-C", "value": "c"},
    ]
    made = why403.convert(
        har(entry("https://a.example/x\r\nX-Evil: 1", 403, "GET / HTTP/1.1\r\nX-Evil: 1", headers=fields)), to=to
    )
    assert "\nX-Evil" not in made.text
    assert "\r\nX-Evil" not in made.text.replace("\\r", "\r").replace("\\n", "\n")
    assert "X-C" in made.text
    assert sum("cannot be sent" in line or "left out" in line for line in made.remarks) >= 2


def test_chromes_doubled_backslashes_are_named() -> None:
    copied = 'curl ^"https://a.example/^" ^\n  --data-raw ^"c:^\\^\\d^"'
    made = why403.convert(copied, to="http")
    assert made.text.endswith("c:\\\\d")
    assert any("backslashes stand twice" in line for line in made.remarks)


def test_a_call_in_a_browser_shows_a_part_of_its_fields() -> None:
    made = why403.convert("fetch('https://a.example/', {headers: {'X-A': '1'}, credentials: 'include'})")
    assert made.text == "curl https://a.example/ -H 'X-A: 1'"
    assert any("a browser adds fields" in line and "with its cookies" in line for line in made.remarks)


@settings(max_examples=150, deadline=2000)
@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=25).map("".join),
    st.sampled_from(list(FORMATS)),
)
def test_any_command_is_written_or_refused(text: str, to: str) -> None:
    try:
        made = why403.convert("curl https://a.example/ " + text, to=to)
    except why403.Why403Error:
        return
    assert made.data


TREES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 999),
        st.text(max_size=8),
        st.sampled_from(["GET", "https://a.example/", "h2"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["name", "value", "text", "params"]), inner)
    ),
    max_leaves=6,
)
KEYS = ("method", "url", "headers", "postData", "httpVersion", "bodySize", "cookies")


@settings(max_examples=150, deadline=2000)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, TREES)), st.sampled_from(list(FORMATS)))
def test_any_recording_is_written_or_refused(asked: dict[str, Any], to: str) -> None:
    try:
        made = why403.convert(har({"request": asked, "response": {"status": 403, "headers": []}}), to=to)
    except why403.Why403Error:
        return
    assert made.data


@pytest.mark.parametrize(
    ("command", "to", "written"),
    [
        (
            "-x proxy.example:3128",
            "requests",
            'proxies={"http": "http://proxy.example:3128", "https": "http://proxy.example:3128"}',
        ),
        ("-x ''", "requests", 'proxies={"http": "", "https": ""}'),
        ("-x ''", "httpx", "trust_env=False"),
        ("-x socks5://proxy.example", "httpx", 'proxy="socks5://proxy.example"'),
        ("-x proxy.example", "httpie", "--proxy=http:http://proxy.example"),
        ("-k --cert a.pem --key b.pem", "requests", 'verify=False, cert=("a.pem", "b.pem")'),
        ("--digest -u a:b", "requests", 'auth=requests.auth.HTTPDigestAuth("a", "b")'),
        ("--digest -u a:b", "httpx", 'auth=httpx.DigestAuth("a", "b")'),
        ("--digest -u a:b", "httpie", "--auth-type=digest --auth=a:b"),
        ("--request-target /x", "httpx", "extensions={'target': b\"/x\"}"),
        ("-L", "axios", "validateStatus"),
        ("--cacert ca.pem", "httpie", "--verify=ca.pem"),
    ],
)
def test_how_it_is_sent_is_written_where_the_client_can(command: str, to: str, written: str) -> None:
    made = why403.convert(f"curl {command} https://a.example/", to=to)
    assert written in made.text
    assert not any("is not told of" in line for line in made.remarks), made.remarks


def test_what_a_client_cannot_be_told_is_named() -> None:
    command = "curl --resolve a.example:443:192.0.2.1 --aws-sigv4 aws:amz -u a:b --interface eth0 -0 https://a.example/"
    for to in ("requests", "httpx", "httpie", "axios", "fetch", "powershell", "http", "har"):
        remarks = "\n".join(why403.convert(command, to=to).remarks)
        for name in ("--resolve", "--aws-sigv4", "--interface"):
            assert name in remarks, (to, name)
    assert any("curl/8" in line for line in why403.convert("curl https://a.example/", to="requests").remarks)


def test_no_such_format_is_a_bad_call() -> None:
    with pytest.raises(why403.BadCall, match="no format 'wget'"):
        why403.convert("curl https://a.example/", to="wget")
    assert run("curl https://a.example/", "--to", "wget").returncode == 2


@pytest.mark.parametrize("client", [requests, httpx])
def test_a_response_object_is_replayed(client: Any) -> None:
    """What requests and httpx sent, and curl sends again, is the same on the wire."""
    with Server() as server:
        url = f"http://{server.host}/r1/a?b=c"
        response = client.request("POST", url, headers={"X-One": "it's"}, json={"a": "é"}, cookies={"s": "1"})
        made = why403.convert(response)
        play.bash([made.data])
        first, second = server.take()[1]
    assert (first.method, first.target, first.body) == (second.method, second.target, second.body)
    assert [(name.lower(), value) for name, value in first.fields] == [
        (name.lower(), value) for name, value in second.fields
    ]
    assert isinstance(made, why403.Conversion)


def test_exact_bytes_leave_the_program() -> None:
    body = bytes(range(256))
    encoded = {"mimeType": "a/b", "encoding": "base64", "text": base64.b64encode(body).decode()}
    done = run("-", "--to", "http", given=har(entry("https://a.example/1", 403, "POST", postData=encoded)))
    assert done.stdout == b"POST /1 HTTP/1.1\r\nHost: a.example\r\nx-n: 1\r\nContent-Length: 256\r\n\r\n" + body


def test_a_large_recording_costs_no_more_than_its_one_entry(tmp_path: Path) -> None:
    rows = [entry(f"https://a.example/{number}", 200) for number in range(4000)]
    rows[3210] = entry("https://a.example/wanted", 403, "POST", postData={"mimeType": "a/b", "text": "x"})
    path = tmp_path / "large.har"
    path.write_bytes(har(*rows))
    for choice in (["--index", "3210"], ["--url", "wanted"], ["--status", "403"], []):
        assert b"https://a.example/wanted" in run(str(path), *choice).stdout, choice
