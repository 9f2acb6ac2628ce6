"""DNS blocklists: what is asked of a server on loopback, and what its answers mean."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import jsonschema
import pytest

from tests.test_cli import why403 as run
from tests.test_ip import SCHEMA
from why403.model import BadCall, NetworkFailed
from why403.net.dnsbl import ask
from why403.rules.addresses import address
from why403.rules.addresses.dnsbl import answer, question, zone, zones

ASKED = address("8.8.8.8")
# what each name is answered with: addresses, words; an rcode alone
KNOWN: dict[str, tuple[list[str], str] | dns.rcode.Rcode] = {
    "8.8.8.8.zen.spamhaus.org.": (["127.0.0.4", "127.0.0.10"], "https://check.example/8.8.8.8"),
    "8.8.8.8.sbl.spamhaus.org.": (["127.255.255.254"], "Error: open resolver"),
    "8.8.8.8.xbl.spamhaus.org.": (["127.255.255.252"], ""),
    "8.8.8.8.pbl.spamhaus.org.": (["127.255.255.255"], ""),
    "8.8.8.8.dnsbl.dronebl.org.": (["127.0.0.19"], ""),
    "8.8.8.8.b.barracudacentral.org.": dns.rcode.REFUSED,
    "8.8.8.8.expired.example.": (["198.51.100.1"], ""),
    "8.8.8.8.own.example.": (["127.0.0.2"], "see https://own.example"),
    "abcdefghijkl.8.8.8.8.dnsbl.httpbl.org.": (["127.3.40.5"], ""),
}


class Server:
    """Answers what it knows, and keeps what it was asked."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.asked: list[str] = []

    def serve(self) -> None:
        while True:
            try:
                data, client = self.socket.recvfrom(4096)
            except OSError:
                return
            if not data:
                return
            self.socket.sendto(self.answer(dns.message.from_wire(data)).to_wire(), client)

    def answer(self, asked: dns.message.Message) -> dns.message.Message:
        one = asked.question[0]
        name, kind = one.name.to_text().lower(), dns.rdatatype.to_text(one.rdtype)
        self.asked.append(f"{kind} {name}")
        said = dns.message.make_response(asked)
        said.flags |= dns.flags.RA
        known = KNOWN.get(name, dns.rcode.NXDOMAIN)
        if isinstance(known, dns.rcode.Rcode):
            said.set_rcode(known)
        elif kind == "A":
            said.answer.append(dns.rrset.from_text(one.name, 60, "IN", "A", *known[0]))
        elif known[1]:
            said.answer.append(dns.rrset.from_text(one.name, 60, "IN", "TXT", f'"{known[1]}"'))
        return said


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve, daemon=True)
    thread.start()
    yield made
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
        last.sendto(b"", made.socket.getsockname())
    thread.join()
    made.socket.close()


@pytest.mark.parametrize(
    ("name", "outcome", "means"),
    [
        (
            "zen.spamhaus.org",
            "listed",
            "XBL: an infected machine or open proxy; PBL: should not send mail itself, says its provider",
        ),
        ("sbl.spamhaus.org", "refused", "it refuses public and open resolvers: ask through your own"),
        ("xbl.spamhaus.org", "refused", "the zone's name is misspelt"),
        ("pbl.spamhaus.org", "refused", "it was asked too often"),
        ("dronebl", "listed", "an abused VPN"),
        ("bl.spamcop.net", "unlisted", "not listed"),
        ("expired.example", "refused", "answers outside 127.0.0.0/8 are no listing"),
        ("own.example", "listed", "127.0.0.2, which its documentation does not explain"),
        ("sorbs", "closed", "SORBS was switched off in June 2024"),
    ],
)
def test_what_a_list_answers(server: Server, name: str, outcome: str, means: str) -> None:
    found = ask(ASKED, [name], server.place)[0]
    assert (found.outcome, found.means[: len(means)]) == (outcome, means)


def test_the_words_of_a_listing_are_kept(server: Server) -> None:
    assert ask(ASKED, ["own.example"], server.place)[0].text == "see https://own.example"


def test_a_closed_list_is_not_asked(server: Server) -> None:
    ask(ASKED, ["dnsbl.sorbs.net"], server.place)
    assert server.asked == []


def test_project_honey_pot_wants_its_key_and_tells_kind_and_days(server: Server) -> None:
    found = ask(ASKED, ["httpbl"], server.place, "abcdefghijkl")[0]
    assert (found.outcome, found.means) == (
        "listed",
        "suspicious and comment spammer, last seen 3 days ago, threat 40 of 255",
    )
    with pytest.raises(BadCall, match="wants an access key"):
        ask(ASKED, ["httpbl"], server.place)


def test_ipv6_is_asked_by_nibbles() -> None:
    """RFC 5782, section 2.4."""
    asked = question(address("2001:db8:1:2:3:4:567:89ab"), zone("zen.spamhaus.org"))
    assert asked == "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.zen.spamhaus.org"


def test_a_search_engine_is_not_listed() -> None:
    assert answer(zone("httpbl"), ("127.0.3.0",)).outcome == "unlisted"


def test_one_that_does_not_answer_is_told_as_failed(server: Server) -> None:
    found = ask(ASKED, ["b.barracudacentral.org", "bl.spamcop.net"], server.place)
    assert [one.outcome for one in found] == ["failed", "unlisted"]


def test_none_that_answers_is_the_networks_fault(server: Server) -> None:
    with pytest.raises(NetworkFailed, match="could not or would not ask it"):
        ask(ASKED, ["b.barracudacentral.org"], server.place)


@pytest.mark.parametrize(
    ("zones", "status"),
    [(["zen.spamhaus.org"], 1), (["bl.spamcop.net"], 0), (["sbl.spamhaus.org"], 0), (["b.barracudacentral.org"], 3)],
)
def test_exit_statuses(server: Server, zones: list[str], status: int) -> None:
    done = run("ip", "8.8.8.8", "--resolver", server.place, "--format", "json", "--dnsbl", *zones)
    assert done.returncode == status
    if status < 2:
        data: dict[str, Any] = json.loads(done.stdout)
        jsonschema.validate(data, SCHEMA)
        assert data["let_in"] is (status == 0)
    else:
        assert len(done.stderr.splitlines()) == 1


def test_the_whole_answer(server: Server) -> None:
    done = run("ip", "8.8.8.8", "--resolver", server.place, "--dnsbl", "dronebl")
    assert done.stdout.decode().splitlines() == [
        "8.8.8.8",
        "",
        "DroneBL  dnsbl.dronebl.org  127.0.0.19",
        "  listed: an abused VPN",
        "    Machines that were abused: proxies, drones, VPNs. Chats, games and forums refuse by it.",
        "    see https://dronebl.org/docs/howtouse",
        "",
        "refused: DroneBL lists it",
    ]


def test_every_known_list_says_where_it_is_documented() -> None:
    for one in zones().values():
        assert one.source.startswith("https://"), one.zone
        assert one.closed or one.web, one.zone
        assert one.closed or one.codes or one.answers, one.zone
        assert all(code.startswith("127.") for code in one.answers), one.zone


def test_without_dnspython_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("dns", "dns.exception", "dns.resolver"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(BadCall, match=r"dnspython is not installed\. pip install 'why403\[dns\]'"):
        ask(ASKED, ["zen.spamhaus.org"])
