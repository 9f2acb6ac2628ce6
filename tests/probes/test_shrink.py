"""Delta debugging: exactly the needed ones, within the bound."""

from __future__ import annotations

from math import log2
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.probes.worlds import World
from why403.engine.replay import replay
from why403.engine.run import Limits
from why403.model import Request
from why403.net.ask import drive
from why403.probes.shrink import shrink
from why403.readers.choose import read_bytes


def run(every: list[int], needed: set[int]) -> tuple[tuple[int, ...], int]:
    steps, asked = shrink(every), 0
    try:
        subset = next(steps)
        while True:
            asked += 1
            subset = steps.send(needed <= set(subset))
    except StopIteration as end:
        return end.value, asked


@settings(max_examples=300, deadline=None)
@given(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1), min_size=1, max_size=6)))
)
def test_exactly_the_needed_ones(drawn: tuple[int, set[int]]) -> None:
    count, needed = drawn
    found, asked = run(list(range(count)), needed)
    assert found == tuple(sorted(needed))
    assert asked <= len(needed) * (log2(count) + 2)


CASES = [(seed, 1 + seed % 4) for seed in range(30)]


@pytest.mark.parametrize(("seed", "relevant"), CASES)
def test_planted_differences_between_two_requests(seed: int, relevant: int) -> None:
    """Among 40 headers: some that the failing one lacks, some with another value, some that it alone has."""
    chance = Random(seed)
    names = [f"X-Part-{number}" for number in range(40)]
    working = {name: f"value-{name}" for name in names}
    failing: dict[str, str] = {}
    for name in names:
        how = chance.choice(("absent", "differs", "extra"))
        if how == "differs":
            failing[name] = "another"
        elif how == "extra":
            failing[name] = working.pop(name)
    wanted = set(chance.sample(names, relevant))

    def answers(request: Request, _: int) -> tuple[int, dict[str, str], bytes]:
        sent = {name: value for name, value in request.headers or () if name in wanted}
        good = sent == {name: value for name, value in working.items() if name in wanted}
        return (200, {}, b"ok") if good else (403, {}, b"no")

    def written(fields: dict[str, str]) -> str:
        order = list(fields.items())
        chance.shuffle(order)
        return "curl https://shop.example/a " + " ".join(f"-H '{name}: {value}'" for name, value in order)

    world = World(answers)
    requests = replay(read_bytes(written(working).encode()), read_bytes(written(failing).encode()), Limits(100))
    proof = drive(requests, world.send, wait=world.waited.append)
    assert {change.headers[0][0] for change in proof.changes} == wanted
    assert proof.outcome == "mended"
    assert len(world.asked) <= 4 + 3 * relevant * log2(40 / relevant)


def test_cookies_and_parameters_are_differences_of_their_own() -> None:
    def answers(request: Request, _: int) -> tuple[int, dict[str, str], bytes]:
        cookie = (request.headers.first("cookie") if request.headers else None) or ""
        return (200, {}, b"ok") if "b=2" in cookie and "v=1" in (request.url or "") else (403, {}, b"no")

    world = World(answers)
    requests = replay(
        read_bytes(b"curl 'https://shop.example/a?v=1&w=1' -H 'Cookie: a=1; b=2; c=3' -H 'X-A: 1'"),
        read_bytes(b"curl 'https://shop.example/a?v=2' -H 'Cookie: a=1; c=4' -H 'X-A: 2'"),
        Limits(40),
    )
    proof = drive(requests, world.send, wait=world.waited.append)
    assert [change.says for change in proof.changes] == [
        "with the working query parameter v",
        "with the working cookie b",
    ]
    assert proof.mended is not None
    assert proof.mended.url == "https://shop.example/a?v=1"
    assert dict(proof.mended.headers or ())["Cookie"] == "a=1; c=4; b=2"


def test_two_that_are_both_refused_end_at_once() -> None:
    world = World(lambda *_: (403, {}, b"no"))
    requests = replay(
        read_bytes(b"curl https://shop.example/a -H 'X-A: 1'"), read_bytes(b"curl https://shop.example/a"), Limits()
    )
    proof = drive(requests, world.send, wait=world.waited.append)
    assert (proof.outcome, len(world.asked)) == ("stopped", 2)
    assert proof.says == "The request that worked is refused, too: the difference is not in the requests"
