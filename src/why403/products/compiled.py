"""The tables in the form that the program searches: made when the package is built, remade by itself in a working copy.

Two files. The index holds hosts and names of the products and, for each rule, the one literal or header that must be there for the
rule to be worth a look. Rules, products and the register lie in the other, one JSON line each, and a line is parsed only when it is
asked for: of thousands of messages a paste touches a handful.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence

from .table import HERE, REGISTER, Entry, Product, Rule, compile_tables, sources
from .text import lower

FOLDER = os.path.join(HERE, "_compiled")
VERSION = 3  # of the compiled form


def key(rule: Rule) -> str:
    """The literal that is searched first: the rule's longest, lowered; "" where it has none."""
    if rule.texts:
        return max(rule.texts, key=len)
    return lower(max(rule.codes, key=len)) if rule.codes else ""


class Tables:
    """The register of causes, all products and all rules, ready to be searched."""

    __slots__ = ("_hosts", "_lines", "_names", "_products", "_register", "_rules", "headers", "ids", "knowledge", "literals", "stamp")

    def __init__(self, index: bytes, lines: bytes) -> None:
        """Take the two files' contents. Raises ValueError, KeyError or TypeError for what is not of this form."""
        data = json.loads(index)
        self.stamp: str = data["stamp"]
        self.knowledge: str = data["knowledge"]  # the newest date on which a source was read
        self.ids: list[str] = data["ids"].split("\n")
        self.literals: list[str] = data["literals"].split("\n")
        self.headers: list[str] = data["headers"].split("\n")
        self._hosts: dict[str, list[int]] = data["hosts"]
        self._names: dict[str, list[int]] = data["names"]
        self._lines = lines.split(b"\n")
        if len(self._lines) != len(self.literals) + len(self.ids) + 2:
            raise ValueError("the index and the lines are of different tables")
        self._rules: dict[int, Rule] = {}
        self._products: dict[int, Product] = {}
        self._register: dict[str, Entry] | None = None

    def rule(self, number: int) -> Rule:
        """One rule, parsed when it is first asked for."""
        if number not in self._rules:
            self._rules[number] = Rule._make(json.loads(self._lines[number]))
        return self._rules[number]

    def product(self, number: int) -> Product:
        """One product, parsed when it is first asked for."""
        if number not in self._products:
            self._products[number] = Product._make(json.loads(self._lines[len(self.literals) + number]))
        return self._products[number]

    def named(self, product: str) -> Product | None:
        """The product of this id."""
        return self.product(self.ids.index(product)) if product in self.ids else None

    @property
    def register(self) -> dict[str, Entry]:
        """The register of causes, by id."""
        if self._register is None:
            rows = json.loads(self._lines[-2])
            self._register = {name: Entry._make(row) for name, row in rows.items()}
        return self._register

    @property
    def rules(self) -> Iterator[Rule]:
        """Every rule, in the tables' order."""
        return (self.rule(number) for number in range(len(self.literals)))

    @property
    def products(self) -> Sequence[Product]:
        """Every product, by id."""
        return [self.product(number) for number in range(len(self.ids))]

    def by_host(self, host: str) -> tuple[Product, ...]:
        """The products whose host this is, the closest match first: the host itself, then "*." and its parents."""
        found: list[int] = list(self._hosts.get(host, ()))
        tail = host
        while tail:
            found += self._hosts.get(f"*.{tail}", ())
            tail = tail.partition(".")[2]
        return tuple(self.product(number) for number in dict.fromkeys(found))

    def by_name(self, text: str) -> tuple[Product, ...]:
        """The products that a lowered text names as whole words, in the order of the tables."""
        found: set[int] = set()
        for name, numbers in self._names.items():
            at = text.find(name)
            while at >= 0:
                end = at + len(name)
                if not (at and text[at - 1].isalnum()) and not (end < len(text) and text[end].isalnum()):
                    found.update(numbers)
                    break
                at = text.find(name, end)
        return tuple(self.product(number) for number in sorted(found))


def build(stamp: str) -> tuple[bytes, bytes]:
    """The two files' contents, from the TOML of all products. Raises BadTable."""
    products, rules, register = compile_tables(sources())
    rows = [*rules, *products, register]
    hosts: dict[str, list[int]] = {}
    names: dict[str, list[int]] = {}
    for number, product in enumerate(products):
        for host in product.hosts:
            hosts.setdefault(host, []).append(number)
        for name in product.names:
            names.setdefault(name, []).append(number)
    data = {
        "stamp": stamp,
        "knowledge": max((product.read for product in products), default=""),
        "ids": "\n".join(product.id for product in products),
        "literals": "\n".join(key(rule) for rule in rules),
        "headers": "\n".join(rule.header for rule in rules),
        "hosts": hosts,
        "names": names,
    }
    lines = b"".join(json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in rows)
    return json.dumps(data, separators=(",", ":")).encode(), lines


def stamp_of_sources() -> str:
    """Changes whenever a table is added, removed or written."""
    facts = os.stat(REGISTER)
    newest, count, size = facts.st_mtime_ns, 1, facts.st_size
    with os.scandir(HERE) as entries:
        for entry in entries:
            if entry.name.endswith(".toml") or entry.name in ("table.py", "compiled.py", "text.py"):
                facts = entry.stat()
                newest, count, size = max(newest, facts.st_mtime_ns), count + 1, size + facts.st_size
    return f"{VERSION}:{count}:{size}:{newest}"


def write(index: bytes, lines: bytes, folder: str = FOLDER) -> None:
    """Write both files, each whole or not at all; the index last, since it is what says that they fit."""
    os.makedirs(folder, exist_ok=True)
    for name, content in (("rules.jsonl", lines), ("index.json", index)):
        half = os.path.join(folder, f"{name}.{os.getpid()}")
        with open(half, "wb") as file:
            file.write(content)
        os.replace(half, os.path.join(folder, name))


def _read(name: str) -> bytes:
    with open(os.path.join(FOLDER, name), "rb") as file:
        return file.read()


def load() -> Tables:
    """The compiled tables. In a working copy they are remade when a table has changed since."""
    working_copy = os.path.exists(os.path.join(HERE, "..", "..", "..", "pyproject.toml"))
    stamp = stamp_of_sources() if working_copy else ""
    try:
        known = Tables(_read("index.json"), _read("rules.jsonl"))
        if not stamp or known.stamp == stamp:
            return known
    except (OSError, ValueError, KeyError, TypeError):
        pass
    index, lines = build(stamp or "built")
    try:
        write(index, lines)
    except OSError:
        pass  # a folder that may not be written to: the tables are remade each time
    return Tables(index, lines)
