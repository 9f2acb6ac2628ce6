"""Who wrote the answer. To stand in the path is not to refuse."""

from __future__ import annotations

import re

from ..evidence import Scene
from ..model import Evidence, Pattern
from ..products import Heard, Product

# second-level labels under which names are registered ("example.co.uk"), so that the label before them is the name
SECOND = {"co", "com", "org", "net", "gov", "ac", "edu", "ne", "or", "go"}
NOT_NAMES = {"example", "localhost", "local", "internal", "test", "invalid", "host", "domain", "mydomain", "yourdomain"}
# how a client of a service names the service in its errors: the header it sends, its package, its classes, its log line
CALLED = tuple(
    Pattern(pattern)
    for pattern in (
        r"(?i:\bx-([a-z][a-z0-9]{2,20})-(?:correlation|request|trace|tenant|account|host|key|token|api|id)\b)",
        r"\b(?:homeassistant\.components|custom_components)\.([a-z][a-z0-9_]{2,30})\b",
        r"\b([a-z][a-z0-9_]{2,30})(?:\.\w{1,40}){0,5}\.[A-Z]\w{0,40}(?:Error|Exception|Forbidden|Unauthorized|Denied)\b",
        r"\b([A-Z][a-z0-9]{2,20})(?:API|Api|Rest|SDK|Sdk)(?:[A-Z]\w{0,20})?(?:Error|Exception)\b",
        r"\b([A-Z][A-Za-z0-9]{2,20})(?: REST| Cloud|)[- ](?:API|api) (?:error|Error|rejected|returned|responded|refused|request|call)",
        r"(?:node_modules|site-packages|dist-packages)[\\/]@?([a-z][a-z0-9._-]{2,30})[\\/](?!node_modules)",
        r"\b[Ee]rror (?:during|fetching|from|calling|setting up) ([A-Za-z][a-z0-9_]{2,20}) (?:setup|data|API|api)\b",
    )
)
# names that say nothing of whose service it is: libraries, languages, plain words
PLAIN = (
    "access account action admin client tenant user workspace organization project session version vendor aiohttp "
    "amz amzn anyio api app application asyncio babel body-parser bluebird bull chromium connect cookie-parser cors dotenv jest lodash mocha "
    "morgan next ora p-retry playwright puppeteer qs raw-body react router socket.io swr ts-node tslib undici vue webpack ws "
    "yargs npm pnpm yarn auth authentication authorization aws azure "
    "backend bad base boto botocore client cloud common com config connection core correlation csrf custom data django error "
    "errors exception exceptions express fastapi flask forbidden forwarded frontend github goog google graph grpc guzzle guzzlehttp "
    "homeassistant http httpcore https httpx hyper illuminate install instance internal invalid java javax jetbrains json jwt kotlin "
    "kotlinx lang launcher load local login main mcp microsoft model module net nested network node npm org oauth okhttp openai "
    "operation org our perplexity php plugin problem proxy python rack rails real remote request requested requests response "
    "rest retrofit reqwest rpc ruby runtime rust script sdk security self server service session shared simple site socket "
    "some spring src starlette status such symfony system tenacity test that the their this throw token tokio tornado "
    "twisted type upstream urllib urllib3 user validation via web websocket websockets werkzeug wtforms xsrf your"
)
COMMON = frozenset(PLAIN.split())


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
    """Who wrote the answer: by a message, by a mark, by the host asked, by a name in the text; else by the host's own name."""
    hearing = scene.hearing
    body = [heard for heard in hearing.wrote if heard.at >= 0 and heard.product.kind != "wording"]
    says = [heard for heard in hearing.says if heard.product.kind not in ("wording", "client")]
    for group in (says, body):
        if group:
            best = max(group, key=lambda heard: (heard.rule.strength, *_weight(heard)))
            product = best.rule.as_product or best.product.id
            return Author((product, best.rule.layer, best.evidence))
    passers = {heard.product.id for heard in hearing.passed}
    headers = [
        heard for heard in hearing.wrote if heard.at < 0 and not (heard.product.kind == "server" and _structured(scene))
    ]
    for heard in sorted(headers, key=_weight, reverse=True):
        if heard.product.id not in passers or len(headers) == 1:
            return Author((heard.product.id, heard.product.layer, heard.evidence))
    for known in (*hearing.hosts, *_by_use(hearing.named)):
        return Author((known.id, known.layer, None))
    response = scene.exchange.response
    wrote_by_somebody = response is not None and bool(response.body)
    # a body was written by somebody: a shield that passed it on did not, the server behind may have
    on = [heard for heard in hearing.passed if not wrote_by_somebody or heard.product.kind == "server"]
    if on:
        best = max(on, key=_weight)
        return Author((best.product.id, best.product.layer, best.evidence))
    name = name_of_host(scene.host) or name_by_client(scene)
    return Author((name, "app" if name else "", None))


def _structured(scene: Scene) -> bool:
    """A body of JSON: an application wrote it, whatever server's name stands on it."""
    response = scene.exchange.response
    return bool(response and response.body and "json" in (scene.exchange.answered("content-type") or "").lower())


def _by_use(named: tuple[Product, ...]) -> list[Product]:
    """Of several names in a text the longest is the most telling; a server or a client is named in passing."""
    order = {"client": 3, "server": 2, "framework": 1, "cdn": 1, "proxy": 1}
    return sorted(
        (product for product in named if product.kind not in ("wording", "client")),
        key=lambda product: order.get(product.kind, 0),  # stable: the longest name of a kind stays first
    )


def name_of_host(host: str) -> str:
    """The name under which a host is registered ("api.shop.example.co.uk" is "example"); "" for an address or a placeholder."""
    if not host or re.fullmatch(r"[\d.:\[\]a-f]+", host) or "." not in host:
        return ""
    labels = host.split(".")
    at = -3 if len(labels) > 2 and labels[-2] in SECOND and len(labels[-1]) == 2 else -2
    label = labels[at]
    return "" if label in NOT_NAMES or labels[-1] in NOT_NAMES or not re.fullmatch(r"[a-z0-9-]{2,40}", label) else label


def name_by_client(scene: Scene) -> str:
    """The service's name as its client gives it in an error ("acme.errors.AcmeApiError" is "acme"); "" where none does."""
    for piece in scene.hearing.pieces:
        if piece.kind == "header":
            continue
        for pattern in CALLED:
            for found in pattern.finditer(piece.folded[:20_000]):
                name = re.sub(r"^(?:py|aio|python_)(?=[a-z]{4})", "", found.group(1).lower()).replace("_", "-")
                if name not in COMMON:
                    return name
    return ""
