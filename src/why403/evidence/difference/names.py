"""Header fields, cookies and query parameters by name: what nobody refuses for, and what the others could mean.

The lists are of names that clients, proxies and tracing tools document, not of products.
"""

from __future__ import annotations

import re

from ...model import Pattern
from ...model.frozen import NamedTuple
from .row import Says

# header fields that differ from one request to the next and that nobody refuses for: reason and names
NOISE = {
    "trace ids": (
        "traceparent", "tracestate", "baggage", "b3", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags",
        "x-amzn-trace-id", "x-cloud-trace-context", "uber-trace-id", "sentry-trace", "newrelic", "x-trace-id", "x-span-id",
        "x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-sampling-priority", "x-datadog-origin", "elastic-apm-traceparent",
        "grpc-trace-bin", "x-instana-t", "x-instana-s",
    ),
    "request ids": (
        "x-request-id", "request-id", "x-correlation-id", "correlation-id", "x-client-request-id", "client-request-id",
        "x-ms-client-request-id", "amz-sdk-invocation-id", "amz-sdk-request", "postman-token", "idempotency-key",
        "x-idempotency-key", "x-transaction-id", "x-session-trace", "cf-ray", "x-request-start", "cdn-loop",
    ),
    "dates": ("date", "x-request-time", "x-client-time", "x-timestamp-ms"),
    "cache validators": ("if-none-match", "if-modified-since", "cache-control", "pragma"),
    "connection": (
        "connection", "keep-alive", "proxy-connection", "te", "priority", "http2-settings", "alt-used", "early-data",
        "accept-charset", "upgrade-insecure-requests", "dnt", "sec-gpc", "save-data", "device-memory", "dpr", "rtt", "downlink",
        "ect", "viewport-width", "width", "purpose", "sec-purpose", "x-client-data", "expect",
    ),
}  # fmt: skip
REASON = {name: reason for reason, names in NOISE.items() for name in names}
ANALYTICS = Pattern(
    r"^(?:_ga(?:_.{1,60})?|_gid|_gat(?:_.{1,60})?|_gcl_.{1,20}|_fb[pc]|__utm[a-z]{1,2}|_hj\w{1,60}|_clck|_clsk|_uet[sv]id|mp_.{1,80}|"
    r"ajs_.{1,60}|amplitude_.{1,60}|AMP_.{1,60}|optimizely\w{1,40}|Optanon\w{1,20}|_pk_(?:id|ses)\..{1,60}|__hs\w{1,20}|hubspotutk|"
    r"_tt\w{1,20}|_pin_unauth|intercom-.{1,60}|ph_phc_.{1,80})$"
)
BUSTERS = Pattern(
    r"^(?:_|_?ts?|_?timestamp|cb|cachebuster|cache_?bust|nocache|_?dc|rnd|rand|random|utm_\w{1,20}|gclid|fbclid|request_?id|trace_?id)$",
    re.IGNORECASE,
)
BODY_IDS = Pattern(
    r"^(?:request_?id|trace_?id|correlation_?id|client_?mutation_?id|idempotency_?key|client_?ref)$", re.IGNORECASE
)
# parameters that make a link a signed one: S3 and others by Signature V4, CloudFront, Google Cloud Storage, Azure SAS
SIGNED = Pattern(
    r"^(?:x-amz-(?:signature|credential|date|expires|signedheaders|security-token|algorithm)|x-goog-\w{3,20}|awsaccesskeyid|"
    r"googleaccessid|key-pair-id|signature|policy|sig|se|sp|sr|sv|st|spr|skoid|hmac|expires)$",
    re.IGNORECASE,
)
SIGNATURE = Pattern(r"^(?:x-amz-signature|x-goog-signature|signature|sig|hmac)$", re.IGNORECASE)
# members and fields of a login or a request for a token
LOGIN = Pattern(
    r"^(?:user(?:name)?|login|email|pass(?:word|wd)?|pwd|client_(?:id|secret|assertion)|grant_type|refresh_token|code|otp|totp|mfa\w{0,10})$",
    re.IGNORECASE,
)
TENANT = Pattern(
    r"tenant|workspace|organi[sz]ation|\borg\b|-org-|project|account|realm|environment|region", re.IGNORECASE
)
FLAG = Pattern(r"feature|beta|flag|preview|experiment|canary", re.IGNORECASE)
KEY = Pattern(
    r"api-?key|apikey|token|secret|credential|-auth$|^auth|jwt|-key$|subscription|signature|session", re.IGNORECASE
)


class Field(NamedTuple):
    """A header field: its kind of row, and what its being absent, extra or different could mean."""

    kind: str
    absent: Says
    extra: Says
    differs: Says


def _same(kind: str, causes: tuple[str, ...], why: str) -> Field:
    says = Says(causes, why)
    return Field(kind, says, says, says)


AGENT = Says(("user-agent-blocked", "bot-challenge"), "Firewalls and bot checks judge the User-Agent's text")
FETCH = "Browsers say here from where a call comes; servers that check it refuse cross-site calls"
FORWARDED = "Servers that trust this field take the client's address from it"
FIELDS: dict[str, Field] = {
    "origin": Field(
        "origin",
        Says(("csrf-origin-mismatch", "required-header-missing"), "A CSRF check that compares origins finds none"),
        Says(
            ("cors-origin-refused", "csrf-origin-mismatch"),
            "Only with an Origin does a server check whether that origin may call",
        ),
        Says(
            ("cors-origin-refused", "csrf-origin-mismatch"),
            "Another origin is asked about: it must be on the server's list",
        ),
    ),
    "referer": Field(
        "origin",
        Says(
            ("csrf-origin-mismatch", "hotlink-blocked"), "CSRF checks over HTTPS and hotlink protection want a Referer"
        ),
        Says(("hotlink-blocked", "csrf-origin-mismatch"), "A page elsewhere is named as the one that asks"),
        Says(("hotlink-blocked", "csrf-origin-mismatch"), "Another site is named as the one that asks"),
    ),
    "host": _same(
        "host", ("host-refused",), "The server chooses the site by this name, and refuses names that it does not serve"
    ),
    "user-agent": Field(
        "agent",
        Says(("user-agent-blocked", "required-header-missing"), "Some servers refuse requests without a User-Agent"),
        AGENT,
        AGENT,
    ),
    "accept": _same(
        "accept",
        ("bot-challenge", "required-header-missing"),
        "Some APIs choose version or format by it, bot checks look at it",
    ),
    "accept-language": _same("accept", ("bot-challenge",), "Bot checks look at it: browsers always send one"),
    "accept-encoding": _same("accept", ("bot-challenge",), "Bot checks look at it: it is each client's own"),
    "content-type": Field(
        "type",
        Says(
            ("required-header-missing", "csrf-token-missing", "waf-rule"),
            "Without it the body is not read, nor a token or field in it",
        ),
        Says(
            ("waf-rule", "cors-preflight-refused"), "It decides how the body is read, and whether a browser asks first"
        ),
        Says(
            ("required-header-missing", "csrf-token-missing", "waf-rule"),
            "The body is read in another way: a token or field in it may not be found",
        ),
    ),
    "content-length": _same("hint", ("waf-rule",), "The bodies are not shown, and their lengths differ"),
    "transfer-encoding": _same("hint", ("waf-rule",), "Some gateways refuse a body without a length"),
    "content-encoding": _same("type", ("waf-rule", "required-header-missing"), "The body is read in another way"),
    "range": _same("other", ("waf-rule", "policy-denied"), "A part of the answer is asked for"),
    "x-requested-with": Field(
        "csrf",
        Says(
            ("csrf-token-missing", "required-header-missing"),
            "Some frameworks take it for proof that a script of their own site asks",
        ),
        Says(("cors-preflight-refused",), "A header of one's own makes a browser ask for leave first"),
        Says(("csrf-token-missing", "required-header-missing"), "Some frameworks ask for exactly XMLHttpRequest"),
    ),
    "proxy-authorization": _same(
        "proxy", ("proxy-refused", "credentials-missing"), "The proxy on the way out asks who calls"
    ),
    "x-http-method-override": _same("method", ("method-refused",), "Servers that know it take the method from here"),
    "x-method-override": _same("method", ("method-refused",), "Servers that know it take the method from here"),
    "access-control-request-method": _same(
        "origin", ("cors-preflight-refused", "method-refused"), "The preflight asks for another method"
    ),
    "access-control-request-headers": _same(
        "origin", ("cors-preflight-refused",), "The preflight asks for other headers"
    ),
    "access-control-request-private-network": _same(
        "origin", ("cors-preflight-refused",), "The preflight asks to reach a private network"
    ),
    "upgrade": _same(
        "required", ("required-header-missing", "proxy-refused"), "Only with it is another protocol spoken"
    ),
    "sec-websocket-protocol": _same(
        "required",
        ("required-header-missing", "credentials-missing"),
        "WebSocket servers choose by it, and some take a token in it",
    ),
    "sec-websocket-key": Field("hint", *(Says(("required-header-missing",), "A WebSocket's handshake needs one"),) * 3),
    "sec-websocket-version": _same("required", ("required-header-missing",), "A WebSocket's handshake needs it"),
    "sec-fetch-site": _same("fetch", ("csrf-origin-mismatch", "cors-origin-refused", "bot-challenge"), FETCH),
    "sec-fetch-mode": _same("fetch", ("csrf-origin-mismatch", "bot-challenge"), FETCH),
    "sec-fetch-dest": _same("fetch", ("hotlink-blocked", "csrf-origin-mismatch", "bot-challenge"), FETCH),
    "sec-fetch-user": _same("fetch", ("bot-challenge", "csrf-origin-mismatch"), FETCH),
    "if-match": _same(
        "required", ("required-header-missing",), "Some services change nothing unless told which version is meant"
    ),
    "if-unmodified-since": _same(
        "required", ("required-header-missing",), "Some services change nothing unless told which version is meant"
    ),
    "x-forwarded-for": _same("address", ("ip-not-allowed", "ip-blocked", "geo-blocked"), FORWARDED),
    "x-real-ip": _same("address", ("ip-not-allowed", "ip-blocked", "geo-blocked"), FORWARDED),
    "true-client-ip": _same("address", ("ip-not-allowed", "ip-blocked", "geo-blocked"), FORWARDED),
    "cf-connecting-ip": _same("address", ("ip-not-allowed", "ip-blocked", "geo-blocked"), FORWARDED),
    "x-client-ip": _same("address", ("ip-not-allowed", "ip-blocked", "geo-blocked"), FORWARDED),
    "forwarded": _same("address", ("ip-not-allowed", "ip-blocked", "https-required"), FORWARDED),
    "via": _same(
        "address", ("proxy-refused", "ip-blocked"), "A proxy stands in one request's way and not in the other's"
    ),
    "cf-ipcountry": _same("address", ("geo-blocked",), "The edge says here from which country the call comes"),
    "x-forwarded-proto": _same(
        "scheme",
        ("https-required", "csrf-origin-mismatch"),
        "Behind a proxy the application learns here whether HTTPS was used",
    ),
    "x-forwarded-host": _same(
        "host",
        ("host-refused", "csrf-origin-mismatch"),
        "Behind a proxy the application learns here which host was asked",
    ),
    "x-amz-content-sha256": _same("signed", ("signature-mismatch",), "The signature covers the body by this hash"),
    "x-amz-security-token": _same(
        "credential",
        ("token-expired", "token-invalid", "signature-mismatch"),
        "Temporary AWS keys are accepted with their own session token only",
    ),
    "x-amz-date": _same(
        "hint", ("clock-skew", "signature-mismatch"), "A signed request must be sent near the time that it names"
    ),
    "dpop": _same(
        "credential",
        ("token-invalid", "credentials-malformed"),
        "A DPoP token is accepted with a proof for this very method and URL (RFC 9449)",
    ),
}
HINTS = _same(
    "agent",
    ("bot-challenge", "user-agent-blocked"),
    "Client hints belong to the browser that the User-Agent names; bot checks compare them",
)
API_KEY = Field(
    "credential",
    Says(
        ("credentials-missing", "credentials-malformed"),
        "The key or token that the working request carries did not go along",
    ),
    Says(("token-invalid", "credentials-malformed"), "A credential that is not accepted can be worse than none"),
    Says(
        ("token-invalid", "role-missing", "token-wrong-audience"),
        "Another key: it may be unknown, of another environment, or allowed less",
    ),
)
TENANTS = _same(
    "claim",
    ("token-wrong-audience", "not-owner", "required-header-missing"),
    "It chooses the tenant, project or region that is asked",
)
FLAGS = _same(
    "required",
    ("feature-disabled", "required-header-missing"),
    "It chooses features that are switched on for some only",
)
OTHER = Field(
    "required",
    Says(("required-header-missing",), "The working request carries this field"),
    Says(
        ("waf-rule", "cors-preflight-refused"),
        "A field that the working request does without: rules match on it, browsers ask leave for it",
    ),
    Says(("required-header-missing", "waf-rule"), "Its value may be checked"),
)


def about(name: str) -> Field:
    """What is known of a header field by its lowered name."""
    if name in FIELDS:
        return FIELDS[name]
    if name.startswith("sec-ch-"):
        return HINTS
    if TENANT.search(name):
        return TENANTS
    if KEY.search(name):
        return API_KEY
    return FLAGS if FLAG.search(name) else OTHER
