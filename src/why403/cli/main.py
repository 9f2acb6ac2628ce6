"""The command line: verbs, formats, exit statuses."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace

from ..model import BadCall, Why403Error
from .verbs import BENCH, verb

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ..model import Case, Report

FORMATS = ("terminal", "json", "jsonl", "markdown", "html")
VERBS = ("explain", "curl", *BENCH, "causes", "products", "status", "completion", "help")
CAUSE_NAMED, NOT_NAMED, AT_FAULT, NO_NETWORK = 0, 1, 2, 3
EXAMPLES = """\
examples:
  why403 checkout.har                      every refusal of a recording, explained
  pbpaste | why403 -                       whatever you have on the clipboard
  why403 'curl -H "..." https://...'       a command, as you would run it
  why403 curl -H '...' https://...         the same, run once and explained
  why403 error.txt --with nginx-error.log  more evidence on the same refusal
  why403 https://example.com/              one GET, explained
  why403 causes csrf-cookie-missing        what a cause is, how it shows, how it is mended
  why403 status 403                        what a status means, and what it is taken for

exit status: 0 a cause is named, 1 nothing was refused or the cause is unknown,
2 the call or the input is at fault, 3 the network kept us from asking
"""


def parser(bench: Sequence[str] = BENCH) -> argparse.ArgumentParser:
    """The whole command line, for help and completion; of the caller's bench only the verbs that are named."""
    import argparse

    top = argparse.ArgumentParser(
        prog="why403",
        description="Who refused this request, by which rule, and what is the smallest change that gets it through?",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="store_true", help="show the version and the date of the knowledge")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", prog="why403")
    explain = verbs.add_parser(
        "explain",
        help="explain what was refused (implied when the first word is no verb)",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _explain(explain)
    curl = verbs.add_parser(
        "curl", help="run the curl command that follows, once, and explain the answer", add_help=False
    )
    curl.add_argument("arguments", nargs=argparse.REMAINDER)
    for name in bench:
        verb(name).add(verbs)
    causes = verbs.add_parser("causes", help="the catalogue of causes, or the page of one")
    causes.add_argument("id", nargs="?", help="a cause's id")
    products = verbs.add_parser("products", help="the products known, or what is known of one")
    products.add_argument("id", nargs="?", help="a product's id")
    status = verbs.add_parser("status", help="what a status code means and what it is taken for")
    status.add_argument("code", type=int)
    completion = verbs.add_parser("completion", help="print the completion script of a shell")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    verbs.add_parser("help", help="show this help")
    return top


def _explain(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("input", metavar="INPUT", help="a file, '-' for standard input, or the text itself")
    verb.add_argument(
        "--with", dest="more", nargs="+", default=[], metavar="FILE", help="more evidence on the same refusal"
    )
    verb.set_defaults(verb="explain", version=False)
    _output(verb)


def _plain(words: Sequence[str]) -> argparse.Namespace | None:
    """The options of a plain call (one input, options written out), read without argparse, which costs a tenth of the run.

    None for whatever is not plain: then argparse reads it, with its help and its complaints.
    """
    options = SimpleNamespace(
        verb="explain", version=False, input="", more=[], format=None, now=None, show_secrets=False
    )
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--show-secrets":
            options.show_secrets = True
        elif word in ("--format", "--now") and rest and not rest[0].startswith("-"):
            setattr(options, word[2:], rest.pop(0))
        elif options.input or (word.startswith("-") and word != "-"):
            return None
        else:
            options.input = word
    if not options.input or options.format not in (None, *FORMATS):
        return None
    return options  # type: ignore[return-value]  # it has what a Namespace has; argparse is not imported here


def _output(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--format", choices=FORMATS, help="default: terminal (plain text when piped)")
    verb.add_argument(
        "--now", metavar="TIME", help="judge expiry at this time (2026-11-20T10:00:00Z) where the input has none"
    )
    verb.add_argument("--show-secrets", action="store_true", help="do not mask tokens, cookies, keys and signatures")


def moment(text: str | None) -> datetime:
    """The time to judge by: as given, else the clock's. Raises BadCall."""
    if not text:
        return datetime.now(UTC)
    try:
        when = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise BadCall(f"{text!r} is no time", "--now", "Write it as 2026-11-20T10:00:00Z") from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def say(report: Report, wanted: str | None) -> int:
    """Write the report in the wanted format; the exit status that it means."""
    if wanted in ("json", "jsonl"):
        from ..render import as_json

        out = as_json.render(report) if wanted == "json" else as_json.lines(report)
    elif wanted == "markdown":
        from ..render import markdown

        out = markdown.render(report)
    elif wanted == "html":
        from ..render import html

        out = html.render(report)
    else:
        from ..render import terminal

        if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
            terminal.show(report)
            return exit_status(report)
        out = terminal.plain(report)
    write(out)
    return exit_status(report)


def write(text: str) -> None:
    """Text to standard output in UTF-8, whatever the locale."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.rstrip("\n").encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def exit_status(report: Report) -> int:
    """0 where a cause is named, else 1."""
    named = any(finding.cause != "unknown" for refusal in report.refusals for finding in refusal.findings)
    return CAUSE_NAMED if named else NOT_NAMED


def explained(case: Case, options: argparse.Namespace) -> int:
    """Explain a case and write the report."""
    from ..engine.explain import explain

    now = moment(options.now)
    if key := os.environ.get("WHY403_SEAL_KEY"):
        from ..seal import opened

        case = opened(case, key, int(now.timestamp()))
    report = explain(case, now=now, show_secrets=options.show_secrets)
    return say(report, options.format)


def dispatch(argv: Sequence[str]) -> int:
    """Run one command line; the exit status. Raises Why403Error."""
    words = list(argv)
    if words[:1] == ["curl"]:
        from . import ask

        return ask.curl(words[1:])
    if not words and sys.stdin.isatty():
        write(parser().format_help())
        return AT_FAULT
    if not words:
        words = ["-"]
    if words[0] not in VERBS and words[0] not in ("-h", "--help", "--version"):
        words.insert(0, "explain")
    if words[0] == "explain" and (plain := _plain(words[1:])):
        options = plain
    else:
        options = parser(words[:1] if words[0] in BENCH else () if words[0] in VERBS else BENCH).parse_args(words)
    if options.version:
        from .pages import version

        write(version())
        return CAUSE_NAMED
    if options.verb == "explain":
        if options.input.startswith(("http://", "https://")) and " " not in options.input.strip():
            from . import ask

            return ask.url(options.input.strip(), options)
        from .inputs import read_input, with_more

        return explained(with_more(read_input(options.input), options.more), options)
    if options.verb in BENCH:
        return verb(options.verb).run(options)
    if options.verb in ("causes", "products", "status", "completion"):
        from . import pages

        return pages.show(options, parser)
    write(parser().format_help())
    return CAUSE_NAMED


def run() -> None:
    """The console script: exit statuses of the design, one line for what is wrong, never a traceback."""
    gc.disable()  # one short run: what it leaves behind goes with the process
    try:
        status = dispatch(sys.argv[1:])
        sys.stdout.flush()
    except Why403Error as fault:
        print(f"why403: {' '.join(str(fault).split())}", file=sys.stderr)
        status = fault.status
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = CAUSE_NAMED
    except RecursionError:
        print("why403: the input is nested too deeply. Paste the part around the refusal", file=sys.stderr)
        status = AT_FAULT
    sys.stderr.flush()
    os._exit(status)  # nothing is left to be done: taking the interpreter down costs a tenth of the run
