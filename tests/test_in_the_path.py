"""To stand in the path is not to refuse: an application's own words are the application's, whatever carried them."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.verdicts import said
from why403.engine.explain import explain
from why403.readers.choose import read_text


class Words(NamedTuple):
    """What an application or a server says when it refuses, and what that means."""

    product: str
    layer: str
    cause: str
    status: str
    kind: str
    body: str
    proven: bool = True  # whether the words leave nothing open


APPLICATIONS = (
    Words("django", "app", "csrf-cookie-missing", "403 Forbidden", "text/html",
          "<h1>Forbidden <span>(403)</span></h1><p>CSRF verification failed. Request aborted.</p><pre>CSRF cookie not set.</pre>"),
    Words("drf", "app", "credentials-missing", "403 Forbidden", "application/json",
          '{"detail":"Authentication credentials were not provided."}', proven=False),
    Words("rails", "app", "csrf-token-invalid", "422 Unprocessable Entity", "text/plain",
          "ActionController::InvalidAuthenticityToken (ActionController::InvalidAuthenticityToken)", proven=False),
    Words("spring-security", "app", "csrf-token-missing", "403 Forbidden", "application/json",
          "{\"message\":\"Invalid CSRF Token 'null' was found on the request parameter '_csrf' or header 'X-CSRF-TOKEN'.\"}"),
    Words("jenkins", "app", "csrf-token-missing", "403 Forbidden", "text/html",
          "<h2>HTTP ERROR 403 No valid crumb was included in the request</h2>", proven=False),
    Words("kubernetes", "app", "role-missing", "403 Forbidden", "application/json",
          '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"configmaps is forbidden: User \\"deployer\\" cannot list '
          'resource \\"configmaps\\" in API group \\"\\" in the namespace \\"shop\\"","reason":"Forbidden","code":403}'),
    Words("aws-s3", "app", "signature-mismatch", "403 Forbidden", "application/xml",
          "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you "
          "provided. Check your key and signing method.</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId>"
          "<HostId>example</HostId></Error>", proven=False),
    Words("iis", "server", "directory-index", "403 Forbidden", "text/html",
          "<h2>HTTP Error 403.14 - Forbidden</h2><p>The Web server is configured to not list the contents of this directory.</p>"),
    Words("syncthing", "app", "host-refused", "403 Forbidden", "text/plain", "Host check error"),
    Words("elasticsearch", "app", "role-missing", "403 Forbidden", "application/json",
          '{"error":{"type":"security_exception","reason":"action [indices:data/write/index] is unauthorized for user [reader] with '
          'effective roles [viewer] on indices [shop], this action is granted by the index privileges [create,write]"},"status":403}'),
    Words("modsecurity", "edge", "waf-rule", "403 Forbidden", "text/plain",
          'ModSecurity: Access denied with code 403 (phase 2). Pattern match "example" at ARGS:q. [id "1000"]'),
    Words("wordpress", "app", "role-missing", "403 Forbidden", "text/html",
          '<div class="wp-die-message">Sorry, you are not allowed to access this page.</div>'),
    Words("flask-wtf", "app", "csrf-token-missing", "400 Bad Request", "text/html",
          "<title>400 Bad Request</title><h1>Bad Request</h1><p>The CSRF token is missing.</p>"),
    Words("nginx", "server", "unknown", "403 Forbidden", "text/html",
          "<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center><hr><center>nginx</center>"
          "</body></html>", proven=False),
)  # fmt: skip

# what each intermediary adds to every answer that passes, refusals of others included
CARRIERS = {
    "akamai": "X-Akamai-Transformed: 9 1234 0 pmb=mRUM,1\nAkamai-GRN: 0.1a2b3c4d.1700000000.5e6f7a8b\n"
    "X-Cache: TCP_MISS from a23-1-2-3.deploy",
    "aws-alb": "Set-Cookie: AWSALB=example; Path=/\nSet-Cookie: AWSALBCORS=example; Path=/; SameSite=None; Secure",
    "azure-front-door": "X-Azure-Ref: 20261120T100000Z-r1example\nX-Cache: CONFIG_NOCACHE",
    "bunnycdn": "Server: BunnyCDN-DE1-864\nCDN-PullZone: 1234\nCDN-RequestId: 0123456789abcdef0123456789abcdef\nCDN-Cache: MISS",
    "cachefly": "X-CF1: 28800:fA.fra2:co:0\nX-CF2: H\nServer: CFS 0215",
    "cdn77": "Server: CDN77-Turbo\nX-77-NZT: example\nX-77-Cache: MISS\nX-77-POP: frankfurtDE",
    "cloudflare": "Server: cloudflare\nCF-RAY: 0123456789abcdef-FRA\nCF-Cache-Status: DYNAMIC\n"
    'Report-To: {"endpoints":[{"url":"https://a.nel.cloudflare.com/report/v4?s=example"}],"group":"cf-nel"}',
    "cloudfront": "Via: 1.1 d0a1.cloudfront.net (CloudFront)\nX-Cache: Error from cloudfront\n"
    "X-Amz-Cf-Pop: FRA56-P1\nX-Amz-Cf-Id: example==",
    "envoy": "Server: envoy\nX-Envoy-Upstream-Service-Time: 7",
    "fastly": "Via: 1.1 varnish\nX-Served-By: cache-fra-eddf1234-FRA\nX-Cache: MISS\nX-Cache-Hits: 0\nX-Timer: S1700000000.1,VS0,VE5",
    "fly-io": "Server: Fly/0123abcd (2026-11-20)\nVia: 1.1 fly.io\nFly-Request-Id: 01EXAMPLE-fra",
    "gcore": "Server: nginx\nX-ID: fr5-hw-edge-gc1\nX-Cached-Since: 2026-11-20T10:00:00+00:00\nCache: MISS",
    "google": 'Via: 1.1 google\nAlt-Svc: h3=":443"; ma=2592000',
    "heroku": 'Server: Cowboy\nVia: 1.1 vegur\nReport-To: {"group":"heroku-nel","max_age":3600}',
    "imperva": "X-CDN: Imperva\nX-Iinfo: 1-2345-6789 NNNY CT(0 0 0) RT(1700000000 0) q(0 0 0 0) r(0 0) U5\n"
    "Set-Cookie: visid_incap_1234=example; Path=/",
    "istio": "Server: istio-envoy\nX-Envoy-Upstream-Service-Time: 3\nX-Envoy-Decorator-Operation: shop.default.svc",
    "keycdn": "Server: keycdn-engine\nX-Cache: MISS\nX-Edge-Location: defr",
    "kong": "Via: kong/3.4.0\nX-Kong-Upstream-Latency: 4\nX-Kong-Proxy-Latency: 1",
    "netlify": 'Server: Netlify\nX-Nf-Request-Id: 01EXAMPLE\nCache-Status: "Netlify Edge"; fwd=miss',
    "nginx in front": "Server: nginx/1.25.3\nX-Proxy-Cache: MISS",
    "render": "Server: cloudflare\nRndr-Id: 01234567-89ab-cdef\nX-Render-Origin-Server: gunicorn",
    "stackpath": "Server: NetDNA-cache/2.2\nX-HW: 1700000000.cds001.fr8.hn,1700000000.cds002.fr8.c\nX-Cache: MISS",
    "sucuri": "Server: Sucuri/Cloudproxy\nX-Sucuri-ID: 11005\nX-Sucuri-Cache: MISS",
    "varnish": "Via: 1.1 varnish (Varnish/6.0)\nX-Varnish: 32770\nAge: 0",
    "vercel": "Server: Vercel\nX-Vercel-Id: fra1::example-1700000000000-0123456789ab\nX-Vercel-Cache: MISS",
}

BARE = ("", "<h1>403 Forbidden</h1>", '{"error":"forbidden"}')


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("words", APPLICATIONS, ids=lambda words: words.product)
def test_the_application_refused_not_who_carried_its_answer(words: Words, carrier: str) -> None:
    """The application's words behind any carrier: its cause, its layer, its name."""
    text = f"HTTP/1.1 {words.status}\n{CARRIERS[carrier]}\nContent-Type: {words.kind}\n\n{words.body}\n"
    first = explain(read_text(text, "case")).refusals[0].findings[0]
    assert (first.cause, first.layer, first.product) == (words.cause, words.layer, words.product)
    assert first.confidence == "proven" or not words.proven


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("body", BARE, ids=("no body", "a bare page", "a bare object"))
def test_a_carrier_of_a_bare_refusal_proves_nothing(carrier: str, body: str) -> None:
    """The same headers on a 403 that says nothing: no cause is proven, and none is named by the headers alone."""
    kind = "application/json" if body.startswith("{") else "text/html"
    text = f"HTTP/1.1 403 Forbidden\n{CARRIERS[carrier]}\nContent-Type: {kind}\nContent-Length: {len(body)}\n\n{body}"
    assert said(text).startswith("unknown")


# what a shield puts into every page that passes, so that a page of the application's own carries it too
INJECTED = {
    "cloudflare": "<script>(function(){a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';"
    "window['__CF$cv$params']={r:'0123456789abcdef',t:'MTc='};})();</script>",
    "imperva": '<script type="text/javascript" src="/_Incapsula_Resource?SWJIYLWA=0123456789abcdef&ns=2"></script>',
    "perimeterx": "<script>(function(){window._pxAppId='PXexample';var p=document.createElement('script');"
    "p.src='/example/init.js';document.head.appendChild(p)})();</script>",
    "datadome": "<script>window.ddjskey='EXAMPLE';window.ddoptions={};</script><script src='https://js.datadome.co/tags.js'></script>",
    "kasada": "<script src='/149e9513-01fa-4fb0-aad4-566afd725d1b/2d206a39-8ed7-437e-a3be-862e0f06eea3/p.js'></script>"
    "<script>document.addEventListener('kpsdk-load',function(){window.KPSDK.configure([])});</script>",
    "akamai": '<script type="text/javascript" src="/akam/13/1a2b3c4d" defer></script>',
}


@pytest.mark.parametrize("status", ["403 Forbidden", "401 Unauthorized", "404 Not Found", "200 OK"])
@pytest.mark.parametrize("shield", INJECTED)
def test_a_shield_that_watches_a_page_did_not_refuse_it(shield: str, status: str) -> None:
    """A sensor on the application's own page is no challenge."""
    page = f"<html><head>{INJECTED[shield]}</head><body><h1>This page is for members</h1></body></html>"
    verdict = said(f"HTTP/1.1 {status}\nContent-Type: text/html\n\n{page}\n")
    assert verdict == "nothing" or not verdict.startswith("proven")
    assert "bot-challenge" not in verdict


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_success_that_was_carried_is_no_refusal(carrier: str) -> None:
    """The same headers on a 200: nobody refused."""
    assert said(f"HTTP/1.1 200 OK\n{CARRIERS[carrier]}\nContent-Type: text/html\n\n<h1>Welcome</h1>\n") == "nothing"
