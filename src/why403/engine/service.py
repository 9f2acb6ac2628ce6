"""The name of a service that no table knows, as those who call it write it: a package, a class, a header, a log line, a link.

A service's client names the service in what it raises ("acme.errors.AcmeApiError"), and a service links to its own pages in what it
answers. Nothing of this accuses anybody: it only says whose words were heard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..model import Pattern
from ..products import Piece, Product, host_of, tables

LOOKED = 20_000  # letters in which a name is looked for
# platforms that carry others' services: what they say of a service was said by the service (cue, pattern)
CARRIED = tuple(
    (cue, Pattern(pattern))
    for cue, pattern in (
        ("custom_components", r"\bcustom_components[./]([a-z][a-z0-9_]{2,30})\b"),
        ("homeassistant.components.", r"\bhomeassistant\.components\.([a-z][a-z0-9_]{2,30})\b"),
        ("homeassistant/components/", r"\bhomeassistant/components/([a-z][a-z0-9_]{2,30})/"),
        ("homebridge-", r"\bhomebridge-([a-z][a-z0-9-]{2,40})\b(?!/node_modules/homebridge)"),
        ("iobroker.", r"\biobroker\.([a-z][a-z0-9-]{2,30})\b"),
        ("node-red-contrib-", r"\bnode-red-contrib-([a-z][a-z0-9-]{2,30})\b"),
        ("ccxt.base.errors", r"\bccxt\.base\.errors\.[A-Z]\w{2,30}: ([a-z][a-z0-9]{1,20}) [\[{]"),
        ("ccxt", r"\bccxt/(?:async_support/|pro/)?([a-z][a-z0-9]{1,20})\.py\b"),
        ("n8n-nodes-base.", r"\bn8n-nodes-base\.([a-z][A-Za-z0-9]{2,20})\b"),
        ("terraform-provider-", r"\bterraform-provider-([a-z][a-z0-9-]{2,30})\b"),
        ("registry.terraform.io/", r"\bregistry\.terraform\.io/[\w-]{1,40}/([a-z][a-z0-9-]{2,30})\b"),
        ("org.knowm.xchange.", r"\borg\.knowm\.xchange\.([a-z][a-z0-9]{2,20})\b"),
        ("returned error", r"\bERROR: ([A-Za-z][a-z0-9]{2,30}) returned error\b"),
        ("ERROR: [", r"\bERROR: \[([A-Za-z][A-Za-z0-9]{2,30})(?::\w{2,20})?\] \S{1,80}: "),
        ("airbyte", r"\bairbyte[/_-]source[_-]([a-z][a-z0-9-]{2,30})\b"),
    )
)
# how a client of a service names the service in its errors, the surest first
CALLED = tuple(
    (cue, Pattern(pattern))
    for cue, pattern in (
        ("-", r"(?i:\bx-([a-z][a-z0-9]{2,20})-(?:correlation|request|trace|tenant|account|host|key|token|api|id)\b)"),
        (
            ".",
            r"\b(?:com|io|net|org|co|ai|dev|de|fr|app)\.([a-z][a-z0-9]{2,24})(?:\.\w{1,40}){0,6}"
            r"\.[A-Z]\w{0,40}(?:Error|Exception|Forbidden|Unauthorized|Denied)\b",
        ),
        (
            ".",
            r"(?<![\w.])([a-z][a-z0-9_]{2,30})(?:\.\w{1,40}){0,5}\.[A-Z]\w{0,40}(?:Error|Exception|Forbidden|Unauthorized|Denied)\b",
        ),
        ("\\", r"(?<![\w\\])([A-Z][A-Za-z0-9]{2,24})\\(?:\w{1,40}\\){0,6}\w{0,40}(?:Exception|Error)\b"),
        (
            "::",
            r"(?<![\w:])([A-Z][A-Za-z0-9]{2,24})::(?:\w{1,40}::){0,5}\w{0,40}(?:Error|Exception|Forbidden|Unauthorized|Denied|Client|API|Api|SMS)\b",
        ),
        (".", r"(?<![\w.])([A-Z][A-Za-z0-9]{2,24})(?:\.[A-Z]\w{0,40}){1,6}(?:Exception|Error)\b"),
        ("", r"\b([A-Z][a-z0-9]{2,20})(?:API|Api|Rest|SDK|Sdk|Client)(?:[A-Z]\w{0,20})?(?:Error|Exception)\b"),
        (
            "",
            r"\b([A-Z][A-Za-z0-9.]{2,20})(?: REST| Cloud| Web|)[- ](?:API|api) "
            r"(?:error|Error|rejected|returned|responded|refused|request|call|failed|key|says|status)",
        ),
        (" API: ", r"\b([A-Z][A-Za-z0-9.]{2,20}) API: "),
        ("resource ", r"\bresource \"([a-z][a-z0-9]{2,20})_\w{2,60}\" "),
        ('{"', r"\b([A-Za-z][a-z0-9]{2,15}):? \{\"(?:code|success|errors?|msg|message|status|ret|result|error_code)\""),
        (
            "rror ",
            r"\b[Ee]rror (?:during|fetching|from|calling|setting up|communicating with|connecting to|talking to) (?:the )?"
            r"([A-Za-z][a-z0-9_]{2,20}) (?:setup|data|API|api|server|service)\b",
        ),
        (
            "[",
            r"\[([a-z][a-z0-9]{2,20}(?:-[a-z0-9]{2,12}){0,3})\] ?(?:error|Error|ERROR|request|failed|Failed|[A-Z][a-z]{2,12} )",
        ),
        (
            "-",
            r"\b([a-z][a-z0-9]{2,20})[-_](?:sdk|api|client)(?:[-_](?:go|python|node|js|ruby|php|java|rust|dotnet|rs|py))?\b(?=[/: \"')])",
        ),
        ("ailed", r"\b([A-Z][A-Za-z0-9]{2,20}) (?:login|authentication|auth|request|sync|API|integration) failed\b"),
        ("", r"\b([A-Z][a-z0-9]{2,20})(?:Error|Exception): "),
        ("node_modules", r"node_modules[\\/]@([a-z][a-z0-9-]{2,30})[\\/]"),
        ("node_modules", r"node_modules[\\/]([a-z][a-z0-9._-]{2,30})[\\/]"),
        ("-packages", r"(?:site|dist)-packages[\\/]([a-z][a-z0-9_]{2,30})[\\/.]"),
        ("vendor/", r"\bvendor/([a-z][a-z0-9-]{2,30})/"),
        ("github.com/", r"\bgithub\.com/([a-z][a-z0-9-]{2,30})/[a-z0-9.-]{0,20}(?:sdk|go|api|client)\b"),
    )
)
LINK = Pattern(r"https?://[a-zA-Z0-9.-]{4,80}", re.IGNORECASE)
# a file, an issue or a release of a repository: its owner and its name
KEPT_AT = Pattern(
    r"\bgit(?:hub|lab)\.com/([a-z0-9][a-z0-9-]{1,38})/([a-z0-9][a-z0-9._-]{1,60})/"
    r"(?:-/)?(?:blob|tree|issues|pull|releases|discussions|wiki)\b",
    re.IGNORECASE,
)
# a site's name as people write it; not a module's, a file's or a mail's
SITE = Pattern(r"(?<![\w.@/-])((?:[a-z0-9-]{2,40}\.){1,3}(?:com|io|ai|org|cloud|app))(?![\w.@(-])")
AFFIX = Pattern(
    r"^(?:python[-_]|node[-_]|js[-_]|go[-_]|php[-_]|ruby[-_]|react[-_]|laravel[-_]|ha[-_]|py(?!thon)|aio|async)(?=[a-z]{3})|"
    r"[-_.](?:api|sdk|client|python|py|js|node|nodejs|go|golang|java|php|ruby|rest|lib|async|asyncio|official|reborn|cli|wrapper|core|http|v\d|ts|java|"
    r"web|server|mcp|plugin|cloud|control|custom|hacs|local|status|unofficial|integration|purifiers?|vacuum|smart-home|platform|ac)$|"
    r"(?<=[a-z]{4})(?:api|sdk|client|connect|py)$"
)
# names that say nothing of whose service it is: libraries, languages, plain words
PLAIN = (
    "abort about above abstract access account acme action actioncontroller actiondispatch actionview activemodel "
    "activerecord admin after again against agenttool aiohttp all alpine also amazon amz amzn and angular annual "
    "answer answered anthropic any anyio api apierror apiexception apis app application applications apps are "
    "argument array assertion async asyncio attr attribute attrs auth authentication authlib authorization authorize "
    "autofac aws axios azure babel back backend background bad bad_request base basic bearer because been before "
    "below between billing block bluebird body body-parser bot both boto boto3 botocore bull bundle bundler but cache "
    "call callback can cannot castle cause celery certifi certificate charset check child chrome chromium circuit "
    "class cli click client clients cloud code com command common component composer concurrent config configuration "
    "connect connection console consumer container content context contextlib controller cookie cookie-parser core "
    "correlation cors could cross-fetch crypto csrf curl current custom customer daily data database dd-trace debug "
    "decode default defer delete denied dependency deprecated details dev device dict digest discord dist django dns "
    "doctrine document dotenv down download drf driver during dynamic each edge electron else emitter empty encoding "
    "endpoint engine enterprise entity enum err error errors esbuild even event every example exc exception "
    "exceptions exchange execa executor expired express external failed failure faraday fastapi fatal fetch few field "
    "file files filter firebase flask flutter follow for forbidden format forwarded forwarding framework free from "
    "frontend function further future gateway gaxios general get gets gevent github global goog google "
    "google_api_core google_auth google_cloud googleapiclient googleapis got graph graphql grpc guard gunicorn guzzle "
    "guzzlehttp had handler harness has have headers helper helpers her here him hmac homeassistant host hourly how "
    "html http http2 http3 httparty httpclient httpcore httpie httplib httplib2 httprequest https httpx hub hyper "
    "hyperium ibm identity illegal illuminate import importlib incorrect index info init inner input insert inspect "
    "install instance insufficient integration interceptor internal intl into invalid invoke io isomorphic-fetch "
    "issue its jakarta java javax jest jetbrains job jobs jose json jsonwebtoken junit just jwt kernel kid knowm "
    "kotlin kotlinx ky lambda lang langchain langchain_core langchain_openai langgraph language laravel launcher "
    "layer league legacy lerna lib library like limit link list litellm llm load loader local locale lodash log "
    "logger logging login main malformed manager maximum may mcp mediatr member merge message method mfa microsoft "
    "middleware might mime minimum minutely missing mobile mocha mock model models module mongo monolog monthly more "
    "morgan most must myapp mymodule mypackage mysqlconnector native needle nest nestjs net netty network new "
    "newrelic newtonsoft next nextjs node node-fetch nodejs nonce none not now npgsql npm null number nx nyholm oauth "
    "oauth2 oauthlib object octokit off okhttp okhttp3 old once only open openai openapi openapitools openid-client "
    "openssl openuri operation ops option ora org organization origin other otp our out output over own p-retry "
    "package page paid param parse parser partner passport patch path pathlib payload per permission permissiondenied "
    "perplexity personal php phpunit ping pino pip platform playwright please plugin plugins pnpm pool post premium "
    "primary prisma problem process prod production project promise prototype provide provided provider proxy psr "
    "public publish puma puppeteer push put pydantic pyjwt pytest python python3 q qs query queue rack rails rate "
    "ratelimit raw raw-body react read real real-ip reason received redirect redis reference reflection region "
    "registry remote render reply repository req request request-promise request-promise-core requested requests "
    "require required res resource resp response rest restclient restsharp resttemplate result ret retrofit retrofit2 "
    "retry return returned returns revoked rollup route router rpc rspec ruby run runner runpy runtime rust rxjava "
    "rxjs said same sanctum sandbox says scala scheduler schema scope script sdk search security see selectors self "
    "send sent sentry sequelize server service services session setup shared she should sidekiq sign signal signature "
    "signed signing simple site six snapshot socket socket-io socketio some source span specified spring "
    "springframework sqlalchemy src ssl ssl_ stack staging standard starlette state static status statuscode stderr "
    "stdout step still storage store stream string subject subscription such sun superagent superfetch supplied "
    "suspended swagger swc switch swr symfony sync syntax system table target task template tenacity tenant test "
    "tests than that the their them then there they this thread throttle through throw thrown time timeout timestamp "
    "token tokio too tool tools tornado total trace transaction transport trial trpc try ts-node ts_node tslib tsx "
    "turbo twisted type types typing ubuntu unauthenticated unauthorized undefined under underlying undici unexpected "
    "unhandled unirest unknown unofficial unrecognized unsupported update upload upstream url urllib urllib2 urllib3 "
    "user users using usr util utils uvicorn valid validation validator value vendor version very via view vite warn "
    "warning was web webclient webdav webdriver webhook webpack websocket websockets weekly well werkzeug what when "
    "where which whitelist who why will windows winston with worker workspace would wrapper wrong ws wtforms www xhr "
    "xml xsrf yaml yargs yarn yearly you your zend zod zone execution"
)
COMMON = frozenset(PLAIN.split())


def carried(pieces: Sequence[Piece]) -> str:
    """The service that a platform carries (an integration of Home Assistant, an exchange of ccxt); "" where none is named."""
    return next(_names(pieces, CARRIED), "")


def called(pieces: Sequence[Piece]) -> str:
    """The service's name as its client gives it in an error ("acme.errors.AcmeApiError" is "acme"); "" where none does."""
    return next(_names(pieces, CALLED), "")


def repository(pieces: Sequence[Piece]) -> str:
    """The project whose source or issue a text links to ("github.com/acme/acme-server/blob/..." is "acme"); "" where it links to none."""
    for piece in pieces:
        if piece.kind != "header" and ".com/" in piece.folded:
            for found in KEPT_AT.finditer(piece.folded[:LOOKED]):
                if name := bare(found.group(2)) or bare(found.group(1)):
                    return name
    return ""


def links(pieces: Sequence[Piece]) -> Iterator[str]:
    """The hosts that a text links to, in its order."""
    for piece in pieces:
        if piece.kind != "header" and "://" in piece.folded:
            for found in LINK.finditer(piece.folded[:LOOKED]):
                yield host_of(found.group())
    for piece in pieces:
        if piece.kind != "header":
            for found in SITE.finditer(piece.folded[:LOOKED]):
                yield found.group(1)


def _names(pieces: Sequence[Piece], signs: Sequence[tuple[str, Pattern]]) -> Iterator[str]:
    for cue, pattern in signs:
        for piece in pieces:
            text = piece.folded[:LOOKED]
            if piece.kind == "header" or cue not in text:
                continue
            for found in pattern.finditer(text):
                if name := bare(found.group(1)):
                    yield name


def bare(word: str) -> str:
    """A package's or class's name without what is customary around it ("python-acme-sdk" is "acme"); "" where nothing telling is left."""
    name = word.lower()
    for _ in range(3):
        if name in COMMON or known(name):
            break
        name = AFFIX.sub("", name)
    short = re.sub(r"(?:cloud|app|apis?|hq)$", "", name)
    name = short if short != name and known(short) else name
    name = name.replace("_", "-").replace(".", "-").strip("-")
    return "" if name in COMMON or len(name) < 3 else name


def known(name: str) -> Product | None:
    """The product that goes by this name."""
    if not name:
        return None
    found = tables().named(name)
    if found is None:
        found = next((product for product in tables().by_name(name.replace("-", " ")) if name in product.names), None)
        found = found or next((product for product in tables().by_name(name) if name in product.names), None)
    return found if found and found.kind not in ("wording", "client") else None
