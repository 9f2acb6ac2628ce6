"""Who wrote the answer. To stand in the path is not to refuse."""

from __future__ import annotations

import re

from ..evidence import Scene
from ..model import Evidence, Pattern, Weight
from ..products import Heard, Product

# second-level labels under which names are registered ("example.co.uk"), so that the label before them is the name
SECOND = {"co", "com", "org", "net", "gov", "ac", "edu", "ne", "or", "go"}
NOT_NAMES = {"example", "localhost", "local", "internal", "test", "invalid", "host", "domain", "mydomain", "yourdomain"}
# links that are shortened: whose they are does not stand in them
SHORTENED = {
    "aka.ms",
    "bit.ly",
    "t.co",
    "goo.gl",
    "git.io",
    "g.co",
    "tinyurl.com",
    "is.gd",
    "ow.ly",
    "rb.gy",
    "lnkd.in",
    "youtu.be",
}
# what calls others in its own name: named in a text, it stands back behind the host that was asked
CALLERS = {"php", "nodejs", "php-fpm", "home-assistant", "n8n", "ccxt", "homebridge", "node-red", "terraform-cloud"}
# where people meet about others' services: a text links to them for help
MEETING = {"discord", "slack", "reddit", "github-api", "github", "telegram-bot-api", "stackoverflow"}
# where a URL is one of an interface that was called, not of a page that was read
CALL = Pattern(r"//(?:[\w-]+\.)*(?:api|gateway|rest|graphql)[\w-]*\.|/(?:api|rest|graphql|oauth2?|v\d{1,2})(?:[/.?]|$)")


class Author(tuple[str, str, "Evidence | None"]):
    """(product, layer, evidence) of who wrote the answer; empty strings where it is not known."""

    __slots__ = ()

    @property
    def product(self) -> str:
        """The product's id, or ""."""
        return self[0]

    @property
    def layer(self) -> str:
        """Its layer, or ""."""
        return self[1]


def _weight(heard: Heard) -> tuple[int, int]:
    """A mark in the body is the writer's hand; a header may be anybody's on the way."""
    return (0 if heard.at < 0 else 1, heard.length)


def author(scene: Scene) -> Author:
    """Who wrote the answer: by a message, a mark, the host asked, a name in the text; else as the host or the client is called."""
    hearing = scene.hearing
    body = [heard for heard in hearing.wrote if heard.at >= 0 and heard.product.kind != "wording"]
    says = [heard for heard in hearing.says if heard.product.kind not in ("wording", "client")]
    for group in (says, body):
        if group:
            best = max(group, key=lambda heard: (heard.rule.strength, *_weight(heard)))
            if best.rule.strength == Weight.HINT and hearing.hosts and best.product not in hearing.hosts:
                break  # a hint in passing does not outweigh whom the request went to
            product = best.rule.as_product or best.product.id
            return Author((product, best.rule.layer, best.evidence))
    passers = {heard.product.id for heard in hearing.passed}
    headers = [
        heard for heard in hearing.wrote if heard.at < 0 and not (heard.product.kind == "server" and _structured(scene))
    ]
    for heard in sorted(headers, key=_weight, reverse=True):
        if heard.product.id not in passers or len(headers) == 1:
            return Author((heard.product.id, heard.product.layer, heard.evidence))
    from . import service

    for known in hearing.hosts:
        if known.id in MEETING and not scene.exchange.method and (name := service.repository(hearing.pieces)):
            return _named(name)  # the forge keeps the source of what refused
        return Author((known.id, known.layer, None))

    own = name_of_host(scene.host)
    if name := service.carried(hearing.pieces):
        return _named(name)
    for known in _by_use(hearing.named):
        # who is called at a host of its own is not the service whose library or look-alike the text names
        asked = scene.exchange.method or CALL.search(scene.exchange.url or "")
        if own and asked and (known.kind == "api" or known.id in CALLERS):
            break
        if known.id in MEETING and (name := service.repository(hearing.pieces)):
            return _named(name)  # the forge keeps the source of what refused
        return Author((known.id, known.layer, None))
    response = scene.exchange.response
    wrote_by_somebody = response is not None and bool(response.body)
    # a body was written by somebody: a shield that passed it on did not, the server behind may have
    on = [heard for heard in hearing.passed if not wrote_by_somebody or heard.product.kind == "server"]
    if on:
        best = max(on, key=_weight)
        return Author((best.product.id, best.product.layer, best.evidence))
    if name := own or service.called(hearing.pieces):
        return _named(name)
    return _named(
        next((name for host in service.links(hearing.pieces) if (name := service.bare(name_of_host(host)))), "")
    )


def _named(name: str) -> Author:
    """The service that goes by this name, whether a table knows it or not."""
    from . import service

    product = service.known(name)
    if product:
        return Author((product.id, product.layer, None))
    return Author((name, "", None))  # a host's name does not say where on the way to it the answer was written


def _structured(scene: Scene) -> bool:
    """A body of JSON: an application wrote it, whatever server's name stands on it."""
    response = scene.exchange.response
    return bool(response and response.body and "json" in (scene.exchange.answered("content-type") or "").lower())


def _by_use(named: tuple[Product, ...]) -> list[Product]:
    """Of several names in a text the longest is the most telling; a server or a client is named in passing."""
    order = {"client": 3, "server": 2, "framework": 1, "cdn": 1, "proxy": 1}
    return sorted(
        (product for product in named if product.kind not in ("wording", "client")),
        key=lambda product: (
            0.5 if product.id in MEETING else order.get(product.kind, 0)
        ),  # stable: the longest name of a kind stays first
    )


def name_of_host(host: str) -> str:
    """The name under which a host is registered ("api.shop.example.co.uk" is "example"); "" for an address or a placeholder."""
    if not host or re.fullmatch(r"[\d.:\[\]a-f]+", host) or "." not in host:
        return ""
    labels = host.split(".")
    if ".".join(labels[-2:]) in SHORTENED:
        return ""
    at = -3 if len(labels) > 2 and labels[-2] in SECOND and len(labels[-1]) == 2 else -2
    label = labels[at]
    return "" if label in NOT_NAMES or labels[-1] in NOT_NAMES or not re.fullmatch(r"[a-z0-9-]{2,40}", label) else label
