"""What an address is: how people write it, what it is for, and who the client behind proxies is."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.model import BadCall
from why403.rules.addresses import address, span, special
from why403.rules.addresses.forwarded import read

FOURS = st.ip_addresses(v=4)
SIXES = st.ip_addresses(v=6)
BITS = {4: 32, 6: 128}


@settings(max_examples=200)
@given(FOURS | SIXES, st.integers(0, 128), FOURS | SIXES)
def test_networks_as_the_standard_library_reads_them(
    base: ipaddress.IPv4Address | ipaddress.IPv6Address, bits: int, asked: ipaddress.IPv4Address | ipaddress.IPv6Address
) -> None:
    """Those of IPv4-mapped addresses apart, which are IPv4 here."""
    network = ipaddress.ip_network(f"{base}/{min(bits, BITS[base.version])}", strict=False)
    found = span(f"{base}/{min(bits, BITS[base.version])}")
    assert found is not None
    if found.version == network.version:
        assert (found.first, found.last) == (int(network[0]), int(network[-1]))
        assert address(str(asked)).within(found) == (asked in network) or (
            asked.version == 6 and asked.ipv4_mapped is not None
        )


@settings(max_examples=200)
@given(FOURS | SIXES)
def test_addresses_are_written_as_the_standard_library_writes_them(
    one: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    mapped = one.ipv4_mapped if isinstance(one, ipaddress.IPv6Address) else None
    assert address(str(one)).text == str(mapped or one)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("10.1.2.3", "private"), ("172.31.255.255", "private"), ("172.32.0.0", None), ("192.168.1.1", "private"),
        ("100.64.0.1", "shared (carrier-grade NAT, also Tailscale)"), ("127.0.0.1", "loopback"), ("::1", "loopback"),
        ("169.254.1.1", "link-local"), ("169.254.169.254", "cloud metadata service"), ("fe80::1%eth0", "link-local"),
        ("192.0.2.7", "documentation"), ("2001:db8::1", "documentation"), ("224.0.0.1", "multicast"), ("ff02::1", "multicast"),
        ("198.18.0.1", "benchmarking"), ("240.0.0.1", "reserved"), ("255.255.255.255", "limited broadcast"), ("0.0.0.0", "this network"),
        ("::", "unspecified"), ("::ffff:8.8.8.8", "IPv4-mapped"), ("::ffff:10.0.0.1", "private"), ("64:ff9b::8.8.8.8", "NAT64"),
        ("2002:808:808::1", "6to4 (deprecated)"), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo (deprecated)"),
        ("fd00::1", "unique local"), ("100::1", "discard only"), ("8.8.8.8", None), ("2606:4700::1", None),
    ],
)  # fmt: skip
def test_what_an_address_is_for(asked: str, name: str | None) -> None:
    found = special(address(asked))
    assert (found.name if found else None) == name


@settings(max_examples=300)
@given(FOURS | SIXES)
def test_what_is_private_to_the_standard_library_is_special_here(
    one: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    """Python's is_private follows the same registries."""
    found = special(address(str(one)))
    if one.is_private:
        assert found is not None
    if found is None:
        assert one.is_global or one.version == 6


@pytest.mark.parametrize(
    ("asked", "within"),
    [
        ("64:ff9b::8.8.8.8", "8.8.8.8"),
        ("2002:808:808::1", "8.8.8.8"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "192.0.2.45"),
    ],
)
def test_the_address_within(asked: str, within: str) -> None:
    """The example of Teredo is RFC 4380's neighbour in Wikipedia's article; the standard library agrees."""
    found = special(address(asked))
    assert found is not None
    assert found.within == within
    teredo = ipaddress.IPv6Address(asked).teredo
    assert teredo is None or str(teredo[1]) == within


@pytest.mark.parametrize(
    "text", ["192.0.2.256", "192.0.2", "010.0.0.1", "hello", "", "1.2.3.4/24", "1.2.3.4-1.2.3.9", "::1::", "1.2.3.4.5"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(BadCall):
        address(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("192.0.2.7:443", "192.0.2.7"),
        ("[2001:DB8::7]:443", "2001:db8::7"),
        ('"[2001:db8::7]"', "2001:db8::7"),
        (" 192.0.2.7 ", "192.0.2.7"),
    ],
)
def test_addresses_as_people_write_them(text: str, shown: str) -> None:
    assert address(text).text == shown


@pytest.mark.parametrize(
    ("field", "trusted", "client", "roles"),
    [
        ("X-Forwarded-For: 192.0.2.7, 10.0.0.1", ("10.0.0.0/8",), "192.0.2.7", "client proxy"),
        ("X-Forwarded-For: 8.8.8.8, 192.0.2.7, 10.0.0.1", ("10.0.0.0/8",), "192.0.2.7", "claimed client proxy"),
        ("X-Forwarded-For: 8.8.8.8, 192.0.2.7", (), "192.0.2.7", "claimed client"),
        ("X-Forwarded-For: 10.0.0.2, 10.0.0.1", ("10.0.0.0/8",), "10.0.0.2", "client proxy"),
        ("x-forwarded-for: 8.8.8.8, unknown, 10.0.0.1", ("10.0.0.0/8",), "10.0.0.1", "claimed unreadable proxy"),
        (
            'Forwarded: for=192.0.2.7;proto=https, for="[2001:db8::1]:80"',
            ("2001:db8::/32",),
            "192.0.2.7",
            "client proxy",
        ),
    ],
)
def test_the_client_behind_trusted_proxies(field: str, trusted: tuple[str, ...], client: str, roles: str) -> None:
    found = read(field, trusted)
    assert (found.client and found.client.text, " ".join(hop.role for hop in found.hops)) == (client, roles)
