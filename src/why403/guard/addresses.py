"""Which addresses may ask: the real client's, as worked out behind the trusted proxies."""

from __future__ import annotations

from ..rules.addresses import Span, span
from .rule import Refused, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .request import Request
    from .rule import Found


class _Addresses(Rule):
    """Networks, and whether a request's client is in one of them."""

    __slots__ = ("_spans", "networks")
    networks: tuple[str, ...]
    _spans: tuple[Span, ...]

    def __init__(self, *networks: str) -> None:
        known = tuple(span(name.strip()) for name in networks)
        self._set(networks=networks, _spans=tuple(found for found in known if found))

    def _holds(self, request: Request) -> bool | None:
        client = request.seen.client
        return None if client is None else any(client.within(mine) for mine in self._spans)

    def _seen(self, request: Request) -> str:
        seen = request.seen
        shown = f"address {seen.client.text}" if seen.client else f"no address: {seen.why}"
        if seen.client and not seen.trusted and any(request.header(name) for name in ("x-forwarded-for", "forwarded")):
            shown += ", which is no trusted proxy: what it forwards is not believed"
        return shown

    def flaws(self) -> list[str]:
        """Each is a network."""
        if not self.networks:
            return ["it names no address"]
        return [
            f"{name!r} is no address or network: write 10.0.0.0/8 or 192.0.2.7"
            for name in self.networks
            if span(name.strip()) is None
        ]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The addresses that it names."""
        return self._spans

    def _words(self) -> list[str]:
        return list(map(repr, self.networks))


class AllowAddresses(_Addresses):
    """Only these addresses and networks. A client whose address cannot be told is not among them."""

    __slots__ = ()
    opposite = "ip-blocked"

    def check(self, request: Request) -> Found:
        """The client is in one of them."""
        if self._holds(request):
            return None
        reason = "" if request.seen.client else "client-unknown"
        return Refused("ip-not-allowed", reason, required=f"an address of {', '.join(self.networks)}", seen=self._seen(request),
                       says="This address is not on the list of those that may ask.")  # fmt: skip


class DenyAddresses(_Addresses):
    """Any but these addresses and networks. A client whose address cannot be told may be one of them."""

    __slots__ = ()
    opposite = "ip-not-allowed"

    def check(self, request: Request) -> Found:
        """The client is in none of them."""
        if self._holds(request) is False:
            return None
        reason = "" if request.seen.client else "client-unknown"
        return Refused("ip-blocked", reason, required=f"no address of {', '.join(self.networks)}", seen=self._seen(request),
                       says="This address is blocked.")  # fmt: skip
