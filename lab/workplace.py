"""The folder that a run of the lab lives in. The lab holds a lock on it; what a killed lab left behind is removed by the next one."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "why403-lab-"


def sweep() -> None:
    """Remove the folders of labs that are gone: nobody holds their locks."""
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            handle = os.open(old, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(old, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(handle)


@contextmanager
def workplace() -> Iterator[Path]:
    """A new folder for as long as the block lasts."""
    sweep()
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(handle, fcntl.LOCK_SH)
        if folder.exists():  # no other lab took it for a left one between these lines
            break
        os.close(handle)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)
