"""The command line as its user meets it: text in, verdict, exit status and one clear line out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "src/why403/report.schema.json").read_text())
CSRF = b"Forbidden (CSRF cookie not set.): /items/"


def why403(*words: str, given: bytes = b"", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a user would, without a terminal."""
    command = [sys.executable, "-m", "why403", *words]
    return subprocess.run(command, input=given, capture_output=True, timeout=60, env={**os.environ, **(env or {})})


def verdict(*words: str, given: bytes = b"") -> dict[str, object]:
    done = why403("--format", "json", *words, given=given)
    report: dict[str, object] = json.loads(done.stdout)
    jsonschema.validate(report, SCHEMA)
    return report


def test_a_named_cause_is_exit_status_0() -> None:
    done = why403("--format", "json", "-", given=CSRF)
    report = json.loads(done.stdout)
    jsonschema.validate(report, SCHEMA)
    first = report["refusals"][0]["findings"][0]
    assert (done.returncode, first["cause"], first["product"], first["confidence"]) == (
        0,
        "csrf-cookie-missing",
        "django",
        "proven",
    )


def test_an_unknown_cause_is_exit_status_1_and_says_what_to_ask_next() -> None:
    done = why403("--format", "json", "-", given=b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n\r\nno\r\n")
    refusal = json.loads(done.stdout)["refusals"][0]
    assert done.returncode == 1
    assert [finding["cause"] for finding in refusal["findings"]] == ["unknown"]
    assert refusal["next"]


def test_nothing_refused_is_exit_status_1() -> None:
    done = why403(
        "-",
        given=b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nServer: cloudflare\r\nCF-RAY: 0123456789abcdef-FRA\r\n\r\nhello\r\n",
    )
    assert done.returncode == 1
    assert b"nothing here was refused" in done.stdout


def test_standard_input_is_the_default() -> None:
    assert why403(given=CSRF).returncode == 0


def test_explain_is_implied_and_may_be_written() -> None:
    plain = why403("--format", "json", "-", given=CSRF).stdout
    assert why403("explain", "--format", "json", "-", given=CSRF).stdout == plain


def test_the_text_itself_may_be_the_argument() -> None:
    assert why403(CSRF.decode()).returncode == 0


def test_more_evidence_settles_what_a_page_leaves_open(tmp_path: Path) -> None:
    """A bare 403 page tells nothing; the server's own log line beside it does."""
    kept = ROOT / "tests" / "recordings" / "nginx"
    page = json.loads((kept / "return-403.json").read_text())["refused"]["transcript"].encode()
    log = tmp_path / "error.log"
    log.write_text(json.loads((kept / "deny-all.json").read_text())["log"])
    assert why403("-", given=page).returncode == 1
    done = why403("--format", "json", "-", "--with", str(log), given=page)
    first = json.loads(done.stdout)["refusals"][0]["findings"][0]
    assert (first["cause"], first["product"], first["layer"]) == ("deny-rule", "nginx", "server")
    assert first["evidence"][0]["where"].startswith("error.log:")


@pytest.mark.parametrize("form", ["terminal", "json", "jsonl", "markdown", "html"])
def test_every_format_names_the_cause(form: str) -> None:
    assert b"csrf-cookie-missing" in why403("--format", form, "-", given=CSRF).stdout


def test_secrets_are_masked_unless_asked_for() -> None:
    token = "s3cr3t-" + "x" * 30
    command = f"curl https://api.shop.example/a -H 'Authorization: Bearer {token}' -H 'Cookie: sid={token}c'"
    pasted = f'{command}\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm="a"\n\n'.encode()
    for form in ("terminal", "json", "markdown", "html"):
        assert token.encode() not in why403("--format", form, "-", given=pasted).stdout
    assert token.encode() in why403("--show-secrets", "--format", "json", "-", given=pasted).stdout


def test_control_sequences_of_an_answer_do_not_reach_the_terminal() -> None:
    head = b"HTTP/1.1 403 Forbidden\r\nServer: \x1b]0;owned\x07\x1b[2Jnginx\r\nX-Deny: \xe2\x80\xae\r\n\r\n"
    hostile = head + b"Access denied \x1b[31m for you\r\n"
    for form in ("terminal", "markdown", "html"):
        out = why403("--format", form, "-", given=hostile).stdout
        assert b"\x1b" not in out
        assert b"\x07" not in out
        assert "\u202e".encode() not in out


BAD = {
    "empty": b"",
    "blank": b" \r\n\t\n",
    "binary": b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20,
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "zip": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_and_exit_status_2(name: str) -> None:
    done = why403("-", given=BAD[name])
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1
    assert done.stderr.startswith(b"why403: ")


@pytest.mark.parametrize(
    "words",
    [
        ["/no/such/file.har"],
        ["--now", "yesterday", "-"],
        ["causes", "csrf-cookie-mising"],
        ["products", "no-such-product"],
        ["status", "999"],
        ["-", "--with", "/no/such.log"],
        ["curl"],
        ["curl", "--format", "yaml", "https://a.example"],
    ],
)
def test_a_bad_call_is_one_line_and_exit_status_2(words: list[str]) -> None:
    done = why403(*words, given=CSRF)
    assert (done.returncode, done.stderr.count(b"\n"), done.stdout) == (2, 1, b"")


def test_a_near_miss_of_an_id_is_named() -> None:
    assert b"csrf-cookie-missing" in why403("causes", "csrf-cookie-mising").stderr


SOUND = {
    "a truncated JSON": b'{"error": {"code": 403, "message": "Forbidden", ',
    "a JSON that is no HAR": b'{"log": 3, "error": {"code": 403, "message": "Forbidden"}}',
    "nested too deeply": b"[" * 100_000 + b'"403 Forbidden"',
    "UTF-16 as PowerShell writes it": "HTTP Error 403: Forbidden (CSRF cookie not set.): /x".encode("utf-16"),
    "invalid UTF-8": b"HTTP/1.1 403 Forbidden\r\nServer: nginx\r\n\r\n\xff\xfe\xfa denied \x80\x81\r\n",
    "a token of a megabyte": b"HTTP/1.1 401 Unauthorized\r\n\r\n" + b"Authorization: Bearer eyJ" + b"A" * 1_000_000,
    "a line of five megabytes": b"403 Forbidden " + b"ab " * 1_700_000,
    "an open quote": b"curl -H 'Authorization: Bearer x https://api.shop.example/",
}


@pytest.mark.parametrize("name", SOUND)
def test_damaged_input_gets_an_answer_or_one_line(name: str) -> None:
    """Never a traceback: a report of what could be read, or one line that says what is wrong."""
    done = why403("-", given=SOUND[name])
    assert b"Traceback" not in done.stderr
    if done.returncode == 2:
        assert done.stderr.count(b"\n") == 1
    else:
        assert done.returncode in (0, 1)
        assert done.stderr == b""


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    """A gigabyte of text costs neither its size in memory nor the time to search it."""
    path = tmp_path / "huge.log"
    with path.open("wb") as file:
        file.write(CSRF + b"\n")
        file.truncate(1 << 30)
        file.seek(0, os.SEEK_END)
        file.write(b"\nend\n")
    done = why403("--format", "json", str(path))
    assert done.returncode in (0, 1, 2)
    assert b"Traceback" not in done.stderr


def test_a_closed_pipe_is_no_fault() -> None:
    command = f"{sys.executable} -m why403 causes | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60)
    assert done.stderr == b""


def test_the_catalogue_lists_every_cause() -> None:
    import tomllib

    register = tomllib.loads((ROOT / "src/why403/model/register.toml").read_text())
    out = why403("causes").stdout.decode()
    assert [cause for cause in register if cause not in out] == []
    for cause in register:
        page = why403("causes", cause)
        assert page.returncode == 0
        assert register[cause]["title"] in page.stdout.decode()


def test_status_pages_name_causes_of_the_register() -> None:
    import tomllib

    register = tomllib.loads((ROOT / "src/why403/model/register.toml").read_text())
    statuses = tomllib.loads((ROOT / "src/why403/causes/statuses.toml").read_text())
    assert {cause for row in statuses.values() for cause in row["causes"]} <= set(register)
    assert b"RFC 9110" in why403("status", "403").stdout


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_is_printed(shell: str) -> None:
    done = why403("completion", shell)
    assert done.returncode == 0
    assert b"explain" in done.stdout


def test_version_says_how_fresh_the_knowledge_is() -> None:
    assert why403("--version").stdout.count(b"knowledge of 20") == 1


def test_a_network_that_keeps_us_from_asking_is_exit_status_3() -> None:
    done = why403("http://127.0.0.1:1/")
    assert (done.returncode, done.stderr.count(b"\n"), done.stdout) == (3, 1, b"")
    done = why403("curl", "-sS", "http://127.0.0.1:1/")
    assert (done.returncode, done.stderr.count(b"\n"), done.stdout) == (3, 1, b"")
