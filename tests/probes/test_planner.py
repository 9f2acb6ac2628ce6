"""The planner against hostile answers: it stays in its origin, sends nothing unsafe unasked, keeps budget and rate."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.probes.worlds import NOW, URL, Answer, World, has, steps, verdict
from why403.engine.prove import Limits, plan, prove, to_agree
from why403.model import Request
from why403.probes.catalogue import EXPERIMENTS
from why403.probes.experiment import SAFE, Offer, origin
from why403.readers.choose import read_bytes

BODIES = (b"", b"<h1>403 Forbidden</h1>", b'{"detail":"CSRF Failed: CSRF token missing."}', b'{"error":"invalid_token"}',
          b'<input name="csrf_token" value="https://evil.example/x">', b"Just a moment...", b"x" * 300_000,
          b"<a href='/orders?csrf_nonce=0123456789abcdef'>x</a><script>const csrfToken = 'https://evil.example/x'</script>",
          b'{"a":' * 3000)  # fmt: skip
FIELDS = st.dictionaries(
    st.sampled_from((
        "Location", "Set-Cookie", "WWW-Authenticate", "Allow", "Retry-After", "Content-Type", "Date", "X-CSRF-Token",
        "Refresh", "cf-mitigated",
        "Access-Control-Allow-Origin", "Server", "Link", "Accept-Patch",
    )),
    st.sampled_from((
        "https://evil.example/", "//evil.example/a", "csrftoken=1; Domain=evil.example", 'Bearer realm="x"', "Basic", "GET, POST", "1",
        "999999999",
        'Digest realm="x", nonce="n", uri="https://evil.example/"',
        "Fri, 20 Nov 2026 10:00:00 GMT", "challenge", "*", "nginx", "text/html", "0; url=https://evil.example", "\x1b[2J",
    )),
    max_size=4,
)  # fmt: skip
ANSWERS = st.one_of(
    st.none(),
    st.tuples(
        st.sampled_from((200, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 415, 421, 422, 429, 500, 502, 503)),
        FIELDS,
        st.sampled_from(BODIES),
    ),
)  # fmt: skip
OFFERS = (
    Offer("token", "example-token"), Offer("key", "example-key"), Offer("user", "ann:example"), Offer("cookie", "session=example"),
    Offer("header", "example", "X-Tenant-ID"), Offer("certificate", "client.pem"),
    Offer("https", "8443"),
)  # fmt: skip
PASTES = (
    f"curl {URL}",
    f"curl {URL} -H 'Authorization: Bearer example-token-of-old' -H 'Origin: https://elsewhere.example' -e https://elsewhere.example/page",
    f"curl {URL} -d item=7 -b 'csrftoken=example; session=example'",
    f"curl -X DELETE {URL} -H 'X-Api-Key: example'",
    f"curl -X OPTIONS {URL} -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: PUT'",
    "curl http://shop.example/login?user=ann\n\nHTTP/1.1 405 Method Not Allowed\nAllow: POST\nContent-Length: 0\n",
    """curl http://shop.example:8080/login -H 'Content-Type: application/json' -d '{"user": "ann", "password": "old", "token": "old"}'""",
    "curl 'http://127.0.0.1:8000/a?X-Amz-Date=20261120T090000Z&X-Amz-Expires=60&X-Amz-Signature=0' -H 'Host: shop.example'",
)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(ANSWERS, min_size=1, max_size=30), st.sampled_from(PASTES), st.lists(st.sampled_from(OFFERS), max_size=4), st.booleans(),
    st.integers(1, 15), st.sampled_from(("", "https://shop.example/page", "https://evil.example/page")), st.floats(0, 5),
)  # fmt: skip
def test_whatever_the_answers_are(
    answers: list[Answer | None], pasted: str, offers: list[Offer], unsafe: bool, budget: int, page: str, pause: float
) -> None:
    world = World(lambda _, number: answers[(number - 1) % len(answers)])
    limits = Limits(budget, unsafe, tuple(offers), page, NOW)
    case = read_bytes(pasted.encode())
    proof = world.prove(case, limits, pause)
    own = origin(case.exchanges[0].url)
    assert len(world.asked) == len(proof.asked) <= budget
    shown = {request.method for request in to_agree(case, limits)} if unsafe else set[str | None]()
    ports = [offer.value for offer in offers if offer.kind == "https"]
    for request in world.asked:
        assert origin(request.url) in (own, own.replace("http://", "https://"), *_at_ports(own, ports))
        assert request.method in SAFE or request.method in shown, "nothing that may change something but what was shown"
    assert len(world.waited) >= len(world.asked) - 1
    assert all(wait >= pause for wait in world.waited)
    if proof.outcome == "mended":  # nothing is proved without both sides
        refused, through = proof.differ or (0, 0)
        assert (proof.asked[through].exchange.status or 999) < 400
        assert proof.asked[refused].exchange.status is None or proof.asked[refused].exchange.response is not None


def _at_ports(own: str, ports: list[str]) -> list[str]:
    """The same host over TLS on the ports that the user named."""
    parts = urlsplit(own)
    return [f"https://{parts.hostname}:{port}" for port in ports if parts.scheme == "http"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PASTES), st.booleans(), st.lists(st.sampled_from(OFFERS), max_size=3))
def test_a_plan_sends_nothing_and_holds_each_experiment_once(pasted: str, unsafe: bool, offers: list[Offer]) -> None:
    found = [
        experiment.id
        for experiment, _ in plan(read_bytes(pasted.encode()), Limits(unsafe=unsafe, offers=tuple(offers)))
    ]
    assert len(found) == len(set(found))


def test_every_experiment_says_what_it_costs_and_what_its_answers_prove() -> None:
    for experiment in EXPERIMENTS:
        assert experiment.asks, experiment.id
        assert experiment.means.count(":") >= 1, experiment.id
        assert experiment.separates, experiment.id
        assert 0 <= experiment.cost <= 3, experiment.id
    assert len({experiment.id for experiment in EXPERIMENTS}) == len(EXPERIMENTS)


@pytest.mark.parametrize("name", [
    "X-Forwarded-For", "x-real-ip", "Forwarded", "True-Client-IP", "X-Original-URL", "X-HTTP-Method-Override", "X-Remote-User", "X-Role",
    "X-Auth-Request-Email", "CF-Connecting-IP", "CF-IPCountry", "X-SSL-Client-Verify",
])  # fmt: skip
def test_nothing_forges_who_or_where_somebody_is(name: str) -> None:
    with pytest.raises(ValueError, match="it is not forged here"):
        prove(read_bytes(f"curl {URL}".encode()), Limits(offers=(Offer("header", "127.0.0.1", name),)))


@pytest.mark.parametrize(
    "name", ["X-Tenant-ID", "X-Client-Id", "X-Api-Version", "Accept", "X-Requested-With", "X-Auth-Email", "X-User-Id"]
)
def test_what_services_ask_for_may_be_given(name: str) -> None:
    assert not Offer("header", "17", name).forged


def test_answers_that_flip_prove_nothing() -> None:
    world = World(lambda _, number: (403, {}, b"no") if number % 2 else (200, {}, b"ok"))
    proof = world.prove(f"curl {URL}")
    assert proof.outcome in ("mended", "unstable")
    world = World(lambda _, number: (200, {}, b"ok") if number > 1 else (403, {}, b"no"))
    proof = world.prove(f"curl {URL}")
    assert (proof.outcome, proof.mended) == ("unstable", None)
    assert proof.says == "The unchanged request is let through too now: something else than the change decided"


def test_a_challenge_to_a_browser_ends_the_run() -> None:
    world = World(
        lambda *_: (403, {"cf-mitigated": "challenge", "Server": "cloudflare"}, b"<title>Just a moment...</title>")
    )
    proof = world.prove(f"curl {URL}")
    assert (proof.outcome, len(world.asked)) == ("stopped", 1)
    assert proof.says == "The answer is a challenge to a browser: why403 does not pass for one"


def test_a_rate_limit_in_the_middle_ends_the_run() -> None:
    world = World(lambda _, number: (403, {}, b"no") if number == 1 else (429, {"Retry-After": "3600"}, b"slow down"))
    proof = world.prove(f"curl {URL}")
    assert (proof.outcome, proof.says, len(world.asked)) == ("stopped", "429: the server asks for a pause", 2)


def test_retry_after_is_waited_for() -> None:
    world = World(lambda _, number: (429, {"Retry-After": "7"}, b"slow down") if number < 2 else (200, {}, b"ok"))
    proof = world.prove(f"curl {URL}")
    assert verdict(proof) == "mended: proven rate-limited"
    assert world.waited == [8.0]  # some round the seconds down
    assert proof.differ == (0, 1)


def test_a_retry_after_beyond_patience_is_told_not_waited_for() -> None:
    world = World(lambda *_: (429, {"Retry-After": "3600"}, b"slow down"))
    proof = world.prove(f"curl {URL}")
    assert verdict(proof) == "narrowed: proven rate-limited"
    assert (len(world.asked), world.waited) == (1, [])


def test_nobody_is_asked_a_third_time_where_nobody_answers() -> None:
    world = World(lambda _, number: (403, {}, b"no") if number == 1 else None)
    proof = world.prove(f"curl {URL}")
    assert (proof.outcome, len(world.asked)) == ("stopped", 3)
    assert proof.says == "No answer came twice: the connection was reset"


def test_a_request_that_passes_now_is_sent_twice_and_left() -> None:
    world = World(lambda *_: (200, {}, b"ok"))
    proof = world.prove(f"curl {URL}\n\nHTTP/1.1 403 Forbidden\n\nno")
    assert (proof.outcome, len(world.asked)) == ("passes", 2)


def test_an_interrupt_ends_with_what_was_learned() -> None:
    def answers(_: Request, number: int) -> Answer:
        if number == 3:
            raise KeyboardInterrupt
        return 403, {}, b"no"

    world = World(answers)
    proof = world.prove(f"curl {URL}")
    assert (proof.outcome, len(proof.asked)) == ("interrupted", 2)
    assert proof.says == "Interrupted: this was learned so far"


def test_the_last_request_of_the_budget_is_kept_for_the_control() -> None:
    world = World(
        lambda request, _: (
            (200, {}, b"ok") if has(request, "authorization") else (401, {"WWW-Authenticate": "Bearer"}, b"")
        )
    )
    proof = world.prove(f"curl {URL}", Limits(3, offers=(Offer("token", "example"),)))
    assert verdict(proof) == "mended: proven credentials-missing"
    assert steps(proof) == [
        "the refused request as it was -> 401",
        "the same with it as Authorization: Bearer -> 200",
        "the refused request once more: is it still refused? -> 401",
    ]
    world = World(world.answers)
    assert world.prove(f"curl {URL}", Limits(2, offers=(Offer("token", "example"),))).outcome == "exhausted"
    assert len(world.asked) == 1
