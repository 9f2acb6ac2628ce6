"""How often why403 is right: the labelled corpus and the lab's recordings, by cause, layer, product and word of confidence.

Prints the figures, writes them to bench/out/accuracy.json, and with --publish to docs/accuracy.md. The corpus lies outside the
project (see --corpus); its texts are for measuring only. Exit status 1 where a bound is broken.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lab.record import KEPT  # noqa: E402
from lab.table import folders, load  # noqa: E402

from why403.engine.explain import explain  # noqa: E402
from why403.model import Case, Note, Report, Why403Error  # noqa: E402
from why403.products import tables  # noqa: E402
from why403.products.compiled import refresh  # noqa: E402
from why403.readers.choose import read_bytes  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus" / "dev.jsonl"
PAGE = ROOT / "docs" / "accuracy.md"
WORDS = ("proven", "likely", "possible")
CORPUS_BOUNDS = {"right": 0.97, "layer": 0.95, "product": 0.95, "proven": 0.99, "likely": 0.85, "honest": 0.85}
LAB_BOUNDS = {"right": 0.92, "layer": 0.95, "product": 0.95, "proven": 0.99, "honest": 1.0}


def first_finding(report: Report) -> dict[str, str]:
    """Cause, layer, product and confidence of the first finding."""
    if not report.refusals:
        return {"cause": "nothing", "layer": "", "product": "", "confidence": ""}
    found = report.refusals[0].findings[0]
    return {"cause": found.cause, "layer": found.layer, "product": found.product, "confidence": found.confidence}


def said(case: Case | bytes) -> dict[str, str]:
    """What why403 says of an input; what is wrong with it where it cannot be read."""
    try:
        return first_finding(explain(read_bytes(case) if isinstance(case, bytes) else case))
    except Why403Error as fault:
        return {"cause": "", "layer": "", "product": "", "confidence": "", "fault": str(fault)}


def corpus_items(path: Path) -> Iterator[dict[str, Any]]:
    """The labelled refusals with what was said of them."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            yield item(row["id"], row["truth"], row["determinable"], said(row["input"].encode()))


def lab_items() -> Iterator[dict[str, Any]]:
    """The lab's recordings with what was said of them: with the server's log where it wrote one.

    An answer that another cause gives byte for byte, without a log line to tell them apart, cannot be determined.
    """
    for folder in folders():
        for scenario in load(folder).scenarios:
            path = KEPT / folder / f"{scenario.id}.json"
            if not path.exists():
                continue
            data = json.loads(path.read_text(encoding="utf-8"))
            truth = {
                "cause": scenario.cause,
                "also": scenario.also,
                "layer": scenario.layer,
                "product": scenario.product,
            }
            text = json.dumps(data["har"]) if "har" in data else data["refused"]["transcript"]
            case = read_bytes(text.encode())
            settled = "yes"
            if scenario.with_log and "log" in data:
                case = case._replace(notes=(*case.notes, Note(data["log"], "error.log", "log")))
            elif scenario.pair:
                settled = "no"
            yield item(f"{folder}/{scenario.id}", truth, settled, said(case))


def item(name: str, truth: dict[str, Any], determinable: str, verdict: dict[str, str]) -> dict[str, Any]:
    """One labelled item and whether what was said of it is right."""
    right = verdict["cause"] == truth["cause"] or verdict["cause"] in truth["also"]
    return {"id": name, "determinable": determinable, "truth": truth, "said": verdict, "right": right}


def figures(told: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures as the corpus's README defines them: each a pair of (how many were right, of how many)."""
    sure = [one for one in told if one["determinable"] == "yes"]
    none = [one for one in told if one["determinable"] == "no"]
    found: dict[str, Any] = {
        "right": [sum(one["right"] for one in sure), len(sure)],
        "layer": [sum(one["said"]["layer"] == one["truth"]["layer"] for one in told), len(told)],
        "product": [sum(one["said"]["product"] == one["truth"]["product"] for one in told), len(told)],
        "honest": [sum(one["said"]["cause"] == "unknown" for one in none), len(none)],
    }
    for word in WORDS:
        of = [one for one in told if one["said"]["confidence"] == word and one["said"]["cause"] != "unknown"]
        found[word] = [sum(one["right"] for one in of), len(of)]
    found["by cause"] = {
        cause: [sum(one["right"] for one in sure if one["truth"]["cause"] == cause), count]
        for cause, count in sorted(Counter(one["truth"]["cause"] for one in sure).items())
    }
    return found


def share(pair: list[int]) -> float:
    """A count of a count as a share; 1 where there was nothing to count."""
    return pair[0] / pair[1] if pair[1] else 1.0


def page(measured: dict[str, dict[str, Any]]) -> str:
    """The figures as a page of the documentation."""
    rows = [
        "# How often it is right",
        "",
        "Written by `python bench/accuracy.py --publish`. *Right*: the first finding's cause is the true one, or a neighbour",
        "that an expert would accept, over the items that their evidence settles. *Honest*: of those that it does not settle,",
        "the share answered `unknown`.",
        "The words of confidence: how often a finding that used the word was right.",
        "",
        "| | " + " | ".join(measured) + " |",
        "|---|" + "---|" * len(measured),
    ]
    for name in ("right", "layer", "product", "honest", *WORDS):
        cells = (f"{share(found[name]):.1%} ({found[name][0]} of {found[name][1]})" for found in measured.values())
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    rows += ["", "## By cause", "", "| cause | " + " | ".join(measured) + " |", "|---|" + "---|" * len(measured)]
    for cause in tables().register:
        cells_of = [found["by cause"].get(cause) for found in measured.values()]
        if any(cells_of):
            rows.append(
                f"| `{cause}` | " + " | ".join(f"{cell[0]} of {cell[1]}" if cell else "" for cell in cells_of) + " |"
            )
    return "\n".join(rows) + "\n"


def show(name: str, found: dict[str, Any], told: list[dict[str, Any]], *, wrong: bool) -> None:
    """Print the figures, and what was wrong."""
    print(f"{name}: {len(told)} items")
    for key, value in found.items():
        if isinstance(value, list):
            print(f"  {key:10} {value[0]:4} of {value[1]:4}  {share(value):7.1%}")
    for one in told if wrong else ():
        verdict, truth = one["said"], one["truth"]
        flaws = [key for key in ("layer", "product") if verdict[key] != truth[key]]
        fine = one["right"] or (one["determinable"] == "no" and verdict["cause"] == "unknown")
        if not fine or flaws:
            want = f"{truth['cause']}/{truth['layer']}/{truth['product']}"
            got = f"{verdict['confidence']} {verdict['cause']}/{verdict['layer']}/{verdict['product']}"
            print(f"{'right' if fine else 'WRONG'} {one['id']:28} {one['determinable']:7} want {want}  said {got}")


def main() -> int:
    """Measure, print, write; 0 where every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--only", choices=("corpus", "lab"))
    parser.add_argument("--wrong", action="store_true", help="list what was wrong")
    parser.add_argument("--publish", action="store_true", help="write docs/accuracy.md")
    args = parser.parse_args()
    refresh()
    told: dict[str, list[dict[str, Any]]] = {}
    if args.only != "lab":
        if args.corpus.exists():
            told["corpus"] = list(corpus_items(args.corpus))
        else:
            print(f"{args.corpus}: no corpus here; only the lab is measured", file=sys.stderr)
    if args.only != "corpus" and args.corpus == CORPUS:
        told["lab"] = list(lab_items())
    measured = {name: figures(items) for name, items in told.items()}
    for name, found in measured.items():
        show(name, found, told[name], wrong=args.wrong)
    out = ROOT / "bench" / "out"
    out.mkdir(parents=True, exist_ok=True)
    (out / "accuracy.json").write_text(json.dumps({"figures": measured, "items": told}, indent=1), encoding="utf-8")
    if args.publish:
        PAGE.write_text(page(measured), encoding="utf-8")
    bounds = {"corpus": CORPUS_BOUNDS, "lab": LAB_BOUNDS}
    broken = [
        (name, key)
        for name, found in measured.items()
        for key, bound in bounds[name].items()
        if share(found[key]) < bound
    ]
    for name, key in broken:
        print(f"{name}: {key} is below its bound of {bounds[name][key]:.0%}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
