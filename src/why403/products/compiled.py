"""The tables in the form that the program searches: made when the package is built, remade by itself in a working copy.

The index holds hosts and names of the products and, for each rule, the one literal or header that must be there for the rule to be
worth a look (`grams.py` finds those that are). Rules, products and the register lie in a second file, one JSON line each, and a line is
read only when it is asked for: of thousands of messages a paste touches a handful. A third file holds numbers: where each line begins,
and what is filed where.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from .grams import Grams, file, packed, unpacked
from .table import HERE, REGISTER, TABLES, Entry, Product, Rule, compile_tables, sources
from .text import lower, pair_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FOLDER = os.path.join(HERE, "_compiled")
VERSION = 16  # of the compiled form
CODE = (
    "table.py",
    "compiled.py",
    "grams.py",
    "needs.py",
    "text.py",
)  # what the compiled form depends on beside the tables
SECTION = b"\f"  # between the parts of the index


def key(rule: Rule) -> str:
    """The literal that is searched first: the rule's longest, lowered, of a pair of JSON its value; "" where it has none."""
    if rule.texts:
        longest = max(rule.texts, key=len)
        pair = pair_of(longest, alone=len(rule.texts) == 1)
        return pair[1] if pair else longest
    return lower(max(rule.codes, key=len)) if rule.codes else ""


class Tables:
    """The register of causes, all products and all rules, ready to be searched."""

    def __init__(self, index: bytes, numbers: bytes, lines: Callable[[int, int], bytes]) -> None:
        """Take the files' contents. Raises ValueError, KeyError, IndexError or TypeError for what is not of this form.

        Args:
            index: A head in JSON, then lists of lines: cutting a line out costs a fraction of parsing JSON.
            numbers: Where lines begin, in the index and in the file of lines, and which literal is filed where.
            lines: Gives the bytes of the lines from one offset to another.
        """
        head, ids, literals, hosts, words, names = index.split(SECTION)
        self._offsets, *filed = unpacked(numbers)
        data = json.loads(head)
        self.stamp: str = data["stamp"]
        self.knowledge: str = data["knowledge"]  # the newest date on which a source was read
        self.ids: list[str] = ids.decode().split("\n")
        self.by_header: dict[str, list[int]] = data["headers"]
        self._always: list[int] = data["always"]  # rules of a pattern or a URL alone
        self.wording = frozenset(data["wording"])  # numbers of the tables whose words many products share
        self._hosts_read = hosts
        self._names_read = names
        self._literals = Grams(literals, filed[:5])
        self._words = Grams(words, filed[5:])
        self._read = lines
        if len(self._offsets) != len(self._literals) + len(self.ids) + 2:
            raise ValueError("the index and the lines are of different tables")
        self._rules: dict[int, Rule] = {}
        self._products: dict[int, Product] = {}

    def _line(self, number: int) -> Any:
        return json.loads(self._read(self._offsets[number], self._offsets[number + 1]))

    def rule(self, number: int) -> Rule:
        """One rule, parsed when it is first asked for."""
        if number not in self._rules:
            self._rules[number] = Rule._make(self._line(number))
        return self._rules[number]

    def product(self, number: int) -> Product:
        """One product, parsed when it is first asked for."""
        if number not in self._products:
            self._products[number] = Product._make(self._line(len(self._literals) + number))
        return self._products[number]

    def named(self, product: str) -> Product | None:
        """The product of this id."""
        return self.product(self.ids.index(product)) if product in self.ids else None

    @cached_property
    def register(self) -> dict[str, Entry]:
        """The register of causes, by id."""
        return {name: Entry._make(row) for name, row in self._line(len(self._offsets) - 2).items()}

    @property
    def rules(self) -> Iterator[Rule]:
        """Every rule, in the tables' order."""
        return (self.rule(number) for number in range(len(self._literals)))

    @property
    def products(self) -> Sequence[Product]:
        """Every product, by id."""
        return [self.product(number) for number in range(len(self.ids))]

    def candidates(self, text: str, headers: Iterable[str]) -> list[int]:
        """The numbers of the rules whose literal stands in a lowered text, or whose header is there, in the tables' order."""
        found = self._literals.found(text.encode("utf-8", "surrogatepass"))
        found += self._always
        for header in headers:
            found += self.by_header.get(header, ())
        return sorted(found)

    def by_host(self, host: str) -> tuple[Product, ...]:
        """The products whose host this is, the closest match first: the host itself, then "*." and its parents."""
        found = self._numbers(self._hosts_read, host)
        tail = host
        while tail:
            found += self._numbers(self._hosts_read, f"*.{tail}")
            tail = tail.partition(".")[2]
        return tuple(self.product(number) for number in dict.fromkeys(found))

    @staticmethod
    def _numbers(table: bytes, name: str) -> list[int]:
        """The numbers beside a name in a table of "name<TAB>3 17" lines; a search in one string costs less than a dictionary's making."""
        sought = f"\n{name}\t".encode()
        at = table.find(sought)
        if at < 0:
            return []
        start = at + len(sought)
        return [int(number) for number in table[start : table.index(b"\n", start)].split(b" ")]

    def by_name(self, text: str) -> tuple[Product, ...]:
        """The products that a lowered text names as whole words, the longest name first.

        A name that begins or ends with a sign (".example.net", "/w/api.php") is whole on that side by itself.
        """
        found: dict[int, int] = {}
        for word in self._words.found(text.encode("utf-8", "surrogatepass")):
            name = self._words[word].decode()
            at = text.find(name)
            while at >= 0:
                end = at + len(name)
                before, after = text[at - 1 : at] + name[0], name[-1] + text[end : end + 1]
                if not (len(before) == 2 and before.isalnum()) and not (len(after) == 2 and after.isalnum()):
                    numbers = self._numbers(self._names_read, name)
                    found.update((number, max(len(name), found.get(number, 0))) for number in numbers)
                    break
                at = text.find(name, end)
        return tuple(self.product(number) for number in sorted(found, key=lambda number: (-found[number], number)))


def _joined(table: dict[str, list[int]]) -> str:
    return "\n" + "".join(f"{name}\t{' '.join(map(str, numbers))}\n" for name, numbers in table.items())


def build(stamp: str) -> dict[str, bytes]:
    """The files' contents by name, from the TOML of all products. Raises BadTable."""
    products, rules, register = compile_tables(sources())
    lines = [json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in [*rules, *products, register]]
    tables: dict[str, dict[str, list[int]]] = {"hosts": {}, "names": {}, "headers": {}}
    for number, product in enumerate(products):
        for host in product.hosts:
            tables["hosts"].setdefault(host, []).append(number)
        for name in product.names:
            tables["names"].setdefault(name, []).append(number)
    for number, rule in enumerate(rules):
        if rule.header:
            tables["headers"].setdefault(rule.header, []).append(number)
    head = {
        "stamp": stamp,
        "knowledge": max((product.read for product in products), default=""),
        "wording": [number for number, product in enumerate(products) if product.kind == "wording"],
        "always": [number for number, rule in enumerate(rules) if not (rule.header or key(rule))],
        "headers": tables["headers"],
    }
    literals = ["" if rule.header else key(rule) for rule in rules]
    words = list(tables["names"])
    index = (
        json.dumps(head, separators=(",", ":")),
        "\n".join(product.id for product in products),
        "".join(f"{literal}\n" for literal in literals),
        _joined(tables["hosts"]),
        "".join(f"{word}\n" for word in words),
        _joined(tables["names"]),
    )
    offsets = list(accumulate((len(line) for line in lines), initial=0))
    return {
        "rules.jsonl": b"".join(lines),
        "numbers.bin": packed(offsets, *file(literals), *file(words)),
        "index.txt": SECTION.join(part.encode() for part in index),
    }


def stamp_of_sources() -> str:
    """Changes whenever a table is added, removed or written. It looks at every table: for tests and the build, not for each start."""
    newest = count = size = 0
    with os.scandir(TABLES) as entries:
        tables = [entry.stat() for entry in entries if entry.name.endswith(".toml")]
    for facts in (*tables, os.stat(REGISTER), *(os.stat(os.path.join(HERE, name)) for name in CODE)):
        newest, count, size = max(newest, facts.st_mtime_ns), count + 1, size + facts.st_size
    return f"{VERSION}:{count}:{size}:{newest}"


def write(files: dict[str, bytes], folder: str = FOLDER) -> None:
    """Write the files, each whole or not at all; the index last, since it is what says that they fit."""
    os.makedirs(folder, exist_ok=True)
    for name, content in files.items():
        half = os.path.join(folder, f"{name}.{os.getpid()}")
        with open(half, "wb") as out:
            out.write(content)
        os.replace(half, os.path.join(folder, name))


def _newer_code_or_tables() -> bool:
    """Whether a table was added or removed, or the code that compiles them was written, since they were compiled.

    A table that was written in place is seen by `refresh()`, which the tests call: two thousand files are too many to look at
    in every run.
    """
    made = os.stat(os.path.join(FOLDER, "index.txt")).st_mtime_ns
    watched = (TABLES, REGISTER, *(os.path.join(HERE, name) for name in CODE))
    return any(os.stat(path).st_mtime_ns > made for path in watched)


def refresh() -> None:
    """Compile the tables anew where one of them has changed. Raises BadTable."""
    stamp = stamp_of_sources()
    try:
        if _opened().stamp == stamp:
            return
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        pass
    write(build(stamp))


def _opened() -> Tables:
    with open(os.path.join(FOLDER, "index.txt"), "rb") as opened:
        index = opened.read()
    with open(os.path.join(FOLDER, "numbers.bin"), "rb") as opened:
        numbers = opened.read()
    lines = os.open(os.path.join(FOLDER, "rules.jsonl"), os.O_RDONLY | getattr(os, "O_BINARY", 0))

    def read(start: int, end: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(lines, end - start, start)
        os.lseek(lines, start, os.SEEK_SET)
        return os.read(lines, end - start)

    return Tables(index, numbers, read)


def load() -> Tables:
    """The compiled tables. In a working copy they are remade when tables came or went, or the code that compiles them changed."""
    working_copy = os.path.exists(os.path.join(HERE, "..", "..", "..", "pyproject.toml"))
    try:
        if not (working_copy and _newer_code_or_tables()):
            return _opened()
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        pass
    files = build(stamp_of_sources() if working_copy else "built")
    try:
        write(files)
    except OSError:
        pass  # a folder that may not be written to: the tables are remade each time
    lines = files["rules.jsonl"]
    return Tables(files["index.txt"], files["numbers.bin"], lambda start, end: lines[start:end])
