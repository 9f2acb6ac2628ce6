"""Starts a program under a keeper that outlives the lab for as long as it takes to end everything the program started.

The keeper holds a pipe to the lab. When the pipe closes, because the lab is done, was interrupted or was killed, the keeper ends
all of the program's descendants, those in sessions of their own too: it is their subreaper (PR_SET_CHILD_SUBREAPER of prctl(2)).
Where it is permitted, it is the first process of a PID namespace as well (unshare(1)), so that they do not outlive the keeper either.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import IO, NoReturn

DIES_WITH_PARENT, IS_SUBREAPER = 1, 36  # PR_SET_PDEATHSIG and PR_SET_CHILD_SUBREAPER of prctl(2)
APART = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--")
PATIENCE = 5.0  # seconds that a program is given to end by itself
LOOK = 0.02  # seconds between two looks at what is left


@cache
def apart() -> tuple[str, ...]:
    """The words that put a program into a PID namespace; none where that is not permitted."""
    try:
        done = subprocess.run([*APART, "true"], capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return APART if done.returncode == 0 else ()


@contextmanager
def kept(
    command: list[str], out: IO[bytes] | int, *, err: int | None = None, patience: float = PATIENCE,
    env: Mapping[str, str] | None = None, cwd: str | None = None,
) -> Iterator[subprocess.Popen[bytes]]:  # fmt: skip
    """The keeper of a program that runs for as long as the block lasts; afterwards nothing of it runs.

    The keeper ends with the program's status, or, where that ended well and left something running, with the last of it.
    """
    read, write = os.pipe()
    start = [*apart(), sys.executable, "-I", "-S", __file__, str(read), str(patience), *command]
    try:
        process = subprocess.Popen(
            start, stdin=subprocess.DEVNULL, stdout=out, stderr=out if err is None else err, pass_fds=(read,),
            env=env, cwd=cwd, start_new_session=True,
        )  # fmt: skip
    except BaseException:
        os.close(write)
        raise
    finally:
        os.close(read)
    try:
        yield process
    finally:
        os.close(write)
        try:
            process.wait(patience + 30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


def run(
    command: list[str],
    seconds: float,
    *,
    patience: float = PATIENCE,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
) -> tuple[int, str, str]:
    """Run a program to its end: its status and what it said on both streams. Raises subprocess.TimeoutExpired."""
    with kept(command, subprocess.PIPE, err=subprocess.PIPE, patience=patience, env=env, cwd=cwd) as process:
        out, err = process.communicate(timeout=seconds)
    return process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")


def _start(command: list[str]) -> int:
    """The program in a session of its own."""
    libc = ctypes.CDLL(None)
    libc.prctl(IS_SUBREAPER, 1, 0, 0, 0)
    pid = os.fork()
    if pid:
        return pid
    libc.prctl(DIES_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)
    except OSError as fault:
        os.write(2, f"{command[0]}: {fault.strerror}\n".encode())
    os._exit(127)


def _children() -> list[int]:
    """The keeper's own children: what it started, and whatever was left behind by those that ended."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stat:
                parent = stat.read().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if int(parent) == os.getpid():
            found.append(int(name))
    return found


def _send(pid: int, what: signal.Signals) -> None:
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        pass


def _reap() -> Iterator[tuple[int, int]]:
    """Each child that has ended, with its status. Raises ChildProcessError where there is none left, ended or not."""
    while (ended := os.waitpid(-1, os.WNOHANG))[0]:
        yield ended


def _watch(lifeline: int, program: int) -> int:
    """Wait until the lab closes the pipe or the program has ended; a program that made a daemon of itself has not."""
    wait = select.poll()
    wait.register(lifeline, select.POLLIN)
    status = 0
    while not wait.poll(100):
        try:
            for pid, ended in _reap():
                if pid == program:
                    status = os.waitstatus_to_exitcode(ended)
        except ChildProcessError:
            break
        if status:
            break
    return status


def _end(program: int, patience: float) -> None:
    """Ask all to end, then make them: each that dies leaves its children to the keeper, until none is left."""
    try:
        os.killpg(program, signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        pass
    asked: set[int] = set()
    until = time.monotonic() + patience
    try:
        while True:
            for _ in _reap():
                pass
            late = time.monotonic() > until
            for pid in _children():
                if late or pid not in asked:
                    _send(pid, signal.SIGKILL if late else signal.SIGTERM)
                    asked.add(pid)
            time.sleep(LOOK)
    except ChildProcessError:
        return


def main(lifeline: int, patience: float, command: list[str]) -> NoReturn:
    """Keep one program: start it, wait, end it and all that it started."""
    os.set_inheritable(lifeline, False)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    program = _start(command)
    status = 0
    try:
        status = _watch(lifeline, program)
    except KeyboardInterrupt:
        status = 130
    _end(program, patience)
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
