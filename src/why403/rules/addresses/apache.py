"""Apache: `Require` with its containers (mod_authz_core, mod_authz_host), and `Order`, `Allow`, `Deny` (mod_access_compat).

https://httpd.apache.org/docs/2.4/mod/mod_authz_core.html: a directive grants, denies or is neutral; what does not grant, refuses.
https://httpd.apache.org/docs/2.4/mod/mod_access_compat.html: the order says which of the two lists is read last, and wins.
What depends on more than the address (users, hosts' names, variables) is tried both ways: where both agree it is decided all the same.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from ...model.frozen import NamedTuple
from .address import Address, Span, span
from .kept import Entry, Judgement, Source

GRANTED, DENIED, NEUTRAL = "granted", "denied", "neutral"
CONTAINERS = {"requireall": "all", "requireany": "any", "requirenone": "none"}
LOOPBACK = (Span(4, 127 << 24, (128 << 24) - 1), Span(6, 1, 1))


class Require:
    """A Require directive, or a container of them."""

    __slots__ = ("kind", "line", "parts", "text")

    def __init__(self, kind: str, line: int, text: str) -> None:
        self.kind, self.line, self.text = kind, line, text  # kind: all | any | none | one
        self.parts: list[Require] = []


class Section:
    """What stands in one section of the configuration."""

    __slots__ = ("allows", "denies", "line", "name", "order", "requires")

    def __init__(self, name: str, line: int) -> None:
        self.name, self.line = name, line
        self.requires = [Require("any", line, "")]  # the innermost last; the first one holds the section's own
        self.order = ""
        self.allows: list[tuple[int, str]] = []
        self.denies: list[tuple[int, str]] = []

    def rules(self) -> int:
        """How many directives it has."""
        return _count(self.requires[0]) + len(self.allows) + len(self.denies)


class Found(NamedTuple):
    """What a directive says of the address, and which one that was."""

    result: str
    by: Require | None = None


def _count(require: Require) -> int:
    return 1 if require.kind == "one" else sum(_count(part) for part in require.parts)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines, those that end with a backslash joined with the next."""
    held, begun = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        begun = begun if held else number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        yield begun, (held + line).strip()
        held = ""


def sections(text: str) -> Iterator[Section]:
    """Every section that has rules of its own, inner ones first."""
    stack = [Section("", 1)]
    for number, line in _lines(text):
        low = line.lower()
        if not line or line[0] == "#":
            continue
        if low.startswith("</"):
            name = low[2:].rstrip("> ")
            here = stack[-1]
            if name in CONTAINERS:
                if len(here.requires) > 1:
                    here.requires.pop()
            elif len(stack) > 1 and not name.startswith("ifmodule"):
                yield stack.pop()
        elif low.startswith("<"):
            name = low[1:].split(None, 1)[0].rstrip(">")
            if name in CONTAINERS:
                made = Require(CONTAINERS[name], number, line)
                stack[-1].requires[-1].parts.append(made)
                stack[-1].requires.append(made)
            elif not name.startswith("ifmodule"):
                stack.append(Section(line.strip("<>"), number))
        else:
            _directive(stack[-1], number, line, low)
    while stack:
        yield stack.pop()


def _directive(here: Section, number: int, line: str, low: str) -> None:
    if low.startswith("require "):
        here.requires[-1].parts.append(Require("one", number, line))
    elif low.startswith("order "):
        here.order = "".join(low.split()[1:])
    elif low.startswith(("allow from ", "deny from ")):
        rules = here.allows if low.startswith("allow") else here.denies
        rules += [(number, word) for word in line.split()[2:]]


def read(source: Source, asked: Address) -> Iterator[Judgement]:
    """A judgement for each section that has rules of its own."""
    for section in sections(source.text()):
        name = f"{source.name}: {section.name}" if section.name else source.name
        count = section.rules()
        if section.requires[0].parts:
            yield _required(name, section.requires[0], asked, count)
        if section.allows or section.denies or section.order:
            yield _ordered(name, section, asked, count)


def _required(name: str, top: Require, asked: Address, count: int) -> Judgement:
    hoped, feared = (_result(top, asked, guess) for guess in (True, False))
    decided = {found.result == GRANTED for found in (hoped, feared)}
    if len(decided) > 1:
        by = hoped.by or feared.by
        why = "it depends on more than the address: a user, a name, a variable"
        return Judgement(name, "Apache Require", "depends", why, _entry(by), (), count)
    if hoped.result == GRANTED:
        return Judgement(name, "Apache Require", "allow", "this grants access", _entry(hoped.by), (), count)
    why = "this denies access" if hoped.by else "nothing grants access to it"
    return Judgement(name, "Apache Require", "block", why, _entry(hoped.by), (), count)


def _entry(by: Require | None) -> Entry | None:
    return Entry(by.line, by.text) if by else None


def _result(require: Require, asked: Address, guess: bool) -> Found:
    """As the server works it out; `guess` is what is taken for granted of what does not depend on the address."""
    if require.kind == "one":
        return _one(require, asked, guess)
    answer = Found(NEUTRAL)
    for part in require.parts:
        found = _result(part, asked, guess)
        decides = DENIED if require.kind == "all" else GRANTED
        if found.result == decides:
            answer = found
            break
        if answer.result == NEUTRAL:
            answer = found
    return _negated(answer, require) if require.kind == "none" else answer


def _negated(found: Found, require: Require) -> Found:
    """What is granted becomes denied; what is denied says nothing: not to be refused is not to be let in."""
    return Found(DENIED, found.by or require) if found.result == GRANTED else Found(NEUTRAL)


def _one(require: Require, asked: Address, guess: bool) -> Found:
    words = _words(require.text)[1:]
    negated = [word.lower() for word in words[:1]] == ["not"]
    words = words[1:] if negated else words
    kind, rest = (words[0].lower(), words[1:]) if words else ("", [])
    if kind == "all":
        said = [word.lower() for word in rest] == ["granted"]
    elif kind == "ip":
        said = any(asked.within(span(word)) or asked.within(_partial(word)) for word in rest)
    elif kind == "local":
        said = any(asked.within(one) for one in LOOPBACK)
    else:
        said = guess != negated
    found = Found(GRANTED if said else DENIED, require)
    return _negated(found, require) if negated else found


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _partial(word: str) -> Span | None:
    """`10.1` and `10`: the first one to three bytes of an address."""
    return span(f"{word.rstrip('.')}.") if re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){0,2}\.?", word) else None


def _ordered(name: str, section: Section, asked: Address, count: int) -> Judgement:
    form, order = "Apache Order", section.order or "deny,allow"
    allow, maybe_allow = _meets(section.allows, asked)
    deny, maybe_deny = _meets(section.denies, asked)
    first_allows = order in ("allow,deny", "mutual-failure")
    allowed = _entry_of(allow, "Allow from", "allow")
    denied = _entry_of(deny, "Deny from", "block")
    if first_allows:
        if deny:
            return Judgement(name, form, "block", "Order Allow,Deny: what is denied stays denied", denied, (), count)
        if maybe_deny or (maybe_allow and not allow):
            return Judgement(name, form, "depends", "a name or variable in it decides", None, (), count)
        if allow:
            return Judgement(name, form, "allow", "Order Allow,Deny: it is allowed, and not denied", allowed, (), count)
        return Judgement(name, form, "block", "Order Allow,Deny: what is not allowed is denied", None, (), count)
    if allow:
        return Judgement(name, form, "allow", "Order Deny,Allow: what is allowed stays allowed", allowed, (), count)
    if maybe_allow and (deny or maybe_deny):
        return Judgement(name, form, "depends", "a name or variable in it decides", None, (), count)
    if deny:
        return Judgement(name, form, "block", "Order Deny,Allow: it is denied, and not allowed", denied, (), count)
    if maybe_deny:
        return Judgement(name, form, "depends", "a name or variable in it decides", None, (), count)
    return Judgement(name, form, "allow", "Order Deny,Allow: what is not denied is allowed", None, (), count)


def _meets(rules: list[tuple[int, str]], asked: Address) -> tuple[tuple[int, str] | None, bool]:
    """The rule that holds the address, and whether one that cannot be decided here might."""
    maybe = False
    for number, word in rules:
        known = span(word) or _partial(word)
        if word.lower() == "all" or asked.within(known):
            return (number, word), False
        maybe = maybe or known is None
    return None, maybe


def _entry_of(rule: tuple[int, str] | None, verb: str, action: str) -> Entry | None:
    return Entry(rule[0], f"{verb} {rule[1]}", "", action, span(rule[1])) if rule else None
