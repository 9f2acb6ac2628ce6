"""What the reader understands of a curl command is what real curl sends for it."""

from __future__ import annotations

import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.readers.wire import Recorder
from why403.model import Case, Request, UnreadableInput
from why403.readers import curl
from why403.readers.curl import bash, pwsh, windows
from why403.readers.curl.dates import http_date
from why403.readers.curl.options import OPTIONS
from why403.readers.curl.urls import parse
from why403.readers.curl.words import Line, UnclosedError

COMMANDS = (Path(__file__).parent / "curl_commands.txt").read_text("utf-8").rstrip("\n").split("\n%%\n")
BOUNDARY = re.compile(r"-{24}\w{16}")
Shape = tuple[str, str, list[tuple[str, str]], bytes]


pytestmark = pytest.mark.needs("curl")


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as running:
        yield running


def shape(
    method: str, target: str, headers: tuple[tuple[str, str], ...], body: bytes, *, unknown: bool, signed: bool
) -> Shape:
    """A request with what is drawn by lot, computed when it is sent, or kept in a file left out of it."""
    fields = [(name, re.sub(r"^curl/[\d.]+$", "curl/8", BOUNDARY.sub("BOUNDARY", value))) for name, value in headers]
    if unknown:
        fields = [pair for pair in fields if pair[0] not in ("Content-Length", "Content-Range")]
    if signed:
        fields = [pair for pair in fields if pair[0] not in ("Authorization", "X-Amz-Date")]
    return (
        method,
        target,
        fields,
        b"" if unknown else BOUNDARY.sub("BOUNDARY", body.decode("latin-1")).encode("latin-1"),
    )


def target_of(request: Request) -> str:
    options = dict(request.options)
    assert request.url is not None
    assert request.headers is not None
    if "request-target" in options:
        return options["request-target"]
    if request.headers.has("Proxy-Connection"):
        return request.url
    return "/" + request.url.partition("://")[2].partition("/")[2]


@pytest.mark.parametrize("command", COMMANDS)
def test_understood_as_curl_sends_it(recorder: Recorder, command: str) -> None:
    command = command.replace("@port@", str(recorder.port)).replace("@@", recorder.host)
    sent = recorder.run(command)
    case = curl.read(command, "-")
    requests = [one.request for one in case.exchanges if one.request is not None]
    waits = any(name in ("auth", "aws-sigv4") for one in requests for name, _ in one.options)
    if waits:  # the requests before the server's challenge carry no body
        sent = sent[-len(requests) :]
    assert len(sent) == len(requests)
    for real, ours in zip(sent, requests, strict=True):
        assert ours.method is not None
        assert ours.headers is not None
        unknown = ours.body is None and any("is not read" in remark for remark in case.remarks)
        assert shape(ours.method, target_of(ours), ours.headers, ours.body or b"", unknown=unknown, signed=waits) == (
            shape(real.method, real.target, real.headers, real.body, unknown=unknown, signed=waits)
        )


def test_the_table_is_curls_own() -> None:
    """Every option that the installed curl lists is in the table, with its letter and whether it takes a value."""
    listed = subprocess.run(["curl", "--help", "all"], capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines()[1:]:
        match = re.match(r" (?:-(.), |    )--(\S+)( [<\[])?", line)
        assert match, line
        option = OPTIONS.get(match[2]) or OPTIONS[match[2].removeprefix("no-")]
        assert (option.letter, option.takes) == (match[1] or "", bool(match[3])), line


def one(text: str) -> Request:
    case = curl.read(text, "-")
    assert len(case.exchanges) == 1
    request = case.exchanges[0].request
    assert request is not None
    return request


@pytest.mark.parametrize(
    ("text", "form", "url", "lines"),
    [
        ("$ curl https://a.example/x\nHTTP/1.1 403 Forbidden\n", "curl", "https://a.example/x", [2]),
        ("user@host:~/dir$ sudo curl https://a.example\n", "curl", "https://a.example/", []),
        ("[root@node-1 /]# curl -k https://a.example/\nno", "curl", "https://a.example/", [2]),
        ("~ 🦊 curl -sI https://a.example/           23:28:55\nHTTP/2 403\n", "curl", "https://a.example/", [2]),
        ("The page says no when I run\n\n# curl -f https://a.example/\nno", "curl", "https://a.example/", [1, 4]),
        ("I ran `curl -I https://a.example/` and got 403", "curl", "https://a.example/", [1, 1]),
        ("I run curl -v https://a.example/ and it's refused", "curl", "https://a.example/", [1, 1]),
        ("When I run curl -v https://a.example/ it says 403", "curl", "https://a.example/", [1, 1]),
        ("```bash\ncurl https://a.example/\n```\n", "curl", "https://a.example/", [1, 3]),
        ("$ curl -X GET \\\n> -H 'X: 1' \\\n> https://a.example/\nno", "curl", "https://a.example/", [4]),
        ('C:\\Users\\me>curl "https://a.example/?a=1&b=2"\nno', "curl-cmd", "https://a.example/?a=1&b=2", [2]),
        ('curl ^"https://a.example/?a=^%^41^&b^" ^\n  -X ^"GET^"\n', "curl-cmd", "https://a.example/?a=%41&b", []),
        (
            "curl https://a.example/\nTraceback:\n    raise Refused(1)\n    ^^^^^^^^^^^^^^^^\n",
            "curl",
            "https://a.example/",
            [2],
        ),
        ("PS C:\\> curl.exe -I `\n  https://a.example/\nno", "powershell", "https://a.example/", [3]),
        ("Run curl -fsSL https://a.example/\n\nno", "curl", "https://a.example/", [3]),
        ("RUN apt-get update && curl -f https://a.example/ | sh", "curl", "https://a.example/", []),
        ("+ curl -f https://a.example/\ncurl: (22) no", "curl", "https://a.example/", [2]),
        ("kubectl exec -it pod -- curl http://svc:8080/x", "curl", "http://svc:8080/x", []),
        ("TOKEN=$(curl -s https://a.example/t | jq -r .t)\nno", "curl", "https://a.example/t", [2]),
        ('"command": "curl https://a.example/a"', "curl", "https://a.example/a", [1]),
        ("curl http://$GATEWAY_URL/page\nno", "curl", "http://$GATEWAY_URL/page", [2]),
        ("curl '{{baseUrl}}/x'", "curl", "http://{{baseUrl}}/x", []),
        ('curl "${BASE}/a?b=$(date +%s)"', "curl", "${BASE}/a?b=$(date +%s)", []),
        ("curl https://a.example/<id>/x", "curl", "https://a.example/<id>/x", []),
        ("curl localhost", "curl", "http://localhost/", []),
    ],
)
def test_found_in_a_paste(text: str, form: str, url: str, lines: list[int]) -> None:
    case = curl.read(text, "paste")
    assert (case.form, case.kind) == (form, "curl")
    assert [exchange.url for exchange in case.exchanges] == [url]
    assert [note.line for note in case.notes] == lines
    found = curl.find(text)
    assert found is not None
    assert found[0].exchanges[0].url == url
    assert found[1].count("\n") == text.count("\n"), "the left-over keeps the lines of the paste"
    assert curl.likeness(text) > 0


@pytest.mark.parametrize(
    "text",
    [
        "curl: (22) The requested URL returned error: 403",
        "curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.19",
        "2. curl it to the server",
        "curl returns 403 for https://a.example/",
        "User-Agent: curl/8.5.0",
        "apt install curl wget",
        "curl -v",
        "curl -Uri https://a.example/ -Headers @{a=1}",
        "403 Forbidden",
        "",
    ],
)
def test_talk_about_curl_is_no_command(text: str) -> None:
    assert curl.likeness(text) == 0
    assert curl.find(text) is None
    with pytest.raises(UnreadableInput):
        curl.read(text, "-")


def test_a_command_alone_is_surer_than_one_with_an_answer() -> None:
    assert (
        curl.likeness("curl https://a.example/") >= 0.95 > curl.likeness("curl https://a.example/\nHTTP/1.1 403 No\n")
    )


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ('\n$ curl https://a.example/ \\\n  -d \'{"a": 1}', "line 3, column 6", "a single quote"),
        ('curl "https://a.example/', "line 1, column 6", "a double quote"),
        ("curl https://a.example/$(date", "line 1, column 24", "a substitution"),
        ("curl https://a.example/ -H $'x", "line 1, column 28", "quotation"),
    ],
)
def test_an_open_quote_is_named_with_its_place(text: str, where: str, what: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        curl.read(text, "paste")
    assert where in str(caught.value)
    assert what in str(caught.value)


def test_an_open_quote_before_an_answer_costs_only_the_rest_of_the_command() -> None:
    case = curl.read('curl https://a.example/ -d \'{"m": "it\'s"}\'\nHTTP/1.1 403 Forbidden\n', "-")
    assert case.exchanges[0].url == "https://a.example/"
    assert case.notes[0].text == "HTTP/1.1 403 Forbidden"
    assert any("is not closed" in remark for remark in case.remarks)


def test_nothing_is_dropped_in_silence() -> None:
    case = curl.read(
        "curl --unknown value --reques POST -% https://a.example/ stray -K my.conf -n -H @fields -b jar "
        "--header “X: 1” --expand-data '{{x}}' --request-target=/z -H novalue --no-header -d @body.json",
        "-",
    )
    said = "\n".join(case.remarks)
    for word in (
        "--unknown",
        "value",
        "--reques is ambiguous",
        "-%",
        "stray",
        "my.conf",
        "fields",
        "jar",
        "typographic",
    ):
        assert word in said
    for word in ("--netrc", "own variables", "equals sign", "-H novalue", "--no-header", "body.json"):
        assert word in said
    assert [exchange.url for exchange in case.exchanges] == ["https://a.example/"]
    assert case.exchanges[0].request is not None
    assert case.exchanges[0].request.body is None
    assert curl.read("curl -F novalue https://a.example/", "-").remarks == (
        "-F novalue has no = in it: curl refuses it",
    )
    assert "-I and -d" in curl.read("curl -I -d a https://a.example/", "-").remarks[0]
    assert "blank in the URL" in curl.read("curl 'https://a.example/a b'", "-").remarks[0]
    assert "needs -g" in curl.read("curl 'https://a.example/[x]'", "-").remarks[0]


def test_what_the_shell_does_with_the_line_is_said() -> None:
    case = curl.read("curl https://a.example/?a=1&b=2 && echo done | tee log", "-")
    assert case.exchanges[0].url == "https://a.example/?a=1"
    assert any("&" in remark and "ends the command" in remark for remark in case.remarks)
    assert any("b=2, tee" in remark for remark in case.remarks)


def test_variables_stay_and_are_named() -> None:
    case = curl.read('curl "https://$HOST/${ID}" -H "Authorization: Bearer $TOKEN" -H \'X: $literal\'', "-")
    request = case.exchanges[0].request
    assert request is not None
    assert request.headers is not None
    assert request.url == "https://$HOST/${ID}"
    assert request.headers.first("authorization") == "Bearer $TOKEN"
    names = [value for key, value in case.exchanges[0].facts if key == "variable"]
    assert names == ["$HOST", "${ID}", "$TOKEN"]


def test_options_say_how_it_is_sent() -> None:
    request = one(
        "curl -k -L --max-redirs 3 -x http://proxy.example:3128 -U a:b -E c.pem --key k.pem --resolve a:1:b --http2 "
        "--interface eth0 --unix-socket /s --digest -u u:p --no-alpn --compressed https://a.example/"
    )
    assert set(request.options) == {
        ("insecure", ""),
        ("follow", ""),
        ("max-redirs", "3"),
        ("proxy", "http://proxy.example:3128"),
        ("proxy-user", "a:b"),
        ("cert", "c.pem"),
        ("key", "k.pem"),
        ("resolve", "a:1:b"),
        ("interface", "eth0"),
        ("unix-socket", "/s"),
        ("auth", "digest"),
        ("user", "u:p"),
        ("no-alpn", ""),
        ("compressed", ""),
    }
    assert request.version == "HTTP/2"
    assert one("https_proxy=http://p.example:1 curl https://a.example/").options == (("proxy", "http://p.example:1"),)


def test_many_urls_are_counted_and_bounded() -> None:
    case = curl.read("curl 'https://a.example/[1-1000000]'", "-")
    assert len(case.exchanges) == 100
    assert any("1000000" in remark for remark in case.remarks)


def test_several_commands_keep_their_lines() -> None:
    case = curl.read("$ curl https://a.example/1\nno\n\n$ curl https://a.example/2\nyes\n", "-")
    assert [(exchange.index, exchange.fact("line")) for exchange in case.exchanges] == [(0, "1"), (1, "4")]
    assert [(note.line, note.text) for note in case.notes] == [(2, "no"), (5, "yes")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('curl ^"c d^" e^^f "a\\"b"', ["curl", "c d", "e^f", 'a"b']),
        ('curl "a\\\\" "b\\c" ""', ["curl", "a\\", "b\\c", ""]),
        ('curl "x""y" & del z', ["curl", 'x"y']),
        ('curl ^"{^\\^"a^\\^":1}^" > nul', ["curl", '{"a":1}']),
        ('curl ^"a^\n\nb^"', ["curl", "a\nb"]),
        ("curl ^\n  -X ^\n  PUT", ["curl", "-X", "PUT"]),
        ('curl "^{^\\^"a^\\^":1^}"', ["curl", '{"a":1}']),
        ('curl "%TOKEN%" 50%', ["curl", "%TOKEN%", "50%"]),
    ],
)
def test_words_of_cmd(line: str, words: list[str]) -> None:
    assert [word.text for word in windows.split(line, 0, len(line)).commands[0].words] == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('curl.exe \'it\'\'s\' "a`"b" "c""d" e`f', ["curl.exe", "it's", 'a"b', 'c"d', "e\f"]),
        ('curl.exe "$env:TOKEN ${x} $(a b)" $y', ["curl.exe", "$env:TOKEN ${x} $(a b)", "$y"]),
        ('curl.exe "$([char]233)$([char]0xd83d)$([char]0xde00)`u{e9}"', ["curl.exe", "é😀é"]),
        ("curl.exe `\n -X `\n PUT # more", ["curl.exe", "-X", "PUT"]),
        ("curl.exe @'\na'b\n'@ -I", ["curl.exe", "a'b", "-I"]),
        ("curl.exe a | more", ["curl.exe", "a"]),
    ],
)
def test_words_of_powershell(line: str, words: list[str]) -> None:
    assert [word.text for word in pwsh.split(line, 0, len(line)).commands[0].words] == words


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("20040911", "Sat, 11 Sep 2004 00:00:00 GMT"),
        ("12 Sep 2004 15:05:58 -0700", "Sun, 12 Sep 2004 22:05:58 GMT"),
        ("2020-01-02", None),
        ("a-file.txt", None),
        ("99 99 9999", None),
    ],
)
def test_dates(text: str, date: str | None) -> None:
    assert http_date(text) == date


def test_hosts() -> None:
    assert parse("http://0x7f.1/").host == "127.0.0.1"
    assert parse("http://[::1]:80/a").authority == "[::1]"
    assert parse("https://b\u00fccher.example/").host == "xn--bcher-kva.example"
    assert parse("ftp.a.example").scheme == "ftp"


def words_of(line: Line) -> list[str]:
    return [word.text for word in line.commands[0].words] if line.commands else []


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=1, max_size=8))
def test_words_quoted_by_shlex_come_back(words: list[str]) -> None:
    line = shlex.join(words)
    assert words_of(bash.split(line, 0, len(line))) == words


def quiet(text: str) -> Case | None:
    """Read a text; nothing but UnreadableInput may come of it."""
    assert 0 <= curl.likeness(text) <= 1
    curl.find(text)
    try:
        return curl.read(text, "-")
    except UnreadableInput:
        return None


PIECES = [
    "curl ",
    "curl.exe ",
    "https://a.example/",
    "-H ",
    "'",
    '"',
    "$'",
    "$(",
    "`",
    "\\\n",
    "^",
    '^"',
    "^\n",
    "`\n",
    "\n",
]
PIECES += [
    "-d ",
    "--data-urlencode ",
    "@",
    "-",
    "=",
    "{a,b}",
    "[1-3]",
    "[a-z:2]",
    "$X",
    "${X}",
    "|",
    "&",
    ";",
    "<<EOF\n",
    "EOF",
]
PIECES += [
    "> ",
    "< ",
    "<<<",
    "$ ",
    "PS> ",
    "C:\\>",
    "é",
    "\ud800",
    "\udc80",
    "\0",
    "\xa0",
    "-F ",
    "a=b;type=x",
    "=(",
    "=)",
]
PIECES += [
    "--next ",
    "-T ",
    "-z ",
    "1 Jan 2020",
    "-u ",
    "x:y@",
    "://",
    "#",
    "?",
    "%41",
    "%VAR%",
    "(",
    ")",
    "HTTP/1.1 403 no\n",
]


@settings(max_examples=400, deadline=1000)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=30).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    quiet(text)
    quiet("curl " + text)


@settings(max_examples=200, deadline=1000)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_every_splitter_ends(text: str) -> None:
    clean = text.replace("\ud800", "")
    for splitter in (bash.split, windows.split, pwsh.split):
        try:
            line = splitter(clean, 0, len(clean))
        except UnclosedError:
            continue
        assert 0 <= line.end <= len(clean)


START = "curl https://a.example/ "


@pytest.mark.parametrize(
    "text",
    [
        START + "-d '" + "a" * 1_000_000 + "'",
        START + '-d "' + 'a\\"' * 300_000 + '"',
        START + "-d $'" + "\\n" * 300_000 + "'",
        START + "-H 'a: b' " * 10_000,
        START + " ".join(f"--x{number} y" for number in range(10_000)),
        "curl " + " ".join(f"https://a.example/{number}" for number in range(10_000)),
        "curl https://a.example/" + "$A" * 100_000,
        "curl https://a.example/" + "../" * 200_000,
        "curl 'https://a.example/" + "{a,b}" * 100_000 + "'",
        "curl $(\n" * 10_000,
        "curl '\n" * 10_001,
        "curl x <<A " * 5_000,
        "`curl " * 50_000,
        'curl ^"' + '^\\^"' * 200_000 + '^"',
        "curl.exe `\n" + '-H "a: $b" `\n' * 10_000 + "https://a.example/",
        START + "-F 'a=" + ";" * 300_000 + "'",
        "curl " * 100_000,
    ],
    ids=lambda text: text[:30],
)
def test_large_inputs_stay_fast(text: str) -> None:
    begun = time.perf_counter()
    quiet(text)
    assert time.perf_counter() - begun < 60
