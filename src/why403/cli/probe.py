"""`why403 probe INPUT`: prove the cause by asking again, one thing changed at a time."""

from __future__ import annotations

import os

from ..model import BadCall
from . import sending

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ..engine.prove import Limits
    from ..model import Case
    from ..probes.experiment import Offer

EXAMPLES = """\
Only the refused request's own origin is asked, one request a second, at most 12. Reading methods (GET, HEAD, OPTIONS) are sent
without asking; a request that may change something only with --allow-unsafe, after you have seen it. Redirects are not followed.
A value may be given as env:NAME or @FILE, so that it does not stand in the shell's history.

examples:
  why403 probe 'curl https://api.example.com/orders' --token env:API_TOKEN
  why403 probe checkout.har --allow-unsafe                    a form that was refused: a fresh CSRF token is fetched first
  why403 probe answer.txt --cookie @admin-cookie.txt          is it the user that may not?
  why403 probe fails.curl --dry-run                           the plan and what it costs; nothing is sent

exit status: 0 a cause is named, 1 nothing was refused or the cause is unknown, 2 the call or the input is at fault,
3 the network kept us from asking, 130 interrupted
"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb and its options."""
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "probe",
        help="ask again with one thing changed at a time, and prove the cause",
        description="Prove the cause in the fewest requests, and end with a request that is let through or with the message to send.",
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("input", metavar="INPUT", help="what was refused: a command, a HAR, an answer with its request")
    parser.add_argument(
        "--with", dest="more", nargs="+", default=[], metavar="FILE", help="more evidence on the same refusal"
    )
    given = parser.add_argument_group("another credential to try (VALUE, env:NAME or @FILE), or what else you know")
    given.add_argument(
        "--token", action="append", default=[], metavar="VALUE", help="a bearer token, or one for the body's field"
    )
    given.add_argument("--api-key", action="append", default=[], metavar="VALUE", help="an API key")
    given.add_argument(
        "--user",
        action="append",
        default=[],
        metavar="NAME:PASSWORD",
        help="a user for Basic authentication or for the login that was refused",
    )
    given.add_argument(
        "--cookie", action="append", default=[], metavar="NAME=VALUE", help="a session's cookie, an admin's for example"
    )
    given.add_argument(
        "--header",
        action="append",
        default=[],
        metavar="NAME: VALUE",
        help="a header that was asked for: a tenant, a client id",
    )
    given.add_argument(
        "--page", default="", metavar="URL", help="the page that the request came from, for its CSRF token"
    )
    given.add_argument(
        "--cert", default="", metavar="FILE", help="a client certificate (PEM), where the input has none"
    )
    given.add_argument("--key", default="", metavar="FILE", help="its key, where it is not in the same file")
    given.add_argument(
        "--link", action="append", default=[], metavar="URL", help="a freshly signed link to the same thing"
    )
    given.add_argument("--https-port", type=int, default=0, metavar="PORT", help="where the same host speaks https")
    sending.options(parser)
    parser.add_argument("--format", choices=("terminal", "json"), help="default: terminal (plain text when piped)")
    parser.add_argument("--now", metavar="TIME", help="judge expiry at this time where the input has none")
    parser.add_argument("--show-secrets", action="store_true", help="do not mask tokens, cookies, keys and signatures")


def run(options: argparse.Namespace) -> int:
    """Probe and write the proof. Raises Why403Error."""
    from ..engine import prove
    from ..engine.proved import shown
    from .inputs import read_input, with_more
    from .main import AT_FAULT, exit_status, write

    case = with_more(read_input(options.input), options.more)
    limits = sending.limits(options, _offers(options), options.page)
    try:
        requests = prove.prove(case, limits)
    except ValueError as fault:
        hint = "Give the command, a HAR, or the answer with its request"
        raise BadCall(str(fault), options.input[:60], hint) from None
    if options.dry_run:
        write(_plan(case, limits))
        return 0
    if limits.unsafe and not options.yes and not sending.agreed(prove.to_agree(case, limits), options):
        return AT_FAULT
    proof = sending.sent(requests, options)
    if options.record:
        sending.keep(options.record, proof, case, options)
    reached = sending.reached(proof)
    sending.show(shown(proof, case, show_secrets=options.show_secrets), options)
    return reached or exit_status(proof.report)


def _offers(options: argparse.Namespace) -> tuple[Offer, ...]:
    from ..probes.experiment import Offer

    found = [
        Offer(kind, _value(word, f"--{kind}"))
        for kind in ("token", "user", "cookie")
        for word in getattr(options, kind)
    ]
    found += [Offer("key", _value(word, "--api-key")) for word in options.api_key]
    found += [Offer("link", _value(word, "--link")) for word in options.link]
    for word in options.header:
        name, colon, value = word.partition(":")
        if not colon or not name.strip():
            raise BadCall(f"{word!r} is no header", "--header", "Write it as 'X-Tenant-ID: 17'")
        found.append(Offer("header", _value(value.strip(), "--header"), name.strip()))
    if options.https_port:
        if not 0 < options.https_port < 65536:
            raise BadCall(f"{options.https_port} is no port", "--https-port", "Give 1 to 65535")
        found.append(Offer("https", str(options.https_port)))
    if options.cert:
        found.append(Offer("certificate", options.cert, options.key))
    return tuple(found)


def _value(word: str, option: str) -> str:
    """A value as it stands, from the environment (env:NAME) or from a file (@FILE). Raises BadCall."""
    if word.startswith("env:"):
        if (value := os.environ.get(word[4:])) is None:
            raise BadCall(f"{word[4:]} is not set", option, "Set it in the environment, or give @FILE")
        return value.strip()
    if word.startswith("@"):
        try:
            with open(word[1:], encoding="utf-8") as file:
                return file.read(1 << 20).strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise BadCall(
                getattr(fault, "strerror", None) or "it is no text", word[1:], "Give a file with the value alone"
            ) from None
    return word


def _cost(requests: int) -> str:
    return f"{requests} request{'s' * (requests != 1)}" if requests else "no request"


def _plan(case: Case, limits: Limits) -> str:
    from ..engine.prove import plan

    rows = ["Nothing was sent. In this order, as long as nothing is let through:", ""]
    for number, (experiment, separates) in enumerate(plan(case, limits), 1):
        rows += [f"{number:>3}. {experiment.asks}  ({_cost(experiment.cost)})"]
        rows += [f"     {experiment.means}"] + ([f"     tells apart: {', '.join(separates)}"] if separates else [])
    rows += ["", f"At most {limits.budget} requests, the refused one before and after included."]
    return "\n".join(rows)
