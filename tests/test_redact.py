"""`why403 redact`: the verb as it is called, and every recording explained before and after."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import why403
from why403.cli.redact import summary
from why403.engine.redaction import Redaction, redaction
from why403.model import Why403Error
from why403.writers.redact import Left, Wishes
from why403.writers.redact.ledger import Ledger
from why403.writers.redact.sweep import Sweep

KEPT = Path(__file__).parent / "recordings"
RECORDINGS = sorted(KEPT.glob("*/*.json"))
KEY = b"a key of these tests, 32 bytes.."
FORMS = ("transcript", "http", "har", "log")
CURL = """curl https://api.shop.example/v1/orders -H 'Authorization: Bearer example-token-1' -u 'ann:hunter2-x'

HTTP/1.1 401 Unauthorized
WWW-Authenticate: Bearer error="invalid_token"

"""


def call(*words: str, given: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The verb in a process of its own."""
    command = [sys.executable, "-m", "why403", "redact", *words]
    room = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        command, input=given, capture_output=True, text=True, cwd=cwd, env=room, timeout=60, check=False
    )


def recorded(path: Path, form: str) -> bytes | None:
    """A recording in one of the forms in which it is pasted; None where it has no such form."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if "har" in data:
        return json.dumps(data["har"]).encode()
    if form == "har":
        creator = {"name": "lab", "version": "1"}
        return json.dumps({"log": {"version": "1.2", "creator": creator, "entries": [data["refused"]["har"]]}}).encode()
    if form == "log":
        return f"{data['refused']['transcript']}\n{data['log']}".encode() if "log" in data else None
    text: str = data["refused"][form]
    return text.encode()


@pytest.mark.parametrize("folder", sorted({path.parent.name for path in RECORDINGS}))
def test_every_recording_explains_the_same(folder: str) -> None:
    """Each in one form, which one changes from recording to recording; the test of the recordings explains all of them."""
    changed = []
    for at, path in enumerate(RECORDINGS):
        if path.parent.name != folder:
            continue
        data = recorded(path, FORMS[at % 4]) or recorded(path, FORMS[at % 3]) or b""
        done = redaction(data, "x", KEY, Wishes())
        if not done.same:
            changed.append((path.name, FORMS[at % 4], done.before, done.after))
    assert changed == []


def test_the_copy_goes_to_standard_output_and_the_summary_to_standard_error() -> None:
    done = call("-", given=CURL)
    assert done.returncode == 0
    assert "example-token-1" not in done.stdout
    assert "hunter2" not in done.stdout
    assert done.stdout.splitlines()[2:] == CURL.splitlines()[2:]
    assert done.stdout.startswith("curl https://api.shop.example/v1/orders -H 'Authorization: Bearer why403-token-")
    lines = done.stderr.splitlines()
    assert lines[0] == "removed:"
    assert lines[1:3] == ["  passwords: 1 in 1 place", "  tokens: 1 in 1 place"]
    assert lines[-1].startswith("proof: the copy explains the same (")


def test_the_summary_as_json() -> None:
    done = call("-", "--format", "json", given=CURL)
    said = json.loads(done.stderr)
    assert said["schema"] == "why403.redaction/1"
    assert said["removed"] == {"password": {"values": 1, "places": 1}, "token": {"values": 1, "places": 1}}
    assert said["proof"]["same"] is True
    assert said["proof"]["before"] == said["proof"]["after"] != []


def test_each_run_has_a_key_of_its_own() -> None:
    """A weak password is not found again by hashing guesses: the same one looks different in every run."""
    assert call("-", given=CURL).stdout != call("-", given=CURL).stdout


def test_a_file_is_written_whole_and_never_over_the_input(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text(CURL)
    done = call("in.txt", "-o", "out.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "hunter2" not in (tmp_path / "out.txt").read_text()
    (tmp_path / "link.txt").symlink_to("in.txt")
    for target in ("in.txt", "./in.txt", "link.txt"):
        done = call("in.txt", "-o", target, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.startswith("why403: ")
        assert "over the input" in done.stderr
    assert (tmp_path / "in.txt").read_text() == CURL
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.txt", "link.txt", "out.txt"]


@pytest.mark.parametrize(
    ("words", "given", "says"),
    [
        (("no-such.har",), "", "there is no such file"),
        ((".",), "", "folder"),
        (("-",), "", "empty"),
        (("-", "-o", "."), CURL, "folder"),
        (("-", "-o", "missing/out.txt"), CURL, "No such file"),
        (("-", "--now", "noon"), CURL, "no time"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(words: tuple[str, ...], given: str, says: str, tmp_path: Path) -> None:
    done = call(*words, given=given, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(Why403Error, match="binary"):
        redaction(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "x.png", KEY, Wishes())


def test_what_is_left_is_told_by_its_place_never_by_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the second look to miss one, there would be no copy."""
    monkeypatch.setattr(Sweep, "clean", lambda self, text: text)
    secret = "q7" + "Ab3" * 6
    text = f"> GET / HTTP/1.1\n> Authorization: Bearer {secret}\n> \n< HTTP/1.1 401 Unauthorized\n< \nno {secret}\n"
    with pytest.raises(Left) as caught:
        redaction(text.encode(), "x.txt", KEY, Wishes())
    assert str(caught.value).startswith("x.txt: a removed value is left at line 6")
    assert secret not in str(caught.value)
    entry = {
        "request": {"url": "https://a.example/", "headers": [{"name": "Authorization", "value": f"Bearer {secret}"}]},
        "response": {"status": 401},
        "comment": secret,
    }
    with pytest.raises(Left, match="part 0"):
        redaction(json.dumps({"log": {"entries": [entry]}}).encode(), "x.har", KEY, Wishes())


def test_a_damaged_har_is_redacted_as_text() -> None:
    secret = "q7" + "Ab3" * 6
    entry = json.dumps(
        {
            "request": {"method": "GET", "url": f"https://a.example/?access_token={secret}", "headers": []},
            "response": {"status": 403, "headers": []},
        }
    )
    for data in (
        f'{{"log": {{"entries": [{entry}, {entry[:-40]}',
        f'{{"log": {{"entries": [{entry}, NaN]}}}}',
        f'{{"log": {{"entries": [{entry}, "\\ud800"]}}}}',
    ):
        done = redaction(data.encode(), "x.har", KEY, Wishes())
        assert secret.encode() not in done.data
        assert done.before == done.after != ()


def test_other_shapes_of_a_har() -> None:
    secret = "q7" + "Ab3" * 6
    entry = {
        "request": {"method": "GET", "url": "https://a.example/", "headers": [{"name": "X-Api-Key", "value": secret}]},
        "response": {"status": 403, "headers": []},
    }
    for shape in (
        entry,
        {"entries": [entry]},
        [entry, entry],
        [{"log": {"entries": [entry]}}],
        {"log": {"entries": [entry], "pages": [{"title": f"https://a.example/?token={secret}"}]}},
    ):
        done = redaction(json.dumps(shape).encode(), "x.har", KEY, Wishes())
        assert secret.encode() not in done.data
        assert done.before == done.after != ()
        assert type(json.loads(done.data)) is type(shape)


def test_an_entry_without_secrets_stays_byte_for_byte() -> None:
    entry = (
        b'{ "request": {"method": "GET",  "url": "https://a.example/a?page=1.50",\n "headers": []}, "response": {"status": 403.0, '
        b'"content": {"text": "Forbidden \\u00e4 \\/"}}, "time": 1.10 }'
    )
    data = b'{"log": {"version": "1.2", "entries": [' + entry + b"]}}"
    assert entry in redaction(data, "x.har", KEY, Wishes()).data


def test_a_binary_body_stays_and_one_that_cannot_be_looked_into_goes() -> None:
    import base64
    import gzip

    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256))).decode()
    broken = base64.b64encode(gzip.compress(b'{"password": "q7-secret-x"}')[:-9]).decode()
    entries = [
        {
            "request": {"url": "https://a.example/", "headers": []},
            "response": {
                "status": 403,
                "content": {"size": 9, "mimeType": "image/png", "encoding": "base64", "text": text},
            },
        }
        for text in (picture, broken)
    ]
    done = json.loads(redaction(json.dumps({"log": {"entries": entries}}).encode(), "x.har", KEY, Wishes()).data)
    contents = [entry["response"]["content"] for entry in done["log"]["entries"]]
    assert contents[0]["text"] == picture
    assert "text" not in contents[1]
    assert "bytes that could not be looked into were left out" in contents[1]["comment"]


def test_a_change_of_the_verdict_is_said() -> None:
    done = Redaction(b"", {"token": (1, 2)}, 1, ("proven token-expired in app",), ("likely token-invalid in app",))
    assert summary(done).splitlines() == [
        "removed:",
        "  tokens: 1 in 2 places",
        "  1 of these are too short or too plain a word to be looked for elsewhere: they were removed where they are named",
        "CHANGED: the copy explains something else",
        "  before: proven token-expired in app",
        "  after:  likely token-invalid in app",
    ]


def test_from_python(tmp_path: Path) -> None:
    path = tmp_path / "in.txt"
    path.write_text(CURL)
    for given in (CURL, CURL.encode(), path, str(path)):
        done = why403.redact(given)
        assert b"hunter2" not in done.data
        assert done.same
        assert done.removed == {"password": (1, 1), "token": (1, 1)}


def test_two_secrets_never_share_a_placeholder() -> None:
    """Six letters are too few for ten thousand secrets by chance: the ledger sees to it."""
    ledger = Ledger(KEY)
    marks = {ledger.write(f"q7secret{number}", "token") for number in range(10_000)}
    assert len(marks) == 10_000


def test_thousands_of_secrets_take_no_longer_than_their_text() -> None:
    """One automaton, not a search per secret: ten times the entries, about ten times the time."""
    import time

    def seconds(count: int) -> float:
        entries = [
            {
                "request": {
                    "url": "https://a.example/",
                    "headers": [{"name": "X-Api-Key", "value": f"q7{number:020x}"}],
                },
                "response": {"status": 200},
            }
            for number in range(count)
        ]
        data = json.dumps({"log": {"entries": entries}}).encode()
        begun = time.process_time()
        redaction(data, "x.har", KEY, Wishes())
        return time.process_time() - begun

    seconds(100)
    assert seconds(5_000) < 60  # were it quadratic, it would take many minutes


@pytest.mark.parametrize(
    "piece",
    [
        "password=",
        "authorization: Bearer '",
        "-----BEGIN PRIVATE KEY-----",
        "password:\\\\",
        '{"a":',
        "token: ",
        " -u ",
        "&x=",
        "'\\''",
        "<input ",
        "eyJa.",
    ],
)
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    import time

    def seconds(size: int) -> float:
        begun = time.process_time()
        redaction((piece * (size // len(piece))).encode(), "x.txt", KEY, Wishes())
        return time.process_time() - begun

    seconds(1_000)
    assert seconds(160_000) < 60  # were it quadratic, it would take many minutes
