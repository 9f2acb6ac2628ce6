"""`why403 token`: what goes in and what comes out, whole processes and the door's own rules."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import why403 as package
from why403.model import Why403Error
from why403.render import terminal
from why403.render import token as shown
from why403.tokens.carried import Carried, of_text
from why403.tokens.examine import examine

from .tokens.made import AT, CLAIMS, NOW, SECRET, b64, jwt, part, with_claims

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "src/why403/token.schema.json").read_text()))
SOUND = jwt()
NOW_WORD = "2026-11-20T10:00:00Z"


def why403(*words: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, "-m", "why403", "token", *words],
        input=given,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
        timeout=60,
    )


def answer(*words: str, given: bytes = b"", status: int = 0, **environment: str) -> dict[str, Any]:
    """What it says as JSON."""
    done = why403("--format", "json", "--now", NOW_WORD, *words, given=given, **environment)
    assert (done.returncode, done.stderr) == (status, b"")
    found: dict[str, Any] = json.loads(done.stdout)
    SCHEMA.validate(found)
    return found


def test_a_sound_token_is_shown_and_is_exit_status_0() -> None:
    found = answer(SOUND)
    assert (found["schema"], found["now"], found["sound"]) == ("why403.token/1", NOW_WORD, True)
    (one,) = found["tokens"]
    assert (one["kind"], one["title"]) == ("jwt", "JSON Web Token, signed (HS256)")
    assert (one["header"], one["claims"], one["faults"]) == ({"alg": "HS256", "typ": "JWT"}, CLAIMS, [])
    assert one["signature"] is None


def test_an_expired_token_is_exit_status_1_and_says_since_when() -> None:
    done = why403(with_claims(exp=AT - 11520, iat=AT - 20000), "--now", NOW_WORD)
    assert done.returncode == 1
    text = done.stdout.decode()
    assert "expired 3 h 12 min ago, at 2026-11-20 06:48:00Z  (RFC 7519, section 4.1.4)" in " ".join(
        text.split()
    ).replace("Z (", "Z  (")


def test_the_clock_is_read_where_no_time_is_given() -> None:
    done = why403(with_claims(exp=int(time.time()) - 90, iat=1))
    assert b"expired 1 min" in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        SOUND,
        f"Bearer {SOUND}",
        f"Authorization: Bearer {SOUND}",
        f"  authorization: bearer {SOUND}\r\n",
        f"Host: api.shop.example\nAuthorization: Bearer {SOUND}\nAccept: */*\n",
        f"> GET / HTTP/1.1\n> Host: api.shop.example\n> Authorization: Bearer {SOUND}\n>\n< HTTP/1.1 401 Unauthorized\n<\n",
        f"Cookie: theme=dark; access_token={SOUND}; lang=en",
        f"curl https://api.shop.example/a -H 'Authorization: Bearer {SOUND}'",
        f"curl 'https://api.shop.example/a?access_token={SOUND}'",
        f"-H 'Authorization: Bearer {SOUND}' \\",
        f"X-Api-Key: {SOUND}",
        json.dumps({"access_token": SOUND, "token_type": "Bearer", "expires_in": 600}),
        json.dumps({"AuthenticationResult": {"AccessToken": SOUND}}),
        f"GET /a HTTP/1.1\nHost: api.shop.example\nAuthorization: Bearer {SOUND}\n\n",
    ],
)
def test_the_token_is_taken_out_of_what_holds_it(text: str) -> None:
    found = answer("-", given=text.encode())
    assert [one["claims"] for one in found["tokens"]] == [CLAIMS]
    assert SOUND.rpartition(".")[2] not in json.dumps(found)


def har(*tokens: str) -> str:
    entries = [
        {
            "startedDateTime": "2026-11-20T09:55:00Z",
            "request": {"method": "GET", "url": f"https://api.shop.example/{at}", "headers": [
                {"name": "Authorization", "value": f"Bearer {token}"}]},
            "response": {"status": 401, "headers": [], "content": {}},
        }
        for at, token in enumerate(tokens)
    ]  # fmt: skip
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def test_every_token_of_a_recording_is_judged_at_the_time_it_was_sent(tmp_path: Path) -> None:
    path = tmp_path / "login.har"
    path.write_text(har(with_claims(exp=AT - 301, iat=AT - 900), with_claims(exp=AT - 299, iat=AT - 900), SOUND, SOUND))
    done = why403("--format", "json", str(path))
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert [[fault["name"] for fault in one["faults"]] for one in found["tokens"]] == [["expired"], [], []]
    assert found["tokens"][0]["at"] == "2026-11-20T09:55:00Z"
    assert found["tokens"][0]["where"] == "exchange[0].request.headers.authorization"
    later = answer(str(path), status=1)
    assert [[fault["name"] for fault in one["faults"]] for one in later["tokens"]] == [["expired"], ["expired"], []]


def test_the_signature_is_checked_with_a_secret_from_environment_or_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(SECRET + b"\n")
    assert (
        answer(SOUND, "--secret-env", "SHOP_SECRET", SHOP_SECRET=SECRET.decode())["tokens"][0]["signature"]["outcome"]
        == "sound"
    )
    assert answer(SOUND, "--secret", "env:SHOP_SECRET", SHOP_SECRET=SECRET.decode())["sound"]
    assert answer(SOUND, "--secret-file", str(path))["sound"]
    assert answer(SOUND, "--secret", str(path))["sound"]
    path.write_bytes(b"another-secret-of-thirty-two-bytes-or-more-too")
    assert answer(SOUND, "--secret-file", str(path), status=1)["tokens"][0]["signature"]["outcome"] == "unsound"


def test_a_secret_is_never_an_argument() -> None:
    done = why403(SOUND, "--secret", SECRET.decode())
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    assert SECRET not in done.stderr


def test_the_signature_is_checked_with_a_set_of_keys(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [{"kty": "oct", "kid": "one", "k": b64(SECRET)}]}))
    assert answer(jwt(None, {"alg": "HS256", "kid": "one"}), "--jwks", str(path))["sound"]
    refused = answer(jwt(None, {"alg": "HS256", "kid": "two"}), "--key", str(path), status=1)
    assert refused["tokens"][0]["signature"]["source"] == "RFC 7515, section 4.1.4"


def test_without_joserfc_one_line_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "joserfc.py").write_text("raise ImportError('not installed')\n")
    done = why403(SOUND, "--secret-env", "SHOP_SECRET", SHOP_SECRET="x" * 40, PYTHONPATH=f"{tmp_path}:{ROOT / 'src'}")
    assert (done.returncode, done.stdout) == (2, b"")
    assert (
        done.stderr.decode()
        == "why403: --key: checking a signature needs joserfc. Install it: pip install 'why403[tokens]'\n"
    )


def test_requirements_are_compared_and_missed_ones_are_exit_status_1(tmp_path: Path) -> None:
    assert answer(SOUND, "--against", "aud=https://api.shop.example")["sound"]
    found = answer(SOUND, "--against", "aud=https://api.shop.example/", "--against", "scope=orders:read", status=1)
    lacks = found["tokens"][0]["shortfalls"]
    assert [(lack["requirement"], lack["near"]) for lack in lacks] == [
        ("aud=https://api.shop.example/", "trailing-slash"),
        ("scope=orders:read", ""),
    ]
    path = tmp_path / "shop.toml"
    path.write_text('iss = "https://login.shop.example"\n')
    assert answer(SOUND, "--against", str(path), status=1)["tokens"][0]["shortfalls"][0]["near"] == "trailing-slash"


PERSONAL = with_claims(email="ann@shop.example", name="Ann Example", roles=["buyer"])


def test_claims_that_name_a_person_stay_unless_they_are_to_be_hidden() -> None:
    assert b"ann@shop.example" in why403(PERSONAL, "--now", NOW_WORD).stdout
    for form in ("terminal", "json"):
        hidden = why403(PERSONAL, "--now", NOW_WORD, "--mask-claims", "--format", form).stdout
        assert b"ann@shop.example" not in hidden
        assert b"Ann Example" not in hidden
        assert b"alice" not in hidden
        assert b"buyer" in hidden


def test_neither_token_nor_signature_nor_a_token_in_a_claim_is_shown() -> None:
    inner = "ghp_" + "1aB" * 12
    token = with_claims(upstream=inner, other=SOUND, note=f"use {inner}")
    for form in ("terminal", "json"):
        out = why403(token, "--now", NOW_WORD, "--format", form).stdout.decode()
        for secret in (token, token.rpartition(".")[2], inner, SOUND.rpartition(".")[2]):
            assert secret not in out


def test_hostile_claims_do_not_reach_the_terminal() -> None:
    token = with_claims(**{"na\x1b[2Jme": "\x1b]0;owned\x07\u202eevil", "sub": "a\x00b"})
    out = why403(token, "--now", NOW_WORD).stdout
    assert b"\x1b" not in out
    assert b"\x07" not in out
    assert "\u202e".encode() not in out
    assert b"\x00" not in out


def test_an_opaque_token_is_told_by_its_shape() -> None:
    found = answer("glpat-" + "x1" * 10)
    assert found["tokens"][0]["title"] == "GitLab: personal, project or group access token"
    assert {"name": "goes into", "value": "PRIVATE-TOKEN: <token>", "says": ""} in found["tokens"][0]["says"]


def test_what_nobody_knows_is_exit_status_1() -> None:
    found = answer("hello-there", status=1)
    assert found["tokens"][0]["kind"] == "unknown"


@pytest.mark.parametrize(
    "words",
    [
        [""],
        ["no-such-file.har"],
        [SOUND, "--now", "soon"],
        [SOUND, "--key", "/no/such/key.pem"],
        [SOUND, "--secret-env", "NO_SUCH_VARIABLE_HERE"],
        [SOUND, "--secret-env", "A", "--key", "b"],
        [SOUND, "--against", "colour=red"],
        [SOUND, "--against", "requirements.toml"],
        [SOUND, "--key", "pyproject.toml"],
    ],
)
def test_a_bad_call_is_one_line_and_exit_status_2(words: list[str]) -> None:
    done = why403(*words)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    assert done.stderr.startswith(b"why403: ")


def test_python_asks_the_same() -> None:
    found = package.token(f"Bearer {SOUND}", now=NOW, secret=SECRET, against={"aud": "https://api.shop.example"})
    assert found.sound
    assert found.tokens[0].verdict is not None
    assert found.to_dict() == json.loads(json.dumps(found.to_dict()))
    assert "JSON Web Token" in str(found)
    assert repr(found) == "<why403.Tokens: 1, sound>"
    lacking = package.token(SOUND, now=NOW, against=["aud=x"])
    assert not lacking.sound
    with pytest.raises(Why403Error):
        package.token(SOUND, secret="x", key="y")
    exchange = package.Exchange(
        package.Request("GET", "https://a.example", package.Headers([("Authorization", f"Bearer {SOUND}")]))
    )
    assert package.token(exchange, now=NOW).tokens[0].reading.claims == CLAIMS


HEAVY = (
    "joserfc",
    "cryptography",
    "tomllib",
    "rich",
    "why403.readers.har",
    "hashlib",
    "urllib",
    "xml",
)


def test_a_token_costs_no_heavy_import() -> None:
    """What keeps the whole process within its 100 ms: nothing is imported that this token does not need."""
    code = (
        f"import sys\nfrom why403.cli.main import dispatch\ndispatch(['token', {SOUND!r}])\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        timeout=60,
    )
    assert done.stderr.decode().strip() == "[]"


def everything(text: str) -> str:
    """All that the verb does with a text, in one process, in both formats."""
    carried = of_text(text)
    items = [(item, None) for item in carried] if carried is not None else [(Carried("input", text), None)]
    found = examine("input", items, NOW)
    if len(text) < 200:
        SCHEMA.validate(shown.data(found))
    return terminal.text(shown.lines(found)) + shown.as_json(found)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from([
    "iss", "sub", "aud", "exp", "nbf", "iat", "scope", "roles", "cnf", "typ", "realm_access", "resource_access", "_claim_names",
    "authorization", "authorization_details", "app_metadata", "data",
]) | st.text(max_size=8)  # fmt: skip
PARAMETERS = st.sampled_from(
    ["alg", "kid", "crit", "jwk", "jku", "x5t", "typ", "cty", "zip", "enc", "b64", "p2c"]
) | st.text(max_size=6)


@given(
    st.dictionaries(PARAMETERS, JSON, max_size=6),
    st.dictionaries(NAMES, JSON, max_size=8) | JSON,
    st.binary(max_size=80),
)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_header_and_claims_get_an_answer(header: dict[str, Any], claims: Any, signature: bytes) -> None:
    assert everything(f"{part(header)}.{part(claims)}.{b64(signature)}")


WORDS = (
    SOUND, "Bearer ", "Basic ", "Authorization: ", "Cookie: ", "a=", "; ", '"', "'", "\n", "\r", " ", "%2E", "eyJ", "eyJ9.", ".", "==",
    "{", "}", '{"access_token":"', "ghp_", "xoxb-1-2-", "CfDJ8", "s:", "--", "gAAAAA", "PHNhbW", "<saml", "AKIA", "\\", "\x00",
    "\x1b[", "undefined", "\ud800", "\u202e", "curl ", "HTTP/1.1 401 x\n",
)  # fmt: skip
PIECES = st.sampled_from(WORDS)


@given(st.lists(PIECES | st.text(max_size=12), max_size=12).map("".join))
@example("")
@example("." * 5000)
@example("eyJ" + "[" * 20000)
@settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_gets_an_answer(text: str) -> None:
    assert everything(text)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_in_base64_get_an_answer(data: bytes) -> None:
    assert everything(base64.b64encode(data).decode())


MEGABYTE = {
    "letters": "A" * 1_000_000,
    "a token of many claims": with_claims(groups=["x" * 50] * 15_000),
    "a header without end": "eyJ" + "A" * 1_000_000 + ".e30.",
    "dots": "." * 1_000_000,
    "Bearer": "Bearer " * 140_000,
    "quotes": '"' * 1_000_000,
    "percent signs": "%22" * 330_000,
    "base64 of base64": "ZXlK" * 250_000,
    "hexadecimal": "65794a" * 160_000,
    "spaces": "eyJ " * 250_000,
    "nested lists": jwt({"a": json.loads("[" * 900 + "]" * 900)}),
    "lines": "Authorization: x\n" * 60_000,
    "cookies": "Cookie: " + "a=eyJ; " * 140_000,
    "XML": "<saml:Assertion>" * 60_000,
    "base64 XML": base64.b64encode(b"<saml:Assertion>" * 45_000).decode(),
    "dashes": "a--" * 330_000,
    "colons": "s:" * 500_000,
    "JSON": '{"access_token": "' + "A" * 1_000_000 + '"}',
}


@pytest.mark.parametrize("name", MEGABYTE)
def test_a_megabyte_is_answered_in_bounded_time(name: str) -> None:
    begin = time.perf_counter()
    assert everything(MEGABYTE[name])
    assert time.perf_counter() - begin < 60


@pytest.mark.parametrize("name", ["letters", "a token of many claims", "dots", "lines"])
def test_a_megabyte_from_standard_input_is_no_traceback(name: str) -> None:
    done = why403("-", given=MEGABYTE[name].encode())
    assert b"Traceback" not in done.stderr
    assert done.returncode in (1, 2)
