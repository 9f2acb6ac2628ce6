"""`why403 diff`: two requests in, the differences that can matter out, the most telling first."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import why403
from tests.test_cli import ROOT
from tests.test_cli import why403 as run
from why403.engine.difference import Comparison, difference
from why403.evidence.difference import compare
from why403.evidence.difference.names import NOISE
from why403.model import Exchange, Headers, Request
from why403.products import tables
from why403.readers.choose import read_bytes, read_text

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
SCHEMA = json.loads((ROOT / "src/why403/difference.schema.json").read_text())


def jwt(head: dict[str, str] | None = None, **claims: Any) -> str:
    parts = (head or {"alg": "RS256", "kid": "one"}, claims)
    text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return f"{text}.c2lnbmF0dXJl"


def get(*fields: str, line: str = "GET /api/cart HTTP/1.1", body: str = "") -> str:
    return "\n".join((line, "Host: shop.example", *fields, "", body))


def post(*fields: str, body: str = "", line: str = "POST /api/cart HTTP/1.1") -> str:
    return get(*fields, line=line, body=body)


def form(body: str) -> str:
    return post("Content-Type: application/x-www-form-urlencoded", body=body)


def js(body: str) -> str:
    return post("Content-Type: application/json", body=body)


def bearer(head: dict[str, str] | None = None, **claims: Any) -> str:
    return get(f"Authorization: Bearer {jwt(head, **claims)}")


def multi(boundary: str, **parts: str) -> str:
    """A form with parts, as a recording holds it."""
    texts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts.items()
    )
    kind = f"multipart/form-data; boundary={boundary}"
    sent = {"mimeType": kind, "text": f"{''.join(texts)}--{boundary}--\r\n"}
    fields = [{"name": "Content-Type", "value": kind}]
    request = {"method": "POST", "url": "https://shop.example/api/cart", "headers": fields, "postData": sent}
    return json.dumps(
        {"log": {"entries": [{"request": request, "response": {"status": 0}}], "creator": {"name": "test"}}}
    )


def sig(day: str, region: str, names: str, signature: str) -> str:
    scope = f"AKIAIOSFODNN7EXAMPLE/{day}/{region}/s3/aws4_request"
    return get(f"Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature * 64}")


def to(rest: str) -> str:
    return f"curl 'https://shop.example/api/cart{rest}'"


C = "curl https://shop.example/api/cart"


def said(working: str, failing: str) -> list[str]:
    """Every row, then what was left out and what is not shown."""
    found = difference(read_bytes(working.encode(), "working"), read_bytes(failing.encode(), "failing"), NOW)
    rows = [f"{row.title}: {', '.join(row.causes)}" for row in found.rows]
    rows += [f"left: {one.reason}: {one.name}" for one in found.left]
    return rows + [f"unseen: {one.side} {one.field}" for one in found.unseen]


PAIRS: list[tuple[str, str, str, list[str]]] = [
    ("the same request", get("Accept: */*"), get("Accept: */*"), []),
    ("names in another case and repeated fields joined", get("X-A: 1", "X-A: 2"), get("x-a: 1, 2"), []),
    (
        "a session's cookie absent",
        get("Cookie: sessionid=s1; lang=de"),
        get("Cookie: lang=de"),
        ["cookie sessionid is absent: credentials-missing, csrf-token-invalid"],
    ),
    (
        "a session's cookie too much",
        get(),
        get("Cookie: sessionid=s1"),
        ["cookie sessionid is added: csrf-token-missing, token-expired"],
    ),
    (
        "another session",
        get("Cookie: sessionid=s1"),
        get("Cookie: sessionid=s2"),
        ["cookie sessionid differs: token-expired, role-missing, csrf-token-invalid"],
    ),
    (
        "a cookie that stands twice",
        get("Cookie: sid=a; sid=b"),
        get("Cookie: sid=b"),
        ["cookie sid differs: token-expired, role-missing, csrf-token-invalid"],
    ),
    (
        "the CSRF cookie absent",
        post("Cookie: csrftoken=t1; lang=de", "X-CSRFToken: t1"),
        post("Cookie: lang=de", "X-CSRFToken: t1"),
        ["cookie csrftoken is absent: csrf-cookie-missing"],
    ),
    (
        "a token of another pair",
        post("Cookie: csrftoken=t1", "X-CSRFToken: t1"),
        post("Cookie: csrftoken=t1", "X-CSRFToken: t2"),
        ["pair of CSRF token and cookie differs: csrf-token-invalid", "header X-CSRFToken differs: csrf-token-invalid"],
    ),
    (
        "a token that a script left undefined",
        post("X-CSRF-Token: abcdef"),
        post("X-CSRF-Token: undefined"),
        ["header X-CSRF-Token differs: csrf-token-invalid"],
    ),
    (
        "the CSRF token's field absent",
        form("csrfmiddlewaretoken=t1&sku=7"),
        form("sku=7"),
        ["form field csrfmiddlewaretoken is absent: csrf-token-missing"],
    ),
    (
        "the CSRF token in JSON differs",
        js('{"_csrf":"t1","sku":7}'),
        js('{"_csrf":"t2","sku":7}'),
        ["JSON member $._csrf differs: csrf-token-invalid"],
    ),
    (
        "a passed bot check absent",
        get("Cookie: cf_clearance=c1; a=1"),
        get("Cookie: a=1"),
        ["cookie cf_clearance is absent: bot-challenge"],
    ),
    (
        "a cookie of any name",
        get("Cookie: lang=de; x=1"),
        get("Cookie: lang=de"),
        ["cookie x is absent: credentials-missing, bot-challenge"],
    ),
    (
        "a cookie that switches a feature",
        get("Cookie: beta_checkout=1; a=1"),
        get("Cookie: a=1"),
        ["cookie beta_checkout is absent: feature-disabled"],
    ),
    (
        "analytics cookies alone",
        get("Cookie: _ga=1; _fbp=2; a=1"),
        get("Cookie: _ga=3; a=1"),
        ["left: analytics cookies: _ga", "left: analytics cookies: _fbp"],
    ),
    (
        "no Authorization",
        get("Authorization: Bearer t0ken-one"),
        get(),
        ["header Authorization is absent: credentials-missing"],
    ),
    (
        "Authorization too much",
        get(),
        get("Authorization: Bearer t0ken-one"),
        ["header Authorization is added: token-invalid, token-expired, csrf-token-missing"],
    ),
    (
        "Bearer undefined",
        get("Authorization: Bearer t0ken-one"),
        get("Authorization: Bearer undefined"),
        ["header Authorization differs: credentials-malformed"],
    ),
    (
        "another scheme",
        get("Authorization: Bearer t0ken-one"),
        get("Authorization: Token t0ken-one"),
        ["scheme of Authorization differs: credentials-malformed"],
    ),
    (
        "the prefix forgotten",
        get("Authorization: Bearer t0ken-one"),
        get("Authorization: t0ken-one"),
        ["scheme of Authorization differs: credentials-malformed"],
    ),
    (
        "the scheme in another case",
        get("Authorization: Bearer t0ken-one"),
        get("Authorization: bearer t0ken-one"),
        ["header Authorization differs: credentials-malformed"],
    ),
    (
        "another opaque token",
        get("Authorization: Bearer t0ken-one"),
        get("Authorization: Bearer t0ken-two"),
        ["token differs: token-expired, token-invalid, role-missing, scope-missing"],
    ),
    (
        "another audience",
        bearer(aud="shop", sub="u1"),
        bearer(aud="stock", sub="u1"),
        ["claim aud differs: token-wrong-audience"],
    ),
    (
        "another issuer",
        bearer(iss="https://a.example", sub="u1"),
        bearer(iss="https://b.example", sub="u1"),
        ["claim iss differs: token-wrong-audience, token-invalid"],
    ),
    (
        "fewer scopes",
        bearer(scope="cart:read cart:write"),
        bearer(scope="cart:read"),
        ["claim scope differs: scope-missing"],
    ),
    (
        "other roles",
        bearer(roles=["admin"], jti="1"),
        bearer(roles=["guest"], jti="2"),
        ["claim roles differs: role-missing"],
    ),
    (
        "one audience as a list",
        bearer(aud=["shop"], jti="1"),
        bearer(aud="shop", jti="2"),
        ["token differs: token-invalid, token-expired"],
    ),
    ("another user", bearer(sub="u1"), bearer(sub="u2"), ["claim sub differs: not-owner, role-missing"]),
    (
        "an expired token",
        bearer(sub="u1", exp=1999999999),
        bearer(sub="u1", exp=1700000000),
        ["claim exp differs: token-expired"],
    ),
    (
        "signed by another key",
        bearer(head={"alg": "RS256", "kid": "one"}, sub="u"),
        bearer(head={"alg": "RS256", "kid": "two"}, sub="u"),
        ["token header kid differs: token-invalid, token-wrong-audience"],
    ),
    ("a weaker login", bearer(acr="mfa"), bearer(acr="pwd"), ["claim acr differs: login-step-missing"]),
    (
        "an opaque token for a JWT",
        bearer(sub="u1"),
        get("Authorization: Bearer t0ken-one"),
        ["token differs: credentials-malformed, token-invalid, token-wrong-audience"],
    ),
    (
        "another user by Basic",
        C + " -u ann:one",
        C + " -u bob:one",
        ["user differs: token-invalid, role-missing, account-blocked"],
    ),
    ("another password", C + " -u ann:one", C + " -u ann:two", ["password differs: token-invalid"]),
    (
        "the key under another header",
        get("X-Api-Key: k3y-0001"),
        get("Api-Key: k3y-0001"),
        ["header X-Api-Key stands elsewhere: credentials-malformed"],
    ),
    (
        "the key as a Bearer token",
        get("X-Api-Key: k3y-0001"),
        get("Authorization: Bearer k3y-0001"),
        ["header X-Api-Key stands elsewhere: credentials-malformed"],
    ),
    (
        "the key in the query",
        get("X-Api-Key: k3y-0001"),
        get(line="GET /api/cart?api_key=k3y-0001 HTTP/1.1"),
        ["header X-Api-Key stands elsewhere: credentials-malformed"],
    ),
    (
        "another key",
        get("X-Api-Key: k3y-0001"),
        get("X-Api-Key: k3y-0002"),
        ["header X-Api-Key differs: token-invalid, role-missing, token-wrong-audience"],
    ),
    (
        "another region of a signature",
        sig("20261120", "eu-west-1", "host", "a"),
        sig("20261120", "us-east-1", "host", "b"),
        ["credential scope differs: signature-mismatch, token-wrong-audience"],
    ),
    (
        "a field signed less",
        sig("20261120", "eu-west-1", "host;x-amz-date", "a"),
        sig("20261120", "eu-west-1", "host", "b"),
        ["list of signed headers differs: signature-mismatch"],
    ),
    (
        "signatures of two moments",
        sig("20261120", "eu-west-1", "host", "a"),
        sig("20261121", "eu-west-1", "host", "b"),
        ["left: signatures, which are each request's own: authorization"],
    ),
    (
        "an Origin too much",
        post(),
        post("Origin: https://app.example"),
        ["header Origin is added: cors-origin-refused, csrf-origin-mismatch"],
    ),
    (
        "another Origin",
        post("Origin: https://shop.example"),
        post("Origin: https://blog.example"),
        ["header Origin differs: cors-origin-refused, csrf-origin-mismatch"],
    ),
    (
        "the Referer absent",
        post("Referer: https://shop.example/"),
        post(),
        ["header Referer is absent: csrf-origin-mismatch, hotlink-blocked"],
    ),
    (
        "another page of the same site as Referer",
        get("Referer: https://shop.example/a"),
        get("Referer: https://shop.example/b"),
        ["left: other pages of the same site as Referer: referer"],
    ),
    (
        "a Referer of elsewhere",
        get("Referer: https://shop.example/a"),
        get("Referer: https://blog.example/b"),
        ["header Referer differs: hotlink-blocked, csrf-origin-mismatch"],
    ),
    (
        "cross-site by fetch metadata",
        post("Sec-Fetch-Site: same-origin"),
        post("Sec-Fetch-Site: cross-site"),
        ["header Sec-Fetch-Site differs: csrf-origin-mismatch, cors-origin-refused, bot-challenge"],
    ),
    ("POST for GET", get(), post(), ["method differs: csrf-token-missing, method-refused, role-missing"]),
    (
        "DELETE for PUT",
        get(line="PUT /a/1 HTTP/1.1"),
        get(line="DELETE /a/1 HTTP/1.1"),
        ["method differs: method-refused, role-missing"],
    ),
    (
        "a preflight",
        get("Origin: https://app.example"),
        get("Origin: https://app.example", "Access-Control-Request-Method: PUT", line="OPTIONS /api/cart HTTP/1.1"),
        [
            "method differs: cors-preflight-refused, method-refused",
            "header Access-Control-Request-Method is added: cors-preflight-refused, method-refused",
        ],
    ),
    ("without TLS", C, C.replace("https", "http"), ["scheme differs: https-required, csrf-origin-mismatch"]),
    (
        "another host",
        C,
        C.replace("shop.example", "staging.shop.example"),
        [
            "host differs: host-refused, token-wrong-audience, ip-not-allowed",
            "left: Host, which follows from the URL: host",
        ],
    ),
    (
        "another port",
        C,
        C.replace("shop.example", "shop.example:8443"),
        ["port differs: host-refused, ip-not-allowed", "left: Host, which follows from the URL: host"],
    ),
    ("another Host field", C, C + " -H 'Host: other.example'", ["header Host differs: host-refused"]),
    ("a slash at the end", C, to("/"), ["path differs: deny-rule, directory-index, role-missing"]),
    ("a doubled slash", C, C.replace("/api/", "/api//"), ["path differs: deny-rule, signature-mismatch, waf-rule"]),
    (
        "letters in another case",
        C,
        C.replace("cart", "Cart"),
        ["path differs: deny-rule, resource-hidden, policy-denied"],
    ),
    (
        "a path encoded in another way",
        to("/a%20b~c"),
        to("/a%20b%7Ec"),
        ["path differs: signature-mismatch, waf-rule, deny-rule"],
    ),
    ("another record", to("/7"), to("/8"), ["path differs: not-owner, resource-hidden, policy-denied"]),
    (
        "another path",
        C,
        C.replace("cart", "admin"),
        ["path differs: deny-rule, role-missing, resource-hidden, policy-denied"],
    ),
    (
        "a parameter absent",
        to("?page=1&user=7"),
        to("?page=1"),
        ["query parameter user is absent: required-header-missing, role-missing"],
    ),
    (
        "a parameter differs",
        to("?user=7"),
        to("?user=8"),
        ["query parameter user differs: waf-rule, not-owner, role-missing"],
    ),
    ("a cache buster", to("?user=7&_=1"), to("?user=7&_=2"), ["left: cache busters: _"]),
    ("parameters in another order", to("?a=1&b=2"), to("?b=2&a=1"), ["query differs: signature-mismatch, waf-rule"]),
    (
        "a signed link altered",
        to("?X-Amz-Expires=60&X-Amz-Signature=abcdef0123"),
        to("?X-Amz-Expires=90&X-Amz-Signature=abcdef0123"),
        ["query parameter X-Amz-Expires differs: signed-url-expired, signature-mismatch"],
    ),
    (
        "a password in the URL",
        "curl https://ann:one@shop.example/",
        "curl https://shop.example/",
        ["header Authorization is absent: credentials-missing"],
    ),
    (
        "another Content-Type",
        js("{}"),
        post("Content-Type: text/plain", body="{}"),
        ["header Content-Type differs: required-header-missing, csrf-token-missing, waf-rule"],
    ),
    (
        "a charset more",
        js("{}"),
        post("Content-Type: application/json; charset=utf-8", body="{}"),
        ["header Content-Type differs: waf-rule, required-header-missing"],
    ),
    (
        "a JSON member absent",
        js('{"sku":7,"size":{"w":1}}'),
        js('{"sku":7,"size":{}}'),
        ["JSON member $.size.w is absent: required-header-missing, role-missing"],
    ),
    (
        "a JSON member of another type",
        js('{"sku":7}'),
        js('{"sku":"7"}'),
        ["JSON member $.sku differs: waf-rule, not-owner, role-missing"],
    ),
    (
        "JSON in other words only",
        js('{"a": 1, "b": 2}'),
        js('{"b":2,"a":1}'),
        ["body differs: signature-mismatch, waf-rule"],
    ),
    (
        "a request id within JSON",
        js('{"requestId":"1","a":1}'),
        js('{"requestId":"2","a":1}'),
        ["left: request ids: $.requestId"],
    ),
    (
        "a form field differs",
        form("sku=7&n=1"),
        form("sku=7&n=<script>"),
        ["form field n differs: waf-rule, not-owner, role-missing"],
    ),
    (
        "another grant",
        form("grant_type=password&scope=read"),
        form("grant_type=password&scope=write"),
        ["form field scope differs: scope-missing, token-wrong-audience"],
    ),
    (
        "a body absent",
        js('{"a":1}'),
        post("Content-Type: application/json", "Content-Length: 0"),
        [
            "body is absent: required-header-missing, csrf-token-missing",
            "left: lengths, which follow from the body: content-length",
        ],
    ),
    (
        "a text body",
        post("Content-Type: text/plain", body="one\ntwo"),
        post("Content-Type: text/plain", body="one\nthree"),
        ["body, line 2 differs: waf-rule, signature-mismatch"],
    ),
    ("random boundaries", multi("aaa111", n="1"), multi("bbb222", n="1"), ["left: random boundaries: content-type"]),
    (
        "a part of a form differs",
        multi("aaa111", n="1", m="2"),
        multi("bbb222", n="1", m="3"),
        ["form part m differs: waf-rule, not-owner, role-missing", "left: random boundaries: content-type"],
    ),
    (
        "another User-Agent",
        get("User-Agent: Mozilla/5.0"),
        get("User-Agent: curl/8.5.0"),
        ["header User-Agent differs: user-agent-blocked, bot-challenge"],
    ),
    (
        "another Accept",
        get("Accept: application/json"),
        get("Accept: text/html"),
        ["header Accept differs: bot-challenge, required-header-missing"],
    ),
    (
        "client hints absent",
        get('Sec-CH-UA: "Chromium"'),
        get(),
        ["header Sec-CH-UA is absent: bot-challenge, user-agent-blocked"],
    ),
    ("HTTP/1.1 for HTTP/2", get(line="GET /api/cart HTTP/2"), get(), ["HTTP version differs: bot-challenge"]),
    (
        "a header of one's own absent",
        get("X-Custom-Check: 3"),
        get(),
        ["header X-Custom-Check is absent: required-header-missing"],
    ),
    (
        "a header too much",
        get(),
        get("X-Debug-Probe: 1"),
        ["header X-Debug-Probe is added: waf-rule, cors-preflight-refused"],
    ),
    (
        "another tenant",
        get("X-Tenant-Id: red"),
        get("X-Tenant-Id: blue"),
        ["header X-Tenant-Id differs: token-wrong-audience, not-owner, required-header-missing"],
    ),
    (
        "X-Requested-With absent",
        post("X-Requested-With: XMLHttpRequest"),
        post(),
        ["header X-Requested-With is absent: csrf-token-missing, required-header-missing"],
    ),
    ("If-Match absent", post('If-Match: "v1"'), post(), ["header If-Match is absent: required-header-missing"]),
    (
        "a forwarded address",
        get("X-Forwarded-For: 192.0.2.1"),
        get("X-Forwarded-For: 198.51.100.7"),
        ["header X-Forwarded-For differs: ip-not-allowed, ip-blocked, geo-blocked"],
    ),
    (
        "a proxy on the way",
        C,
        C + " -x http://proxy.example:3128",
        ["option proxy is added: proxy-refused, ip-not-allowed"],
    ),
    ("a client certificate absent", C + " --cert me.pem", C, ["option cert is absent: client-certificate-required"]),
    (
        "trace ids, validators and lengths",
        get("traceparent: 1", "If-None-Match: a", "X-Request-Id: 1", "Date: x"),
        get("traceparent: 2", "X-Request-Id: 2"),
        [
            "left: trace ids: traceparent",
            "left: cache validators: if-none-match",
            "left: request ids: x-request-id",
            "left: dates: date",
        ],
    ),
    (
        "order of the fields",
        get("Accept: a", "User-Agent: b"),
        get("User-Agent: b", "Accept: a"),
        ["order of the headers differs: bot-challenge"],
    ),
    ("case of the fields", get("User-Agent: b"), get("user-agent: b"), ["case of the headers differs: bot-challenge"]),
    (
        "two calls of fetch",
        "fetch('https://shop.example/api/cart', {credentials: 'include'})",
        "fetch('https://shop.example/api/cart')",
        ["option credentials differs: credentials-missing, csrf-cookie-missing"],
    ),
    (
        "a command against a call",
        C + " -b 'sid=s1' -H 'X-Mode: a'",
        "fetch('https://shop.example/api/cart', {credentials: 'include'})",
        [
            "header X-Mode is absent: required-header-missing",
            "left: Host, which follows from the URL: host",
            "unseen: failing cookie",
            "unseen: failing user-agent",
            "unseen: failing accept",
        ],
    ),
    (
        "a call that leaves the cookies out",
        C + " -b 'sid=s1'",
        "fetch('https://shop.example/api/cart', {credentials: 'omit'})",
        [
            "cookie sid is absent: credentials-missing, csrf-token-invalid",
            "left: Host, which follows from the URL: host",
            "unseen: failing user-agent",
            "unseen: failing accept",
        ],
    ),
]


@pytest.mark.parametrize(("working", "failing", "rows"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_what_differs(working: str, failing: str, rows: list[str]) -> None:
    assert said(working, failing) == rows


@pytest.mark.parametrize(("working", "failing"), [pair[1:3] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_turned_round_as_much_differs(working: str, failing: str) -> None:
    """Absent becomes added; nothing is lost or gained."""
    there, back = (
        difference(read_bytes(a.encode(), "a"), read_bytes(b.encode(), "b"), NOW)
        for a, b in ((working, failing), (failing, working))
    )
    turned = {"absent": "extra", "extra": "absent"}
    assert sorted(
        (row.what, turned.get(row.change, row.change)) for row in back.rows if row.change != "moved"
    ) == sorted((row.what, row.change) for row in there.rows if row.change != "moved")
    assert len(back.rows) == len(there.rows)
    assert sorted(back.left) == sorted(there.left)
    assert len(back.unseen) == len(there.unseen)


@pytest.mark.parametrize("pair", PAIRS, ids=[pair[0] for pair in PAIRS])
def test_a_request_does_not_differ_from_itself(pair: tuple[str, str, str, list[str]]) -> None:
    for text in pair[1:3]:
        found = both(text, text)
        assert (found.rows, found.left, found.unseen) == ((), (), ())


def test_every_cause_named_is_in_the_register() -> None:
    named = {cause for _, working, failing, _ in PAIRS for found in (working, failing) for cause in causes(found)}
    named |= {cause for _, working, failing, _ in PAIRS for row in both(working, failing).rows for cause in row.causes}
    assert named - set(tables().register) == set()


def causes(text: str) -> list[str]:
    """Of a request against one with nothing in it."""
    return [cause for row in both(text, "GET /other HTTP/1.1\nHost: other.example\n\n").rows for cause in row.causes]


def both(working: str, failing: str) -> Comparison:
    return difference(read_bytes(working.encode(), "a"), read_bytes(failing.encode(), "b"), NOW)


def test_secrets_are_masked_and_equal_ones_stay_equal() -> None:
    secret = "s3cret" * 4
    done = run(
        "diff",
        get(f"X-Api-Key: {secret}", f"Cookie: sid={secret}"),
        get(f"Api-Key: {secret}", "Cookie: sid=other"),
        "--all",
    )
    text = done.stdout.decode()
    assert (done.returncode, secret in text) == (1, False)
    marks = [word for word in text.split() if word.startswith("#")]
    assert len(marks) == 4  # key, key, cookie, cookie
    assert marks[0] == marks[1] == marks[2] != marks[3]


def test_secrets_are_shown_where_that_is_wanted() -> None:
    done = run("diff", get("X-Api-Key: example-one"), get("X-Api-Key: example-two"), "--show-secrets")
    assert b"example-one" in done.stdout


def test_the_same_in_all_that_matters_is_exit_status_0() -> None:
    done = run("diff", get("traceparent: 1"), get("traceparent: 2"))
    assert done.returncode == 0
    assert done.stdout.decode().splitlines() == [
        "works  GET https://shop.example/api/cart  text#0",
        "fails  GET https://shop.example/api/cart  text#0",
        "",
        "Nothing differs that requests are refused for.",
        "",
        "left out: 1 trace ids (traceparent)",
    ]


def test_the_whole_answer_of_one_difference() -> None:
    done = run("diff", C + " -H 'X-Custom-Check: 3'", C)
    assert done.stdout.decode().splitlines() == [
        "works  GET https://shop.example/api/cart  text#0",
        "fails  GET https://shop.example/api/cart  text#0",
        "",
        "  1. header X-Custom-Check is absent  required-header-missing",
        "     works  3",
        "     The working request carries this field",
    ]


def test_many_differences_fit_a_screen() -> None:
    fields = [f"X-Own-{number}: {number}" for number in range(40)]
    done = run("diff", get(*fields), get())
    assert len(done.stdout.decode().splitlines()) <= 60
    assert b"and 35 more (--all tells them in full):" in done.stdout


def test_hostile_text_does_not_reach_the_terminal() -> None:
    done = run("diff", get("X-Own: a\x1b[2J"), get("X-Own: b\x9b31m\u202e"))
    assert b"\x1b" not in done.stdout
    assert "\u202e" not in done.stdout.decode()


def test_json_keeps_its_shape() -> None:
    done = run("diff", "--format", "json", bearer(aud="a"), bearer(aud="b"))
    data = json.loads(done.stdout)
    jsonschema.validate(data, SCHEMA)
    assert [(row["what"], row["name"], row["working"], row["failing"]) for row in data["differences"]] == [
        ("claim", "aud", "a", "b")
    ]
    assert data["same"] is False


@pytest.mark.parametrize("pair", PAIRS, ids=[pair[0] for pair in PAIRS])
def test_json_of_every_pair_keeps_its_shape(pair: tuple[str, str, str, list[str]]) -> None:
    from why403.render.difference import data

    jsonschema.validate(json.loads(json.dumps(data(both(pair[1], pair[2])))), SCHEMA)


def entry(method: str, path: str, status: int, server: str = "nginx", body: str = "", **fields: str) -> dict[str, Any]:
    headers = [{"name": name.replace("_", "-"), "value": value} for name, value in fields.items()]
    return {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": {"method": method, "url": f"https://shop.example{path}", "headers": headers},
        "response": {"status": status, "headers": [{"name": "Server", "value": server}], "content": {"text": body}},
    }


@pytest.fixture
def har(tmp_path: Path) -> Path:
    entries = [
        entry("GET", "/api/cart", 200, Authorization="Bearer t0ken-one", X_A="1"),
        entry("GET", "/api/cart", 200, Authorization="Bearer t0ken-one"),
        entry("GET", "/style.css", 200),
        entry("GET", "/api/cart", 403, Cookie="a=1"),
        entry("GET", "/api/stock", 401, Authorization="Bearer t0ken-one"),
    ]
    path = tmp_path / "shop.har"
    path.write_text(
        json.dumps({"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": entries}})
    )
    return path


def chosen(*words: str) -> tuple[int, list[str], list[int | None]]:
    data = json.loads((done := run("diff", "--format", "json", *words)).stdout)
    rows = [f"{row['change']} {row['name']}" for row in data["differences"]]
    return done.returncode, rows, [data["working"]["index"], data["failing"]["index"]]


def test_of_one_recording_the_refused_request_and_its_closest_twin(har: Path) -> None:
    assert chosen(str(har)) == (1, ["absent Authorization", "extra a"], [1, 3])


@pytest.mark.parametrize(
    ("words", "rows", "places"),
    [
        (("--working", "0", "--failing", "3"), ["absent Authorization", "absent X-A", "extra a"], [0, 3]),
        (
            ("--working", "status:200 /api/cart", "--failing", "status:403"),
            ["absent Authorization", "absent X-A", "extra a"],
            [0, 3],
        ),
        (("--working", "1", "--failing", "/api/stock"), ["differs "], [1, 4]),
    ],
)
def test_two_requests_of_one_recording_by_number_status_or_url(
    har: Path, words: tuple[str, ...], rows: list[str], places: list[int]
) -> None:
    assert chosen(str(har), *words) == (1, rows, places)


def test_a_command_against_a_recording_and_who_answered(har: Path) -> None:
    data = json.loads(run("diff", "--format", "json", C + " -H 'Authorization: Bearer t0ken-one'", str(har)).stdout)
    assert (data["failing"]["status"], data["failing"]["index"], data["working"]["status"]) == (403, 3, None)
    assert data["remarks"] == [
        "of 5 requests of shop.har this is compared: GET https://shop.example/api/cart 403 (number 3)"
    ]


def test_where_another_product_answered_it_is_said() -> None:
    refused = "HTTP/1.1 403 Forbidden\nServer: cloudflare\nCF-RAY: 8d1\n\n<h1>Sorry, you have been blocked</h1>\n"
    found = difference(
        read_text(get() + "HTTP/1.1 200 OK\nServer: nginx\n\nok\n"), read_text(get("X-A: 1") + refused), NOW
    )
    assert (found.failing.status, found.failing.layer, found.failing.product) == (403, "edge", "cloudflare")


def test_roles_that_look_swapped_are_named() -> None:
    found = difference(read_text(get() + "HTTP/1.1 403 Forbidden\n\n"), read_text(get() + "HTTP/1.1 200 OK\n\n"), NOW)
    assert found.remarks == (
        "the one called working got 403, the one called failing 200: are they the other way round?",
    )


def test_a_recording_without_credentials_says_nothing_of_their_absence() -> None:
    """Chrome leaves cookies and Authorization out of an export unless told otherwise."""
    entries = [entry("GET", "/api/cart", 403)]
    text = json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "1"}, "entries": entries}}
    )
    found = why403.diff(
        C + " -H 'Authorization: Bearer t0ken-one' -H 'User-Agent:' -H 'Accept:'", text.encode(), now=NOW
    )
    assert found.same
    assert [(one.side, one.field) for one in found.comparison.unseen] == [("failing", "authorization")]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nothing at all here",), "no request is in it"),
        ((C,), "none was refused"),
        ((C, C, "--working", "9"), "no request meets --index 9"),
        ((C, "--working", "1"), "only one of two requests is chosen"),
        ((C, C, "--failing", "status:abc"), "'abc' is no status"),
        (("-", "-"), "standard input can be read once"),
    ],
)
def test_a_fault_is_one_line_and_exit_status_2(words: tuple[str, ...], message: str) -> None:
    done = run("diff", *words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.decode().splitlines()) == 1
    assert message in done.stderr.decode()


def test_from_python_it_prints_itself() -> None:
    found = why403.diff(C, C + " -H 'X-A: 1'", now=NOW)
    assert [row.title for row in found.rows] == ["header X-A is added"]
    assert repr(found) == "<why403.Contrast: header X-A is added>"
    assert "  1. header X-A is added" in str(found)
    jsonschema.validate(json.loads(json.dumps(found.to_dict())), SCHEMA)


NAMES = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12).map(lambda name: f"x-{name}")
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=40)
URLS = st.builds(
    lambda path, query: f"https://shop.example/{path}?{query}",
    st.text("abc/%20.", max_size=20),
    st.text("abc=&%7E+", max_size=20),
)
REQUESTS = st.builds(
    lambda method, url, fields, body: Exchange(Request(method, url, Headers(fields), body)),
    st.sampled_from(["GET", "POST", "DELETE", None]),
    URLS,
    FIELDS,
    st.none() | st.binary(max_size=60) | st.text('{}[]":,a1', max_size=40).map(str.encode),
)


@settings(max_examples=120, deadline=None)
@given(REQUESTS)
def test_whatever_it_is_it_does_not_differ_from_itself(one: Exchange) -> None:
    assert compare(one, one) == ((), (), ())


@settings(max_examples=120, deadline=None)
@given(REQUESTS, REQUESTS)
def test_whatever_they_are_as_much_differs_either_way(one: Exchange, other: Exchange) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (len(there.rows), len(there.left), len(there.unseen)) == (len(back.rows), len(back.left), len(back.unseen))


KNOWN_NOISE = sorted({name for names in NOISE.values() for name in names})
PLANTED = [
    (("Authorization", "Bearer t0ken-one"), "header Authorization is absent"),
    (("Cookie", "sessionid=s1"), "cookie sessionid is absent"),
    (("X-CSRFToken", "t1"), "header X-CSRFToken is absent"),
    (("X-Api-Key", "k3y-0001"), "header X-Api-Key is absent"),
    (("Origin", "https://app.example"), "header Origin is absent"),
]


@settings(max_examples=60, deadline=None)
@given(
    FIELDS,
    st.sampled_from(PLANTED),
    st.integers(0, 40),
    st.lists(st.sampled_from(KNOWN_NOISE), max_size=8),
)
def test_a_planted_difference_comes_first(
    fields: list[tuple[str, str]], planted: tuple[tuple[str, str], str], at: int, noise: list[str]
) -> None:
    """Among forty fields, some of which are another client's and some noise."""
    field, title = planted
    assume(all(name not in ("x-api-key", "x-csrftoken") for name, _ in fields))
    common = [(name, value) for name, value in fields]
    common.insert(at, ("Accept", "*/*"))
    working = [*common[:at], field, *common[at:], *((name, "1") for name in noise), ("Accept-Language", "de")]
    failing = [*common, *((name, "2") for name in noise), ("Accept-Language", "en")]
    one, other = (Exchange(Request("GET", "https://shop.example/", Headers(held))) for held in (working, failing))
    found = compare(one, other)
    assert found.rows[0].title == title
    assert {left.name for left in found.left} == set(noise)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_are_compared_or_refused_in_one_line(one: str, other: str) -> None:
    try:
        found = difference(read_text(one, "a"), read_text(other, "b"), NOW)
    except why403.Why403Error as fault:
        assert str(fault)
    else:
        assert isinstance(found, Comparison)


def test_large_bodies_are_compared_in_bounded_time() -> None:
    deep, wide = "[" * 50_000, json.dumps({str(number): number for number in range(100_000)})
    for body in (deep, wide):
        one, other = (
            Exchange(Request("POST", "https://shop.example/", Headers(), text.encode())) for text in (body, body + " ")
        )
        assert len(compare(one, other).rows) <= 45


def recording(*entries: dict[str, Any]) -> bytes:
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": entries}}
    ).encode()


def test_explain_says_what_differs_from_the_closest_twin() -> None:
    """Where nothing tells the cause, the difference is what to try first."""
    twin = entry("GET", "/api/cart", 200, Cookie="sessionid=s1s1s1; lang=de", X_Mode="a")
    refused = entry("GET", "/api/cart", 403, Cookie="lang=de", X_Mode="b")
    step = why403.explain(recording(twin, refused), now=NOW).refusals[0].next[0]
    assert step.ask == (
        "The same URL was let through (exchange[0]); what differs here: cookie sessionid is absent; header X-Mode differs"
    )
    assert step.separates == ("credentials-missing", "required-header-missing")


def test_a_finding_that_rests_on_a_twin_quotes_the_difference() -> None:
    twin, refused = entry("GET", "/api/cart", 200, Cookie="sessionid=s1s1s1"), entry("GET", "/api/cart", 401)
    first = why403.explain(recording(twin, refused), now=NOW).refusals[0].findings[0]
    assert first.cause == "credentials-missing"
    assert "in the refused request: cookie sessionid is absent" in first.evidence[0].says


def test_many_twins_are_compared_in_bounded_time() -> None:
    fields = {f"X_{number}": "v" * 20 for number in range(20)}
    entries = [entry("GET", "/api/cart", 403 if at % 2 else 200, Cookie=f"a={at}", **fields) for at in range(200)]
    begun = time.process_time()
    assert why403.explain(recording(*entries), now=NOW).refusals
    assert time.process_time() - begun < 60


def test_what_the_answer_itself_names_stands_first() -> None:
    """Django says that the token is wrong; without its words the missing session would come first."""
    fields = ("Cookie: sessionid=s1; csrftoken=t1", "X-CSRFToken: t1", "X-Api-Key: k3y-0001")
    words = 'HTTP/1.1 403 Forbidden\n\n{"detail":"CSRF Failed: CSRF token from the \'X-Csrftoken\' HTTP header incorrect."}\n'
    working, failing = post(*fields), post("Cookie: csrftoken=t1", "X-CSRFToken: t2")
    silent, told = both(working, failing), both(working, failing + words)
    assert silent.rows[0].title == "header X-Api-Key is absent"
    assert told.rows[0].title == "pair of CSRF token and cookie differs"
    assert sorted(row.title for row in silent.rows) == sorted(row.title for row in told.rows)
    assert told.remarks == ("the answer itself says csrf-token-invalid: what could be that stands first",)
