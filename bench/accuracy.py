"""How often why403 is right: the labelled corpus, by cause, layer, product and word of confidence.

Prints the figures and writes them to bench/out/accuracy.json. The corpus lies outside the project (see --corpus);
its texts are for measuring only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from why403.engine import explain
from why403.model import Why403Error
from why403.readers.choose import read_bytes

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus" / "dev.jsonl"
BOUNDS = {"right": 0.85, "product": 0.85, "proven": 0.99, "honest": 0.75}


def first_finding(text: str) -> dict[str, str]:
    """Cause, layer, product and confidence of the first finding."""
    try:
        report = explain(read_bytes(text.encode()))
    except Why403Error as fault:
        return {"cause": "", "layer": "", "product": "", "confidence": "", "fault": str(fault)}
    if not report.refusals:
        return {"cause": "nothing", "layer": "", "product": "", "confidence": ""}
    found = report.refusals[0].findings[0]
    return {"cause": found.cause, "layer": found.layer, "product": found.product, "confidence": found.confidence}


def measure(rows: list[dict[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures as the corpus's README defines them, and every item with what was said of it."""
    told = []
    for row in rows:
        said, truth = first_finding(row["input"]), row["truth"]
        right = said["cause"] == truth["cause"] or said["cause"] in truth["also"]
        told.append(
            {"id": row["id"], "determinable": row["determinable"], "truth": truth, "said": said, "right": right}
        )
    sure = [item for item in told if item["determinable"] == "yes"]
    none = [item for item in told if item["determinable"] == "no"]
    figures: dict[str, Any] = {
        "items": len(told),
        "right": [sum(item["right"] for item in sure), len(sure)],
        "layer": [sum(item["said"]["layer"] == item["truth"]["layer"] for item in told), len(told)],
        "product": [sum(item["said"]["product"] == item["truth"]["product"] for item in told), len(told)],
        "honest": [sum(item["said"]["cause"] == "unknown" for item in none), len(none)],
    }
    for word in ("proven", "likely", "possible"):
        of = [item for item in told if item["said"]["confidence"] == word and item["said"]["cause"] != "unknown"]
        figures[word] = [sum(item["right"] for item in of), len(of)]
    figures["by cause"] = {
        cause: [sum(item["right"] for item in sure if item["truth"]["cause"] == cause), count]
        for cause, count in sorted(Counter(item["truth"]["cause"] for item in sure).items())
    }
    return figures, told


def share(pair: list[int]) -> float:
    """A count of a count as a share; 1 where there was nothing to count."""
    return pair[0] / pair[1] if pair[1] else 1.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--wrong", action="store_true", help="list what was wrong")
    args = parser.parse_args()
    if not args.corpus.exists():
        print(f"{args.corpus}: no corpus here; nothing measured", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in args.corpus.read_text(encoding="utf-8").splitlines() if line.strip()]
    figures, told = measure(rows)
    for name, value in figures.items():
        if isinstance(value, list):
            print(f"{name:10} {value[0]:4} of {value[1]:4}  {share(value):7.1%}")
    if args.wrong:
        for item in told:
            said, truth = item["said"], item["truth"]
            flaws = [key for key in ("layer", "product") if said[key] != truth[key]]
            if not item["right"] or flaws:
                mark = "WRONG" if not item["right"] else "right"
                print(
                    f"{mark} {item['id']:28} {item['determinable']:7} want {truth['cause']}/{truth['layer']}/{truth['product']}"
                    f"  said {said['confidence']} {said['cause']}/{said['layer']}/{said['product']}"
                )
    out = ROOT / "bench" / "out"
    out.mkdir(parents=True, exist_ok=True)
    (out / "accuracy.json").write_text(json.dumps({"figures": figures, "items": told}, indent=1), encoding="utf-8")
    broken = [name for name, bound in BOUNDS.items() if share(figures[name]) < bound]
    for name in broken:
        print(f"below its bound of {BOUNDS[name]:.0%}: {name}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
