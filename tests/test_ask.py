"""`why403 curl ...` and `why403 URL`: one request, as it was written, and its answer explained."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.test_cli import why403

BODY = b'{"detail":"CSRF Failed: CSRF token missing."}'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, list[tuple[str, str]], bytes]] = []

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.seen.append((f"{self.command} {self.path}", list(self.headers.items()), self.rfile.read(length)))
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/refused")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    do_GET = do_POST = answer

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Handler.seen.clear()
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    running.server_close()
    thread.join()


def test_curl_is_run_once_as_it_was_written_and_its_answer_explained(server: str) -> None:
    done = why403(
        "curl",
        "--format",
        "json",
        "-sS",
        "-X",
        "POST",
        f"{server}/cart",
        "-H",
        "X-One: 1",
        "-H",
        "x-Two:  2",
        "-d",
        "item=7",
    )
    report = json.loads(done.stdout)
    first = report["refusals"][0]
    assert done.returncode == 0
    assert [(line, body) for line, _, body in Handler.seen] == [("POST /cart", b"item=7")]
    assert [pair for pair in Handler.seen[0][1] if pair[0].lower().startswith("x-")] == [("X-One", "1"), ("x-Two", "2")]
    assert (first["exchange"]["method"], first["exchange"]["url"], first["exchange"]["status"]) == (
        "POST",
        f"{server}/cart",
        403,
    )
    assert (first["findings"][0]["cause"], first["findings"][0]["product"]) == ("csrf-token-missing", "drf")


def test_an_output_file_of_the_command_is_still_written(server: str, tmp_path: object) -> None:
    path = f"{tmp_path}/answer.json"
    done = why403("curl", "--format", "json", "-o", path, f"{server}/a")
    assert done.returncode == 0
    with open(path, "rb") as file:
        assert file.read() == BODY


def test_a_redirect_is_followed_only_where_the_command_says_so(server: str) -> None:
    assert why403("curl", f"{server}/moved").returncode == 1
    assert [line for line, _, _ in Handler.seen] == ["GET /moved"]
    Handler.seen.clear()
    assert why403("curl", "-L", f"{server}/moved").returncode == 0
    assert [line for line, _, _ in Handler.seen] == ["GET /moved", "GET /refused"]


def test_curl_s_own_complaint_is_one_line_and_exit_status_2() -> None:
    done = why403("curl", "--no-such-option", "http://127.0.0.1:1/")
    assert (done.returncode, done.stderr.count(b"\n"), done.stdout) == (2, 1, b"")
    assert b"no-such-option" in done.stderr


def test_a_url_is_asked_once(server: str) -> None:
    done = why403("--format", "json", f"{server}/a?b=1")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert [line for line, _, _ in Handler.seen] == ["GET /a?b=1"]
    assert report["refusals"][0]["exchange"]["url"] == f"{server}/a?b=1"
    assert report["refusals"][0]["findings"][0]["product"] == "drf"


def test_a_url_s_redirect_is_not_followed(server: str) -> None:
    assert why403(f"{server}/moved").returncode == 1
    assert [line for line, _, _ in Handler.seen] == ["GET /moved"]


@pytest.mark.parametrize("url", ["http://", "https://[::1", "http://127.0.0.1:99999/"])
def test_what_is_no_url_is_one_line(url: str) -> None:
    done = why403(url)
    assert done.returncode in (2, 3)
    assert done.stderr.count(b"\n") <= 1
    assert b"Traceback" not in done.stderr
