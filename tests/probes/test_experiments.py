"""Each experiment against a server that refuses for its reason: what is asked, and what that proves."""

from __future__ import annotations

import pytest

from tests.probes.worlds import NOW, URL, Answer, World, has, steps, verdict
from why403.engine.prove import Limits
from why403.model import Case, Exchange, Headers, Request, Response
from why403.probes.experiment import Offer
from why403.readers.choose import read_bytes

NO: Answer = (
    403,
    {"Content-Type": "text/html", "Server": "nginx"},
    b"<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>",
)
OK: Answer = (200, {}, b"ok")
UNSAFE = Limits(unsafe=True, now=NOW)


def path(request: Request) -> str:
    return (request.url or "").removeprefix("https://shop.example")


def test_several_obstacles_are_taken_and_the_fewest_changes_kept() -> None:
    """A cookie and a header and an Origin."""

    def answers(request: Request, _: int) -> Answer:
        good = (
            "session=good" in (has(request, "cookie") or "")
            and has(request, "x-tenant-id") == "17"
            and has(request, "origin") == "https://shop.example"
        )
        return OK if good else (403, {"Content-Type": "application/json"}, b"{}")

    offers = (Offer("cookie", "session=good"), Offer("header", "17", "X-Tenant-ID"), Offer("header", "1", "X-Version"))
    world = World(answers)
    proof = world.prove(f"curl {URL} -d a=1 -H 'Origin: https://elsewhere.example'", Limits(30, True, offers, "", NOW))
    assert proof.outcome == "mended"
    assert sorted(change.says for change in proof.changes) == [
        "with Origin: https://shop.example",
        "with X-Tenant-ID",
        "with the given cookie",
    ]
    assert proof.mended is not None
    assert dict(proof.mended.headers or ())["Origin"] == "https://shop.example"
    assert not (proof.mended.headers or Headers()).has("x-version")


def test_mild_changes_are_asked_at_once() -> None:
    world = World(lambda request, _: OK if "why403" in (has(request, "user-agent") or "") else NO)
    proof = world.prove(f"curl {URL} -A BadBot/1.0")
    assert verdict(proof) == "mended: proven user-agent-blocked"
    assert steps(proof)[1].startswith(
        "the same with a User-Agent that says who asks, with Referer: https://shop.example/, with"
    )
    assert [change.says for change in proof.changes] == ["with a User-Agent that says who asks"]
    assert len(world.asked) <= 6


def test_where_nothing_can_separate_the_run_ends_early() -> None:
    world = World(lambda *_: NO)
    proof = world.prove(f"curl {URL}")
    assert verdict(proof) == "narrowed: possible unknown"
    assert len(world.asked) <= 5
    world = World(
        lambda *_: (
            403,
            {"Server": "cloudflare", "cf-ray": "0123456789abcdef-FRA"},
            b"Error 1006: Access denied. The owner of this website has banned your IP address",
        )
    )
    proof = world.prove(f"curl {URL}")
    assert (verdict(proof), len(world.asked)) == ("narrowed: proven ip-blocked", 1)


@pytest.mark.parametrize(("sent", "works", "wanted"), [
    ("-H 'Authorization: example-token-17'", "Bearer example-token-17", "mended: proven credentials-malformed"),
    ("-H 'Authorization: Basic example-token-17'", "Bearer example-token-17", "mended: proven credentials-malformed"),
    ("-H 'X-Api-Key: example-token-17'", "Bearer example-token-17", "mended: proven credentials-malformed"),
    ("-H 'Authorization: Bearer undefined'", "Bearer example-token-of-mine", "mended: proven credentials-malformed"),
    ("-H 'Authorization: Bearer other'", "Bearer example-token-of-mine", "mended: likely token-invalid"),
    ("", "Bearer example-token-of-mine", "mended: proven credentials-missing"),
])  # fmt: skip
def test_credentials_in_their_place(sent: str, works: str, wanted: str) -> None:
    world = World(
        lambda request, _: OK if has(request, "authorization") == works else (401, {"WWW-Authenticate": "Bearer"}, b"")
    )
    proof = world.prove(f"curl {URL} {sent}", Limits(offers=(Offer("token", "example-token-of-mine"),), now=NOW))
    assert verdict(proof) == wanted
    assert len(world.asked) <= 7


def test_what_another_user_may_is_not_more_than_likely() -> None:
    def answers(request: Request, _: int) -> Answer:
        token = (has(request, "authorization") or "").removeprefix("Bearer ")
        return (
            OK
            if token == "example-admin"
            else NO
            if token == "example-user"
            else (401, {"WWW-Authenticate": "Bearer"}, b"")
        )

    world = World(answers)
    proof = world.prove(
        f"curl {URL} -H 'Authorization: Bearer example-user'",
        Limits(offers=(Offer("token", "example-admin"),), now=NOW),
    )
    assert verdict(proof) == "mended: likely role-missing"
    assert "token-invalid" in {out.cause for out in proof.ruled_out}


class TestForgery:
    """Tokens against forged requests."""

    @pytest.mark.parametrize("sent", ["", "-H 'X-CSRF-Token-AB12C: old'"])
    def test_a_reading_request_that_wants_a_token(self, sent: str) -> None:
        """Syncthing's GUI: the header is called after the cookie, and GET wants it, too."""

        def answers(request: Request, _: int) -> Answer:
            if path(request) == "/":
                return 200, {"Set-Cookie": "CSRF-Token-AB12C=fresh-value-of-the-page"}, b""
            good = has(request, "x-csrf-token-ab12c") == "fresh-value-of-the-page"
            return OK if good else (403, {"X-Syncthing-Id": "AB12C"}, b"CSRF Error\n")

        proof = World(answers).prove(f"curl https://shop.example/rest/system/ping {sent}", Limits(now=NOW))
        assert proof.outcome == "mended"
        assert proof.changes[0].says.startswith("with the page's token in X-CSRF-Token-AB12C")

    def test_from_the_page(self) -> None:
        def answers(request: Request, _: int) -> Answer:
            if request.method == "GET":
                return (
                    200,
                    {"Set-Cookie": "sid=fresh; Path=/"},
                    b'<form><input type="hidden" name="_csrf" value="t0ken&amp;1"></form>',
                )
            good = b"_csrf=t0ken%261" in (request.body or b"") and has(request, "cookie") == "sid=fresh"
            return OK if good else (403, {}, b"invalid csrf token")

        world = World(answers)
        proof = world.prove(f"curl {URL} -d item=7 -d _csrf=old -b sid=old", UNSAFE)
        assert verdict(proof) == "mended: proven csrf-token-invalid"
        assert steps(proof) == [
            "the refused request as it was -> 403",
            "the page https://shop.example/orders, for a fresh token -> 200",
            "the same with the page's _csrf in the form and its cookie -> 200",
            "the refused request once more: is it still refused? -> 403",
        ]

    @pytest.mark.parametrize(("page", "header"), [
        ('{"crumb": "0123456789abcdef0123", "crumbRequestField": "Jenkins-Crumb"}', "Jenkins-Crumb"),
        ('{"data": {"csrfToken": "0123456789abcdef0123"}}', "X-CSRF-Token"),
        ("<script>const csrfToken = '0123456789abcdef0123';</script>", "X-CSRF-Token"),
        ("<script>fetch('/x', {headers: {'X-XSRF-TOKEN': '0123456789abcdef0123'}})</script>", "X-CSRF-Token"),
        ("0123456789abcdef0123", "X-CSRF-Token"),
        ('<meta name="csrf-token" content="0123456789abcdef0123">', "X-CSRF-Token"),
    ])  # fmt: skip
    def test_from_what_is_no_form(self, page: str, header: str) -> None:
        def answers(request: Request, _: int) -> Answer:
            if request.method == "GET":
                return 200, {}, page.encode()
            return (
                OK
                if has(request, header) == "0123456789abcdef0123"
                else (403, {}, b"No valid crumb was included in the request")
            )

        proof = World(answers).prove(f"curl -X POST {URL} -b sid=mine", UNSAFE)
        assert verdict(proof) == "mended: proven csrf-token-missing"

    def test_from_the_refused_answer_itself(self) -> None:
        def answers(request: Request, _: int) -> Answer:
            good = has(request, "x-transmission-session-id") == "example-7"
            return (
                OK
                if good
                else (
                    409,
                    {"X-Transmission-Session-Id": "example-7", "Server": "Transmission"},
                    b"<h1>409: Conflict</h1><p>Your request had an invalid session-id header.</p>",
                )
            )

        world = World(answers)
        proof = world.prove(f"curl {URL} -d '{{}}'", UNSAFE)
        assert (verdict(proof), len(world.asked)) == ("mended: proven csrf-token-missing", 4)

    def test_from_its_own_cookie(self) -> None:
        def answers(request: Request, _: int) -> Answer:
            return OK if has(request, "x-xsrf-token") == "a=b" else (419, {}, b"CSRF token mismatch.")

        world = World(answers)
        proof = world.prove(f"curl -X POST {URL} -b XSRF-TOKEN=a%3Db", UNSAFE)
        assert (verdict(proof), len(world.asked)) == ("mended: proven csrf-token-invalid", 3)  # Laravel's word for both


class TestHints:
    """What the refused answer itself asks for."""

    def test_a_header_that_it_names(self) -> None:
        body = b"This operation has been blocked as a potential Cross-Site Request Forgery (CSRF). Set apollo-require-preflight"
        world = World(lambda request, _: OK if has(request, "apollo-require-preflight") else (400, {}, body))
        proof = world.prove(f"curl '{URL}?query=%7Ba%7D'")
        assert proof.outcome == "mended"
        assert [change.says for change in proof.changes] == ["with Apollo-Require-Preflight: true"]

    def test_a_type_of_body_that_it_takes(self) -> None:
        def answers(request: Request, _: int) -> Answer:
            kind = has(request, "content-type")
            return (
                OK
                if kind == "application/merge-patch+json"
                else (415, {"Accept-Patch": "application/merge-patch+json"}, b"")
            )

        proof = World(answers).prove(f"curl -X PATCH {URL} -H 'Content-Type: text/plain' -d '{{}}'", UNSAFE)
        assert [change.says for change in proof.changes] == ["with Content-Type: application/merge-patch+json"]

    def test_the_methods_that_it_allows(self) -> None:
        world = World(lambda request, _: OK if request.method == "GET" else (405, {"Allow": "GET, HEAD"}, b""))
        proof = world.prove(f"curl -X DELETE {URL}", UNSAFE)
        assert (verdict(proof), len(world.asked)) == ("mended: proven method-refused", 3)
        world = World(lambda *_: (405, {"Allow": "POST"}, b""))  # a reading request is not made a writing one
        proof = world.prove(f"curl {URL}", UNSAFE)
        assert {request.method for request in world.asked} <= {"GET", "HEAD", "OPTIONS"}


class TestWay:
    """Versions, certificates, clocks and the age of links."""

    def test_the_older_version(self) -> None:
        def answers(request: Request, _: int) -> Answer:
            return OK if ("http1.1", "") in request.options else (421, {}, b"Misdirected Request")

        case = Case(
            "x",
            "http",
            (
                Exchange(
                    Request("GET", URL, Headers(), b""),
                    Response(421, None, Headers(), b"Misdirected Request", "HTTP/2"),
                    0,
                ),
            ),
        )
        world = World(answers)
        world_send = world.send

        def second(request: Request) -> Exchange:
            done = world_send(request)
            assert done.response is not None
            return done._replace(response=done.response._replace(version="HTTP/2"))

        world.send = second  # type: ignore[method-assign]
        proof = world.prove(case)
        assert verdict(proof) == "mended: proven host-refused"
        assert [change.says for change in proof.changes] == ["over HTTP/1.1"]

    def test_a_client_certificate(self) -> None:
        body = b"<center><h1>400 Bad Request</h1></center><center>No required SSL certificate was sent</center><hr><center>nginx</center>"
        world = World(
            lambda request, _: OK if ("cert", "mine.pem") in request.options else (400, {"Server": "nginx"}, body)
        )
        proof = world.prove(f"curl {URL}", Limits(offers=(Offer("certificate", "mine.pem", "mine.key"),), now=NOW))
        assert verdict(proof) == "mended: proven client-certificate-required"
        assert proof.mended is not None
        assert proof.mended.options == (("cert", "mine.pem"), ("key", "mine.key"))

    @pytest.mark.parametrize(("date", "wanted"), [
        ("Fri, 20 Nov 2026 11:00:00 GMT", "The server's clock is +3600 s from the one here: times in signatures and tokens fail"),
        ("Fri, 20 Nov 2026 10:00:05 GMT", "The server's clock and the one here agree"),
        ("yesterday", ""),
    ])  # fmt: skip
    def test_the_clock_is_read_from_the_answer(self, date: str, wanted: str) -> None:
        body = (
            b"<Error><Code>RequestTimeTooSkewed</Code>"
            b"<Message>The difference between the request time and the current time is too large.</Message></Error>"
        )
        world = World(lambda *_: (403, {"Date": date, "Server": "AmazonS3"}, body))
        proof = world.prove(f"curl {URL} -H 'Authorization: AWS4-HMAC-SHA256 Credential=example'")
        assert verdict(proof) == "narrowed: proven clock-skew"
        assert wanted in proof.asked[0].told
        assert len(world.asked) == 1

    @pytest.mark.parametrize("query", [
        "X-Amz-Date=20261120T080000Z&X-Amz-Expires=60&X-Amz-Signature=0", "Expires=1799999999&Signature=0&Key-Pair-Id=0",
        "se=2026-11-20T09%3A00%3A00Z&sig=0&sp=r",
    ])  # fmt: skip
    def test_the_age_of_a_signed_link(self, query: str) -> None:
        world = World(lambda *_: (403, {"Date": "Fri, 20 Nov 2026 10:00:00 GMT"}, b"no"))
        proof = world.prove(f"curl '{URL}?{query}'")
        told = " ".join(asked.told for asked in proof.asked)
        assert ("before the server's own time" in told) == ("Expires=17999" not in query)

    def test_over_tls(self) -> None:
        world = World(
            lambda request, _: OK if (request.url or "").startswith("https://") else (426, {"Upgrade": "TLS/1.2"}, b"")
        )
        proof = world.prove("curl http://shop.example/orders")
        assert verdict(proof) == "mended: proven https-required"
        assert proof.mended is not None
        assert proof.mended.url == URL


def test_how_far_a_rule_reaches() -> None:
    world = World(lambda request, _: NO if path(request).startswith("/a/b/") else (404, {}, b"nothing"))
    proof = world.prove("curl https://shop.example/a/b/c/file.txt")
    told = [asked.told for asked in proof.asked]
    assert any("A path that does not exist is refused in the same words" in one for one in told)
    assert any("The folder above is refused" in one for one in told)
    assert "/robots.txt is answered otherwise: the rule is not on the whole host" in told[-1]


def test_what_a_request_carries() -> None:
    world = World(lambda request, _: NO if "?" in (request.url or "") else OK)
    proof = world.prove(f"curl '{URL}?q=1'")
    finding = proof.report.refusals[0].findings[0]
    assert (proof.outcome, finding.cause, finding.layer, finding.confidence) == (
        "narrowed",
        "waf-rule",
        "edge",
        "likely",
    )


def test_the_preflight() -> None:
    def answers(request: Request, _: int) -> Answer:
        return (401, {}, b"") if request.method == "OPTIONS" else (403, {}, b"Invalid CORS request")

    world = World(answers)
    proof = world.prove(f"curl {URL} -X PUT -H 'Origin: https://app.example'", UNSAFE)
    assert any("The preflight itself is refused" in asked.told for asked in proof.asked)
    preflight = next(request for request in world.asked if request.method == "OPTIONS")
    assert dict(preflight.headers or ()) == {
        "Host": "shop.example", "Origin": "https://app.example", "Access-Control-Request-Method": "PUT",
    }  # fmt: skip


def test_the_request_is_read_back_in_the_form_that_was_pasted() -> None:
    from why403.engine.proved import shown

    pasted = "fetch('https://shop.example/orders', {headers: {'X-A': '1'}})\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer\n\n"
    case = read_bytes(pasted.encode())
    world = World(
        lambda request, _: OK if has(request, "authorization") else (401, {"WWW-Authenticate": "Bearer"}, b"")
    )
    proof = shown(world.prove(case, Limits(offers=(Offer("token", "example-token-0123456789"),), now=NOW)), case)
    assert proof.command.startswith('fetch("https://shop.example/orders", {') or proof.command.startswith(
        "fetch('https://shop.example/orders'"
    )
    assert "example-token-0123456789" not in str(proof)
