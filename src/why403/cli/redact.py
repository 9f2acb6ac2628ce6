"""`why403 redact INPUT`: a copy without secrets, and on standard error what was removed and whether it still explains the same."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..model import BadCall

if TYPE_CHECKING:
    from ..engine.redaction import Redaction
    from ..writers.redact import Progress

SAME, CHANGED = 0, 1
LARGE = 4 << 20  # bytes from which on progress is shown
MOST = 1 << 30  # bytes that are taken
EXAMPLES = """\
examples:
  why403 redact checkout.har -o clean.har     a copy to attach to a ticket
  pbpaste | why403 redact - | pbcopy          what is on the clipboard, without its secrets
  why403 redact checkout.har --personal > clean.har

Equal secrets get equal placeholders (why403-token-3f9a1c), under a key that is new in every run and kept nowhere.
What is no secret but the cause stays: `Bearer undefined`, an empty cookie, a token in quotation marks, a JWT's claims.

exit status: 0 the copy explains the same, 1 it was written and explains otherwise (standard error says what changed),
2 the call or the input is at fault, or a removed value was left, and nothing was written
"""
WORDS = {
    "claim": "claims of tokens", "code": "codes and nonces", "cookie": "cookies", "formkey": "CSRF tokens", "email": "e-mail addresses",
    "ip": "IP addresses", "key": "keys", "name": "names", "password": "passwords", "pem": "private keys", "phone": "telephone numbers",
    "session": "session ids", "sig": "signatures", "token": "tokens",
}  # fmt: skip


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb and its options."""
    verb = verbs.add_parser(
        "redact",
        help="a copy without secrets that still explains the same",
        description="A copy without secrets that still explains the same: both are explained and compared.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.add_argument("input", metavar="INPUT", help="a file, '-' for standard input, or the text itself")
    verb.add_argument("-o", "--output", metavar="FILE", help="where the copy goes (default: standard output)")
    verb.add_argument(
        "--personal", action="store_true", help="remove e-mail and IP addresses, telephone numbers and names, too"
    )
    verb.add_argument("--hide-claims", action="store_true", help="of a JWT's claims keep exp, nbf and iat only")
    verb.add_argument("--format", choices=("terminal", "json"), default="terminal", help="of the summary")
    verb.add_argument("--now", metavar="TIME", help="judge expiry at this time where the input has none")
    verb.set_defaults(verb="redact", version=False)


def run(options: argparse.Namespace) -> int:
    """Write the copy and the summary. Raises BadCall, UnreadableInput or Left."""
    import secrets

    from ..engine.redaction import redaction
    from ..writers.redact import Wishes
    from .main import moment

    target = options.output
    if target and options.input != "-" and os.path.exists(target) and os.path.exists(options.input):
        if os.path.samefile(target, options.input):
            raise BadCall("this would write over the input", target, "Give another name to -o")
    if target and os.path.isdir(target):
        raise BadCall("this is a folder", target, "Give the name of a file to -o")
    wishes = Wishes(options.personal, options.hide_claims)
    with taken(options.input) as (data, name), shown(len(data)) as progress:
        done = redaction(data, name, secrets.token_bytes(32), wishes, moment(options.now), progress)
    if target:
        whole(target, done.data)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(done.data)
        sys.stdout.buffer.flush()
    print(summary(done) if options.format == "terminal" else as_json(done), file=sys.stderr)
    return SAME if done.same else CHANGED


@contextmanager
def taken(word: str) -> Iterator[tuple[bytes, str]]:
    """The bytes of a file (mapped where it is large), of standard input, or of the text itself, and their name. Raises BadCall."""
    from .inputs import _looks_like_path

    if word == "-":
        yield sys.stdin.buffer.read(MOST), "-"
    elif "\n" not in word and len(word) < 4096 and os.path.exists(word):
        if os.path.isdir(word):
            raise BadCall("this is a folder", word, "Give a file")
        import mmap

        name = os.path.basename(word)
        try:
            with open(word, "rb") as file:
                if os.fstat(file.fileno()).st_size < LARGE:
                    data = file.read()
                else:
                    data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)  # type: ignore[assignment]
        except OSError as fault:
            raise BadCall(fault.strerror or "cannot be read", word, "Check the name and its permissions") from None
        yield data, name
    elif _looks_like_path(word):
        raise BadCall(
            "there is no such file", word, "Give a file, '-' for standard input, or the text itself in quotes"
        )
    else:
        yield word.encode("utf-8", "surrogateescape"), "text"


@contextmanager
def shown(size: int) -> Iterator[Progress | None]:
    """How far it is, on standard error, where that is a terminal and the input large."""
    if size < LARGE or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("redacting", total=size)
        yield lambda done: bar.update(task, completed=done)


def whole(path: str, data: bytes) -> None:
    """Write a file whole or not at all: beside it first, then in its place. Raises BadCall."""
    import tempfile

    beside = ""
    try:
        descriptor, beside = tempfile.mkstemp(prefix=".why403-", dir=os.path.dirname(os.path.abspath(path)))
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.replace(beside, path)
    except OSError as fault:
        raise BadCall(fault.strerror or "cannot be written", path, "Check the folder and its permissions") from None
    finally:
        if beside and os.path.exists(beside):
            os.unlink(beside)


def summary(done: Redaction) -> str:
    """What was removed, and the proof, in a few lines."""
    lines = []
    for kind, (values, places) in done.removed.items():
        lines.append(f"  {WORDS.get(kind, kind)}: {values} in {places} place{'s' * (places != 1)}")
    lines.insert(0, "removed:" if lines else "removed: nothing, there was no secret in it")
    if done.unsought:
        lines.append(
            f"  {done.unsought} of these are too short or too plain a word to be looked for elsewhere: "
            "they were removed where they are named"
        )
    if done.same:
        lines.append(f"proof: the copy explains the same ({'; '.join(done.before) or 'nothing was refused'})")
    else:
        lines.append("CHANGED: the copy explains something else")
        lines += [f"  before: {line}" for line in done.before if line not in done.after] or [
            "  before: the same in another order"
        ]
        lines += [f"  after:  {line}" for line in done.after if line not in done.before]
    return "\n".join(lines)


def as_json(done: Redaction) -> str:
    """The same as one JSON object."""
    import json

    return json.dumps(
        {
            "schema": "why403.redaction/1",
            "removed": {kind: {"values": values, "places": places} for kind, (values, places) in done.removed.items()},
            "unsought": done.unsought,
            "proof": {"same": done.same, "before": list(done.before), "after": list(done.after)},
        }
    )
