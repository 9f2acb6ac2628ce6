"""What the verbs that ask again share: consent, the way, the recording, and what they show."""

from __future__ import annotations

import os
import sys

from ..model import BadCall, NetworkFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from ..engine.prove import Limits, Requests
    from ..model import Case, Request
    from ..model.proof import Proof
    from ..probes.experiment import Ask, Offer

INTERRUPTED = 130


def options(parser: argparse.ArgumentParser, *, dry: bool = True) -> None:
    """Declare what may be sent, and how."""
    consent = parser.add_argument_group("what may be sent")
    consent.add_argument(
        "--allow-unsafe", action="store_true", help="send the request's own method though it may change something"
    )
    consent.add_argument("--yes", action="store_true", help="do not ask before it is sent")
    consent.add_argument("--budget", type=int, default=12, metavar="N", help="requests at most (default: 12)")
    consent.add_argument(
        "--pause", type=float, default=1.0, metavar="SECONDS", help="between two requests (default: 1)"
    )
    if dry:
        consent.add_argument("--dry-run", action="store_true", help="print the plan with its costs, send nothing")
    way = parser.add_argument_group("how it is sent (unless said, as the input's own command says)")
    way.add_argument(
        "--resolve", action="append", default=[], metavar="HOST[:PORT]:ADDRESS", help="use this address for the host"
    )
    way.add_argument("--cacert", default="", metavar="FILE", help="trust these certificates")
    way.add_argument("--insecure", action="store_true", help="do not check the server's certificate")
    way.add_argument(
        "--proxy", default="", metavar="URL", help="a proxy, or 'none' (default: what the environment says)"
    )
    way.add_argument("--http1.1", dest="old", action="store_true", help="do not offer HTTP/2")
    way.add_argument("--timeout", type=float, default=30.0, metavar="SECONDS", help="for one exchange (default: 30)")
    way.add_argument("--record", metavar="FILE", help="keep everything that was sent as a HAR, secrets masked")


def limits(options: argparse.Namespace, offers: tuple[Offer, ...] = (), page: str = "") -> Limits:
    """What the call allows. Raises BadCall."""
    from ..engine.prove import Limits
    from .main import moment

    if not 1 <= options.budget <= 100:
        raise BadCall(f"{options.budget} is no budget", "--budget", "Give 1 to 100 requests")
    if not 0 <= options.pause <= 3600:
        raise BadCall(f"{options.pause} is no pause", "--pause", "Give seconds")
    if not 0 < options.timeout <= 3600:
        raise BadCall(f"{options.timeout} is no time", "--timeout", "Give seconds")
    return Limits(options.budget, options.allow_unsafe, offers, page, moment(options.now))


def agreed(requests: Iterable[Request], options: argparse.Namespace) -> bool:
    """Show exactly what may change something, and ask once."""
    from ..engine.proved import written
    from ..probes.experiment import SAFE
    from ..render.lines import harmless

    unsafe = [request for request in requests if (request.method or "GET").upper() not in SAFE]
    if not unsafe:
        return True
    print(f"This will be sent, changed and unchanged, up to {options.budget} times:\n", file=sys.stderr)
    for request in unsafe:
        text = "\n".join(harmless(row) for row in written(request, "curl").splitlines())
        print(f"{text}\n", file=sys.stderr)
    if not sys.stdin.isatty():
        raise BadCall("nobody is there to agree", "--allow-unsafe", "Add --yes once you know what it does")
    print("Send it? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def sent(requests: Requests, options: argparse.Namespace) -> Proof:
    """Ask, and tell on a terminal what is asked. Raises BadCall."""
    from ..net.ask import drive
    from ..net.send import Sender
    from ..net.way import Way, resolved

    pairs = []
    for word in options.resolve:
        if (pair := resolved(word)) is None:
            raise BadCall(f"{word!r} names no address", "--resolve", "Write it as shop.example:443:127.0.0.1")
        pairs.append(pair)
    way = Way(tuple(pairs), options.cacert, "", "", options.insecure, options.proxy, not options.old, options.timeout)
    watch = _watcher() if sys.stderr.isatty() else None
    with Sender(way) as sender:
        return drive(requests, sender.send, pause=options.pause, watch=watch)


def _watcher() -> Callable[[Ask], None]:
    """Tells on standard error what is asked at the moment."""
    from ..render.lines import harmless

    count = 0

    def watch(ask: Ask) -> None:
        nonlocal count
        count += 1
        print(f"\x1b[2K\r{count}. {harmless(ask.says)[:100]}", end="", file=sys.stderr, flush=True)

    return watch


def reached(proof: Proof) -> int:
    """0, or the status of an interrupt. Raises NetworkFailed where nobody was reached."""
    if proof.outcome == "interrupted":
        return INTERRUPTED
    if proof.asked and all(asked.exchange.status is None for asked in proof.asked):
        first = proof.asked[0].exchange
        raise NetworkFailed(first.error or "no answer came", first.url or "", "Nobody was reached")
    return 0


def keep(path: str, proof: Proof, case: Case, options: argparse.Namespace) -> None:
    """Write the recording whole or not at all. Raises BadCall."""
    from ..engine.recorded import har

    half = f"{path}.{os.getpid()}.part"
    try:
        with open(half, "w", encoding="utf-8") as file:
            file.write(har(proof, case, show_secrets=options.show_secrets))
        os.replace(half, path)
    except OSError as fault:
        raise BadCall(fault.strerror or "cannot be written", path, "Name a file that can be written") from None


def show(proof: Proof, options: argparse.Namespace) -> None:
    """Write the proof in the wanted format."""
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
