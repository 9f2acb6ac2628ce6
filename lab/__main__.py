"""`python -m lab list|install|start|record|check [PRODUCT ...]`: real servers that refuse for known reasons."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from lab.install import install
from lab.record import KEPT, Failure, Recording, answer_of, keep, record
from lab.servers import NotRun, running
from lab.table import BadScenario, Bench, folders, load
from lab.workplace import workplace

INTERRUPTED = 130


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
    """Start servers and keep them until interrupted; 1 where none could be started."""
    count = 0
    with workplace() as folder, ExitStack() as stack:
        for bench in benches:
            try:
                server = stack.enter_context(running(bench, folder))
            except NotRun as fault:
                print(f"{bench.folder:20} not run: {fault}", file=sys.stderr)
                continue
            print(f"{bench.folder:20} {server.places['url']}  {server.run}", flush=True)
            count += 1
        while count:
            time.sleep(3600)
    return 1


def compared(recording: Recording, kept: Path) -> bool:
    """Whether a live server answers as it was recorded; tells where it does not."""
    path = kept / recording.path
    if not path.exists():
        print(f"{recording.path}: not recorded yet")
        return False
    then, now = answer_of(json.loads(path.read_text(encoding="utf-8"))), answer_of(recording.data)
    if then != now:
        print(f"{recording.path}: answers differently\n  then {then[:3]}\n  now  {now[:3]}")
    return then == now


def recorded(
    benches: list[Bench], jobs: int, *, write: bool, scenarios: tuple[str, ...] = (), kept: Path = KEPT
) -> int:
    """Run every scenario; write what is new, or tell what a live server now answers differently."""
    missing = install(benches, say)
    lock, counts = threading.Lock(), {"run": 0, "written": 0, "changed": 0, "not run": 0, "wrong": 0}
    word = "written" if write else "changed"

    def one(bench: Bench) -> None:
        began = time.monotonic()
        done: list[Recording]
        failed: dict[str, Failure]
        if reason := missing.get(bench.folder):
            done, failed = [], {scenario.id: Failure("not run", reason) for scenario in bench.scenarios}
        else:
            done, failed = record(bench, say, scenarios)
        with lock:
            counts["run"] += len(done)
            if write:
                new = [recording.scenario.id for recording in done if keep(recording, kept)]
            else:
                new = [recording.scenario.id for recording in done if not compared(recording, kept)]
            counts[word] += len(new)
            for scenario, failure in failed.items():
                counts[failure.kind] += 1
                print(f"{bench.folder}/{scenario}: {failure.kind}: {failure.reason}", file=sys.stderr, flush=True)
            seconds = time.monotonic() - began
            print(
                f"{bench.folder:22} {len(done):3} run {len(new):3} {word} {seconds:6.1f} s  {' '.join(new)}".rstrip(),
                flush=True,
            )

    pool = ThreadPoolExecutor(jobs)
    try:
        list(pool.map(one, benches))
    except KeyboardInterrupt:
        with lock:  # what is being written is written; what runs is ended by its keepers when this process is gone
            os._exit(INTERRUPTED)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["not run"] or counts["wrong"] or counts["changed"] else 0


def main() -> int:
    """Run one command; 0, or 1 where something was not run, is wrong or answers differently."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
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
    try:
        benches = [load(name) for name in names]
    except BadScenario as fault:
        print(f"lab: {fault}", file=sys.stderr)
        return 2
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


def guarded() -> int:
    """The same; an interruption is no failure of the lab's."""
    try:
        return main()
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(guarded())
