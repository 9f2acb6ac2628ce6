"""`why403 ip`: an address and lists in, which entry decides out."""

from __future__ import annotations

import ipaddress
import json
import time
import tracemalloc
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import why403
from tests.test_ask import Handler, server
from tests.test_cli import ROOT
from tests.test_cli import why403 as run
from why403.model import UnreadableInput, Why403Error
from why403.rules.addresses import Judgement, address, judge, verdict
from why403.rules.addresses.kept import source, text_source

__all__ = ["server"]
SCHEMA = json.loads((ROOT / "src/why403/address.schema.json").read_text())


def told(one: Judgement) -> str:
    """List, format, decision, and the entry that decides with its line and what is known of it."""
    entry = f" by {one.entry.line}: {one.entry.text}" if one.entry else ""
    about = f" ({one.entry.about})" if one.entry and one.entry.about else ""
    return f"{one.list} [{one.format}] {one.decision}{entry}{about}"


def said(name: str, text: str, asked: str, means: str = "") -> list[str]:
    return [told(one) for one in judge(address(asked), [text_source(name, text, means)])]


AWS = """{"syncToken": "1", "createDate": "2026-11-20-00-00-00", "prefixes": [
 {"ip_prefix": "3.4.12.4/32", "region": "eu-west-1", "service": "AMAZON", "network_border_group": "eu-west-1"},
 {"ip_prefix": "3.4.0.0/16", "region": "eu-west-1", "service": "EC2", "network_border_group": "eu-west-1"}],
 "ipv6_prefixes": [
 {"ipv6_prefix": "2600:1f14::/35", "region": "us-west-2", "service": "EC2", "network_border_group": "us-west-2"}]}"""
AZURE = """{"changeNumber": 1, "cloud": "Public", "values": [
 {"name": "AzureCloud.westeurope", "id": "AzureCloud.westeurope", "properties": {
  "region": "westeurope", "systemService": "", "addressPrefixes": ["13.69.0.0/17",
   "2603:1020::/47"]}}]}"""
GOOGLE = """{"syncToken": "1", "creationTime": "2026-11-20T00:00:00", "prefixes": [
 {"ipv4Prefix": "34.1.208.0/20", "service": "Google Cloud", "scope": "africa-south1"},
 {"ipv6Prefix": "2600:1900:8000::/44", "service": "Google Cloud", "scope": "africa-south1"}]}"""
GITHUB = """{"verifiable_password_authentication": false, "hooks": ["192.30.252.0/22"],
 "web": ["192.30.252.0/22", "2a0a:a440::/29"], "actions": ["4.148.0.0/16"]}"""
CLOUDFLARE = """{"result": {"ipv4_cidrs": ["173.245.48.0/20"], "ipv6_cidrs": ["2400:cb00::/32"], "etag": "1"}, "success": true}"""
CLOUDFLARE_LIST = """{"result": [
 {"id": "1", "ip": "192.0.2.7", "comment": "office"},
 {"id": "2", "ip": "2001:db8::/32", "comment": "lab"}], "success": true}"""
CLOUDFLARE_RULES = """{"result": [
 {"id": "1", "mode": "block", "configuration": {"target": "ip", "value": "192.0.2.7"}, "notes": "scraper"},
 {"id": "2", "mode": "whitelist", "configuration": {"target": "ip_range", "value": "192.0.2.0/24"}, "notes": "us"}], "success": true}"""
WAF = """{"IPSet": {"Name": "office", "Id": "1", "IPAddressVersion": "IPV4",
 "Addresses": ["192.0.2.44/32", "198.51.100.0/24"]}, "LockToken": "1"}"""
GROUP = """{"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web", "IpPermissions": [
 {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "192.0.2.0/24", "Description": "office"}],
  "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]}],
 "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}]}"""
DROP_JSON = """{"cidr":"1.10.16.0/20","sblid":"SBL256894","rir":"apnic"}
{"cidr":"1.19.0.0/16","sblid":"SBL434604","rir":"apnic"}
{"type":"metadata","timestamp":1795000000}"""
NGINX = """# include
deny  192.0.2.7;   # the scraper
allow 192.0.2.0/24;
allow 2001:db8::/32;
deny  all;
"""
GEO = """geo $blocked {
    default 0;
    192.0.2.0/24 1;
    192.0.2.8/29 0;
    198.51.100.1-198.51.100.9 1;
}
map $remote_addr $allowed { default 0; 192.0.2.1 1; ~^203\\.0\\.113\\. 1; }
"""
BLOCKS = """server {
    location /admin { allow 192.0.2.0/24; deny all; }
    location /metrics {
        allow 127.0.0.1;
        deny all;
    }
}
"""
APACHE = """<Location "/admin">
    Require ip 192.0.2 10.1.0.0/16
</Location>
<Directory "/srv">
    <RequireAll>
        Require all granted
        Require not ip 192.0.2.7
    </RequireAll>
</Directory>
"""
OLD = "Order Deny,Allow\nDeny from all\nAllow from 192.0.2.0/255.255.255.0\n"
WHO = "<Location /x>\nRequire ip 192.0.2.0/24\nRequire valid-user\n</Location>\n"
IPSET = """create office hash:net family inet hashsize 1024 maxelem 65536
add office 192.0.2.0/24 comment "Berlin"
add office 192.0.2.7 nomatch
create blocklist hash:ip family inet
add blocklist 198.51.100.7 timeout 600
"""
IPTABLES = """*nat
-A INPUT -s 192.0.2.7/32 -j ACCEPT
COMMIT
*filter
:INPUT DROP [0:0]
:WEB - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 192.0.2.7/32 -j DROP
-A INPUT -p udp -j ACCEPT
-A INPUT -p tcp -m tcp --dport 443 -j WEB
-A WEB -m iprange --src-range 192.0.2.1-192.0.2.99 -j ACCEPT
-A WEB ! -s 198.51.100.0/24 -j RETURN
-A WEB -m recent --name seen -j REJECT
COMMIT
"""
HOSTS_DENY = "# deny\nALL: 192.0.2. EXCEPT 192.0.2.9\nsshd, httpd: [2001:db8::]/32\n"
TABLE = "ip,action,comment\n192.0.2.7,deny,scraper\n192.0.2.0/24,allow,office\n"
RANGES = '"1.0.0.0","1.0.0.255","AU"\n"1.0.1.0","1.0.3.255","CN"\n'
NUMBERS = '"16777216","16777471","AU","Australia"\n"16777472","16778239","CN","China"\n'
FIREHOL = "# firehol_level1\n#\n# Category        : attacks\n#\n0.0.0.0/8\n192.0.2.0/24\n"

FORMATS = [
    ("lines", "ips.txt", "# ours\n192.0.2.7\n2001:db8::/32\n", "192.0.2.7", ["ips.txt [lines] listed by 2: 192.0.2.7"]),
    ("lines, not there", "ips.txt", "192.0.2.7\n", "192.0.2.8", ["ips.txt [lines] unlisted"]),
    (
        "the narrowest of several",
        "ips.txt",
        "192.0.0.0/16\n192.0.2.0/24 # office\n",
        "192.0.2.7",
        ["ips.txt [lines] listed by 2: 192.0.2.0/24 (office)"],
    ),
    ("a range", "ips.txt", "192.0.2.1-192.0.2.9\n", "192.0.2.7", ["ips.txt [lines] listed by 1: 192.0.2.1-192.0.2.9"]),
    (
        "a range with blanks",
        "ips.txt",
        "192.0.2.1 - 192.0.2.9 # x\n",
        "192.0.2.7",
        ["ips.txt [lines] listed by 1: 192.0.2.1 - 192.0.2.9 (x)"],
    ),
    (
        "a netmask",
        "ips.txt",
        "192.0.2.0/255.255.255.0\n",
        "192.0.2.7",
        ["ips.txt [lines] listed by 1: 192.0.2.0/255.255.255.0"],
    ),
    ("a wildcard", "ips.txt", "192.0.*.*\n", "192.0.2.7", ["ips.txt [lines] listed by 1: 192.0.*.*"]),
    ("a zone id", "ips.txt", "fe80::1%eth0\n", "fe80::1%wlan0", ["ips.txt [lines] listed by 1: fe80::1%eth0"]),
    (
        "an IPv4-mapped address",
        "ips.txt",
        "192.0.2.0/24\n",
        "::ffff:192.0.2.7",
        ["ips.txt [lines] listed by 1: 192.0.2.0/24"],
    ),
    (
        "a mapped network",
        "ips.txt",
        "::ffff:192.0.2.0/120\n",
        "192.0.2.7",
        ["ips.txt [lines] listed by 1: ::ffff:192.0.2.0/120"],
    ),
    (
        "a blocklist by its name",
        "denylist.txt",
        "192.0.2.7\n",
        "192.0.2.7",
        ["denylist.txt [lines] block by 1: 192.0.2.7"],
    ),
    ("an allowlist by its name", "allow.txt", "192.0.2.7\n", "192.0.2.7", ["allow.txt [lines] allow by 1: 192.0.2.7"]),
    (
        "FireHOL by its comments",
        "level1.netset",
        FIREHOL,
        "192.0.2.7",
        ["level1.netset [lines] block by 6: 192.0.2.0/24"],
    ),
    (
        "Spamhaus DROP",
        "drop.txt",
        "; Spamhaus DROP List\n1.10.16.0/20 ; SBL256894\n",
        "1.10.16.1",
        ["drop.txt [lines] block by 2: 1.10.16.0/20 (SBL256894)"],
    ),
    (
        "HAProxy's map",
        "regions.map",
        "192.0.2.0/24 office\n",
        "192.0.2.7",
        ["regions.map [lines] listed by 1: 192.0.2.0/24 (office)"],
    ),
    ("nginx, denied first", "acl.conf", NGINX, "192.0.2.7", ["acl.conf [nginx access] block by 2: deny 192.0.2.7;"]),
    ("nginx, allowed", "acl.conf", NGINX, "192.0.2.8", ["acl.conf [nginx access] allow by 3: allow 192.0.2.0/24;"]),
    ("nginx, the rest", "acl.conf", NGINX, "8.8.8.8", ["acl.conf [nginx access] block by 5: deny all;"]),
    ("nginx, nothing matches", "acl.conf", "deny 192.0.2.7;\n", "8.8.8.8", ["acl.conf [nginx access] allow"]),
    (
        "nginx by block",
        "site.conf",
        BLOCKS,
        "127.0.0.1",
        [
            "site.conf: location /admin [nginx access] block by 2: deny all;",
            "site.conf: location /metrics [nginx access] allow by 4: allow 127.0.0.1;",
        ],
    ),
    (
        "geo and map",
        "geo.conf",
        GEO,
        "192.0.2.1",
        [
            "geo.conf: geo $blocked [nginx geo] block by 3: 192.0.2.0/24 (1)",
            "geo.conf: map $remote_addr $allowed [nginx map] allow by 7: 192.0.2.1 (1)",
        ],
    ),
    (
        "geo, the most specific",
        "geo.conf",
        GEO,
        "192.0.2.9",
        [
            "geo.conf: geo $blocked [nginx geo] allow by 4: 192.0.2.8/29 (0)",
            "geo.conf: map $remote_addr $allowed [nginx map] block by 7: default (0)",
        ],
    ),
    (
        "map by pattern",
        "geo.conf",
        GEO,
        "203.0.113.5",
        [
            "geo.conf: geo $blocked [nginx geo] allow by 2: default (0)",
            "geo.conf: map $remote_addr $allowed [nginx map] allow by 7: ~^203\\.0\\.113\\. (1)",
        ],
    ),
    (
        "Apache",
        ".htaccess",
        APACHE,
        "192.0.2.7",
        [
            '.htaccess: Location "/admin" [Apache Require] allow by 2: Require ip 192.0.2 10.1.0.0/16',
            '.htaccess: Directory "/srv" [Apache Require] block by 7: Require not ip 192.0.2.7',
        ],
    ),
    (
        "Apache, old",
        ".htaccess",
        OLD,
        "192.0.2.7",
        [".htaccess [Apache Order] allow by 3: Allow from 192.0.2.0/255.255.255.0"],
    ),
    ("Apache, old, the rest", ".htaccess", OLD, "8.8.8.8", [".htaccess [Apache Order] block by 2: Deny from all"]),
    (
        "Apache, by address",
        ".htaccess",
        WHO,
        "192.0.2.7",
        [".htaccess: Location /x [Apache Require] allow by 2: Require ip 192.0.2.0/24"],
    ),
    (
        "Apache, by user",
        ".htaccess",
        WHO,
        "8.8.8.8",
        [".htaccess: Location /x [Apache Require] depends by 3: Require valid-user"],
    ),
    (
        "ipset",
        "ipset.save",
        IPSET,
        "192.0.2.9",
        [
            'ipset.save: office [ipset] listed by 2: 192.0.2.0/24 (comment "Berlin")',
            "ipset.save: blocklist [ipset] unlisted",
        ],
    ),
    (
        "ipset, taken out",
        "ipset.save",
        IPSET,
        "192.0.2.7",
        [
            "ipset.save: office [ipset] unlisted by 3: 192.0.2.7 (nomatch)",
            "ipset.save: blocklist [ipset] unlisted",
        ],
    ),
    (
        "ipset, a blocklist",
        "ipset.save",
        IPSET,
        "198.51.100.7",
        [
            "ipset.save: office [ipset] unlisted",
            "ipset.save: blocklist [ipset] block by 5: 198.51.100.7 (timeout 600)",
        ],
    ),
    (
        "iptables, dropped",
        "rules.v4",
        IPTABLES,
        "192.0.2.7",
        ["rules.v4 [iptables] block by 9: -A INPUT -s 192.0.2.7/32 -j DROP"],
    ),
    (
        "iptables, a chain",
        "rules.v4",
        IPTABLES,
        "192.0.2.9",
        ["rules.v4 [iptables] allow by 12: -A WEB -m iprange --src-range 192.0.2.1-192.0.2.99 -j ACCEPT"],
    ),
    ("iptables, the policy", "rules.v4", IPTABLES, "8.8.8.8", ["rules.v4 [iptables] block"]),
    (
        "AWS",
        "ip-ranges.json",
        AWS,
        "3.4.12.4",
        ["ip-ranges.json [AWS ip-ranges.json] listed by 2: 3.4.12.4/32 (AMAZON, eu-west-1)"],
    ),
    (
        "AWS, IPv6",
        "ip-ranges.json",
        AWS,
        "2600:1f14::1",
        ["ip-ranges.json [AWS ip-ranges.json] listed by 5: 2600:1f14::/35 (EC2, us-west-2)"],
    ),
    (
        "Azure",
        "ServiceTags.json",
        AZURE,
        "2603:1020::1",
        ["ServiceTags.json [Azure service tags] listed by 4: 2603:1020::/47 (westeurope, AzureCloud.westeurope)"],
    ),
    (
        "Google",
        "cloud.json",
        GOOGLE,
        "34.1.208.1",
        ["cloud.json [Google IP ranges] listed by 2: 34.1.208.0/20 (Google Cloud, africa-south1)"],
    ),
    ("GitHub", "meta.json", GITHUB, "192.30.252.1", ["meta.json [GitHub meta] listed by 1: 192.30.252.0/22 (hooks)"]),
    (
        "Cloudflare's own",
        "ips.json",
        CLOUDFLARE,
        "2400:cb00::1",
        ["ips.json [Cloudflare IP ranges] listed by 1: 2400:cb00::/32"],
    ),
    (
        "a list at Cloudflare",
        "list.json",
        CLOUDFLARE_LIST,
        "192.0.2.7",
        ["list.json [Cloudflare list] listed by 2: 192.0.2.7 (office)"],
    ),
    (
        "rules at Cloudflare",
        "rules.json",
        CLOUDFLARE_RULES,
        "192.0.2.7",
        ["rules.json [Cloudflare access rules] block by 2: 192.0.2.7 (block, scraper)"],
    ),
    (
        "rules at Cloudflare, allowed",
        "rules.json",
        CLOUDFLARE_RULES,
        "192.0.2.8",
        ["rules.json [Cloudflare access rules] allow by 3: 192.0.2.0/24 (whitelist, us)"],
    ),
    ("AWS WAF", "ipset.json", WAF, "192.0.2.44", ["ipset.json [AWS WAF IP set] listed by 2: 192.0.2.44/32 (office)"]),
    (
        "a security group",
        "sg.json",
        GROUP,
        "192.0.2.7",
        ["sg.json [AWS security group] allow by 2: 192.0.2.0/24 (office, tcp, 443, web, sg-1)"],
    ),
    ("a security group, not let in", "sg.json", GROUP, "8.8.8.8", ["sg.json [AWS security group] block"]),
    (
        "Spamhaus DROP in JSON",
        "drop_v4.json",
        DROP_JSON,
        "1.10.16.1",
        ["drop_v4.json [Spamhaus DROP] block by 1: 1.10.16.0/20 (SBL256894, apnic)"],
    ),
    (
        "JSON of any kind",
        "mine.json",
        '["192.0.2.7", {"office": ["198.51.100.0/24"]}]',
        "198.51.100.1",
        ["mine.json [JSON] listed by 1: 198.51.100.0/24 (office)"],
    ),
    (
        "hosts.deny",
        "hosts.deny",
        HOSTS_DENY,
        "192.0.2.7",
        ["hosts.deny [hosts] block by 2: ALL: 192.0.2. EXCEPT 192.0.2.9 (for ALL)"],
    ),
    ("hosts.deny, excepted", "hosts.deny", HOSTS_DENY, "192.0.2.9", ["hosts.deny [hosts] silent"]),
    (
        "hosts.deny, IPv6",
        "hosts.deny",
        HOSTS_DENY,
        "2001:db8::1",
        ["hosts.deny [hosts] block by 3: sshd, httpd: [2001:db8::]/32 (for sshd, httpd)"],
    ),
    ("CSV with actions", "rules.csv", TABLE, "192.0.2.7", ["rules.csv [csv] block by 2: 192.0.2.7 (deny, scraper)"]),
    (
        "CSV with actions, the network",
        "rules.csv",
        TABLE,
        "192.0.2.8",
        ["rules.csv [csv] allow by 3: 192.0.2.0/24 (allow, office)"],
    ),
    ("CSV of ranges", "country.csv", RANGES, "1.0.2.7", ["country.csv [csv] listed by 2: 1.0.1.0,1.0.3.255 (CN)"]),
    (
        "CSV of numbers",
        "ip2location.csv",
        NUMBERS,
        "1.0.0.7",
        ["ip2location.csv [csv] listed by 1: 16777216,16777471 (AU, Australia)"],
    ),
    (
        "Windows line ends and a byte order mark",
        "ips.txt",
        "\ufeff192.0.2.7\r\n192.0.2.8\r\n".lstrip("\ufeff"),
        "192.0.2.8",
        ["ips.txt [lines] listed by 2: 192.0.2.8"],
    ),
]


@pytest.mark.parametrize(
    ("name", "text", "asked", "wanted"), [row[1:] for row in FORMATS], ids=[row[0] for row in FORMATS]
)
def test_which_entry_decides(name: str, text: str, asked: str, wanted: list[str]) -> None:
    assert said(name, text, asked) == wanted


def test_the_user_says_what_a_list_is_for() -> None:
    assert said("ips.txt", "192.0.2.7\n", "192.0.2.7", "block") == ["ips.txt [lines] block by 1: 192.0.2.7"]
    assert said("denylist.txt", "192.0.2.7\n", "192.0.2.7", "allow") == ["denylist.txt [lines] allow by 1: 192.0.2.7"]


@pytest.mark.parametrize(
    ("lists", "let_in"),
    [
        ([("a.txt", "192.0.2.7\n", "allow")], True),
        ([("a.txt", "192.0.2.8\n", "allow")], False),
        ([("a.txt", "192.0.2.8\n", "allow"), ("b.txt", "192.0.2.7\n", "allow")], True),
        ([("a.txt", "192.0.2.7\n", "allow"), ("b.txt", "192.0.2.0/24\n", "block")], False),
        ([("b.txt", "192.0.2.8\n", "block")], True),
        ([("a.txt", "192.0.2.8\n", "")], False),
        ([("a.txt", "192.0.2.7\n", "")], True),
        ([("a.txt", "192.0.2.8\n", ""), ("b.txt", "192.0.2.7\n", "")], True),
        ([("acl.conf", NGINX, "")], False),
        ([("acl.conf", "allow 192.0.2.7; deny all;", ""), ("b.txt", "8.8.8.8\n", "block")], True),
        ([], True),
    ],
)
def test_several_lists_together(lists: list[tuple[str, str, str]], let_in: bool) -> None:
    assert verdict(judge(address("192.0.2.7"), [text_source(*one) for one in lists])).let_in is let_in


FOURS = st.ip_addresses(v=4)


@settings(max_examples=100)
@given(st.lists(st.tuples(FOURS, st.integers(1, 32)), max_size=30), FOURS)
def test_a_list_as_the_standard_library_judges_it(
    networks: list[tuple[ipaddress.IPv4Address, int]], asked: ipaddress.IPv4Address
) -> None:
    known = [ipaddress.ip_network(f"{base}/{bits}", strict=False) for base, bits in networks]
    text = "".join(f"{base}/{bits}\n" for base, bits in networks)
    holding = [network for network in known if asked in network]
    found = judge(address(str(asked)), [text_source("ips.txt", text)])[0]
    assert found.decision == ("listed" if holding else "unlisted")
    if found.entry:
        assert ipaddress.ip_network(found.entry.text, strict=False).prefixlen == max(
            network.prefixlen for network in holding
        )


@settings(max_examples=150)
@given(st.text(max_size=300), st.sampled_from(["192.0.2.7", "2001:db8::1"]))
def test_any_text_is_judged_or_refused_in_one_line(text: str, asked: str) -> None:
    try:
        judge(address(asked), [text_source("x", text)])
    except Why403Error as fault:
        assert str(fault)


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(NGINX.split() + APACHE.split() + IPTABLES.split() + GROUP.split() + GEO.split() + IPSET.split())
    ).map(" ".join)
)
def test_broken_configurations_do_not_break_it(text: str) -> None:
    try:
        judge(address("192.0.2.7"), [text_source("x", text), text_source("x", text.replace(" ", "\n"))])
    except Why403Error as fault:
        assert str(fault)


def test_many_entries_take_bounded_time_and_memory(tmp_path: Path) -> None:
    path = tmp_path / "many.netset"
    with path.open("w") as file:
        for number in range(200_000):
            file.write(f"{number >> 16 | 1}.{number >> 8 & 255}.{number & 255}.0/24\n")
        file.write("192.0.2.0/24\n")
    begun = time.process_time()
    found = judge(address("192.0.2.7"), [source(str(path))])[0]
    assert (found.entries, found.entry and found.entry.line) == (200_001, 200_001)
    assert time.process_time() - begun < 60
    tracemalloc.start()
    judge(address("192.0.2.7"), [source(str(path))])
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_hostile_patterns_of_map_are_not_tried() -> None:
    text = "map $remote_addr $blocked { default 0; ~^(1+)+$ 1; ~(a|aa)+ 1; }"
    found = judge(address("11.11.11.11"), [text_source("x", text)])[0]
    assert found.decision == "allow"
    assert len(found.remarks) == 2


def test_damaged_json_says_where(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="breaks off or is damaged"):
        said("x.json", AWS[:200], "192.0.2.7")
    with pytest.raises(UnreadableInput, match="nested too deeply"):
        said("x.json", "[" * 100_000, "192.0.2.7")


def test_the_whole_answer(tmp_path: Path) -> None:
    path = tmp_path / "acl.conf"
    path.write_text(NGINX)
    done = run("ip", "192.0.2.7", "--list", str(path))
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        "192.0.2.7",
        "  documentation  192.0.2.0/24  (RFC 5737, RFC 3849, RFC 9637)",
        "  For examples only and never routed: put the real address in its place.",
        "",
        "acl.conf  nginx access, 4 entries",
        "  blocked: the first rule that matches decides",
        "    acl.conf:2  deny 192.0.2.7;",
        "",
        "refused: acl.conf blocks it",
    ]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("192.0.2.7", "--allow"), 1),
        (("192.0.2.8", "--allow"), 0),
        (("192.0.2.8", "--block"), 1),
        (("192.0.2.7", "--block"), 0),
    ],
)
def test_exit_statuses(tmp_path: Path, words: tuple[str, str], status: int) -> None:
    path = tmp_path / "ips.txt"
    path.write_text("192.0.2.8\n")
    assert run("ip", *words, str(path)).returncode == status


def test_json_keeps_its_shape(tmp_path: Path) -> None:
    paths = []
    for title, name, text, *_ in FORMATS:
        folder = tmp_path / title.replace(" ", "-").replace("'", "")
        folder.mkdir()
        (folder / name).write_text(text)
        paths.append(str(folder / name))
    done = run(
        "ip", "X-Forwarded-For: 192.0.2.7, 10.0.0.1", "--trusted", "10.0.0.0/8", "--format", "json", "--list", *paths
    )
    data = json.loads(done.stdout)
    jsonschema.validate(data, SCHEMA)
    assert len(data["lists"]) >= len(FORMATS)
    assert data["let_in"] is False


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "one address is wanted"),
        (("hello",), "is no address"),
        (("192.0.2.0/24",), "is several addresses"),
        (("192.0.2.7", "--list", "absent.txt"), "No such file"),
        (("X-Forwarded-For: ",), "there is no address in it"),
        (("X-Forwarded-For: 192.0.2.7", "--trusted", "ten"), "'ten' is no network"),
        (("10.0.0.1", "--dnsbl", "zen.spamhaus.org"), "10.0.0.1 is private"),
        (("8.8.8.8", "--dnsbl", "nobody-knows"), "no blocklist 'nobody-knows' is known"),
        (("8.8.8.8", "--dnsbl", "dnsbl.httpbl.org"), "wants an access key"),
        (("8.8.8.8", "--dnsbl", "zen.spamhaus.org", "--resolver", "here"), "'here' is no address"),
    ],
)
def test_a_fault_is_one_line_and_exit_status_2(words: tuple[str, ...], message: str) -> None:
    done = run("ip", *words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.decode().splitlines()) == 1
    assert message in done.stderr.decode()


def test_what_is_no_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all,\nthe address has changed.\n")
    done = run("ip", "192.0.2.7", "--list", str(path))
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)


def test_hostile_lists_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "ips.txt"
    path.write_text("192.0.2.7 # \x1b[2J\u202e\n")
    assert b"\x1b" not in run("ip", "192.0.2.7", "--list", str(path)).stdout


def test_with_which_address_one_goes_out(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("ip", "--echo", f"{server}/x")
    assert (done.returncode, done.stderr.decode().partition(": ")[0]) == (3, "why403")


@pytest.mark.parametrize(
    "body",
    [b"203.0.113.9\n", b'{"ip": "203.0.113.9"}', b'{"origin": "203.0.113.9, 10.0.0.1"}', b"<p>You are 203.0.113.9</p>"],
)
def test_the_address_that_a_page_tells(
    body: bytes, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from why403.net import echo
    from why403.net.get import get

    def told(url: str) -> object:
        exchange = get(url)
        assert exchange.response is not None
        return exchange._replace(response=exchange.response._replace(status=200, body=body))

    monkeypatch.setattr(echo, "get", told)
    assert echo.echo(f"{server}/ip").text == "203.0.113.9"
    assert Handler.seen[-1][0] == "GET /ip"


def test_from_python_it_prints_itself(tmp_path: Path) -> None:
    path = tmp_path / "acl.conf"
    path.write_text(NGINX)
    found = why403.ip("X-Forwarded-For: 192.0.2.7, 10.0.0.1", [str(path)], trusted=["10.0.0.0/8"])
    assert (found.let_in, found.judgements[0].entry and found.judgements[0].entry.line) == (False, 2)
    assert repr(found) == "<why403.Admission: acl.conf blocks it>"
    assert "refused: acl.conf blocks it" in str(found)
    jsonschema.validate(json.loads(json.dumps(found.to_dict())), SCHEMA)
