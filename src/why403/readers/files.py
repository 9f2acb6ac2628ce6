"""A file as a Case. A large one is mapped, not copied; of a text too large to be read whole, the two ends are read."""

from __future__ import annotations

import os

from ..model import BadCall, Case
from .choose import read_bytes

WHOLE = 64 << 20  # bytes of a file that is read whole
END = 16 << 20  # bytes of each end of a larger text
MAPPED = 1 << 18  # bytes from which on a file is mapped


def bounded(data: bytes) -> bytes:
    """The data, or its two ends where it is too large a text."""
    return data if len(data) <= WHOLE else data[:END] + b"\n" + data[-END:]


def read_file(path: str) -> Case:
    """One file. A large one is mapped, not copied. Raises BadCall or UnreadableInput."""
    name = os.path.basename(path)
    if os.path.isdir(path):
        raise BadCall("this is a folder", path, "Give a file")
    try:
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            if size <= MAPPED:
                return read_bytes(file.read(), name)
            return _read_large(file.fileno(), name)
    except OSError as fault:
        raise BadCall(fault.strerror or "cannot be read", path, "Check the name and its permissions") from None


def _read_large(descriptor: int, name: str) -> Case:
    import mmap

    from . import har

    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as data:
        if har.likeness_bytes(data) > 0.5:
            return har.read_bytes(data, name)
        if len(data) <= WHOLE:
            return read_bytes(data[:], name)
        size = len(data)
        case = read_bytes(data[:END] + b"\n" + data[-END:], name)
    remark = f"{size >> 20} MB of text: the first and last {END >> 20} MB were read"
    return case._replace(remarks=(*case.remarks, remark))
