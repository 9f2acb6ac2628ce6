"""Lists with an entry a line: plain ones, FireHOL's and Spamhaus' with comments, HAProxy's with values, CSV, ipset, hosts.deny."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from .address import Address, Span, span
from .kept import MATCHES, Entry, Judgement, Source, narrowest

BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
QUICK = re.compile(rf"({BYTE})(?:\.{BYTE}){{3}}(?:/(?:3[0-2]|[12]\d|[89]))?(?:\n|\r|\Z|[#;])")
SPACED = re.compile(r"[\da-fA-F.:]{2,45} - [\da-fA-F.:]{1,45}")
BLOCKS = re.compile(
    r"block|deny|denied|drop|\bban|black|\bbad\b|abuse|spam|attack|malware|reputation|bogon|\btor\b", re.IGNORECASE
)
ALLOWS = re.compile(r"allow|white|trusted|permit|\bsafe\b", re.IGNORECASE)


def meaning(source: Source) -> tuple[str, str]:
    """What a list is for (allow | block | ""), and by what that is known: the user's word, its comments, its name."""
    if source.means:
        return source.means, "as you say"
    comments = " ".join(line for line in source.head.splitlines()[:60] if line.lstrip()[:1] in ("#", ";"))
    for text, known in ((source.name, "its name"), (comments, "its comments")):
        blocks, allows = bool(BLOCKS.search(text)), bool(ALLOWS.search(text))
        if blocks != allows:
            return ("block" if blocks else "allow"), f"as {known} says"
    return "", ""


def listed(source: Source, form: str, entries: list[Entry], count: int, remarks: tuple[str, ...] = ()) -> Judgement:
    """The judgement of a list in which any entry decides."""
    means, known = meaning(source)
    found = narrowest(entries)
    if not found:
        return Judgement(source.name, form, "unlisted", "no entry holds it", None, (), count, means, remarks)
    decision = found[0].action or means or "listed"
    why = (
        known
        if means and not found[0].action
        else "the entry says so"
        if found[0].action
        else "the list does not say what it is for"
    )
    return Judgement(source.name, form, decision, why, found[0], tuple(found[1:MATCHES]), count, means, remarks)


def plain(source: Source, asked: Address) -> Iterator[Judgement]:
    """One pass over the lines; an entry may have a value or comment behind it."""
    found: list[Entry] = []
    count = odd = 0
    first_odd = 0
    octet = str(asked.value >> 24) if asked.version == 4 else ""
    for number, line in source.lines():
        if (quick := QUICK.match(line)) and quick.group(1) != octet:
            count += 1  # most lines of a large list: a network of another first byte
            continue
        text = line.strip()
        if not text or text[0] in "#;" or text.startswith("//"):
            continue
        word = text.split(None, 1)[0].rstrip(",;")
        known = span(word)
        if " - " in text and (range_ := SPACED.match(text)) and (wide := span(range_.group().replace(" ", ""))):
            word, known = range_.group(), wide
        if known is None:
            odd, first_odd = odd + 1, first_odd or number
            continue
        count += 1
        if known.version == asked.version and known.first <= asked.value <= known.last:
            found.append(Entry(number, word, text[len(word) :].strip(" \t#;,/"), "", known))
    remarks = (f"{odd} lines are no addresses, the first of them line {first_odd}",) if odd else ()
    yield listed(source, "lines", found, count, remarks)


def table(source: Source, asked: Address) -> Iterator[Judgement]:
    """CSV: an address, network or range in the first column that has one, or two columns of first and last address."""
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(source.head[:8192], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    found: list[Entry] = []
    count = odd = 0
    titles: list[str] = []
    for number, line in source.lines():
        if not line.strip() or line.lstrip()[:1] == "#":
            continue
        row = [cell.strip() for cell in next(csv.reader([line], dialect), [])]
        known = _row(row)
        if known is None:
            if not count and not titles:
                titles = row
            else:
                odd += 1
            continue
        count += 1
        if asked.within(known[0]):
            rest = [cell for cell in row[known[1] :] if cell]
            action = _action(row, titles)
            found.append(Entry(number, ",".join(row[: known[1]]), ", ".join(rest)[:200], action, known[0]))
    remarks = (f"{odd} lines hold no address",) if odd else ()
    yield listed(source, "csv", found, count, remarks)


def _row(row: list[str]) -> tuple[Span, int] | None:
    """The addresses of a row, and the column behind them."""
    for at, cell in enumerate(row[:6]):
        first = span(cell)
        if first is None and cell.isdecimal() and cell.isascii() and at + 1 < len(row) and row[at + 1].isdecimal():
            return _numbers(cell, row[at + 1], at)
        if first is None:
            continue
        last = span(row[at + 1]) if at + 1 < len(row) else None
        if (
            first.size == 1
            and last is not None
            and last.size == 1
            and last.version == first.version
            and last.first >= first.first
        ):
            return Span(first.version, first.first, last.first), at + 2
        return first, at + 1
    return None


def _numbers(first: str, last: str, at: int) -> tuple[Span, int] | None:
    """Addresses as numbers, as IP2Location writes them; a small number is a counter, no address."""
    if not (1 << 20) <= int(first[:39]) <= int(last[:39]) < 1 << 32:
        return None
    return Span(4, int(first), int(last)), at + 2


def _action(row: list[str], titles: list[str]) -> str:
    for title, cell in zip(titles, row, strict=False):
        if title.lower() in ("action", "policy", "mode", "type", "verdict", "decision", "rule"):
            low = cell.lower()
            if low in ("allow", "permit", "accept", "whitelist", "allowlist"):
                return "allow"
            if low in ("deny", "block", "drop", "reject", "ban", "blacklist", "blocklist"):
                return "block"
    return ""


CREATE = re.compile(r"create\s+(\S+)\s+(\S+)(.*)")
ADD = re.compile(r"(?:add|-A)\s+(\S+)\s+(\S+)(.*)")


def ipset(source: Source, asked: Address) -> Iterator[Judgement]:
    """`ipset save`: each set is a list; `nomatch` takes an entry's addresses out again, the narrowest entry decides (ipset(8))."""
    sets: dict[str, list[Entry]] = {}
    counts: dict[str, int] = {}
    kinds: dict[str, str] = {}
    for number, line in source.lines():
        text = line.strip()
        if made := CREATE.match(text):
            sets.setdefault(made.group(1), [])
            kinds[made.group(1)] = made.group(2)
        elif added := ADD.match(text):
            name, item, rest = added.groups()
            counts[name] = counts.get(name, 0) + 1
            known = span(item.partition(",")[0])
            if asked.within(known):
                sets.setdefault(name, []).append(Entry(number, item, rest.strip(), "", known))
    for name, entries in sets.items():
        found = narrowest(entries)
        part = source._replace(name=f"{source.name}: {name}", head="")
        if found and "nomatch" in found[0].about.split():
            why = "a narrower entry takes it out again (nomatch)"
            yield Judgement(
                part.name,
                "ipset",
                "unlisted",
                why,
                found[0],
                tuple(found[1:MATCHES]),
                counts.get(name, 0),
                meaning(part)[0],
            )
        else:
            remarks = ("the set's entries have ports or names, too",) if "," in kinds.get(name, "") else ()
            yield listed(part, "ipset", found, counts.get(name, 0), remarks)


def hosts(source: Source, asked: Address) -> Iterator[Judgement]:
    """hosts.allow and hosts.deny (hosts_access(5)): `daemons : clients EXCEPT clients : ALLOW`."""
    means = source.means or ("allow" if "allow" in source.name.lower() else "block")
    count = 0
    for number, line in source.lines():
        text = line.split("#")[0].strip()
        if ":" not in text:
            continue
        count += 1
        parts = [part.strip() for part in re.split(r":(?![^\[]*\])", text)]
        clients, _, but = parts[1].partition(" EXCEPT ")
        if _client(clients, asked) and not _client(but, asked):
            said = {"ALLOW": "allow", "DENY": "block"}.get(parts[-1].upper(), means)
            entry = Entry(number, text, f"for {parts[0]}", said, None)
            yield Judgement(source.name, "hosts", said, "the first line that matches decides", entry, (), count, means)
            return
    yield Judgement(source.name, "hosts", "silent", "no line matches", None, (), count, means)


def _client(words: str, asked: Address) -> bool:
    for word in re.split(r"[\s,]+", words.strip()):
        bare = re.sub(r"^\[([^\]]+)\]", r"\1", word)
        if word == "ALL" or (word and asked.within(span(bare))):
            return True
    return False
