"""`why403.convert(x)`: a request in another form."""

from __future__ import annotations

import os

from ..model import Case
from .explaining import case_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..writers.formats import Conversion


def convert(
    x: object, to: str = "curl", *, index: int | None = None, status: int | None = None, url: str | None = None
) -> Conversion:
    """Write the request of whatever is at hand in another form, secrets included, so that the same is sent.

    Args:
        x: What `explain` takes.
        to: curl, curl-cmd, powershell, fetch, fetch-node, axios, requests, httpx, httpie, http or har.
        index: The entry of a recording, counted from 0.
        status: The first request that got this status.
        url: The first request whose URL has this in it.

    Returns:
        The text, and the remarks: what the format cannot express, and what the input does not show.

    Raises:
        UnreadableInput: The input cannot be read, or holds no request.
        BadCall: A path that cannot be opened, no such format, or no request meets the choice.
    """
    from ..writers.choose import choose
    from ..writers.formats import convert as write

    case: Case | None = None
    if not (index is None and status is None and url is None):
        from ..readers.picked import picked, picked_file

        path = os.fspath(x) if isinstance(x, str | os.PathLike) else ""
        if isinstance(path, str) and path and "\n" not in path and len(path) < 4096 and os.path.isfile(path):
            case = picked_file(path, index, status, url)
        elif isinstance(x, str):
            case = picked(x.encode("utf-8", "surrogateescape"), "text", index, status, url)
        elif isinstance(x, bytes | bytearray | memoryview):
            case = picked(bytes(x), "text", index, status, url)
    case = case or case_of(x)
    exchanges, said = choose(case, index, status, url)
    made = write(exchanges, to, case)
    return made._replace(remarks=(*said, *made.remarks))
