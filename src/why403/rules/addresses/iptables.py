"""`iptables-save` and `ip6tables-save`: the chain INPUT of the table filter, followed as a new web request would (iptables(8))."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from ...model.frozen import NamedTuple
from .address import Address, Span, span
from .kept import Entry, Judgement, Source

PORTS = {"80", "443", "http", "https", "8080", "8443"}
FINAL = {"ACCEPT": "allow", "DROP": "block", "REJECT": "block", "TARPIT": "block"}
STATES = ("--state", "--ctstate")
JUMPS = 1000  # rules that are followed


class Rule(NamedTuple):
    """One rule of a chain."""

    line: int
    text: str
    words: tuple[str, ...]


def read(source: Source, asked: Address) -> Iterator[Judgement]:
    """What INPUT does with a new request from the address."""
    chains: dict[str, list[Rule]] = {}
    policies: dict[str, str] = {}
    table = "filter"
    for number, line in source.lines():
        text = line.strip()
        if text.startswith("*"):
            table = text[1:]
        elif table != "filter":
            continue
        elif text.startswith(":"):
            name, policy = [*text[1:].split(), "-", "-"][:2]
            policies[name] = policy
        elif text.startswith(("-A ", "-I ")):
            words = tuple(_words(text))
            chains.setdefault(words[1], []).append(Rule(number, text, words[2:]))
    walk = Walk(chains, asked)
    count = sum(map(len, chains.values()))
    decided = walk.follow("INPUT", 0)
    remarks = tuple(walk.remarks[:5])
    if decided:
        action, rule = decided
        why = "the first rule that matches decides"
        yield Judgement(
            source.name, "iptables", action, why, Entry(rule.line, rule.text, "", action), (), count, "", remarks
        )
    else:
        policy = policies.get("INPUT", "ACCEPT")
        why = f"no rule matches, and the policy of INPUT is {policy}"
        yield Judgement(source.name, "iptables", FINAL.get(policy, "allow"), why, None, (), count, "", remarks)


def _words(text: str) -> list[str]:
    if not any(mark in text for mark in "'\"\\"):
        return text.split()
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


class Walk:
    """One request on its way through the chains."""

    def __init__(self, chains: dict[str, list[Rule]], asked: Address) -> None:
        self.chains, self.asked = chains, asked
        self.remarks: list[str] = []
        self.left = JUMPS * 1000

    def follow(self, chain: str, depth: int) -> tuple[str, Rule] | None:
        """What the chain decides, or None where the request comes out at its end."""
        if depth > 20:
            return None
        for rule in self.chains.get(chain, ()):
            self.left -= 1
            if self.left < 0:
                self.remarks.append("more rules than are followed here")
                return None
            matches = self._matches(rule)
            if matches is None:
                self.remarks.append(
                    f"line {rule.line}: whether it matches does not depend on the address alone; passed over"
                )
            if not matches:
                continue
            target = _target(rule)
            if target in FINAL:
                return FINAL[target], rule
            if target == "RETURN":
                return None
            if target in self.chains and (found := self.follow(target, depth + 1)):
                return found
        return None

    def _matches(self, rule: Rule) -> bool | None:
        """Whether the rule takes a new TCP connection from the address; None where that does not tell."""
        words, negated, sure = list(rule.words), False, True
        while words:
            word = words.pop(0)
            if word == "!":
                negated = True
                continue
            if word in ("-j", "-g", "--jump", "--goto"):
                break
            value = words.pop(0) if words and not words[0].startswith("-") and words[0] != "!" else ""
            told = self._told(word, value)
            if told is not None and told == negated:
                return False
            sure = sure and told is not None
            negated = False
        return True if sure else None

    def _told(self, word: str, value: str) -> bool | None:
        """What one match says; True too for what only names or comments."""
        asked = self.asked
        if word in ("-s", "--source", "--src"):
            return any(asked.within(span(part)) for part in value.split(","))
        if word == "--src-range":
            return asked.within(span(value))
        if word in ("-p", "--protocol"):
            return value in ("tcp", "6", "all", "0")
        if word in ("--dport", "--dports", "--destination-port"):
            return any(_port(part) for part in value.split(","))
        if word in STATES:
            return "NEW" in value.split(",")
        if word in (
            "-m",
            "--match",
            "--comment",
            "--reject-with",
            "--log-prefix",
            "--log-level",
            "--syn",
            "--tcp-flags",
        ):
            return True
        if word in ("-i", "--in-interface"):
            return (
                any(asked.within(one) for one in (Span(4, 127 << 24, (128 << 24) - 1), Span(6, 1, 1)))
                if value == "lo"
                else None
            )
        return None


def _port(part: str) -> bool:
    low, colon, high = part.partition(":")
    if colon and low.isdigit() and high.isdigit():
        return any(int(low) <= port <= int(high) for port in (80, 443))
    return part in PORTS


def _target(rule: Rule) -> str:
    for at, word in enumerate(rule.words[:-1]):
        if word in ("-j", "-g", "--jump", "--goto"):
            return rule.words[at + 1]
    return ""
