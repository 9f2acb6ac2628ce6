"""The tables in the form that the program searches: made when the package is built, remade by itself in a working copy.

Two files. The index holds the products, the register and, for each rule, the one literal or header that must be there for the
rule to be worth a look. The rules lie in the other, one JSON line each, and a line is parsed only when its literal was found:
of thousands of messages a paste touches a handful.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

from .table import HERE, REGISTER, Entry, Product, Rule, compile_tables, sources
from .text import lower

FOLDER = os.path.join(HERE, "_compiled")
VERSION = 2  # of the compiled form


def key(rule: Rule) -> str:
    """The literal that is searched first: the rule's longest, lowered; "" where it has none."""
    if rule.texts:
        return max(rule.texts, key=len)
    return lower(max(rule.codes, key=len)) if rule.codes else ""


class Tables:
    """The register of causes, all products and all rules, ready to be searched."""

    __slots__ = ("_known", "_lines", "headers", "literals", "offsets", "products", "register", "stamp")

    def __init__(self, index: bytes, lines: bytes) -> None:
        """Take the two files' contents. Raises ValueError, KeyError or TypeError for what is not of this form."""
        data = json.loads(index)
        self.stamp: str = data["stamp"]
        self.products = [Product._make(row) for row in data["products"]]
        self.register = {name: Entry._make(row) for name, row in data["register"].items()}
        self.literals: list[str] = data["literals"]
        self.headers: list[str] = data["headers"]
        self.offsets: list[int] = data["offsets"]
        self._lines = lines
        self._known: dict[int, Rule] = {}

    def rule(self, number: int) -> Rule:
        """One rule, parsed when it is first asked for."""
        if number not in self._known:
            line = self._lines[self.offsets[number] : self.offsets[number + 1]]
            self._known[number] = Rule._make(json.loads(line))
        return self._known[number]

    @property
    def rules(self) -> Iterator[Rule]:
        """Every rule, in the tables' order."""
        return (self.rule(number) for number in range(len(self.literals)))

    @property
    def knowledge(self) -> str:
        """The newest date on which a source was read."""
        return max((product.read for product in self.products), default="")


def build(stamp: str) -> tuple[bytes, bytes]:
    """The two files' contents, from the TOML of all products. Raises BadTable."""
    products, rules, register = compile_tables(sources())
    lines = [json.dumps(rule, separators=(",", ":")).encode() + b"\n" for rule in rules]
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    data = {
        "stamp": stamp,
        "products": products,
        "register": register,
        "literals": [key(rule) for rule in rules],
        "headers": [rule.header for rule in rules],
        "offsets": offsets,
    }
    return json.dumps(data, separators=(",", ":")).encode(), b"".join(lines)


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
        if (not stamp or known.stamp == stamp) and known.offsets[-1] == len(known._lines):
            return known
    except (OSError, ValueError, KeyError, TypeError):
        pass
    index, lines = build(stamp or "built")
    try:
        write(index, lines)
    except OSError:
        pass  # a folder that may not be written to: the tables are remade each time
    return Tables(index, lines)
