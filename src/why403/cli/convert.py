"""`why403 convert INPUT --to FORMAT`: a request that was pasted or recorded, in another form, exact on the wire."""

from __future__ import annotations

import os
import sys

from ..writers.formats import FORMATS, Conversion

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ..model import Case, Exchange

EXAMPLES = """\
The text holds the request's secrets (cookies, tokens, passwords) unmasked: it is made to be run. Before you hand it on,
`why403 redact`. What a format cannot express is said on standard error (with --format json: under "remarks").

formats:
{formats}

examples:
  why403 convert checkout.har --to curl                  the first refused request, as the browser sent it
  why403 convert checkout.har --index 12 --to requests   one entry of a recording
  why403 convert checkout.har --url /api/cart --to httpie
  pbpaste | why403 convert - --to fetch                  a curl command, for the browser's console
  why403 convert request.http --to har > request.har
"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb and its options."""
    from argparse import RawDescriptionHelpFormatter

    width = max(map(len, FORMATS))
    listed = "\n".join(f"  {name:{width}}  {format_.title}" for name, format_ in FORMATS.items())
    parser = verbs.add_parser(
        "convert",
        help="write a recorded or pasted request as curl, fetch, Python, ...",
        description="Write a request in another form, so that what is sent stays the same, field by field and byte by byte.",
        epilog=EXAMPLES.format(formats=listed),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("input", metavar="INPUT", help="a file, '-' for standard input, or the text itself")
    parser.add_argument(
        "--to", metavar="FORMAT", default="curl", choices=tuple(FORMATS), help="see below (default: curl)"
    )
    parser.add_argument("--index", type=int, metavar="N", help="the entry of a recording, counted from 0")
    parser.add_argument("--status", type=int, metavar="CODE", help="the first request that got this status")
    parser.add_argument("--url", metavar="PART", help="the first request whose URL has this in it")
    parser.add_argument("--format", choices=("terminal", "json"), default="terminal", help="json: with the remarks")


def run(options: argparse.Namespace) -> int:
    """Write the request; 0. Raises BadCall or UnreadableInput."""
    from ..writers.choose import choose
    from ..writers.formats import convert

    case = _read(options.input, options.index, options.status, options.url)
    exchanges, said = choose(case, options.index, options.status, options.url)
    made = convert(exchanges, options.to, case)
    made = made._replace(remarks=(*said, *made.remarks))
    _say(made, exchanges, options.format)
    return 0


def _read(word: str, index: int | None, status: int | None, url: str | None) -> Case:
    """The input; of a recording only the entries that are asked for, where some are. Raises BadCall or UnreadableInput."""
    from .inputs import MOST, read_input

    if index is None and status is None and url is None:
        return read_input(word)
    from ..readers.picked import picked, picked_file

    if word == "-":
        from ..readers.choose import read_bytes
        from ..readers.files import bounded

        data = sys.stdin.buffer.read(MOST)
        return picked(data, "-", index, status, url) or read_bytes(bounded(data), "-")
    if "\n" not in word and len(word) < 4096 and os.path.isfile(word):
        return picked_file(word, index, status, url) or read_input(word)
    return read_input(word)


def _say(made: Conversion, exchanges: tuple[Exchange, ...], form: str) -> None:
    from .main import write

    if form == "json":
        import json

        places = [{"index": one.index, "method": one.method, "url": one.url, "status": one.status} for one in exchanges]
        held = {
            "schema": "why403.conversion/1",
            "to": made.to,
            "requests": places,
            "text": made.text,
            "remarks": made.remarks,
        }
        write(json.dumps(held, indent=2))
        return
    seen = sys.stdout.isatty()
    if made.remarks or seen:
        from ..render.lines import harmless
    for remark in made.remarks:
        print(f"why403: {harmless(remark)}", file=sys.stderr)
    if seen:
        write("\n".join(map(harmless, made.text.splitlines())))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(made.data if made.to == "http" else made.data.rstrip(b"\n") + b"\n")
    sys.stdout.buffer.flush()
