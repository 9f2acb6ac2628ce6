"""What an experiment is: what it asks, what that costs, which causes it tells apart."""

from __future__ import annotations

from collections.abc import Callable, Generator

from ..model import Evidence, Exchange, Request, split_url
from ..model.change import Change
from ..model.frozen import NamedTuple

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # RFC 9110, section 9.2.1


class Offer(NamedTuple):
    """Something that the user gave for the purpose: another credential, a header that was asked for."""

    kind: str  # token | key | user | cookie | header
    value: str
    name: str = ""  # of the header


class Given(NamedTuple):
    """What an experiment may stand on."""

    exchange: Exchange  # the refused request and the answer that it got last
    offers: tuple[Offer, ...] = ()
    product: str = ""  # who is thought to have refused
    page: str = ""  # the page from which the request was sent, where the input shows one

    @property
    def request(self) -> Request:
        """The refused request."""
        return self.exchange.request or Request()

    @property
    def origin(self) -> str:
        """Scheme, host and port: no experiment leaves them."""
        return origin(self.request.url)

    def has(self, name: str) -> str | None:
        """A header of the refused request, or None."""
        return self.exchange.asked(name)


class Ask(NamedTuple):
    """One request that an experiment wants sent."""

    request: Request
    says: str  # "the same, without its credential"
    pause: float = 0.0  # seconds to wait first


class Try(NamedTuple):
    """A changed request that may be let through."""

    changes: tuple[Change, ...]
    proves: tuple[str, ...]  # the causes of which one is proved if it is, the likeliest first
    whole: bool = False  # its changes belong together: a token and its cookie


class Ruling(NamedTuple):
    """What an answer says for or against a cause."""

    cause: str
    holds: bool
    evidence: Evidence


class Learned(NamedTuple):
    """What came out of an experiment."""

    tries: tuple[Try, ...] = ()
    rulings: tuple[Ruling, ...] = ()


Steps = Generator[Ask, Exchange, Learned]


class Experiment(NamedTuple):
    """One kind of question put to who refused."""

    id: str
    asks: str  # what is asked, as a plan shows it
    means: str  # what both answers would prove
    separates: tuple[str, ...]  # the causes that it tells apart
    cost: int  # requests that it takes, those of its tries included
    fits: Callable[[Given], bool]
    run: Callable[[Given], Steps]


def origin(url: str | None) -> str:
    """Scheme, host and port of a URL (RFC 6454, section 4); "" where it has none."""
    parts = split_url(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port and parts.port != usual else "")


def nothing(*tries: Try, rulings: tuple[Ruling, ...] = ()) -> Steps:
    """An experiment that needs no look before its tries."""
    yield from ()
    return Learned(tries, rulings)
