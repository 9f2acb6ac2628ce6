"""Asks DNS blocklists about an address, through the system's resolver or a named one. Only when the user asked for it."""

from __future__ import annotations

from ..model import BadCall, NetworkFailed
from ..rules.addresses.address import Address
from ..rules.addresses.dnsbl import Answer, Zone, answer, question, zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dns.resolver import Resolver

SECONDS = 5.0  # that one list may take


def ask(asked: Address, names: Sequence[str], resolver: str = "", key: str = "") -> list[Answer]:
    """What each list answers. Raises BadCall for what is no list, no resolver, or where dnspython is not installed.

    A list that does not answer is told as failed; NetworkFailed where none of them does.
    """
    lists = [zone(name) for name in names]
    questions = [(one, "" if one.closed else question(asked, one, key)) for one in lists]
    client = _client(resolver)
    found = [_asked(client, one, name) for one, name in questions]
    if found and all(one.outcome == "failed" for one in found):
        raise NetworkFailed(found[0].means, found[0].zone, "Name a resolver that may ask: --resolver 127.0.0.1")
    return found


def _client(address: str) -> Resolver:
    try:
        import dns.exception
        import dns.resolver
    except ImportError:
        raise BadCall("dnspython is not installed", "--dnsbl", "pip install 'why403[dns]'") from None
    if not address:
        try:
            client = dns.resolver.Resolver()
        except (dns.resolver.NoResolverConfiguration, dns.exception.DNSException, OSError):
            raise BadCall("the system names no resolver", "--dnsbl", "Name one: --resolver 127.0.0.1") from None
    else:
        host, port = _place(address)
        client = dns.resolver.Resolver(configure=False)
        try:
            client.nameservers = [host]
        except ValueError:
            raise BadCall(f"{address!r} is no address", "--resolver", "Write it as 127.0.0.1 or [::1]:5353") from None
        client.port = port
    client.lifetime = SECONDS
    return client


def _place(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host and not host.endswith("]")):
        return text.strip("[]"), 53
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise BadCall(f"{text!r} is no address", "--resolver", "Write it as 127.0.0.1 or [::1]:5353")
    return host.strip("[]"), int(port)


def _asked(client: Resolver, of: Zone, name: str) -> Answer:
    import dns.exception
    import dns.resolver

    if of.closed:
        return answer(of, ())
    try:
        codes = tuple(sorted(str(record) for record in client.resolve(name, "A", search=False)))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return answer(of, ())
    except (dns.exception.DNSException, OSError) as fault:
        return Answer(of.zone, of.name, "failed", (), _words(fault), "", of.source, of.web)
    return answer(of, codes, _text(client, name))


def _text(client: Resolver, name: str) -> str:
    """The list's own words on the listing, where it has any."""
    import dns.exception

    try:
        found = client.resolve(name, "TXT", search=False)
    except (dns.exception.DNSException, OSError):
        return ""
    return " ".join(b"".join(record.strings).decode("utf-8", "replace") for record in found)[:500]


def _words(fault: Exception) -> str:
    import dns.exception
    import dns.resolver

    if isinstance(fault, dns.exception.Timeout):
        return f"no answer within {SECONDS:.0f} seconds"
    if isinstance(fault, dns.resolver.NoNameservers):
        return "the resolver could not or would not ask it"
    return type(fault).__name__
