"""The verbs that show what why403 knows: causes, products, status, completion, version."""

from __future__ import annotations

import argparse
import difflib
import os
from collections.abc import Callable

from ..model import BadCall
from ..products import Rule, tables
from .main import AT_FAULT, CAUSE_NAMED, write

STATUSES = os.path.join(os.path.dirname(__file__), "..", "causes", "statuses.toml")


def show(options: argparse.Namespace, parser: Callable[[], argparse.ArgumentParser]) -> int:
    """Write the page that was asked for; the exit status. Raises BadCall."""
    if options.verb == "completion":
        import shtab

        write(shtab.complete(parser(), shell=options.shell))
        return CAUSE_NAMED
    page = {"causes": _causes, "products": _products, "status": _status}[options.verb](options)
    write(page)
    return CAUSE_NAMED if page else AT_FAULT


def version() -> str:
    """The version, how much it knows, and the newest date on which a source of that was read."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("why403")
    except PackageNotFoundError:
        number = "(not installed)"
    known = tables()
    says = sum(rule.role == "says" for rule in known.rules)
    return f"why403 {number}, {len(known.register)} causes, {len(known.products)} products, {says} messages, knowledge of {known.knowledge}"


def _causes(options: argparse.Namespace) -> str:
    register = tables().register
    if options.id:
        if options.id not in register:
            raise BadCall(f"there is no cause {options.id!r}", "causes", _nearest(options.id, list(register)))
        from ..causes.about import text

        return text(options.id)
    width = max(len(cause) for cause in register)
    rows, group = [], ""
    for cause, entry in register.items():
        if entry.group != group:
            rows += ["", f"{entry.group}:"]
            group = entry.group
        rows.append(f"  {cause:{width}}  {entry.title} (mended by the {entry.mends})")
    return "\n".join(rows[1:])


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, 3)
    return f"Nearest: {', '.join(near)}" if near else "Without an id the list is shown"


def _products(options: argparse.Namespace) -> str:
    known = tables()
    if not options.id:
        width = max((len(product.id) for product in known.products), default=0)
        counts = [
            sum(rule.product == at and rule.role == "says" for rule in known.rules) for at in range(len(known.products))
        ]
        return "\n".join(
            f"{product.id:{width}}  {product.layer:8} {count:4} messages  {product.name}"
            for product, count in zip(known.products, counts, strict=True)
            if product.kind != "wording"
        )
    ids = [product.id for product in known.products]
    if options.id not in ids:
        raise BadCall(f"there is no product {options.id!r}", "products", _nearest(options.id, ids))
    number = ids.index(options.id)
    product = known.products[number]
    rows = [f"{product.name} ({product.id}): {product.kind}, refuses in the layer {product.layer}", product.about]
    rows += [f"hosts: {', '.join(product.hosts)}"] if product.hosts else []
    rows += [f"sources read: {product.read}", ""]
    for rule in known.rules:
        if rule.product == number:
            rows += _rule(rule)
    return "\n".join(rows)


def _rule(rule: Rule) -> list[str]:
    quote = "; ".join(f"“{text}”" for text in (*rule.texts, *rule.codes)) or rule.pattern
    place = f"header {rule.header}{': ' if quote else ''}" if rule.header else ""
    if rule.role != "says":
        return [f"{'wrote it' if rule.role == 'wrote' else 'passed it on'}: {place}{quote}", f"    {rule.source}"]
    strength = {1: "hint", 2: "strong", 3: "proof"}[rule.strength]
    open_to = f" (or {', '.join([*rule.also, *rule.between])})" if rule.also or rule.between else ""
    return [
        f"{rule.cause}{open_to} [{strength}]: {place}{quote}",
        f"    {rule.means}" if rule.means else "",
        f"    {rule.source}",
    ]


def _status(options: argparse.Namespace) -> str:
    import tomllib

    with open(STATUSES, "rb") as file:
        known = tomllib.load(file)
    row = known.get(str(options.code))
    if row is None:
        raise BadCall(
            f"{options.code} is none of the statuses by which requests are refused",
            "status",
            f"Known: {', '.join(known)}",
        )
    register = tables().register
    rows = [f"{options.code} {row['name']} ({row['source']})", "", row["means"]]
    rows += [row["taken_for"]] if row["taken_for"] else []
    if row["causes"]:
        rows += ["", "causes behind it:"]
        rows += [f"  {cause:28} {register[cause].title}" for cause in row["causes"]]
    return "\n".join(rows)
