"""nginx: `allow` and `deny` (ngx_http_access_module), `geo` and `map` (ngx_http_geo_module, ngx_http_map_module).

https://nginx.org/en/docs/http/ngx_http_access_module.html: the rules are checked in sequence until the first match is found.
https://nginx.org/en/docs/http/ngx_http_geo_module.html: of several networks the most specific one gives the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.frozen import NamedTuple
from .address import MAPPED, Address, plain_span, span
from .kept import Entry, Judgement, Source
from .plain import ALLOWS, BLOCKS, QUICK

RULES = ("allow", "deny")
TOKEN = re.compile(r"#[^\n]*|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[{};]|(?:[^\s{};\"'\\]|\\.)+", re.DOTALL)
ADDRESSES = ("$remote_addr", "$realip_remote_addr", "$http_x_forwarded_for", "$http_x_real_ip", "$proxy_protocol_addr")
# a pattern that can be tried on an address without risk: literals, classes, anchors, and stars of single things
SIMPLE = re.compile(r"\^?(?:\\?\.|[0-9a-fA-F:]|\\d|\[[0-9a-fA-F:.\-]{1,20}\]|[*+?]|\|)*\$?")


class Directive(NamedTuple):
    """One directive, or the beginning of a block."""

    line: int
    words: tuple[str, ...]


class Block:
    """A block with what was read of it so far."""

    __slots__ = ("directives", "head", "line", "others")

    def __init__(self, head: tuple[str, ...], line: int) -> None:
        self.head, self.line = head, line
        self.directives: list[Directive] = []
        self.others = 0  # allow and deny of IPv4 networks with another first byte than the address: counted, not kept


def blocks(text: str, asked: Address) -> Iterator[Block]:
    """Every block with its own directives, inner ones first, what stands outside of any last."""
    octet = str(asked.value >> 24) if asked.version == 4 else ""
    open_blocks = [Block((), 1)]
    words: list[str] = []
    line, at, begun = 1, 0, 1
    for token in TOKEN.finditer(text):
        line += text.count("\n", at, token.start())
        at = token.start()
        word = token.group()
        if word[0] == "#":
            continue
        if word == ";":
            if (
                len(words) == 2
                and words[0] in RULES
                and (quick := QUICK.fullmatch(words[1]))
                and quick.group(1) != octet
            ):
                open_blocks[-1].others += 1
            elif words:
                open_blocks[-1].directives.append(Directive(begun, tuple(words)))
            words = []
        elif word == "{":
            open_blocks.append(Block(tuple(words), begun if words else line))
            words = []
        elif word == "}":
            words = []
            if len(open_blocks) > 1:
                yield open_blocks.pop()
        else:
            begun = begun if words else line
            words.append(word[1:-1] if word[0] in "\"'" else word)
    while open_blocks:
        yield open_blocks.pop()


def read(source: Source, asked: Address) -> Iterator[Judgement]:
    """A judgement for each block that has rules of its own."""
    for block in blocks(source.text(), asked):
        kind = block.head[0] if block.head else ""
        if kind == "geo":
            yield _geo(source, block, asked)
        elif kind == "map" and len(block.head) == 3 and block.head[1] in ADDRESSES:
            yield _map(source, block, asked)
        elif block.others or any(directive.words[0] in RULES for directive in block.directives):
            yield _access(source, block, asked)


def _name(source: Source, block: Block) -> str:
    return f"{source.name}: {' '.join(block.head)}" if block.head else source.name


def _access(source: Source, block: Block, asked: Address) -> Judgement:
    """The first rule of the client's family that matches; an IPv4-mapped client is IPv4 where there are rules of IPv4."""
    name, remarks = _name(source, block), []
    rules = [one for one in block.directives if one.words[0] in RULES and len(one.words) == 2]
    spans = {rule: plain_span(rule.words[1]) for rule in rules}
    remarks += ["satisfy any: a login lets through, too"] * any(
        one.words == ("satisfy", "any") for one in block.directives
    )
    remarks += [
        f"line {rule.line}: {rule.words[1]} is no address" for rule in rules if not spans[rule] and not _special(rule)
    ]
    if (
        asked.mapped
        and not block.others
        and not any(rule.words[1] == "all" or ((one := spans[rule]) and one.version == 4) for rule in rules)
    ):
        asked = asked._replace(version=6, value=asked.value + MAPPED)
    for rule in rules:
        verb, what = rule.words
        if what == "all" or asked.within(spans[rule]):
            entry = Entry(rule.line, f"{verb} {what};", "", "allow" if verb == "allow" else "block", spans[rule])
            why = "the first rule that matches decides"
            return Judgement(
                name, "nginx access", entry.action, why, entry, (), len(rules) + block.others, "", tuple(remarks)
            )
    why = "no rule matches, and then nginx lets in"
    return Judgement(name, "nginx access", "allow", why, None, (), len(rules) + block.others, "", tuple(remarks))


def _special(rule: Directive) -> bool:
    return rule.words[1] in ("all", "unix:")


def _geo(source: Source, block: Block, asked: Address) -> Judgement:
    found: list[tuple[int, int, Entry, str]] = []
    default, line, count, remarks = "", 0, 0, []
    for directive in block.directives:
        words = directive.words
        if words[0] == "default" and len(words) == 2:
            default, line = words[1], directive.line
        elif words[0] == "include":
            remarks.append(f"line {directive.line}: {' '.join(words[1:])} is included and not read here")
        elif words[0] == "delete" and len(words) == 2:
            found = [one for one in found if one[2].text != words[1]]
        elif len(words) == 2 and (known := span(words[0])):
            count += 1
            if asked.within(known):
                found.append(
                    (known.size, -directive.line, Entry(directive.line, words[0], words[1], "", known), words[1])
                )
    variable = block.head[-1]
    entry, value = (min(found, key=lambda one: one[:2])[2:]) if found else (Entry(line, "default", default), default)
    return _valued(
        _name(source, block),
        "nginx geo",
        variable,
        entry,
        value,
        "the most specific network gives the value",
        count,
        remarks,
    )


def _map(source: Source, block: Block, asked: Address) -> Judgement:
    default, line, count, remarks = "", 0, 0, []
    exact: tuple[Entry, str] | None = None
    matched: tuple[Entry, str] | None = None
    for directive in block.directives:
        if len(directive.words) != 2:
            continue
        key, value = directive.words
        if key == "default":
            default, line = value, directive.line
            continue
        count += 1
        entry = Entry(directive.line, key, value, "", None)
        if key.startswith("~"):
            pattern = key.removeprefix("~").removeprefix("*")
            if not SIMPLE.fullmatch(pattern):
                remarks.append(f"line {directive.line}: the pattern {pattern} is not tried")
            elif matched is None and _matches(pattern, asked.text):
                matched = entry, value
        elif exact is None and key.lower() == asked.text:
            exact = entry, value
    entry, value = exact or matched or (Entry(line, "default", default), default)
    why = "a literal goes before patterns, and these are tried in their order; networks mean nothing to map"
    return _valued(_name(source, block), "nginx map", block.head[2], entry, value, why, count, remarks)


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text, re.IGNORECASE) is not None
    except re.error:
        return False


def _valued(
    name: str, form: str, variable: str, entry: Entry, value: str, why: str, count: int, remarks: list[str]
) -> Judgement:
    """What a variable's value means is as its name says: $blocked, $allowed, or nothing."""
    on = value not in ("", "0", "off", "no", "false")
    blocks, allows = bool(BLOCKS.search(variable)), bool(ALLOWS.search(variable))
    decision = "listed" if entry.text != "default" else "unlisted"
    if blocks != allows:
        decision = "block" if on == blocks else "allow"
    told = f"{variable} is {value or '(empty)'}: {why}"
    means = "block" if blocks and not allows else "allow" if allows and not blocks else ""
    return Judgement(name, form, decision, told, entry if entry.line else None, (), count, means, tuple(remarks))
