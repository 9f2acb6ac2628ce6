"""The real client behind proxies, and what is forged of it."""

from __future__ import annotations

import pytest

from tests.guard.play import guard, request
from why403.guard import (
    AllowAddresses,
    proxies,
)  # fmt: skip

CHAINS = [  # the proxies at 10.0.0.0/8 are trusted; who the client then is, "" for nobody who can be told
    ("203.0.113.9", "203.0.113.9"), ("1.2.3.4, 203.0.113.9", "203.0.113.9"), ("10.9.9.9, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
    ("203.0.113.9, 10.0.0.2, 10.0.0.3", "203.0.113.9"), ("10.0.0.5", "10.0.0.5"), ("", "10.0.0.1"), (" ", "10.0.0.1"),
    ("evil, 203.0.113.9", "203.0.113.9"), ("203.0.113.9, evil", ""), ("203.0.113.9,", ""), (",", ""), ("unknown", ""), ("_hidden", ""),
    ("203.0.113.9:4711", "203.0.113.9"), ("[2001:db8::9]:4711", "2001:db8::9"), ("2001:db8::9", "2001:db8::9"),
    ("::ffff:203.0.113.9", "203.0.113.9"),
    ("203.0.113.009", ""), ("0x7f.1", ""), ("127.1", ""), ("203.0.113.9/24", ""), ("10.0.0.1, " * 100 + "10.0.0.1", ""), ("1" * 5000, ""),
    ("203.0.113.9\x00", ""), ("203.0.113.9 10.0.0.2", ""),
]  # fmt: skip


@pytest.mark.parametrize(("chain", "client"), CHAINS)
def test_forged_chains(chain: str, client: str) -> None:
    """Read from the right, up to the first that is no trusted proxy; what cannot be read makes nobody of the client."""
    asked = request(headers={"X-Forwarded-For": chain}, client="10.0.0.1")
    known = guard(AllowAddresses("0.0.0.0/0", "::/0"), proxies=["10.0.0.0/8"])
    assert known.decide(asked).admitted == bool(client)
    assert asked.address == client


@pytest.mark.parametrize(
    ("value", "client"),
    [
        ("for=203.0.113.9", "203.0.113.9"), ('for="[2001:db8::9]:4711";proto=https', "2001:db8::9"),
        ("for=1.2.3.4, for=203.0.113.9", "203.0.113.9"),
        ("For=203.0.113.9;by=10.0.0.1, for=10.0.0.2", "203.0.113.9"), ("for=unknown", ""), ("for=_secret", ""), ("by=10.0.0.1", ""),
        ("for=203.0.113.9, by=10.0.0.1", ""), ('for="203.0.113.9, for=10.0.0.2', ""),
    ],
)  # fmt: skip
def test_forwarded(value: str, client: str) -> None:
    """RFC 7239, of a proxy that writes it."""
    asked = request(headers={"Forwarded": value, "X-Forwarded-For": "192.0.2.66"}, client="10.0.0.1")
    guard(AllowAddresses("0.0.0.0/0"), proxies=proxies("10.0.0.0/8", field="Forwarded")).decide(asked)
    assert asked.address == client


def test_the_field_that_the_proxy_does_not_write_is_not_believed() -> None:
    """A Forwarded that a client forges goes through a proxy that writes X-Forwarded-For; it changes nothing."""
    asked = request(
        headers={"Forwarded": "for=10.0.0.66;proto=https;host=admin.example", "X-Forwarded-For": "203.0.113.9"},
        client="10.0.0.1",
    )
    guard(AllowAddresses("10.0.0.66"), proxies=["10.0.0.0/8"]).decide(asked)
    assert (asked.address, asked.seen.host) == ("203.0.113.9", "shop.example")
