"""`why403 ip ADDRESS`: whether an address is on the given lists, which entry decides, and what the address is."""

from __future__ import annotations

import os
import sys

from ..model import BadCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ..render.address import Answers
    from ..rules.addresses import Source
    from ..rules.addresses.dnsbl import Answer

LET_IN, REFUSED = 0, 1
EXAMPLES = """\
A list is recognised by itself: lines of addresses, networks, ranges; nginx allow/deny, geo, map; Apache Require, Order; ipset save;
iptables-save; AWS ip-ranges.json, WAF IP sets and security groups; Cloudflare, Google, Azure and GitHub JSON; FireHOL and Spamhaus
DROP; hosts.allow and hosts.deny; HAProxy lists and maps; CSV. A list that does not say what it is for tells whether the address
is on it; --allow and --block say it.

examples:
  why403 ip 192.0.2.7 --list /etc/nginx/allow.conf           which rule decides, by file and line
  why403 ip 192.0.2.7 --block firehol_level1.netset --allow office.txt
  why403 ip 192.0.2.7 --list ip-ranges.json ServiceTags.json  whose address it is
  why403 ip 'X-Forwarded-For: 192.0.2.7, 10.0.0.3' --trusted 10.0.0.0/8
  why403 ip 192.0.2.7 --dnsbl zen.spamhaus.org spamcop        ask DNS blocklists (needs why403[dns])
  why403 ip --echo https://api.example.com/my-address --list allow.txt

exit status: 0 not blocked, 1 blocked or not on the list, 2 the call or the input is at fault, 3 the network kept us from asking
"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb and its options."""
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "ip",
        help="whether an address is on allow- and blocklists, and which entry decides",
        description="Judge an address by lists in files, and on request by DNS blocklists. Nothing is sent without --dnsbl or --echo.",
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("address", metavar="ADDRESS", nargs="?", help="an address, or 'X-Forwarded-For: a, b'")
    parser.add_argument(
        "--list", nargs="+", action="extend", default=[], metavar="FILE", help="lists of any known form"
    )
    parser.add_argument("--allow", nargs="+", action="extend", default=[], metavar="FILE", help="allowlists")
    parser.add_argument("--block", nargs="+", action="extend", default=[], metavar="FILE", help="blocklists")
    parser.add_argument(
        "--trusted", nargs="+", action="extend", default=[], metavar="NETWORK", help="proxies that are believed"
    )
    parser.add_argument("--dnsbl", nargs="+", action="extend", default=[], metavar="ZONE", help="DNS blocklists to ask")
    parser.add_argument("--dnsbl-key", default="", metavar="KEY", help="the access key of Project Honey Pot")
    parser.add_argument(
        "--resolver", default="", metavar="ADDRESS", help="the resolver to ask through (default: the system's)"
    )
    parser.add_argument("--echo", metavar="URL", help="ask this page with which address you go out, and judge that")
    parser.add_argument("--format", choices=("terminal", "json"), help="default: terminal (plain text when piped)")


def run(options: argparse.Namespace) -> int:
    """Write what is known; 0 not refused, 1 refused. Raises BadCall, UnreadableInput, NetworkFailed."""
    from ..render import address as render
    from .main import write

    found = answers(options)
    if options.format == "json":
        write(render.render(found))
    else:
        from ..render import terminal

        if sys.stdout.isatty() and not os.environ.get("NO_COLOR") and options.format is None:
            terminal.paint(render.lines(found))
        else:
            write(terminal.text(render.lines(found)))
    return LET_IN if found.verdict.let_in else REFUSED


def answers(options: argparse.Namespace) -> Answers:
    """All that was asked for."""
    from ..render.address import Answers
    from ..rules.addresses import judge, special, verdict
    from ..rules.addresses.forwarded import client

    if (options.address is None) == (options.echo is None):
        raise BadCall(
            "one address is wanted", "why403 ip", "Give an address, a field of forwarded addresses, or --echo URL"
        )
    chain = None
    if options.echo:
        from ..net.echo import echo

        asked = echo(options.echo)
    else:
        asked, chain = client(options.address, tuple(options.trusted))
    purpose = special(asked)
    said = judge(asked, _lists(options))
    listed: tuple[Answer, ...] = ()
    if options.dnsbl:
        if purpose is not None and not purpose.public:
            raise BadCall(f"{asked.text} is {purpose.name}", "--dnsbl", "Blocklists hold public addresses only")
        from ..net.dnsbl import ask

        listed = tuple(ask(asked, options.dnsbl, options.resolver, options.dnsbl_key))
    return Answers(asked, purpose, said, listed, verdict(said, listed), chain, options.echo or "")


def _lists(options: argparse.Namespace) -> list[Source]:
    from ..rules.addresses import source

    lists = [source(path) for path in options.list]
    return lists + [source(path, "allow") for path in options.allow] + [source(path, "block") for path in options.block]
