"""What why403 understands of a pasted curl command is what real curl sends for it, and what it writes of it sends the same.

More than 400 commands and every option that the installed curl lists; nothing differs in silence: what why403 cannot know
(a file's content, an answer to a challenge) it names.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import why403
from tests.readers.test_curl import COMMANDS, shape, target_of
from tests.readers.wire import Recorder, Wire
from tests.wire import play
from tests.wire.server import Sent, Server
from why403.readers import curl
from why403.readers.curl.options import OPTIONS

MORE = (Path(__file__).parent / "commands.txt").read_text("utf-8").rstrip("\n").split("\n%%\n")
DRAWN = re.compile(r'-{24}\w{16}|(?<=cnonce=")[^"]*|(?<=response=")[^"]*|[0-9a-f]{64}|\d{8}T\d{6}Z')
# what a remark says where the request cannot be known, or where curl sends none
NAMED = (
    "is not read",
    "its time is not known",
    "depends on a file",
    "not told apart",
    "curl refuses",
    "no option of curl",
    "read as Latin-1",
    "Content-Length said",
    "cannot be sent by curl",
    "percent-encodes what the variable holds",
    "is not set, nothing is put in its place",
)
APART = ("http2-prior-knowledge", "http3", "http3-only", "help", "manual", "version")  # no HTTP/1.1 comes of them


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as running:
        yield running


def named(remarks: tuple[str, ...]) -> bool:
    return any(words in remark for remark in remarks for words in NAMED)


def sent(wires: list[Wire]) -> list[tuple[str, str, str, tuple[tuple[str, str], ...], str]]:
    """Requests without what curl draws by lot or computes of the time."""
    return [
        (
            one.method,
            one.target,
            one.version,
            tuple((name, DRAWN.sub("DRAWN", value)) for name, value in one.headers),
            DRAWN.sub("DRAWN", one.body.decode("latin-1")),
        )
        for one in wires
    ]


def test_there_are_enough_commands() -> None:
    assert len(set(COMMANDS) | set(MORE)) >= 400
    text = "\n".join((*COMMANDS, *MORE))
    missing = [
        option.name
        for option in OPTIONS.values()
        if option.effect == "asks"
        and option.name not in (*APART, "ntlm-wb", "socks4", "socks4a")
        and not re.search(rf"(?<!\S)(?:--(?:no-)?{re.escape(option.name)}(?!\S)|-\w*{option.letter or '!!'})", text)
    ]
    assert not missing, "options that change a request and stand in no command"


@pytest.mark.parametrize("command", MORE)
def test_understood_as_curl_sends_it(recorder: Recorder, command: str) -> None:
    command = command.replace("@port@", str(recorder.port)).replace("@@", recorder.host)
    real = recorder.run(command)
    case = curl.read(command, "-")
    requests = [one.request for one in case.exchanges if one.request is not None]
    later = any(name in ("auth", "aws-sigv4") for one in requests for name, _ in one.options)
    if later:  # the requests before the server's challenge carry no body
        real = real[-len(requests) :]
    if [value for one in case.exchanges for key, value in one.facts if key == "variable"] or named(case.remarks):
        assert case.remarks  # what the command leaves open is said
        return
    assert len(real) == len(requests)
    for wire, ours in zip(real, requests, strict=True):
        assert ours.method is not None
        assert ours.headers is not None
        assert shape(ours.method, target_of(ours), ours.headers, ours.body or b"", unknown=False, signed=later) == (
            shape(wire.method, wire.target, wire.headers, wire.body, unknown=False, signed=later)
        )


@pytest.mark.parametrize("command", [*COMMANDS, *MORE])
def test_written_again_it_sends_the_same(recorder: Recorder, command: str) -> None:
    command = command.replace("@port@", str(recorder.port)).replace("@@", recorder.host)
    first = recorder.run(command)
    made = why403.convert(command)
    second = recorder.run(made.text)
    assert sent(first) == sent(second) or named(made.remarks), (made.text, made.remarks)


def test_every_option_of_the_installed_curl_is_understood(recorder: Recorder) -> None:
    """Each option alone, with the value 1 where it takes one: the request understood is the request sent."""
    listed = subprocess.run(["curl", "--help", "all"], capture_output=True, text=True, check=True).stdout
    options = re.findall(r"^ (?:-., |    )--(\S+)( [<\[])?", listed, re.MULTILINE)
    assert len(options) > 240
    tried = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, takes in options:
            if name in (*APART, "local-port"):  # a port of one's own is not free again at once
                continue
            command = f"curl -m 2 http://{recorder.host}/a --{name}{' 1' if takes else ''}"
            real = recorder.run(f"cd {folder}; {command} >/dev/null 2>&1 </dev/null")
            case = curl.read(command, "-")
            if not real or named(case.remarks):
                continue  # curl refuses the value, or the remark says what is open
            tried += 1
            (ours,) = (one.request for one in case.exchanges if one.index == 0)
            assert ours is not None
            assert ours.method is not None
            assert ours.headers is not None
            later = any(key in ("auth", "aws-sigv4") for key, _ in ours.options)
            assert shape(ours.method, target_of(ours), ours.headers, ours.body or b"", unknown=False, signed=later) == (
                shape(real[0].method, real[0].target, real[0].headers, real[0].body, unknown=False, signed=later)
            ), command
            assert sent(real) == sent(recorder.run(f"cd {folder}; {why403.convert(command).text}")), command
    assert tried > 150


@pytest.mark.parametrize(
    ("command", "url", "body"),
    [
        ("--variable a=b --expand-url https://x.example/{{a}}/c", "https://x.example/b/c", None),
        ("--variable a=' b c ' --expand-url 'https://x.example/{{a:trim:url}}'", "https://x.example/b%20c", None),
        (
            '--variable \'a="q"\' --expand-json \'{"x": "{{a:json}}"}\' https://x.example/',
            "https://x.example/",
            b'{"x": "\\"q\\""}',
        ),
        ("--variable a=b --expand-data '{{a:b64}}\\{{a}}' https://x.example/", "https://x.example/", b"Yg=={{a}}"),
        ("--variable a=Yg== --expand-data '{{a:64dec}}' https://x.example/", "https://x.example/", b"b"),
        ("--variable 'a[1-2]=xyzz' --expand-data '{{a}}' https://x.example/", "https://x.example/", b"yz"),
        ("--variable a=b --data '{{a}}' https://x.example/", "https://x.example/", b"{{a}}"),
        ("--variable %HOME --expand-url https://x.example/{{HOME}}", "https://x.example/{{HOME}}", None),
        ("--variable a@file --expand-data 'x={{a}}' https://x.example/", "https://x.example/", b"x={{a}}"),
    ],
)
def test_curls_own_variables(command: str, url: str, body: bytes | None) -> None:
    """As https://curl.se/docs/manpage.html#--variable has it; the installed curl may be older than they are."""
    case = curl.read(f"curl {command}", "-")
    request = case.exchanges[0].request
    assert request is not None
    assert (request.url, request.body) == (url, body)
    open_one = "%HOME" in command or "@file" in command
    assert any("is not read" in remark for remark in case.remarks) == open_one


@pytest.mark.parametrize("to", ["curl", "requests", "httpx", "httpie", "axios", "fetch-node"])
def test_a_file_is_given_by_its_name(to: str) -> None:
    """A body that is one whole file stays that file, for every client that can read one."""
    if (to in ("requests", "httpx", "httpie") and play.clients() is None) or (
        to == "axios" and play.axios_folder() is None
    ):
        pytest.skip("the client could not be installed: its registry is not at hand")
    with Server() as server, tempfile.NamedTemporaryFile(suffix=" it's.bin") as file:
        file.write(bytes(range(256)))
        file.flush()
        name = file.name.replace("'", "'\\''")
        for number, words in enumerate(
            ("--data-binary '@{}' -H 'Content-Type: a/b'", "-T '{}' -H 'Expect:' -A x", "--json '@{}' -X PUT")
        ):
            command = f"curl {words.format(name)} http://{server.host}/r{number}/a"
            made = why403.convert(command, to=to)
            said = play.PLAYERS[to]([made.data])
            (got,) = server.take().get(number, ()) or [Sent("", said, ())]
            assert (got.method, got.target, got.body) == (
                ("POST", "PUT", "PUT")[number],
                f"/r{number}/a",
                bytes(range(256)),
            ), made.text
            assert dict(got.fields).get("Content-Type") == ("a/b", None, "application/json")[number], made.text
            assert not any("is not told of" in remark for remark in made.remarks), made.remarks
