"""Lists in JSON: every string that is an address or network is an entry, and what stands beside and above it tells about it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...model import UnreadableInput
from .address import Address, span
from .kept import MATCHES, Entry, Judgement, Source, narrowest
from .plain import listed

# what a publisher's file is called, by keys that stand near its top; and what it is for, where the format says so
KNOWN = (
    ("AWS ip-ranges.json", ('"ip_prefix"', '"network_border_group"'), ""),
    ("Azure service tags", ('"addressPrefixes"', '"changeNumber"'), ""),
    ("Google IP ranges", ('"ipv4Prefix"',), ""),
    ("GitHub meta", ('"hooks"', '"web"'), ""),
    ("Cloudflare IP ranges", ('"ipv4_cidrs"',), ""),
    ("Cloudflare access rules", ('"configuration"', '"mode"'), ""),
    ("Cloudflare list", ('"result"', '"ip"'), ""),
    ("AWS WAF IP set", ('"IPAddressVersion"',), ""),
    ("AWS WAF IP set", ('"IPSetDescriptors"',), ""),
    ("AWS security group", ('"IpPermissions"',), "allow"),
    ("AWS security group", ('"SecurityGroupRules"',), "allow"),
    ("Spamhaus DROP", ('"cidr"', '"sblid"'), "block"),
    ("Fastly IP ranges", ('"ipv6_addresses"',), ""),
)
ABOUT = (
    "service", "systemService", "region", "scope", "name", "Name", "GroupName", "GroupId", "mode", "comment", "Description", "description",
    "notes", "sblid", "rir", "asn", "country", "purpose", "IpProtocol", "FromPort", "ToPort",
)  # fmt: skip
GENERIC = {
    "prefixes", "ipv6_prefixes", "ip_prefix", "ipv6_prefix", "values", "properties", "addressPrefixes", "result", "ip", "cidr", "value",
    "configuration", "ipv4Prefix", "ipv6Prefix", "Addresses", "IPSet", "CidrIp", "CidrIpv6", "IpRanges", "Ipv6Ranges", "IpPermissions",
    "SecurityGroups", "IPSetDescriptors", "Value", "ipv4_cidrs", "ipv6_cidrs", "addresses", "ipv6_addresses", "CidrIpv4", "items",
}  # fmt: skip
MODES = {
    "block": "block",
    "whitelist": "allow",
    "challenge": "block",
    "js_challenge": "block",
    "managed_challenge": "block",
}
EGRESS = "IpPermissionsEgress"
NO_PLAIN = "this JSON breaks off or is damaged"


class Place:
    """Where the walk is: the objects and keys above a value."""

    __slots__ = ("holder", "key", "up")

    def __init__(self, holder: object, key: str, up: Place | None) -> None:
        self.holder, self.key, self.up = holder, key, up

    def above(self) -> Iterator[Place]:
        """From the nearest outwards."""
        place: Place | None = self
        while place is not None:
            yield place
            place = place.up


def read(source: Source, asked: Address) -> Iterator[Judgement]:
    """One pass over all strings of the file. Raises UnreadableInput for what is no JSON."""
    text = source.text()
    head = text[:200_000]
    form, means = next(
        ((title, means) for title, keys, means in KNOWN if all(key in head for key in keys)), ("JSON", "")
    )
    found: list[Entry] = []
    seen: dict[str, int] = {}
    count = 0
    for word, place in _strings(_loaded(text, source.name)):
        known = span(word)
        if known is None or any(step.key == EGRESS or _egress(step.holder) for step in place.above()):
            continue
        count += 1
        if asked.within(known):
            seen[word] = seen.get(word, 0) + 1
            found.append(Entry(_line(text, word, seen[word]), word, _about(place), _mode(place), known))
    part = source._replace(means=source.means or means)
    if form == "AWS security group" and not found:
        yield Judgement(
            source.name,
            form,
            "block",
            "no rule lets it in, and a security group refuses what no rule allows",
            None,
            (),
            count,
            "allow",
        )
    elif part.means and not source.means:
        entries = narrowest(found)
        decision = part.means if entries else "unlisted"
        why = "the format is for that" if entries else "no entry holds it"
        yield Judgement(
            source.name,
            form,
            decision,
            why,
            entries[0] if entries else None,
            tuple(entries[1:MATCHES]),
            count,
            part.means,
        )
    else:
        yield listed(part, form, found, count)


def _loaded(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except RecursionError:
        raise UnreadableInput("it is nested too deeply", name, "Give the list as it was published") from None
    except ValueError as fault:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            return [json.loads(line) for line in lines] if len(lines) > 1 else _fail(fault, name)
        except (ValueError, RecursionError):
            return _fail(fault, name)


def _fail(fault: ValueError, name: str) -> object:
    raise UnreadableInput(f"{NO_PLAIN} ({fault})", name, "Download it again") from None


def _strings(top: object) -> Iterator[tuple[str, Place]]:
    """Every short string with a dot or colon, in the order of the file."""
    stack: list[tuple[object, Place | None, str]] = [(top, None, "")]
    while stack:
        value, up, key = stack.pop()
        if isinstance(value, dict):
            place = Place(value, key, up)
            stack.extend((item, place, name) for name, item in reversed(value.items()))
        elif isinstance(value, list):
            place = Place(None, key, up)
            stack.extend((item, place, "") for item in reversed(value))
        elif isinstance(value, str) and len(value) < 100 and ("." in value or ":" in value):
            yield value, Place(None, key, up)


def _egress(holder: object) -> bool:
    return isinstance(holder, dict) and holder.get("IsEgress") is True


def _about(place: Place) -> str:
    """What the objects above an entry say of it, nearest first, and the name of the list that it stands in."""
    said: list[str] = []
    for step in place.above():
        if isinstance(step.holder, dict):
            said += [
                str(step.holder[key])
                for key in ABOUT
                if isinstance(step.holder.get(key), str | int) and step.holder[key] != ""
            ]
        if step.key and step.key not in GENERIC and step.holder is None:
            said.append(step.key)
    return ", ".join(dict.fromkeys(said))[:300]


def _mode(place: Place) -> str:
    for step in place.above():
        if isinstance(step.holder, dict) and isinstance(step.holder.get("mode"), str):
            return MODES.get(step.holder["mode"], "")
    return ""


def _line(text: str, word: str, nth: int) -> int:
    """The line on which a string stands for the nth time; 0 where it is written with escapes."""
    for written in (word, word.replace("/", "\\/")):
        at = -1
        for _ in range(nth):
            at = text.find(f'"{written}"', at + 1)
            if at < 0:
                break
        if at >= 0:
            return text.count("\n", 0, at) + 1
    return 0
