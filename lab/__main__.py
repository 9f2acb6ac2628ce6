"""`python -m lab list|install|start|record|check [PRODUCT ...]`: real servers that refuse for known reasons."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab.install import install
from lab.record import KEPT, Recording, answer_of, keep, record
from lab.servers import NotRun, running
from lab.table import Bench, folders, load


def say(text: str) -> None:
    """Progress, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text[:100]}", end="", file=sys.stderr, flush=True)


def listed(benches: list[Bench]) -> int:
    """What there is, and how much of it."""
    causes = {scenario.cause for bench in benches for scenario in bench.scenarios}
    for bench in benches:
        print(
            f"{bench.folder:20} {len(bench.scenarios):3} scenarios  {', '.join(sorted({one.cause for one in bench.scenarios}))}"
        )
    pairs = {scenario.pair for bench in benches for scenario in bench.scenarios if scenario.pair}
    count = sum(len(bench.scenarios) for bench in benches)
    print(
        f"{len(benches)} products or modes, {count} scenarios, {len(causes)} causes, {len(pairs)} indistinguishable pairs"
    )
    return 0


def started(benches: list[Bench]) -> int:
    """Start servers and keep them until interrupted."""
    from contextlib import ExitStack

    with tempfile.TemporaryDirectory(prefix="why403-lab-", ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        for bench in benches:
            try:
                server = stack.enter_context(running(bench, Path(folder)))
                print(f"{bench.folder:20} {server.places['url']}  {server.run}")
            except NotRun as fault:
                print(f"{bench.folder:20} not run: {fault}", file=sys.stderr)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            print("stopped")
    return 0


def recorded(benches: list[Bench], jobs: int, *, write: bool, scenarios: tuple[str, ...]) -> int:
    """Run every scenario; write what is new, or tell what a live server now answers differently."""
    missing = install(benches, say)
    status, lock, counts = 0, threading.Lock(), {"run": 0, "written": 0, "changed": 0, "not run": 0}

    def one(bench: Bench) -> None:
        nonlocal status
        done: list[Recording]
        failed: dict[str, str]
        if bench.folder in missing:
            done, failed = [], {scenario.id: missing[bench.folder] for scenario in bench.scenarios}
        else:
            done, failed = record(bench, say, scenarios)
        with lock:
            counts["run"] += len(done)
            counts["not run"] += len(failed)
            for recording in done:
                path = KEPT / recording.path
                if write:
                    counts["written"] += keep(recording)
                elif not path.exists():
                    print(f"{recording.path}: not recorded yet")
                    counts["changed"] += 1
                elif (then := answer_of(json.loads(path.read_text(encoding="utf-8")))) != (
                    now := answer_of(recording.data)
                ):
                    print(f"{recording.path}: answers differently\n  then {then[:3]}\n  now  {now[:3]}")
                    counts["changed"] += 1
            for scenario, reason in failed.items():
                print(f"{bench.folder}/{scenario}: not run: {reason}", file=sys.stderr)
            if failed or (counts["changed"] and not write):
                status = 1

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, benches))
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return status


def main() -> int:
    """Run one command; 0, or 1 where something was not run or answers differently."""
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    parser.add_argument("verb", choices=("list", "install", "start", "record", "check"))
    parser.add_argument("products", nargs="*", help="folders of lab/; all unless named")
    parser.add_argument("--scenario", action="append", default=[], help="only these scenarios")
    parser.add_argument("--jobs", type=int, default=2, help="products at a time")
    parser.add_argument("--quick", action="store_true", help="only the products that CI runs live")
    options = parser.parse_args()
    names = options.products or folders()
    if odd := [name for name in names if name not in folders()]:
        print(f"lab: there is no product {odd[0]!r}. Known: {', '.join(folders())}", file=sys.stderr)
        return 2
    benches = [load(name) for name in names]
    if options.quick:
        benches = [bench for bench in benches if bench.quick]
    if options.verb == "list":
        return listed(benches)
    if options.verb == "install":
        failed = install(benches, say)
        for name, reason in failed.items():
            print(f"{name}: {reason}", file=sys.stderr)
        return 1 if failed else 0
    if options.verb == "start":
        return started(benches)
    return recorded(benches, options.jobs, write=options.verb == "record", scenarios=tuple(options.scenario))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
