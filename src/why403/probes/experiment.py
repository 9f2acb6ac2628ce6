"""What an experiment is: what it asks, what that costs, which causes it tells apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator

from ..model import Evidence, Exchange, Request, split_url
from ..model.change import Change
from ..model.frozen import NamedTuple

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # RFC 9110, section 9.2.1
# fields by which proxies tell a server where the client is, what it asked for and who it is: to send one is to forge that
FORGED = re.compile(
    r"x-forwarded-.*|forwarded|via|(?:x-)?(?:real|client|true-client|cluster-client|originating|remote|source)-(?:ip|addr|address)"
    r"|x-cluster-client-ip|x-originating-ip|cf-connecting-ip|fastly-client-ip|cf-ipcountry|x-(?:geo-)?country(?:-code)?"
    r"|x-host|x-original-(?:url|uri|host|method)|x-rewrite-url|x-http-method(?:-override)?|x-method-override"
    r"|(?:x-)?remote-(?:user|groups?|email|name)|x-(?:user|username|user-name|user-roles?|user-groups?|email|roles?|groups?|permissions?)"
    r"|x-(?:authenticated|webauth|auth-request|authentik)-(?:user|name|email|roles?|groups?|preferred|id).*"
    r"|x-ssl-client-.*|ssl-client-.*|x-client-cert.*|x-ms-client-principal.*|x-goog-authenticated-user-.*"
)


class Offer(NamedTuple):
    """Something that the user gave for the purpose: another credential, a header that was asked for."""

    kind: str  # token | key | user | cookie | header | certificate | https | link
    value: str  # of a certificate: its file; of https: the port on which the same host speaks it; of a link: its URL
    name: str = ""  # of the header; of a certificate: the file of its key, where that is another

    @property
    def forged(self) -> bool:
        """Whether it would tell the server who or where somebody else is."""
        return self.kind == "header" and bool(FORGED.fullmatch(self.name.strip().lower()))


class Given(NamedTuple):
    """What an experiment may stand on."""

    exchange: Exchange  # the refused request and the answer that it got last
    offers: tuple[Offer, ...] = ()
    product: str = ""  # who is thought to have refused
    page: str = ""  # the page from which the request was sent, where the input shows one
    found: tuple[str, ...] = ()  # the causes that findings name, the surest first
    posts: bool = False  # whether POST may be sent in place of the refused reading method: shown and agreed to

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
    sure: bool = False  # whether the first of them is proved where the refuser named none of the others
    whole: bool = False  # its changes belong together: a token and its cookie
    parts: tuple[Try, ...] = ()  # of several in one: each with what it proves
    doubt: str = ""  # the experiment that tells its causes apart, once it is let through
    other: bool = False  # whether it is somebody else's: then the own one may be refused for what nobody named


class Ruling(NamedTuple):
    """What an answer says for or against a cause."""

    cause: str
    holds: bool
    evidence: Evidence


class Learned(NamedTuple):
    """What came out of an experiment."""

    tries: tuple[Try, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    told: str = ""  # what the answer says, where that speaks for or against no single cause
    known: tuple[str, ...] = ()  # causes of which no more is to be learned by asking about how far the rule reaches


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
    mild: bool = False  # its tries depend on nothing and spoil nothing: those of several are sent in one request
    joins: bool = False  # what it changes may be one of several things that are needed at once
    offered: bool = False  # it tries what the user gave for the purpose
    mends: bool = True  # whether it proposes requests that may be let through; others only rule out


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
