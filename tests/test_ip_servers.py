"""nginx's and Apache's own decisions about addresses, beside what why403 says of the same rules: the running product is right."""

from __future__ import annotations

import random
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from lab.install import lacks
from lab.servers import Server, running
from lab.table import Bench, load

from why403.rules.addresses import Judgement, address, judge
from why403.rules.addresses.forwarded import read
from why403.rules.addresses.kept import text_source

SETS = 40
NETWORKS = (
    "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3", "192.0.2.0/25", "0.0.0.0/0", "2001:db8::/32", "2001:db8:1::/48",
    "2001:db8:1::7", "::ffff:10.1.2.0/120", "::/0",
)  # fmt: skip
ASKED = (
    "10.1.2.3", "10.1.2.4", "10.1.9.9", "10.9.9.9", "192.0.2.1", "192.0.2.200", "8.8.8.8", "2001:db8:1::7", "2001:db8:1::8",
    "2001:db8:2::1", "::ffff:10.1.2.3", "::ffff:8.8.8.8",
)  # fmt: skip


APACHES = [
    network for network in NETWORKS if "ffff" not in network and not network.endswith("/0")
]  # which it does not take


def bench(folder: str) -> Bench:
    """The product with a configuration of its own for addresses. What is not installed is skipped, and says so."""
    found = load(folder)
    if absent := lacks(found):
        pytest.skip(f"NOT RUN LIVE: {absent} is not installed (python -m lab install {folder})")
    name = {"nginx": "nginx.conf", "apache": "apache.conf"}[folder]
    start = tuple(word.replace(name, "addresses.conf") for word in found.start)
    return found._replace(files=("addresses.conf",), setup=(), start=start)


def started(folder: str, values: dict[str, str]) -> Iterator[Server]:
    """The product with these rules, in a folder into which it may look."""
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        with running(bench(folder), Path(place), values) as server:
            yield server


def status(url: str, field: str, value: str) -> int:
    asked = urllib.request.Request(url, headers={field: value})
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code


def text_of(url: str, field: str, value: str) -> str:
    asked = urllib.request.Request(url, headers={field: value})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        said: bytes = answer.read()
    return said.decode()


def decided(rules: str, asked: str) -> Judgement:
    found = judge(address(asked), [text_source("rules", rules)])
    assert len(found) == 1
    return found[0]


def access_rules(dice: random.Random) -> str:
    rules = []
    for _ in range(dice.randint(1, 6)):
        rules.append(f"{dice.choice(('allow', 'deny'))} {dice.choice((*NETWORKS, 'all', 'unix:'))};")
    return "\n    ".join(rules)


def geo_rules(dice: random.Random) -> str:
    """Networks of different sizes with values; a network stands once, since nginx refuses conflicting ones."""
    networks = dice.sample(NETWORKS, dice.randint(1, 6))
    rows = [f"{network} {dice.randint(0, 2)};" for network in networks if "ffff" not in network]
    return "\n    ".join([f"default {dice.randint(0, 1)};", *rows])


NGINX_ACCESS = [access_rules(random.Random(number)) for number in range(SETS)]
NGINX_GEO = [geo_rules(random.Random(1000 + number)) for number in range(SETS)]


@pytest.fixture(scope="module")
def nginx() -> Iterator[Server]:
    locations = [f"location = /a{at} {{\n    {rules}\n    empty_gif; }}" for at, rules in enumerate(NGINX_ACCESS)]
    locations += [f"location = /g{at} {{ return 200 $value{at}; }}" for at in range(SETS)]
    variables = [f"geo $value{at} {{\n    {rules}\n}}" for at, rules in enumerate(NGINX_GEO)]
    values = {"rules": "\n".join(locations), "variables": "\n".join(variables)}
    yield from started("nginx", values)


def test_allow_and_deny_as_nginx_decides(nginx: Server) -> None:
    url = nginx.places["url"]
    theirs = {(at, one): status(f"{url}/a{at}", "X-Real-IP", one) for at in range(SETS) for one in ASKED}
    assert set(theirs.values()) == {200, 403}
    ours = {
        (at, one): {"allow": 200, "block": 403}[decided(f"location = /a{at} {{\n{NGINX_ACCESS[at]}\n}}", one).decision]
        for at in range(SETS)
        for one in ASKED
    }
    assert ours == theirs


def test_geo_as_nginx_decides(nginx: Server) -> None:
    url = nginx.places["url"]
    for at, rules in enumerate(NGINX_GEO):
        for one in ASKED:
            entry = decided(f"geo $value{at} {{\n{rules}\n}}", one).entry
            assert entry is not None
            assert entry.about == text_of(f"{url}/g{at}", "X-Real-IP", one), (rules, one)


CHAINS = [
    "192.0.2.1", "192.0.2.1, 10.0.0.1", "8.8.8.8, 192.0.2.1, 10.0.0.1", "10.0.0.3, 10.0.0.2, 10.0.0.1", "2001:db8:2::1, 2001:db8:1::7",
    "8.8.8.8,192.0.2.1 , 10.1.1.1,10.0.0.1", "192.0.2.1:4711, 10.0.0.1", "[2001:db8:2::1]:4711, 10.0.0.1", "8.8.8.8, unknown, 10.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("chain", CHAINS)
def test_the_client_behind_proxies_as_nginx_takes_it(nginx: Server, chain: str) -> None:
    url = f"http://127.0.0.1:{nginx.places['port_b']}/"
    found = read(f"X-Forwarded-For: {chain}", ("10.0.0.0/8", "2001:db8:1::/48"))
    assert found.client is not None
    assert found.client.text == text_of(url, "X-Forwarded-For", chain)


def require(dice: random.Random, depth: int, negative: bool) -> list[str]:
    """Directives that Apache accepts: a negated one stands in RequireAll only, beside one that is not."""
    networks = " ".join(dice.sample([*APACHES, "10.1", "10.1.2.0/255.255.255.0"], dice.randint(1, 3)))
    kind = dice.randint(0, 5 if depth else 2)
    if negative and kind == 0:
        return [f"Require not ip {networks}"]
    if kind in (0, 1):
        return [f"Require ip {networks}"]
    if kind == 2:
        return [f"Require all {dice.choice(('granted', 'denied'))}"]
    name = dice.choice(("RequireAll", "RequireAny", "RequireNone") if negative else ("RequireAll", "RequireAny"))
    inner = [*require(dice, depth - 1, False)]
    for _ in range(dice.randint(0, 3)):
        inner += require(dice, depth - 1, name == "RequireAll")
    return [f"<{name}>", *inner, f"</{name}>"]


def order(dice: random.Random) -> list[str]:
    rows = [f"Order {dice.choice(('Allow,Deny', 'Deny,Allow'))}"] if dice.random() < 0.9 else []
    for _ in range(dice.randint(1, 5)):
        what = dice.choice([*APACHES, "all", "10.1", "10.1.2.0/255.255.255.0", "192.0.2.0/24 10.1.2.3"])
        rows.append(f"{dice.choice(('Allow', 'Deny'))} from {what}")
    return rows


APACHE = [
    [row for _ in range(1 + number % 3) for row in require(random.Random(number * 7 + 1), 2, False)]
    for number in range(SETS)
]
APACHE += [order(random.Random(number)) for number in range(SETS)]


@pytest.fixture(scope="module")
def apache() -> Iterator[Server]:
    sections = [f'<Location "/r{at}">\n' + "\n".join(rows) + "\n</Location>" for at, rows in enumerate(APACHE)]
    yield from started("apache", {"rules": "\n".join(sections)})


@pytest.mark.parametrize("numbers", [range(SETS), range(SETS, 2 * SETS)], ids=["Require", "Order"])
def test_as_apache_decides(apache: Server, numbers: range) -> None:
    """A path that is let through does not exist: 404."""
    url = apache.places["url"]
    seen = set()
    for at in numbers:
        rules = f'<Location "/r{at}">\n' + "\n".join(APACHE[at]) + "\n</Location>"
        for one in ASKED:
            theirs = status(f"{url}/r{at}", "X-Real-IP", one)
            seen.add(theirs)
            assert {"allow": 404, "block": 403}[decided(rules, one).decision] == theirs, (rules, one)
    assert seen == {403, 404}
