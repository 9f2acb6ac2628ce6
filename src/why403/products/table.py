"""A product's table: read from TOML, checked, and turned into rules. The TOML is for people; see compiled.py for the program's form."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from ..model import LAYERS, BadTable, Weight
from ..model.frozen import NamedTuple
from .text import fold, lower

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .needs import Group

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = os.path.join(HERE, "tables")  # apart from the code: Python lists a folder of code at every start
REGISTER = os.path.join(HERE, "..", "model", "register.toml")
STRENGTHS = {"hint": int(Weight.HINT), "strong": int(Weight.STRONG), "proof": int(Weight.PROOF)}
KINDS = ("cdn", "waf", "cloud", "api", "gateway", "server", "framework", "application", "proxy", "client", "wording")
MATCH_KEYS = {"text", "not", "pattern", "header", "code", "where", "status", "known", "url", "request"}
SAY_KEYS = MATCH_KEYS | {
    "cause", "also", "strength", "means", "source", "between", "ask", "caller", "operator", "snippet", "language",
    "layer", "product",
}  # fmt: skip
MARK_KEYS = MATCH_KEYS | {"source"}
TOP_KEYS = {
    "id", "name", "layer", "kind", "about", "read", "hosts", "names", "request_id", "wrote", "passed", "says", "case",
}  # fmt: skip


class Rule(NamedTuple):
    """One line of a table: what must be found, and what it then means. Field order is the compiled order."""

    product: int  # index of the product
    role: str  # "says" | "wrote" | "passed"
    texts: list[str]  # all of these, folded and lowered
    lacks: list[str]  # none of these
    pattern: str  # a linear-time pattern on the folded text, "" for none
    header: str  # the response header that must carry it, lowered; "" for none
    codes: list[str]  # all of these, in this case, as whole words
    where: str  # any | body | note
    status: list[int]  # the status, where it is known, is one of these; [] for any
    known: bool  # only where the product is known by something else
    url: str  # a pattern that the request's URL must match, "" for none
    request: str  # a request header that must be there ("cookie") or be absent ("!cookie")
    cause: str = ""
    also: Sequence[str] = ()
    strength: int = 0
    means: str = ""
    source: str = ""
    between: Sequence[str] = ()
    ask: str = ""
    caller: str = ""
    operator: str = ""
    snippet: str = ""
    language: str = ""
    layer: str = ""
    as_product: str = ""
    needs: Sequence[
        Sequence[Sequence[Any]]
    ] = ()  # the words without which the pattern (else the URL) cannot match (see needs.py)


class Product(NamedTuple):
    """Who may have answered. Field order is the compiled order."""

    id: str
    name: str
    layer: str
    kind: str
    about: str
    read: str
    hosts: list[str]  # "api.github.com", "*.amazonaws.com"
    names: list[str]  # words by which pasted text names it, lowered
    request_id: list[str]  # "header:cf-ray" or "text:Ray ID: ([0-9a-f]+)"


class Entry(NamedTuple):
    """One cause of the register. Field order is the compiled order."""

    id: str
    group: str
    mends: str  # caller | operator
    title: str
    says: str


def _strings(value: object, where: str) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return list(value)
    raise BadTable("expected a string or a list of strings", where)


def _rule(number: int, role: str, row: dict[str, Any], layer: str, where: str) -> Rule:
    known = SAY_KEYS if role == "says" else MARK_KEYS
    if odd := set(row) - known:
        raise BadTable(f"unknown key {sorted(odd)[0]!r}", where, f"Known: {', '.join(sorted(known))}")
    if not {"text", "pattern", "header", "code", "url"} & set(row):
        raise BadTable("matches everything", where, "Give text, code, pattern, header or url")
    if row.get("pattern") and not {"text", "code", "header"} & set(row):
        raise BadTable("a pattern needs a literal beside it", where, "Give text, code or header: it is searched first")
    if role == "says":
        if row.get("strength") not in STRENGTHS:
            raise BadTable(f"strength {row.get('strength')!r}", where, f"One of: {', '.join(STRENGTHS)}")
        if not row.get("cause"):
            raise BadTable("no cause", where, "Give an id of the register, or 'unknown' with between and ask")
        if row["cause"] == "unknown" and not (row.get("between") and row.get("ask")):
            raise BadTable("unknown needs between and ask", where, "Name the causes left and what separates them")
    if not row.get("source"):
        raise BadTable("no source", where, "Give the page that documents it, or the lab case that shows it")
    return Rule(
        product=number,
        role=role,
        texts=[lower(fold(text)) for text in _strings(row.get("text", []), where)],
        lacks=[lower(fold(text)) for text in _strings(row.get("not", []), where)],
        pattern=row.get("pattern", ""),
        header=row.get("header", "").lower(),
        codes=_strings(row.get("code", []), where),
        where=row.get("where", "any"),
        status=[row["status"]] if isinstance(row.get("status"), int) else list(row.get("status", [])),
        known=bool(row.get("known", False)),
        url=row.get("url", ""),
        request=row.get("request", "").lower(),
        cause=row.get("cause", ""),
        also=_strings(row.get("also", []), where),
        strength=STRENGTHS.get(row.get("strength", ""), 0),
        means=row.get("means", ""),
        source=row["source"],
        between=_strings(row.get("between", []), where),
        ask=row.get("ask", ""),
        caller=row.get("caller", ""),
        operator=row.get("operator", ""),
        snippet=row.get("snippet", ""),
        language=row.get("language", ""),
        layer=row.get("layer", layer),
        as_product=row.get("product", ""),
        needs=_needs(row.get("pattern", "") or row.get("url", ""), where),
    )


def _needs(pattern: str, where: str) -> list[list[Group]]:
    if not pattern:
        return []
    from .needs import needs

    try:
        return needs(pattern)
    except re.error as fault:
        raise BadTable(f"the pattern is no pattern: {fault}", where) from None


def parse(source: str, name: str) -> dict[str, Any]:
    """One product's TOML as data. Raises BadTable with the file and what is wrong."""
    import tomllib

    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as fault:
        raise BadTable(str(fault), f"products/{name}.toml", "Mend the TOML") from None
    where = f"products/{name}.toml"
    if odd := set(data) - TOP_KEYS:
        raise BadTable(f"unknown key {sorted(odd)[0]!r}", where, f"Known: {', '.join(sorted(TOP_KEYS))}")
    if data.get("id") != name:
        raise BadTable(f"id {data.get('id')!r} is not the file's name", where)
    if data.get("layer") not in LAYERS:
        raise BadTable(f"layer {data.get('layer')!r}", where, f"One of: {', '.join(LAYERS)}")
    if data.get("kind") not in KINDS:
        raise BadTable(f"kind {data.get('kind')!r}", where, f"One of: {', '.join(KINDS)}")
    for key in ("name", "about", "read"):
        if not data.get(key):
            raise BadTable(f"no {key}", where)
    return data


def register() -> dict[str, Entry]:
    """The register of causes (model/register.toml), by id."""
    import tomllib

    with open(REGISTER, "rb") as file:
        rows = tomllib.load(file)
    return {key: Entry(key, row["group"], row["mends"], row["title"], row["says"]) for key, row in rows.items()}


def compile_tables(sources: dict[str, str]) -> tuple[list[Product], list[Rule], dict[str, Entry]]:
    """Turn the TOML of every product, by file name without ending, into products, rules and the register of causes."""
    causes = register()
    products: list[Product] = []
    rules: list[Rule] = []
    for name in sorted(sources):
        data = parse(sources[name], name)
        number = len(products)
        products.append(
            Product(
                id=name,
                name=data["name"],
                layer=data["layer"],
                kind=data["kind"],
                about=data["about"],
                read=str(data["read"]),
                hosts=[host.lower() for host in data.get("hosts", [])],
                names=[lower(word) for word in data.get("names", [])],
                request_id=data.get("request_id", []),
            )
        )
        for role in ("wrote", "passed", "says"):
            for at, row in enumerate(data.get(role, []), 1):
                where = f"products/{name}.toml {role} {at}"
                rule = _rule(number, role, row, data["layer"], where)
                for cause in (rule.cause, *rule.also, *rule.between):
                    if cause and cause not in causes:
                        raise BadTable(f"no cause {cause!r} in the register", where, "See model/register.toml")
                rules.append(rule)
    return products, rules, causes


def sources() -> dict[str, str]:
    """The TOML of every product."""
    found = {}
    for entry in sorted(os.listdir(TABLES)):
        if entry.endswith(".toml"):
            with open(os.path.join(TABLES, entry), encoding="utf-8") as file:
                found[entry[:-5]] = file.read()
    return found
