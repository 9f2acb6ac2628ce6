"""Runs the user's own curl command once. What curl sends is what curl sends: curl itself does it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile

from ..model import BadCall, NetworkFailed
from ..model.frozen import NamedTuple

# options that would take the trace, or the answer, away from us
TRACING = ("--trace", "--trace-ascii", "-v", "--verbose", "--trace-time")
LIMIT = 64 << 20


class Run(NamedTuple):
    """What one run of curl left: its trace, its exit status and what it said."""

    trace: str
    status: int
    said: str


def run(arguments: list[str], timeout: float = 120.0) -> Run:
    """Run `curl ARGUMENTS` once with a trace of all that went over the wire.

    Raises BadCall where curl does not understand its arguments, NetworkFailed where no answer came for want of a network.
    """
    program = shutil.which("curl")
    if program is None:
        raise NetworkFailed(
            "curl is not on this machine", "why403 curl", "Install curl, or paste the command: why403 'curl ...'"
        )
    kept = [word for word in arguments if word not in TRACING]
    with tempfile.TemporaryDirectory(prefix="why403-") as folder:
        trace = os.path.join(folder, "trace")
        # the trace is asked for first: a --next among the arguments ends the options before it, --trace is global
        command = [program, "--trace", trace, "--silent", "--show-error", *kept]
        try:
            done = subprocess.run(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            raise NetworkFailed(f"no answer within {timeout:.0f} s", "curl", "Try again with --max-time") from None
        said = done.stderr.decode("utf-8", "replace").strip()
        text = ""
        if os.path.exists(trace):
            with open(trace, encoding="utf-8", errors="replace") as file:
                text = file.read(LIMIT)
    if done.returncode in (1, 2, 3, 4, 26, 27, 48) and "<= Recv header" not in text:
        raise BadCall(
            said.removeprefix("curl: ") or f"curl ended with status {done.returncode}", "curl", "See `curl --help all`"
        )
    if "<= Recv header" not in text:
        raise NetworkFailed(
            said.removeprefix("curl: ") or f"curl ended with status {done.returncode}",
            "curl",
            "No answer came, so nobody refused",
        )
    return Run(text, done.returncode, said)
