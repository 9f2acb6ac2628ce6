"""`why403 probe INPUT`: prove the cause by asking again, one thing changed at a time."""

from __future__ import annotations

import os
import re
import sys

from ..model import BadCall, NetworkFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from ..engine.prove import Limits, Requests
    from ..model import Case
    from ..model.proof import Proof
    from ..probes.experiment import Ask, Offer

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
3 the network kept us from asking
"""
# fields by which proxies name the client: to send one is to forge an address
FORGED = re.compile(
    r"x-forwarded-.*|forwarded|x-real-ip|x-client-ip|client-ip|true-client-ip|cf-connecting-ip|fastly-client-ip|x-originating-ip|x-remote-(?:ip|addr)|x-cluster-client-ip|x-host|x-original-url|x-rewrite-url|x-http-method-override|via"
)


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
    given = parser.add_argument_group("another credential to try (VALUE, env:NAME or @FILE)")
    given.add_argument("--token", action="append", default=[], metavar="VALUE", help="a bearer token")
    given.add_argument("--api-key", action="append", default=[], metavar="VALUE", help="an API key")
    given.add_argument(
        "--user", action="append", default=[], metavar="NAME:PASSWORD", help="a user for Basic authentication"
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
    consent = parser.add_argument_group("what may be sent")
    consent.add_argument(
        "--allow-unsafe",
        action="store_true",
        help="send the refused request's own method though it may change something",
    )
    consent.add_argument("--yes", action="store_true", help="do not ask before it is sent")
    consent.add_argument("--budget", type=int, default=12, metavar="N", help="requests at most (default: 12)")
    consent.add_argument(
        "--pause", type=float, default=1.0, metavar="SECONDS", help="between two requests (default: 1)"
    )
    consent.add_argument("--dry-run", action="store_true", help="print the plan with its costs, send nothing")
    way = parser.add_argument_group("how it is sent")
    way.add_argument(
        "--resolve", action="append", default=[], metavar="HOST:ADDRESS", help="use this address for the host"
    )
    way.add_argument("--cacert", default="", metavar="FILE", help="trust these certificates")
    way.add_argument("--cert", default="", metavar="FILE", help="the client's certificate (PEM)")
    way.add_argument("--key", default="", metavar="FILE", help="its key, where it is not in the same file")
    way.add_argument("--insecure", action="store_true", help="do not check the server's certificate")
    way.add_argument(
        "--proxy", default="", metavar="URL", help="a proxy, or 'none' (default: what the environment says)"
    )
    way.add_argument("--http1.1", dest="old", action="store_true", help="do not offer HTTP/2")
    parser.add_argument("--record", metavar="FILE", help="keep everything that was sent as a HAR, secrets masked")
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
    limits = _limits(options)
    try:
        requests = prove.prove(case, limits)
    except ValueError:
        raise BadCall(
            "there is no request with a whole URL in it",
            options.input[:60],
            "Give the command, a HAR, or the answer with its request",
        ) from None
    if options.dry_run:
        write(_plan(case, limits))
        return 0
    if limits.unsafe and not options.yes and not _agreed(case, options):
        return AT_FAULT
    proof = _sent(requests, options)
    if options.record:
        _keep(options.record, proof, case, options)
    if proof.asked and all(asked.exchange.status is None for asked in proof.asked):
        raise NetworkFailed(
            proof.asked[0].exchange.error or "no answer came", proof.asked[0].exchange.url or "", "Nobody was reached"
        )
    _show(shown(proof, case, show_secrets=options.show_secrets), options)
    return exit_status(proof.report)


def _limits(options: argparse.Namespace) -> Limits:
    from ..engine.prove import Limits
    from .main import moment

    if not 1 <= options.budget <= 100:
        raise BadCall(f"{options.budget} is no budget", "--budget", "Give 1 to 100 requests")
    if not 0 <= options.pause <= 3600:
        raise BadCall(f"{options.pause} is no pause", "--pause", "Give seconds")
    return Limits(options.budget, options.allow_unsafe, _offers(options), options.page, moment(options.now))


def _offers(options: argparse.Namespace) -> tuple[Offer, ...]:
    from ..probes.experiment import Offer

    found = [
        Offer(kind, _value(word, f"--{kind}"))
        for kind in ("token", "user", "cookie")
        for word in getattr(options, kind)
    ]
    found += [Offer("key", _value(word, "--api-key")) for word in options.api_key]
    for word in options.header:
        name, colon, value = word.partition(":")
        if not colon or not name.strip():
            raise BadCall(f"{word!r} is no header", "--header", "Write it as 'X-Tenant-ID: 17'")
        if FORGED.fullmatch(name.strip().lower()):
            raise BadCall(
                f"{name.strip()} tells the server whom it is talking to",
                "--header",
                "why403 forges no addresses and rewrites no paths",
            )
        found.append(Offer("header", _value(value.strip(), "--header"), name.strip()))
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


def _agreed(case: Case, options: argparse.Namespace) -> bool:
    """Show exactly what may change something, and ask once."""
    from ..engine.prove import sent_as_it_was
    from ..engine.proved import written
    from ..probes.experiment import SAFE

    request = sent_as_it_was(case)
    if (request.method or "GET").upper() in SAFE:
        return True
    print(
        f"This will be sent, changed and unchanged, up to {options.budget} times:\n\n{written(request, 'curl')}\n",
        file=sys.stderr,
    )
    if not sys.stdin.isatty():
        raise BadCall("nobody is there to agree", "--allow-unsafe", "Add --yes once you know what it does")
    print("Send it? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _plan(case: Case, limits: Limits) -> str:
    from ..engine.prove import plan

    rows = ["Nothing was sent. In this order, as long as nothing is let through:", ""]
    for number, (experiment, separates) in enumerate(plan(case, limits), 1):
        rows += [f"{number:>3}. {experiment.asks}  ({experiment.cost} request{'s' * (experiment.cost > 1)})"]
        rows += [f"     {experiment.means}", f"     tells apart: {', '.join(separates)}"]
    rows += ["", f"At most {limits.budget} requests, the refused one before and after included."]
    return "\n".join(rows)


def _sent(requests: Requests, options: argparse.Namespace) -> Proof:
    from ..net.ask import drive
    from ..net.send import Sender, Way

    pairs = [word.rpartition(":")[::2] if word.count(":") == 1 else word.split(":", 1) for word in options.resolve]
    way = Way(
        tuple((host, address) for host, address in pairs),
        options.cacert,
        options.cert,
        options.key,
        options.insecure,
        options.proxy,
        not options.old,
    )
    watch = _watcher() if sys.stderr.isatty() else None
    with Sender(way) as sender:
        return drive(requests, sender.send, pause=options.pause, watch=watch)


def _watcher() -> Callable[[Ask], None]:
    """Tells on standard error what is asked at the moment."""
    from ..render.lines import harmless

    def watch(ask: Ask) -> None:
        print(f"\x1b[2K\rasking: {harmless(ask.says)[:100]}", end="", file=sys.stderr, flush=True)

    return watch


def _keep(path: str, proof: Proof, case: Case, options: argparse.Namespace) -> None:
    """Write the recording whole or not at all. Raises BadCall."""
    from ..engine.recorded import har

    half = f"{path}.{os.getpid()}.part"
    try:
        with open(half, "w", encoding="utf-8") as file:
            file.write(har(proof, case, show_secrets=options.show_secrets))
        os.replace(half, path)
    except OSError as fault:
        raise BadCall(fault.strerror or "cannot be written", path, "Name a file that can be written") from None


def _show(proof: Proof, options: argparse.Namespace) -> None:
    from ..render import proof as render
    from ..render import terminal
    from .main import write

    if sys.stderr.isatty():
        print("\x1b[2K\r", end="", file=sys.stderr, flush=True)
    if options.format == "json":
        write(render.render(proof))
    elif sys.stdout.isatty() and not os.environ.get("NO_COLOR") and options.format is None:
        terminal.paint(render.lines(proof))
    else:
        write(terminal.text(render.lines(proof)))
