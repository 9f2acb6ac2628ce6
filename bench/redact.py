"""Whether redaction keeps its bound: a 100 MB HAR within four times json.load plus json.dump of it, measured in one run.

The recording has a secret of its own in every entry, so that thousands of them are looked for. Prints the figures, writes
bench/out/redact.json, ends with 1 where the bound is broken or a secret is left.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.speed import ENTRIES, ROOT, SIZE, run, write_har

TIMES = 4.0
PLAIN = "import json, sys; json.dump(json.load(open(sys.argv[1], encoding='utf-8')), open(sys.argv[2], 'w', encoding='utf-8'))"


def planted(path: Path) -> list[bytes]:
    """The recording with a token of its own in each entry's Authorization field; the tokens."""
    text = path.read_bytes()
    parts = text.split(b"Bearer example-token")
    tokens = [b"t%x" % (at * 2_654_435_761 % (1 << 60) + (1 << 60)) for at in range(len(parts) - 1)]
    whole = [parts[0]]
    for token, part in zip(tokens, parts[1:], strict=True):
        whole += [b"Bearer ", token, part]
    path.write_bytes(b"".join(whole))
    return tokens


def measure(times: int, size: int, entries: int) -> dict[str, object]:
    """Every figure, and the bounds that are broken, by name."""
    with tempfile.TemporaryDirectory() as folder:
        path, clean, dumped = Path(folder) / "in.har", Path(folder) / "out.har", Path(folder) / "dump.har"
        write_har(path, entries, size)
        tokens = planted(path)
        room = {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])}
        plain = run([sys.executable, "-c", PLAIN, str(path), str(dumped)], times=times)
        redact = run([sys.executable, "-m", "why403", "redact", str(path), "-o", str(clean)], times=times, room=room)
        written = path.stat().st_size
        copy = clean.read_bytes() if clean.exists() else b"".join(tokens)
        found = sum(token in copy for token in tokens[:: max(1, len(tokens) // 200)])
    broken = []
    if redact.seconds > TIMES * plain.seconds:
        broken.append("redaction takes more than 4 times json.load and json.dump")
    if redact.status:
        broken.append(f"redaction ended with {redact.status}")
    if found:
        broken.append("a secret is left")
    return {
        "python": sys.version.split()[0],
        "har_bytes": written,
        "secrets": len(tokens),
        "load_dump_ms": round(plain.seconds * 1000, 1),
        "load_dump_peak": plain.peak,
        "redact_ms": round(redact.seconds * 1000, 1),
        "redact_over_load_dump": round(redact.seconds / plain.seconds, 2),
        "redact_peak": redact.peak,
        "redact_peak_over_file": round(redact.peak / written, 2),
        "broken": broken,
    }


def main() -> int:
    """Measure, print, write; 1 where a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=2, help="runs of each child (the best counts)")
    parser.add_argument("--size", type=int, default=SIZE, help="bytes of the recording")
    parser.add_argument("--entries", type=int, default=ENTRIES)
    asked = parser.parse_args()
    figures = measure(asked.times, asked.size, asked.entries)
    for name, value in figures.items():
        print(f"{name:24} {value}")
    out = ROOT / "bench" / "out"
    out.mkdir(parents=True, exist_ok=True)
    (out / "redact.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 1 if figures["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
