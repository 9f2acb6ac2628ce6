"""`why403 probe` and `why403 diff --live`: consent, forms, recordings, exit statuses, whole answers."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest

from tests.probes.test_send import OK, Raw, raw
from tests.test_cli import why403 as run

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "src/why403/probe.schema.json").read_text())
TOKEN = "example-token-of-ann-0123456789"


class Done(NamedTuple):
    """What a run left."""

    status: int
    out: str
    err: str


def why403(*words: str, env: dict[str, str] | None = None) -> Done:
    """Run the program as a user would, without a terminal."""
    done = run(*words, env=env)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def guarded(server: Raw, connection: socket.socket) -> None:
    """401 without the token."""
    if f"authorization: bearer {TOKEN}".encode() in server.got[-1].lower():
        connection.sendall(OK)
    else:
        connection.sendall(
            b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nX-Request-Id: example-7\r\n"
            b"Content-Length: 2\r\nConnection: close\r\n\r\nno"
        )


def refusing(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")


@pytest.fixture
def shop() -> Iterator[Raw]:
    """A server that wants a token."""
    with raw(lambda connection: guarded(server, connection)) as server:
        yield server


class TestProbe:
    """The verb."""

    def test_the_whole_answer(self, shop: Raw) -> None:
        done = why403("probe", f"curl {shop.url}", "--token", TOKEN, "--pause", "0")
        assert done.status == 0
        told = re.sub(rf"127\.0\.0\.1:{shop.port}", "shop.example", done.out)
        told = re.sub(r"Bearer [^'\n]+'", "Bearer <masked>'", told)
        assert (
            told
            == """\
a changed request is let through
  Let through with it as Authorization: Bearer

  No credential arrived  credentials-missing, app  [proven]

what was asked
   1. 401  the refused request as it was  GET http://shop.example/a
      Still refused: 401
   2. 200  the same with it as Authorization: Bearer  GET http://shop.example/a
      Let through
   3. 401  the refused request once more: is it still refused?  GET http://shop.example/a
      Still refused: 401

the proof: 3 and 2 differ in this alone: with it as Authorization: Bearer

let through
      curl http://shop.example/a -H 'Authorization: Bearer <masked>'
"""
        )
        assert TOKEN not in done.out

    def test_json_and_a_recording(self, shop: Raw, tmp_path: Path) -> None:
        kept = tmp_path / "probe.har"
        asked = ("probe", f"curl {shop.url}", "--pause", "0", "--format", "json", "--record", str(kept))
        done = why403(*asked, "--token", "env:EXAMPLE_TOKEN", env={**os.environ, "EXAMPLE_TOKEN": TOKEN})
        data = json.loads(done.out)
        jsonschema.validate(data, SCHEMA)
        jsonschema.validate(data["report"], json.loads((ROOT / "src/why403/report.schema.json").read_text()))
        assert (data["outcome"], data["differ"], data["changes"]) == (
            "mended",
            [2, 1],
            ["with it as Authorization: Bearer"],
        )
        assert data["asked"][0]["connection"] == {"remote": "127.0.0.1"}
        recording = json.loads(kept.read_text())
        assert [entry["comment"] for entry in recording["log"]["entries"]] == [
            "the refused request as it was: Still refused: 401",
            "the same with it as Authorization: Bearer: Let through",
            "the refused request once more: is it still refused?: Still refused: 401",
        ]
        assert TOKEN not in done.out + kept.read_text()
        assert list(tmp_path.iterdir()) == [kept]

    def test_a_plan_sends_nothing(self, shop: Raw) -> None:
        done = why403("probe", f"curl {shop.url} -d a=1\n\nHTTP/1.1 403 Forbidden\n\nno", "--dry-run", "--token", TOKEN)
        assert done.status == 0
        assert done.out.startswith(
            "Nothing was sent. In this order, as long as nothing is let through:\n\n  1. the same with the credential"
        )
        assert "(2 requests)" in done.out
        assert shop.got == []

    def test_nothing_unsafe_goes_out_unasked(self, shop: Raw) -> None:
        command = f"curl {shop.url} -d item=7"
        done = why403("probe", command)
        assert "POST may change something: allow it with --allow-unsafe" in done.out
        asked = why403("probe", command, "--allow-unsafe")
        assert asked.status == 2
        assert (
            f"This will be sent, changed and unchanged, up to 12 times:\n\ncurl {shop.url} --data-raw item=7"
            in asked.err
        )
        assert asked.err.endswith(
            "why403: --allow-unsafe: nobody is there to agree. Add --yes once you know what it does\n"
        )
        assert shop.got == []
        assert why403("probe", command, "--allow-unsafe", "--yes", "--token", TOKEN, "--pause", "0").status == 0
        assert shop.got[0].startswith(b"POST /a HTTP/1.1\r\n")

    @pytest.mark.parametrize(("more", "line"), [
        (("--header", "X-Forwarded-For: 127.0.0.1"), "X-Forwarded-For tells the server who or where somebody is: it is not forged here"),
        (("--header", "nothing"), "--header: 'nothing' is no header"),
        (("--budget", "0"), "--budget: 0 is no budget"),
        (("--pause", "-1"), "--pause: -1.0 is no pause"),
        (("--timeout", "0"), "--timeout: 0.0 is no time"),
        (("--resolve", "nowhere"), "--resolve: 'nowhere' names no address"),
        (("--token", "env:NOT_SET_HERE"), "--token: NOT_SET_HERE is not set"),
        (("--token", "@/nowhere/token"), "/nowhere/token: No such file"),
        (("--cacert", "/nowhere/ca.pem"), "the certificate cannot be used"),
        (("--cert", "/nowhere/cert.pem"), ""),
    ])  # fmt: skip
    def test_what_is_wrong_with_the_call(self, more: tuple[str, ...], line: str) -> None:
        done = why403("probe", "curl http://127.0.0.1:1/", *more)
        assert done.status == (3 if not line else 2)
        assert line in done.err
        assert done.err.count("\n") == 1

    def test_no_request_and_nobody_there(self) -> None:
        done = why403("probe", "HTTP/1.1 403 Forbidden\n\nno")
        assert (done.status, "no request with a whole URL" in done.err) == (2, True)
        done = why403("probe", "curl http://127.0.0.1:1/")
        assert (done.status, done.out) == (3, "")
        assert done.err.startswith("why403: http://127.0.0.1:1/: ")

    def test_an_interrupt_tells_what_was_learned(self) -> None:
        with raw(refusing) as server:
            command = [sys.executable, "-m", "why403", "probe", f"curl {server.url}", "--pause", "30"]
            environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
            with subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
            ) as process:
                end = time.monotonic() + 20
                while not server.got and time.monotonic() < end:
                    time.sleep(0.05)
                time.sleep(0.5)
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=20)
        assert process.returncode == 130
        assert out.startswith("interrupted\n  Interrupted: this was learned so far\n")
        assert "1. 403  the refused request as it was" in out
        assert err == ""

    def test_control_sequences_of_the_answer_are_harmless(self) -> None:
        answer = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nX-A: \x1b]0;owned\x07\r\nConnection: close\r\n\r\n\x1b[2Jowned!"
        with raw(answer) as server:
            done = why403("probe", f"curl {server.url}", "--pause", "0")
        assert "\x1b" not in done.out + done.err


class TestDiff:
    """`why403 diff --live`."""

    def test_the_whole_answer(self) -> None:
        def answer(connection: socket.socket) -> None:
            (connection.sendall(OK) if b"X-Tenant: 17" in server.got[-1] else refusing(connection))

        with raw(answer) as server:
            done = why403(
                "diff",
                f"curl {server.url} -H 'X-Tenant: 17' -H 'X-Other: 1'",
                f"curl {server.url} -H 'X-Tenant: 18'",
                "--live",
                "--pause",
                "0",
            )
        assert done.status == 1
        assert "  Let through with the working X-Tenant\n" in done.out
        assert re.search(r"let through\n      curl http://127\.0\.0\.1:\d+/a -H 'X-Tenant: 17'\n$", done.out)

    def test_two_origins_are_not_tried(self) -> None:
        done = why403("diff", "curl https://a.example/", "curl https://b.example/", "--live")
        assert done.status == 2
        assert (
            done.err
            == "why403: --live: the requests go to https://a.example and https://b.example. Only two of one origin are tried\n"
        )

    def test_nothing_unsafe_goes_out_unasked(self) -> None:
        with raw(refusing) as server:
            done = why403("diff", f"curl {server.url} -d a=1", f"curl {server.url} -d a=2", "--live")
            assert "POST may change something" in done.out
            assert server.got == []
