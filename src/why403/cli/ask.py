"""The verbs that send: `why403 curl ARGS` and `why403 https://...`, one request each."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from contextlib import nullcontext

from ..model import BadCall, Case, UnreadableInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import Any

# our own options, taken from before curl's first argument only: everything after it is curl's
OURS = ("--format", "--now")


def split(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Our own options that stand before curl's arguments, and curl's arguments untouched. Raises BadCall."""
    options = argparse.Namespace(format=None, now=None, show_secrets=False)
    rest = list(words)
    while rest:
        name, equals, value = rest[0].partition("=")
        if name == "--show-secrets":
            options.show_secrets = True
            rest.pop(0)
        elif name in OURS:
            rest.pop(0)
            if not equals:
                if not rest:
                    raise BadCall(f"{name} lacks its value", "why403 curl")
                value = rest.pop(0)
            setattr(options, name.lstrip("-"), value)
        else:
            break
    from .main import FORMATS

    if options.format not in (None, *FORMATS):
        raise BadCall(f"no format {options.format!r}", "--format", f"One of: {', '.join(FORMATS)}")
    return options, rest


def waiting(text: str) -> AbstractContextManager[Any]:
    """A sign of life on standard error while an answer is awaited; nothing where that is no terminal."""
    import sys

    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(text)


def curl(words: Sequence[str]) -> int:
    """Run curl once with these arguments and explain the answer."""
    from ..net.curl import run
    from ..readers import curl as curl_reader
    from ..readers import transcript
    from ..readers.compose import join
    from .main import explained

    options, arguments = split(words)
    if not arguments:
        raise BadCall(
            "no arguments for curl",
            "why403 curl",
            "Put why403 before the command that fails: why403 curl -H '...' https://...",
        )
    with waiting("curl"):
        done = run(arguments)
    case = transcript.read(done.trace, "curl")
    try:
        command = curl_reader.read(shlex.join(["curl", *arguments]), "curl")
    except UnreadableInput:
        command = case  # curl understood it, and the trace holds what it sent
    if len(command.exchanges) == 1:
        case = join(command.exchanges, command, case)
    return explained(case._replace(kind="curl", form="curl"), options)


def url(text: str, options: argparse.Namespace) -> int:
    """Ask for a URL once and explain the answer."""
    from ..net.get import get
    from .main import explained

    with waiting(text):
        exchange = get(text)
    return explained(Case(text.partition("?")[0], "url", (exchange,), form="curl"), options)
