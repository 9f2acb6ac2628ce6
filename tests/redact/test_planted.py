"""Thousands of secrets in every place and encoding: none is left, and what is left is still what it was."""

from __future__ import annotations

import json
import random

import pytest

from why403.engine.redaction import redaction
from why403.readers.choose import read_bytes
from why403.writers.redact import Wishes

from .places import HARD, PLAIN, TEXT_HARD, TEXT_PLAIN, Place, entry
from .secrets import left, made

KEY = b"a key of these tests, 32 bytes.."
ROUNDS = 28  # times (30 + 41 + 9 + 24 places) is more than 2,000 secrets
KINDS_OF_TOKENS = ("plain", "hex", "uuid", "long", "prefixed")
KINDS_OF_ANY = (*KINDS_OF_TOKENS, "base64", "hard", "hard")


def har(*entries: object) -> bytes:
    log = {"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "pages": [], "entries": entries}}
    return json.dumps(log, ensure_ascii=False).encode()


def redacted(data: bytes) -> bytes:
    return redaction(data, "x", KEY, Wishes()).data


@pytest.mark.parametrize("place", [*HARD, *PLAIN])
def test_no_secret_planted_in_a_har_is_left(place: str) -> None:
    """All rounds of one place in one recording, so that equal beginnings and many secrets meet."""
    chance = random.Random(f"har {place}")
    kinds, make = (KINDS_OF_ANY, HARD[place]) if place in HARD else (KINDS_OF_TOKENS, PLAIN[place])
    secrets = [made(chance.choice(kinds), chance) for _ in range(ROUNDS)]
    data = har(entry(), *(make(one) for one in secrets))
    done = redacted(data)
    assert left(done, secrets) == []
    assert len(json.loads(done)["log"]["entries"]) == ROUNDS + 1


@pytest.mark.parametrize("place", [*TEXT_HARD, *TEXT_PLAIN])
def test_no_secret_planted_in_a_text_is_left(place: str) -> None:
    chance = random.Random(f"text {place}")
    kinds: tuple[str, ...]
    make: Place
    kinds, make = (KINDS_OF_ANY, TEXT_HARD[place]) if place in TEXT_HARD else (KINDS_OF_TOKENS, TEXT_PLAIN[place])
    for _ in range(ROUNDS):
        secret = made(chance.choice(kinds), chance)
        data = make(secret).encode()
        done = redacted(data)
        assert left(done, [secret]) == [], (secret, data, done)
        assert done != data
        before, after = read_bytes(data), read_bytes(done)
        assert [one.status for one in before.exchanges] == [one.status for one in after.exchanges]
