"""The engine's own promises: nobody is blamed for standing in the path, identical refusals fold, nothing unsafe is offered first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.verdicts import said
from why403.engine.explain import explain
from why403.model import Case, Exchange, Headers, Note, Refusal, Request, Response
from why403.products import tables
from why403.products.table import sources
from why403.readers.choose import read_text

DJANGO = "<h1>Forbidden <span>(403)</span></h1><p>CSRF verification failed. Request aborted.</p><pre>CSRF cookie not set.</pre>"
CDN_MARKS = {
    "cloudflare": "Server: cloudflare\nCF-RAY: 0123456789abcdef-FRA\n",
    "cloudfront": "Via: 1.1 d0a1.cloudfront.net (CloudFront)\nX-Cache: Error from cloudfront\nX-Amz-Cf-Id: example\n",
    "fastly": "Via: 1.1 varnish\nX-Served-By: cache-fra-1\nX-Cache: MISS\n",
    "akamai": "X-Akamai-Request-ID: 1a2b3c4d\n",
    "vercel": "Server: Vercel\nX-Vercel-Id: fra1::example\n",
    "netlify": "Server: Netlify\nX-Nf-Request-Id: 01EXAMPLE\n",
}


def refusal(text: str) -> Refusal:
    return explain(read_text(text, "case")).refusals[0]


@pytest.mark.parametrize("cdn", CDN_MARKS)
def test_a_cdn_in_the_path_is_not_blamed_for_what_the_framework_says(cdn: str) -> None:
    text = f"HTTP/1.1 403 Forbidden\n{CDN_MARKS[cdn]}Content-Type: text/html\n\n{DJANGO}\n"
    assert said(text) == "proven csrf-cookie-missing in app by django"


@pytest.mark.parametrize("cdn", CDN_MARKS)
def test_a_success_behind_a_cdn_is_no_refusal(cdn: str) -> None:
    assert said(f"HTTP/1.1 200 OK\n{CDN_MARKS[cdn]}Content-Type: text/html\n\n<h1>Welcome</h1>\n") == "nothing"


def test_a_success_that_carries_a_challenge_is_a_refusal() -> None:
    text = "HTTP/2 200\ncf-mitigated: challenge\nserver: cloudflare\ncontent-type: text/html\n\n<title>Just a moment...</title>\n"
    assert said(text) == "proven bot-challenge in edge by cloudflare"


@pytest.mark.parametrize(
    "status", ["404 Not Found", "500 Internal Server Error", "503 Service Unavailable", "301 Moved Permanently"]
)
def test_a_neighbour_without_a_word_of_refusal_is_no_refusal(status: str) -> None:
    assert said(f"HTTP/1.1 {status}\nContent-Type: text/plain\n\nsorry\n") == "nothing"


def test_a_bare_403_is_unknown_and_says_what_would_settle_it() -> None:
    found = refusal("HTTP/1.1 403 Forbidden\nContent-Length: 0\n\n")
    assert [finding.cause for finding in found.findings] == ["unknown"]
    assert found.next


def test_a_proven_cause_asks_for_nothing_more() -> None:
    assert refusal(f"HTTP/1.1 403 Forbidden\n\n{DJANGO}").next == ()


def har_like(count: int) -> Case:
    answer = Response(403, "Forbidden", Headers((("Content-Type", "text/html"),)), DJANGO.encode())
    request = Request("POST", "https://shop.example/cart", Headers((("Host", "shop.example"),)), b"a=1")
    start = datetime(2026, 11, 20, 10, 0, 0, tzinfo=UTC)
    return Case("x.har", "har", tuple(Exchange(request, answer, at, start) for at in range(count)))


def test_identical_refusals_fold_into_one_with_a_count() -> None:
    report = explain(har_like(7))
    assert [(found.times, found.findings[0].cause) for found in report.refusals] == [(7, "csrf-cookie-missing")]


def test_named_causes_come_before_unknown_ones() -> None:
    bare = Exchange(Request("GET", "https://shop.example/b"), Response(403), 99)
    case = har_like(1)
    report = explain(case._replace(exchanges=(bare, *case.exchanges)))
    assert [found.findings[0].cause for found in report.refusals] == ["csrf-cookie-missing", "unknown"]


def test_the_message_to_send_has_the_reference_and_neither_query_nor_secret() -> None:
    text = (
        "GET /a?access_token=topsecretvalue1 HTTP/1.1\nHost: shop.example\nCookie: sid=topsecretvalue2\n\n"
        "HTTP/1.1 403 Forbidden\nServer: cloudflare\nCF-RAY: 0123456789abcdef-FRA\nContent-Type: text/plain\n\nerror code: 1020\n"
    )
    found = refusal(text)
    letter = found.findings[0].fixes[-1].snippet
    assert "0123456789abcdef" in letter
    assert "topsecret" not in letter
    assert "access_token" not in letter


def test_expiry_is_judged_at_the_time_of_the_exchange() -> None:
    """A token that is expired today was good when the request was sent: nobody may blame it."""
    token = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3NjM2MzI4MDB9."  # exp: 2025-11-20T10:00:00Z
    text = (
        "GET /a HTTP/1.1\nHost: api.shop.example\nAuthorization: Bearer {}\n\nHTTP/1.1 401 Unauthorized\nDate: {}\n\n"
    )
    late = datetime(2030, 1, 1, tzinfo=UTC)
    before = explain(read_text(text.format(token, "Thu, 20 Nov 2025 09:00:00 GMT"), "x"), late).refusals[0]
    after = explain(read_text(text.format(token, "Thu, 20 Nov 2025 11:00:00 GMT"), "x"), late).refusals[0]
    assert before.findings[0].cause == "unknown"
    assert "token-expired" in {out.cause for out in before.ruled_out}
    assert (after.findings[0].cause, after.findings[0].confidence) == ("token-expired", "proven")


def test_the_report_is_the_same_tomorrow() -> None:
    text = f"HTTP/1.1 403 Forbidden\n\n{DJANGO}"
    assert explain(read_text(text, "x"), datetime(2026, 1, 1, tzinfo=UTC)) == explain(
        read_text(text, "x"), datetime(2036, 1, 1, tzinfo=UTC)
    )


def test_a_note_alone_can_be_explained() -> None:
    case = Case("x", "text", (), (Note("Forbidden (CSRF cookie not set.): /items/"),))
    assert explain(case).refusals[0].findings[0].cause == "csrf-cookie-missing"


def test_a_single_line_of_a_log_keeps_the_path_that_was_asked() -> None:
    line = (
        "2026/11/20 09:12:44 [error] 31#31: *8 access forbidden by rule, client: 192.0.2.7, server: shop.example, "
        'request: "GET /a/.env HTTP/1.1", host: "shop.example"'
    )
    refusal = explain(read_text(line), None).refusals[0]
    assert (refusal.exchange.method, refusal.exchange.url) == ("GET", "https://shop.example/a/.env")


def test_401_and_403_are_kept_apart_and_their_mixing_is_said() -> None:
    text = 'HTTP/1.1 403 Forbidden\nContent-Type: application/json\n\n{"detail":"Authentication credentials were not provided."}\n'
    assert any("401" in remark for remark in refusal(text).remarks)


FORBIDDEN = (
    "csrf_exempt",
    "secruleengine off",
    "chmod 777",
    "chmod -r 777",
    "access-control-allow-origin: *",
    "setenforce 0",
    "allowed_hosts = ['*']",
    'allowed_hosts = ["*"]',
)


@pytest.mark.parametrize("name", sources())
def test_no_table_offers_to_switch_a_protection_off(name: str) -> None:
    """`*`, csrf_exempt, SecRuleEngine Off and chmod 777 never appear as fixes."""
    number = tables().ids.index(name)
    for rule in tables().rules:
        if rule.product == number:
            offered = " ".join((rule.caller, rule.operator, rule.snippet)).lower()
            assert not [
                words
                for words in FORBIDDEN
                if words in offered and f"not {words}" not in offered and f"never {words}" not in offered
            ], offered


def test_the_first_fix_never_loosens_where_a_safe_one_exists() -> None:
    for text in (
        f"HTTP/1.1 403 Forbidden\n\n{DJANGO}",
        "Forbidden (Origin checking failed - https://a.example does not match any trusted origins.): /x",
    ):
        fixes = refusal(text).findings[0].fixes
        safe = [fix for fix in fixes if fix.safety != "loosens"]
        assert fixes[0] in safe
