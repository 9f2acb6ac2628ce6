"""`why403 diff WORKING FAILING`: what differs between a request that works and one that does not."""

from __future__ import annotations

import os
import sys

from ..model import BadCall
from . import sending

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ..model import Case

SAME, DIFFERENT = 0, 1
EXAMPLES = """\
A request is given as `why403 explain` takes it: a curl command or fetch call as text or in a file, raw HTTP, a HAR, a transcript.
Of one input with several requests, a refused one is compared with the closest that was let through. WHICH is a number in the
recording (counted from 0), status:403, or a part of the URL.

examples:
  why403 diff works.curl fails.txt                     two files of any form
  why403 diff "$(pbpaste)" fails.har                   a command from the clipboard against a recording
  why403 diff shop.har                                 the refused request and its closest working twin
  why403 diff shop.har --working 3 --failing 12        two entries of one recording
  why403 diff works.har fails.har --failing status:403 --format json
  why403 diff works.curl fails.curl --live             which of the differences matter, proved by sending

With --live both requests are sent as `why403 probe` sends: to one origin, one a second, at most 12 (--budget), reading methods only
unless --allow-unsafe.

exit status: 0 nothing differs that requests are refused for, 1 something does, 2 the call or the input is at fault
"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb and its options."""
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "diff",
        help="what differs between a request that works and one that fails",
        description="The differences that can matter, the most telling first, each with the causes it could be.",
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("input", metavar="WORKING", help="the request that works; or one input that holds both")
    parser.add_argument("other", metavar="FAILING", nargs="?", help="the request that fails")
    parser.add_argument("--working", metavar="WHICH", help="which request of the input works")
    parser.add_argument("--failing", metavar="WHICH", help="which request of the input fails")
    parser.add_argument(
        "--live",
        action="store_true",
        help="send both, and the failing one with fewer and fewer of the working one's parts",
    )
    parser.add_argument("--all", action="store_true", help="tell every difference in full")
    parser.add_argument("--format", choices=("terminal", "json"), help="default: terminal (plain text when piped)")
    parser.add_argument("--now", metavar="TIME", help="judge expiry at this time where the input has none")
    parser.add_argument("--show-secrets", action="store_true", help="do not mask tokens, cookies, keys and signatures")
    sending.options(parser, dry=False)


def run(options: argparse.Namespace) -> int:
    """Write the comparison; 0 the same in all that matters, 1 different. Raises BadCall or UnreadableInput."""
    from ..engine.difference import difference
    from .main import moment, write

    case, other = _cases(options)
    if options.live:
        return _live(case, other, options)
    found = difference(case, other, moment(options.now), show_secrets=options.show_secrets)
    from ..render import difference as render

    if options.format == "json":
        write(render.render(found))
    else:
        from ..render import terminal

        rows = render.lines(found, whole=options.all)
        if sys.stdout.isatty() and not os.environ.get("NO_COLOR") and options.format is None:
            terminal.paint(rows)
        else:
            write(terminal.text(rows))
    return DIFFERENT if found.rows else SAME


def _live(case: Case, other: Case | None, options: argparse.Namespace) -> int:
    """Prove by replay which differences matter; 1 where some do."""
    from ..engine.difference import pair_of
    from ..engine.proved import shown
    from ..engine.replay import replay
    from .main import AT_FAULT

    limits = sending.limits(options)
    requests = replay(case, other, limits)
    pair = pair_of(case, other)
    both = tuple(one.request for one in pair if one.request is not None)
    if limits.unsafe and not options.yes and not sending.agreed(both, options):
        return AT_FAULT
    proof = sending.sent(requests, options)
    whole = case._replace(exchanges=pair, form=(other or case).form)
    if options.record:
        sending.keep(options.record, proof, whole, options)
    reached = sending.reached(proof)
    sending.show(shown(proof, whole, show_secrets=options.show_secrets), options)
    return reached or (DIFFERENT if proof.outcome in ("mended", "narrowed", "exhausted") else SAME)


def _cases(options: argparse.Namespace) -> tuple[Case, Case | None]:
    """The two cases; the second is None where two requests of one input are to be found in it."""
    if options.other is None and not (options.working and options.failing):
        if options.working or options.failing:
            raise BadCall(
                "only one of two requests is chosen", "why403 diff", "Give both --working and --failing, or neither"
            )
        return chosen(options.input, None), None
    if options.input == "-" and options.other in (None, "-"):
        raise BadCall("standard input can be read once", "why403 diff", "Save it in a file")
    return chosen(options.input, options.working), chosen(options.other or options.input, options.failing)


def chosen(word: str, which: str | None) -> Case:
    """The input, of which only the chosen request where one is chosen. Raises BadCall or UnreadableInput."""
    from .inputs import read_input

    if which is None:
        return read_input(word)
    from ..readers.picked import picked_file
    from ..writers.choose import choose

    index, status, url = choice(which)
    case = None
    if "\n" not in word and len(word) < 4096 and os.path.isfile(word):
        case = picked_file(word, index, status, url)
    case = case or read_input(word)
    held, said = choose(case, index, status, url)
    said = tuple(remark.replace(" is written", "") for remark in said)
    return case._replace(exchanges=held[:1], remarks=(*case.remarks, *said))


def choice(which: str) -> tuple[int | None, int | None, str | None]:
    """A number, status:403, or a part of the URL, the last two together too, as (index, status, url). Raises BadCall."""
    if which.isdigit():
        return int(which), None, None
    if not which.startswith("status:"):
        return None, None, which
    code, _, url = which.removeprefix("status:").partition(" ")
    if not code.isdigit():
        raise BadCall(f"{code!r} is no status", which, "Write status:403")
    return None, int(code), url.strip() or None
