"""`why403 token TOKEN`: what a token says, whether it is in date, for whom, and, with a key, whether it is sound."""

from __future__ import annotations

import os
import sys

from ..model import BadCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from ..tokens.against import Requirement
    from ..tokens.carried import Carried
    from ..tokens.keys import VerifyKey

MOST = 64 << 20  # bytes of an input
LARGEST = 1 << 20  # bytes of a file with a key, a secret or requirements
EXAMPLES = """\
Nothing is sent anywhere. The token and its signature are never shown; claims are, unless --mask-claims hides the personal ones.
A token on the command line stays in the shell's history: '-' or a file leaves none.

examples:
  pbpaste | why403 token -                              a token, a header line, a curl command, a token endpoint's answer
  why403 token checkout.har                             every token of a recording, judged at the time it was sent
  why403 token 'Authorization: Basic ...'               the user; the password is never shown
  why403 token - --jwks jwks.json                       is it sound? (pip install 'why403[tokens]')
  why403 token - --secret-env JWT_SECRET
  why403 token - --against aud=https://api.example --against 'scope=orders:read orders:write'
  why403 token - --against requirements.toml            aud = "...", iss = "...", scope = [...], [claim] tenant = "..."

exit status: 0 nothing speaks against any token, 1 something does or none could be read, 2 the call or the input is at fault
"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb and its options."""
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "token",
        help="what a token says, whether it is in date and for whom; with a key, whether it is sound",
        description="Read tokens: JSON Web Tokens, API keys by their shape, Basic credentials, SAML messages, session cookies.",
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "token", metavar="TOKEN", help="the token, a file, or '-'; also a header line, a curl command or a HAR"
    )
    parser.add_argument(
        "--now", metavar="TIME", help="judge by this time (2026-11-20T10:00:00Z), not by the input's or the clock's"
    )
    parser.add_argument(
        "--key", metavar="FILE", help="check the signature with this public key, certificate or JWK (PEM or JSON)"
    )
    parser.add_argument("--jwks", metavar="FILE", help="check it with the key of this set that the token names")
    parser.add_argument("--secret-env", metavar="NAME", help="check it with the secret in this environment variable")
    parser.add_argument("--secret-file", metavar="FILE", help="check it with the secret in this file")
    parser.add_argument("--secret", metavar="WHERE", help="the same: env:NAME or a file; never the secret itself")
    parser.add_argument(
        "--against", action="append", default=[], metavar="REQUIREMENT",
        help="aud=, iss=, scope='a b', role=, alg=, typ=, max-age=1h, claim.NAME=, or a TOML or JSON file; repeatable",
    )  # fmt: skip
    parser.add_argument("--mask-claims", action="store_true", help="hide the claims that name a person")
    parser.add_argument("--format", choices=("terminal", "json"), help="default: terminal (plain text when piped)")


def run(options: argparse.Namespace) -> int:
    """Read, judge and show; 0 where nothing speaks against any token, else 1. Raises BadCall or UnreadableInput."""
    from ..render import token as shown
    from ..tokens.examine import examine
    from .main import moment, write

    now = moment(options.now)
    name, carried = _input(options.token)
    if options.now:
        carried = [(item, None) for item, _ in carried]
    examination = examine(name, carried, now, _keys(options), _requirements(options.against))
    hide = options.mask_claims
    if options.format == "json":
        write(shown.as_json(examination, mask_claims=hide))
    else:
        from ..render import terminal

        rows = shown.lines(examination, mask_claims=hide)
        if options.format is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
            terminal.paint(rows)
        else:
            write(terminal.text(rows))
    return 0 if examination.sound else 1


def _input(word: str) -> tuple[str, list[tuple[Carried, datetime | None]]]:
    from ..tokens.carried import of_case, of_text

    name, data = "argument", b""
    if word == "-":
        name, data = "-", sys.stdin.buffer.read(MOST)
    elif "\n" not in word and len(word) < 1024 and os.path.isfile(word):
        name, data = os.path.basename(word), _file(word, MOST)
    elif word.startswith(("./", "../", "~/")) or word.endswith((".har", ".txt", ".json", ".jwt", ".pem")):
        raise BadCall("there is no such file", word, "Give a file, '-' for standard input, or the token itself")
    elif (carried := of_text(word)) is not None and word.strip():
        return name, [(item, None) for item in carried]
    else:
        data = word.encode("utf-8", "surrogateescape")
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise BadCall("there is no token: the input is empty", name, "Is the variable set that should hold it?")
    from ..readers.choose import as_text, read_bytes

    carried = of_text(as_text(data, name))
    if carried is not None:
        return name, [(item, None) for item in carried]
    return name, of_case(read_bytes(data, name))


def _file(path: str, most: int) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except OSError as fault:
        raise BadCall(fault.strerror or "cannot be read", path, "Check the name and its permissions") from None
    if len(data) > most:
        raise BadCall("the file is too large", path)
    return data


def _keys(options: argparse.Namespace) -> tuple[VerifyKey, ...]:
    """The keys of the options. Raises BadCall or UnreadableInput."""
    given = [name for name in ("key", "jwks", "secret_env", "secret_file", "secret") if getattr(options, name)]
    if not given:
        return ()
    if len(given) > 1:
        names = " and ".join(f"--{name.replace('_', '-')}" for name in given)
        raise BadCall("one key at a time", names, "A set of keys goes into one JWKS file")
    from ..tokens import keys

    if path := options.key or options.jwks:
        return keys.from_file(_file(path, LARGEST), path)
    variable, path = options.secret_env, options.secret_file
    if options.secret:
        kind, colon, rest = options.secret.partition(":")
        variable, path = (rest, None) if colon and kind == "env" else (None, options.secret)
        if path and not os.path.isfile(path):
            raise BadCall("a secret is never an argument", "--secret", "Write env:NAME or the name of a file")
    if variable:
        value = os.environ.get(variable)
        if value is None:
            raise BadCall("there is no such environment variable", variable, f"export {variable}=...")
        return (keys.from_secret(value.encode("utf-8", "surrogateescape")),)
    data = _file(path, LARGEST)
    return (keys.from_secret(data.removesuffix(b"\n").removesuffix(b"\r")),)


def _requirements(words: list[str]) -> tuple[Requirement, ...]:
    """What --against names. Raises BadCall."""
    if not words:
        return ()
    from ..tokens.against import load, parse

    found: list[Requirement] = []
    for word in words:
        if os.path.isfile(word):
            found += load(_file(word, LARGEST).decode("utf-8-sig", "replace"), word)
        elif word.endswith((".toml", ".json")) and "=" not in word:
            raise BadCall("there is no such file", word, "--against takes name=value or a TOML or JSON file")
        else:
            found.append(parse(word))
    return tuple(found)
