"""What was written from a recording, run by the real client, puts the recorded request on the wire, byte for byte.

More than 400 requests of a table and hypothesis's own, each written in every format; equality is of everything that the source gave,
and where a client cannot do it, a remark of the conversion says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import why403
from tests.wire import play
from tests.wire.compare import differences, missing
from tests.wire.server import Sent, Server
from tests.wire.table import TABLE, generated, har

EXACT = ("curl", "http")  # formats in which nothing at all may differ


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def run(server: Server, to: str, made: list[why403.Conversion]) -> str:
    texts = [one.data for one in made]
    if to == "http":
        return play.raw(texts, server.port)
    if to == "fetch":
        return play.chromium(texts, server.host)
    if to in ("requests", "httpx", "httpie") and play.clients() is None:
        pytest.skip("the Python clients could not be installed: pip or its registry is not at hand")
    if to == "axios" and play.axios_folder() is None:
        pytest.skip("axios could not be installed: npm or its registry is not at hand")
    return play.PLAYERS[to](texts)


def failures(server: Server, to: str, requests: list[Sent]) -> list[str]:
    """Write them, run them, and tell what came otherwise."""
    made = [why403.convert(har(sent, number, server.host), to=to) for number, sent in enumerate(requests)]
    said = run(server, to, made)
    end = time.monotonic() + 3
    while len(server.seen) < len(requests) - sum(missing(one.remarks) for one in made) and time.monotonic() < end:
        time.sleep(0.02)
    seen = server.take()
    found = []
    for number, (sent, one) in enumerate(zip(requests, made, strict=True)):
        fields = tuple((name, server.host if name == "Host" else value) for name, value in sent.fields)
        want = Sent(sent.method, f"/r{number}{sent.target}", fields, sent.body)
        got = seen.get(number, [])
        if to in EXACT:
            wrong = [] if got == [want] else [f"{got} for {want}"[:2000]]
        elif len(got) == 1:
            wrong = differences(want, got[0], one.remarks)
        else:
            wrong = [] if not got and missing(one.remarks) else [f"it came {len(got)} times: {said[-600:]}"]
        found += [f"{to} {number} {want.method} {want.target[:80]}\n    {line}\n    {one.text[:400]}" for line in wrong]
    return found


@pytest.mark.parametrize("to", ["curl", "http", "requests", "httpx", "httpie", "axios", "fetch-node", "fetch"])
def test_the_client_sends_what_was_recorded(server: Server, to: str) -> None:
    assert len(TABLE) >= 400
    tried = TABLE[::3] if to == "httpie" else TABLE  # HTTPie takes 50 ms for each
    wrong = failures(server, to, tried)
    assert not wrong, "\n".join(wrong[:5])


@pytest.mark.parametrize("to", ["curl", "http", "requests", "fetch-node"])
@settings(
    max_examples=12,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(requests=st.lists(generated(), min_size=10, max_size=16))
def test_the_client_sends_any_request(server: Server, to: str, requests: list[Sent]) -> None:
    wrong = failures(server, to, requests)
    assert not wrong, "\n".join(wrong[:5])
