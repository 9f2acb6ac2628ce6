"""`why403 sign` as its user meets it: texts in, the part by name, exit status, and never the secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import why403
from why403.model import Headers, Request
from why403.readers.choose import read_bytes
from why403.rules.sigv4 import Credentials, diagnose

from .sigv4.test_faults import ON_THE_WAY, raw
from .sigv4.world import AT, KEY, PLANS, SECRET, TOKEN, answer, signed

ROOT = Path(__file__).parent.parent
LINK = (
    "https://shop.s3.eu-west-1.amazonaws.com/report.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    f"&X-Amz-Credential={KEY}%2F20261120%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20261120T100000Z&X-Amz-Expires=900"
    f"&X-Amz-SignedHeaders=host&X-Amz-Signature={'0123456789abcdef' * 4}"
)
KEYS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": ""}
NOBODY = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "", "WHY403_SECRET": ""}


def sign(*words: str, given: str = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "why403", "sign", *words]
    environment = {**os.environ, **NOBODY, **(env or {})}
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, env=environment)


def told(*words: str, given: str = "", env: dict[str, str] | None = None) -> dict[str, object]:
    done = sign(*words, "--format", "json", given=given, env=env)
    assert done.stderr == ""
    found: dict[str, object] = json.loads(done.stdout)
    return found


def part(found: dict[str, object]) -> str | None:
    faults = found["faults"]
    assert isinstance(faults, list)
    return faults[0]["part"] if faults else None


HOST = next(broken for broken in ON_THE_WAY if broken.name == "an object: Host of the upstream")
QUERY = next(broken for broken in ON_THE_WAY if broken.name == "a gateway: a campaign's parameter added")


@pytest.mark.parametrize(("broken", "named"), [(HOST, "header:host"), (QUERY, "query")])
def test_the_part_that_was_changed_on_the_way_is_named(broken: object, named: str) -> None:
    text = raw(broken)  # type: ignore[arg-type]
    done = sign("-", given=text)
    assert (done.returncode, done.stderr) == (1, "")
    assert f"✗ {named}  [proven]" in done.stdout
    assert "≠" in done.stdout
    assert part(told("-", given=text)) == named


def test_the_answer_may_be_a_file_beside_a_command(tmp_path: Path) -> None:
    plan = PLANS[2]
    sent = signed(plan)
    fields = " ".join(f"-H '{name}: {value}'" for name, value in sent.headers or () if name != "Content-Length")
    command = f"curl -X PUT '{sent.url}' {fields} -d '{plan.body.decode()}'"
    error = tmp_path / "error.xml"
    error.write_text(answer(plan, sent._replace(url=(sent.url or "").replace("//x", "/x"))))
    found = told(command, "--with", str(error))
    assert part(found) == "path"
    error.write_text(answer(plan, sent))
    assert part(told(command, "--with", str(error))) == "key"


def test_a_signers_log_is_compared_with_what_the_server_computed() -> None:
    """botocore's debug log shows what was signed: another Content-Type than the one that was sent."""
    plan = PLANS[5]
    sent = signed(plan)
    log = f"DEBUG botocore.auth: CanonicalRequest:\n{diagnosed_text(sent, plan.service)}\n"
    log = log.replace("content-type:application/json", "content-type:text/plain")
    found = why403.sign(raw(HOST._replace(shown=sent, answer=answer(plan, sent))) + "\n\n" + log)
    assert found.part == "header:content-type"
    alone = why403.sign(raw(HOST._replace(shown=sent, answer="{}")) + "\n\n" + log)
    assert alone.part == "header:content-type"


@pytest.mark.parametrize(("old", "new", "named"), [("limit=10", "limit=11", "query"), ("", "", "key")])
def test_a_debug_log_alone_is_enough(old: str, new: str, named: str) -> None:
    """What `aws --debug` prints: the canonical request that was signed, and the answer's body as Python writes bytes."""
    plan = PLANS[2]._replace(url="https://shop.s3.eu-west-1.amazonaws.com/x.json?limit=10")
    sent = signed(plan)
    log = (
        f"2026-11-20 10:00:00,000 - MainThread - botocore.auth - DEBUG - CanonicalRequest:\n{diagnosed_text(sent, 's3')}\n"
        f"2026-11-20 10:00:01,000 - MainThread - botocore.parsers - DEBUG - Response body:\n"
        f"{answer(plan, sent._replace(url=(sent.url or '').replace(old, new))).encode()!r}\n"
    )
    found = why403.sign(log)
    assert (found.part, found.sound) == (named, None)
    assert "the signer's log" in str(found)


def test_a_token_in_a_log_is_masked() -> None:
    plan = PLANS[3]
    sent = signed(plan)
    log = f"DEBUG - CanonicalRequest:\n{diagnosed_text(sent, 's3')}\nDEBUG - Response body:\n{answer(plan, sent)}\n"
    assert TOKEN not in str(why403.sign(log))
    assert TOKEN in str(why403.sign(log, show_secrets=True))


def diagnosed_text(request: Request, service: str) -> str:
    from why403.rules.sigv4 import canonical, presented

    found = presented(request)
    assert found is not None
    return canonical(request, service, found.signed).text


def test_with_the_key_a_right_signature_is_called_right() -> None:
    plan = PLANS[5]
    sent = signed(plan)
    text = raw(HOST._replace(shown=sent, answer="{}"))
    done = sign("-", given=text, env=KEYS)
    assert "The signature is the right one" in done.stdout
    assert done.returncode == 0


def test_with_another_key_in_the_environment_it_is_left_alone() -> None:
    """The environment's key is another than the one that signed: nothing can be said with it."""
    text = raw(HOST._replace(shown=signed(PLANS[5]), answer="{}"))
    found = told("-", given=text, env={**KEYS, "AWS_ACCESS_KEY_ID": KEY.replace("IOS", "XYZ")})
    assert found["sound"] is None


def test_the_key_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "credentials"
    path.write_text(
        f"[default]\naws_access_key_id = {KEY[:-1]}X\naws_secret_access_key = other\n"
        f"[shop]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
    )
    text = raw(HOST._replace(shown=signed(PLANS[5]), answer="{}"))
    assert told("-", "--credentials", str(path), given=text)["sound"] is True
    assert told("-", "--credentials", str(path), "--profile", "shop", given=text)["sound"] is True
    assert told("-", "--credentials", str(path), "--profile", "default", given=text)["sound"] is False
    done = sign("-", "--credentials", str(path), "--profile", "shpo", given=text)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, "")
    assert "shop" in done.stderr


@pytest.mark.parametrize("form", ["terminal", "json"])
@pytest.mark.parametrize("more", [[], ["--show-secrets"], ["--write"]])
def test_the_secret_is_never_shown(form: str, more: list[str]) -> None:
    text = raw(HOST._replace(shown=signed(PLANS[3])))
    env = {
        "AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": SECRET + "\n",
        "AWS_SESSION_TOKEN": TOKEN,
    }
    done = sign("-", "--format", form, *more, given=text, env=env)
    assert done.returncode in (0, 1)
    assert done.stdout
    assert SECRET not in done.stdout + done.stderr
    if not more:
        assert TOKEN not in done.stdout


def test_written_anew_it_is_right_and_curl_reads_it() -> None:
    """`--write` prints a command; read again, its signature is right for the key."""
    for plan in PLANS:
        headers = [("Host", "x"), *plan.headers]
        command = sign_command(plan.url, plan.method, headers[1:], plan.body)
        words = ["--write", "--at", "2026-11-20T10:00:00Z", "--service", plan.service, "--region", "eu-west-1"]
        done = sign(command, *words, env={**KEYS, "AWS_SESSION_TOKEN": plan.token or ""})
        assert (done.returncode, done.stderr) == (0, ""), plan.name
        found = why403.sign(done.stdout, credentials=(KEY, SECRET))
        assert found.sound is True, (plan.name, done.stdout, str(found))


def sign_command(url: str, method: str, headers: list[tuple[str, str]], body: bytes) -> str:
    fields = " ".join(f"-H '{name}: {value}'" for name, value in headers)
    data = f" --data-binary '{body.decode()}'" if body else ""
    return f"curl -X {method} '{url}' {fields}{data}"


def test_a_presigned_link_stays_one() -> None:
    done = sign(LINK, "--write", "--at", "2026-11-20T12:00:00Z", env=KEYS)
    assert done.returncode == 0
    assert done.stdout.count("X-Amz-Signature=") == 1
    assert "X-Amz-Date=20261120T120000Z" in done.stdout
    assert "Authorization" not in done.stdout
    assert why403.sign(done.stdout, credentials=(KEY, SECRET)).sound is True


def test_a_link_alone_is_judged_by_the_clock() -> None:
    late = told(LINK, "--now", "2026-11-20T11:00:00Z")
    assert part(late) == "expires"
    assert sign(LINK, "--now", "2026-11-20T10:05:00Z").returncode == 0


def test_sigv4a_is_recognised_and_said_to_be_beyond_it() -> None:
    text = (
        "GET / HTTP/1.1\r\nHost: shop.s3.amazonaws.com\r\nX-Amz-Date: 20261120T100000Z\r\nX-Amz-Region-Set: *\r\n"
        f"Authorization: AWS4-ECDSA-P256-SHA256 Credential={KEY}/20261120/s3/aws4_request, "
        "SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=3045022100aa\r\n\r\n"
    )
    found = told("-", given=text, env=KEYS)
    unknown = found["unknown"]
    assert isinstance(unknown, list)
    assert any("key pair" in sentence for sentence in unknown)
    assert found["sound"] is None


@pytest.mark.parametrize(
    "text",
    [
        "An error occurred (AuthorizationHeaderMalformed) when calling the GetObject operation: The authorization header is "
        "malformed; the region 'eu-west-1' is wrong; expecting 'eu-central-1'",
        "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed</Message>"
        "<Region>eu-central-1</Region></Error>",
    ],
)
def test_the_region_that_s3_expects_is_named(text: str) -> None:
    """The bucket's global name leads to any region: only S3's answer tells which."""
    plan = PLANS[0]._replace(url="https://shop.s3.amazonaws.com/report.pdf")
    found = why403.sign(raw(HOST._replace(shown=signed(plan), answer=text)))
    fault = found.judgement.faults[0]
    assert (fault.part, fault.here, fault.there) == ("scope.region", "eu-west-1", "eu-central-1")


def test_a_skew_is_judged_by_the_servers_own_time() -> None:
    text = (
        "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too "
        "large.</Message><RequestTime>20261120T100000Z</RequestTime><ServerTime>2026-11-20T11:00:00Z</ServerTime></Error>"
    )
    found = why403.sign(raw(HOST._replace(answer=text)))
    assert found.part == "clock"
    assert "local time" in found.judgement.faults[0].says


def test_google_signs_by_the_same_rules_under_other_names() -> None:
    """https://cloud.google.com/storage/docs/authentication/signatures: GOOG4, X-Goog-*, goog4_request."""
    fields = "-H 'x-goog-date: 20261120T100000Z' -H 'Authorization: GOOG4-HMAC-SHA256 Credential=GOOGEXAMPLE/20261119/auto/storage/"
    command = f"curl 'https://storage.googleapis.com/shop/a%20b' {fields}goog4_request, SignedHeaders=host;x-goog-date, Signature=00'"
    assert part(told(command)) == "scope.date"
    env = {**KEYS, "AWS_ACCESS_KEY_ID": "GOOGEXAMPLE"}
    words = ["--write", "--at", "2026-11-20T10:00:00Z"]
    done = sign(command, *words, env=env)
    assert "GOOG4-HMAC-SHA256 Credential=GOOGEXAMPLE/20261120/auto/storage/goog4_request" in done.stdout
    assert why403.sign(done.stdout, credentials=("GOOGEXAMPLE", SECRET)).sound is True
    assert why403.sign(done.stdout, credentials=("GOOGEXAMPLE", SECRET + "x")).sound is False


def test_signature_version_2_is_named() -> None:
    text = f"GET / HTTP/1.1\r\nHost: shop.s3.amazonaws.com\r\nAuthorization: AWS {KEY}:frJIUN8DYpKDtOLCwo//yllqDzg=\r\n\r\n"
    assert part(told("-", given=text)) == "algorithm"


HOOK = (
    "POST /hooks HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\n"
    "X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17\r\n"
    "Content-Length: 13\r\n\r\nHello, World!"
)
HOOKS_SECRET = "It's a Secret to Everybody"


def test_a_webhook_is_recognised_by_its_header(tmp_path: Path) -> None:
    right = sign("-", given=HOOK, env={"WHY403_SECRET": HOOKS_SECRET})
    assert right.returncode == 0
    assert "hub-signature" in right.stdout
    path = tmp_path / "secret.txt"
    path.write_text(HOOKS_SECRET + "\n")
    assert told("-", "--secret-file", str(path), given=HOOK)["sound"] is True
    wrong = sign("-", given=HOOK.replace("World!", "world!"), env={"WHY403_SECRET": HOOKS_SECRET})
    assert wrong.returncode == 1
    assert HOOKS_SECRET not in right.stdout + wrong.stdout


def test_what_the_signature_should_be_is_told() -> None:
    found = told("-", given=HOOK.replace("sha256=7", "sha256=8"), env={"WHY403_SECRET": HOOKS_SECRET})
    assert found["expected"] == "sha256=757107ea0eb2509fc211221cce984b8a" + "37570b6d7586c22c46f4379c8b043e17"


def test_the_recipes_are_listed() -> None:
    done = sign("--recipes")
    assert done.returncode == 0
    assert done.stdout.count("https://") >= 36


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["-", "--recipe", "no-such-scheme"],
        ["-", "--profile", "shop"],
        ["-", "--credentials", "/no/such/file"],
        ["-", "--secret-file", "/no/such/file"],
        ["-", "--write"],
        ["-", "--write", "--at", "tomorrow"],
        ["-", "--now", "yesterday"],
        ["curl https://shop.example/"],
        ["curl https://shop.example/", "--write", "--region", "eu-west-1"],
    ],
)
def test_a_bad_call_is_one_line_and_exit_status_2(words: list[str]) -> None:
    env = KEYS if "--region" in words else None
    done = sign(*words, given=raw(HOST), env=env)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, ""), done.stderr


HOSTILE = {
    "control sequences": raw(HOST).replace("versionId", "a\x1b[31mb").replace("X-Amz-Date:", "X-Amz-\x1b]0;x\x07:"),
    "no values": "GET / HTTP/1.1\r\nHost:\r\nAuthorization: AWS4-HMAC-SHA256 Credential=, SignedHeaders=, Signature=\r\n\r\n",
    "only the scheme": "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: AWS4-HMAC-SHA256\r\n\r\n",
    "a thousand signed headers": "GET / HTTP/1.1\r\nHost: a\r\nX-Amz-Date: 20261399T996161Z\r\nAuthorization: AWS4-HMAC-SHA256 "
    f"Credential=a/b/c/d/e/f, SignedHeaders={';'.join(f'h{at}' for at in range(1000))}, Signature=x\r\n\r\n",
    "a long query": f"GET /?{'&'.join(f'a{at}=%' for at in range(20000))}&X-Amz-Signature=1&X-Amz-Expires={'9' * 5000} HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_gets_an_answer_or_one_line(name: str) -> None:
    for env in (None, KEYS):
        done = sign("-", given=HOSTILE[name], env=env)
        assert "Traceback" not in done.stderr
        assert "\x1b" not in done.stdout
        assert "\x07" not in done.stdout
        assert done.returncode in (0, 1) or done.stderr.count("\n") == 1


def test_from_python() -> None:
    found = why403.sign(raw(HOST))
    assert (found.part, found.sound) == ("header:host", None)
    assert "header:host" in str(found)
    assert found.to_dict()["schema"] == "why403.sign/1"
    assert repr(found) == "<why403.Signature: header:host>"
    assert why403.sign(HOOK, secret=HOOKS_SECRET).sound is True
    assert why403.sign("curl https://shop.example/", recipe="stripe").part == "signature"
    with pytest.raises(why403.UnreadableInput):
        why403.sign("403 Forbidden")


def test_explain_names_the_part_too() -> None:
    found = why403.explain(raw(HOST)).refusals[0].findings[0]
    assert (found.cause, found.product, found.confidence) == ("signature-mismatch", "aws-s3", "proven")
    assert any("backend.internal:8080" in proof.says for proof in found.evidence)
    assert any("Host" in fix.summary for fix in found.fixes)


def test_explain_without_a_signature_imports_none_of_this() -> None:
    program = (
        "import sys; from why403.engine.explain import explain; from why403.readers.choose import read_bytes;"
        "explain(read_bytes(b'HTTP/1.1 403 Forbidden\\r\\nServer: nginx\\r\\n\\r\\nno', 'x'));"
        "print([name for name in sys.modules if name.startswith('why403.rules') or name == 'hmac'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_with_a_wrong_key_every_mistake_is_tried_and_none_is_believed() -> None:
    text = raw(HOST._replace(shown=signed(PLANS[5])._replace(body=b"{}"), answer="{}"))
    assert why403.sign(text, credentials=(KEY, SECRET[::-1])).sound is False


def test_a_large_body_is_hashed_once_for_each_mistake() -> None:
    request = signed(PLANS[5])._replace(body=b"x" * 3_000_000)
    began = time.process_time()
    found = diagnose(request, (), AT, Credentials(KEY, SECRET))
    assert time.process_time() - began < 60
    assert found is not None


def test_a_command_is_not_taken_for_complete() -> None:
    """A signed header that clients add by themselves is not said to be missing from a pasted command."""
    text = (
        f"curl '{LINK.partition('?')[0]}' -H 'X-Amz-Date: 20261120T100000Z' -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "
        f"-H 'Authorization: AWS4-HMAC-SHA256 Credential={KEY}/20261120/eu-west-1/s3/aws4_request, "
        f"SignedHeaders=accept-encoding;host;x-amz-content-sha256;x-amz-date, Signature={'0123456789abcdef' * 4}'"
    )
    assert sign(text).returncode == 0
    assert read_bytes(text.encode(), "x").exchanges[0].request is not None
    assert Headers() == ()
