"""`why403 open SEALED`: what a guard's sealed explanation says, for those who hold the key."""

from __future__ import annotations

import os
import sys

from ..model import BadCall, UnreadableInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

MOST = 4 << 20  # bytes of an input
VARIABLE = "WHY403_SEAL_KEY"
EXAMPLES = """\
A refusal of why403.guard carries its explanation sealed: in the header Why403-Seal and in the body's member `sealed`. Without the key it
says nothing; altered, or moved to another denial, it is refused.

examples:
  why403 open AV_HRITg... --key env:SHOP_SEAL_KEY      the key of an environment variable
  why403 open answer.txt --key @/run/secrets/seal      of a file; several keys apart by commas or line feeds
  curl -si https://shop.example/admin | why403 open -  the seals of an answer; the key of WHY403_SEAL_KEY
  why403 open --new-key                                a new key, to be kept where secrets are kept

exit status: 0 it was opened, 2 the call or the input is at fault
"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb and its options."""
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "open",
        help="what a guard's sealed explanation says, for those who hold the key",
        description="Open the sealed explanation of a refusal of why403.guard.",
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("sealed", metavar="SEALED", nargs="?", help="the seal; or a file or '-' with an answer in it")
    parser.add_argument(
        "--key", metavar="WHERE", help=f"env:NAME or @FILE, never the key itself; default: env:{VARIABLE}"
    )
    parser.add_argument(
        "--denial", metavar="ID", help="the id of the denial with which it came: another's seal is refused"
    )
    parser.add_argument("--now", metavar="TIME", help="judge its expiry by this time (2026-11-20T10:00:00Z)")
    parser.add_argument("--new-key", action="store_true", help="print a new key and do nothing else")
    parser.add_argument("--format", choices=("terminal", "json"), help="default: terminal (plain text when piped)")


def run(options: argparse.Namespace) -> int:
    """Open and show. Raises BadCall or UnreadableInput."""
    from ..seal import named, new_key, ring, unseal
    from .main import moment, write

    if options.new_key:
        write(new_key())
        return 0
    if not options.sealed:
        raise BadCall("a seal is wanted", "why403 open", "Give the value of Why403-Seal, a file, or '-'")
    keys = ring(*_key(options.key))
    now = int(moment(options.now).timestamp())
    from ..render import seal as shown

    for number, (sealed, denial) in enumerate(_seals(options.sealed)):
        explanation = unseal(sealed, keys, now, options.denial or denial)
        if options.format == "json":
            write(shown.render(explanation, named(sealed)))
            continue
        from ..render import terminal

        if number:
            write("")
        rows = shown.lines(explanation, named(sealed))
        if options.format is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
            terminal.paint(rows)
        else:
            write(terminal.text(rows))
    return 0


def _seals(word: str) -> list[tuple[str, str | None]]:
    """The seals of an argument, a file or standard input, each with the denial that it came with."""
    from ..seal import carried

    name, text = "argument", word
    if word == "-":
        name, text = "-", sys.stdin.buffer.read(MOST).decode("utf-8", "replace")
    elif "\n" not in word and len(word) < 1024 and os.path.isfile(word):
        name, text = word, _file(word)
    found = list(dict.fromkeys(carried(text)))
    if found:
        return found
    if len(text.split()) != 1:
        raise UnreadableInput("there is no seal in it", name, "Give the value of Why403-Seal, or the whole answer")
    return [(text.strip(), None)]


def _key(where: str | None) -> tuple[str, str]:
    """The key's text, and where it came from. Raises BadCall."""
    where = where or f"env:{VARIABLE}"
    if where.startswith("env:"):
        value = os.environ.get(where[4:])
        if value is None:
            raise BadCall(
                "there is no such environment variable",
                where[4:] or "--key",
                "Say where the key is: --key env:NAME or --key @FILE",
            )
        return value, where[4:]
    if where.startswith("@"):
        return _file(where[1:]), where[1:]
    raise BadCall("a key is never an argument", "--key", "Write env:NAME or @FILE")


def _file(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(MOST).decode("utf-8", "replace")
    except OSError as fault:
        raise BadCall(fault.strerror or "cannot be read", path, "Check the name and its permissions") from None
