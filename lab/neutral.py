"""What differs from run to run, made the same: ports, folders, dates, a product's own random words, and the sizes that follow from them."""

from __future__ import annotations

import os
import re
from typing import Any

from lab.servers import Server

WHEN = "Fri, 20 Nov 2026 10:00:00 GMT"
# what differs from run to run whatever the product; a product's own noise stands in its table
NOISE = (
    (r"(?im)^((?:[<>] )?date: )[^\r\n]+", rf"\g<1>{WHEN}"),
    (r"(?im)^((?:[<>] )?(?:last-modified|expires): )[A-Z][a-z]{2}, [^\r\n]+", rf"\g<1>{WHEN}"),
    (r"(?im)^((?:[<>] )?etag: )[^\r\n]+", r'\g<1>"lab"'),
    (r"(?i)(expires=)[A-Z][a-z]{2},[ -][^;\r\n\"]+", rf"\g<1>{WHEN}"),
    (r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(\w+)\] \d+#\d+: (?:\*\d+)?", r"2026/11/20 10:00:00 [\1] 9#9: *1"),
    (r"\[\w{3} \w{3} +\d+ [\d:.]+ \d{4}\]", "[Fri Nov 20 10:00:00.000000 2026]"),
    (r"\[\d\d/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d(?: [+-]\d{4})?\]", "[20/Nov/2026:10:00:00 +0000]"),
    (r"\[pid \d+(:tid \d+)?\]", "[pid 9:tid 9]"),
    (r"(\bclient:? ?\[?127\.0\.0\.1:)\d+", r"\g<1>40000"),
    (r"\b20\d\d-\d\d-\d\d([T ])\d\d:\d\d:\d\d([.,]\d{1,9})?", r"2026-11-20\g<1>10:00:00"),
    (r"port \d{4,5} \(#\d+\)", "port 8000 (#0)"),
    (r"(Found bundle for host: )0x[0-9a-f]+", r"\g<1>0x1"),
    (
        r"(?m)^\* +Trying [^\n]*\n|^\* (?:TCP_NODELAY|Mark bundle|Added cookie|Replaced cookie|Could not reuse)[^\n]*\n",
        "",
    ),
)


def neutral(text: str, server: Server) -> str:
    """The text without what differs from run to run: ports, folders, dates, and the product's own noise."""
    text = text.replace(str(server.run), "/srv/lab").replace(str(server.bench.path), "/srv/lab")
    for cache in (server.places["cache"], os.path.realpath(server.places["cache"])):
        text = text.replace(cache, "/srv/lab")
    text = text.replace(str(server.run.parent / "tmp"), "/tmp")
    for name, stands in (("port", "8000"), ("port_b", "8001"), ("port_c", "8002")):
        text = re.sub(rf"(?<!\d){server.places[name]}(?!\d)", stands, text)
    for pattern, by in (*NOISE, *server.bench.noise):
        text = re.sub(pattern, by, text)
    return text


def fitted(answer: dict[str, Any], was: int) -> tuple[int, int]:
    """Put right the sizes of an answer (of a HAR) whose body had `was` bytes; what its Content-Length said, and what it says now.

    The body of a stack trace is as long as the path of the clone that the server runs in. A body that a browser does not show
    is left as it is.
    """
    text = answer["content"].get("text")
    if text is None:
        return was, was
    answer["content"]["size"], now = len(text), len(text.encode())
    for pair in answer["headers"]:
        if pair["name"].lower() == "content-length" and pair["value"] == str(was):
            pair["value"] = str(now)
    return was, now


def refitted(text: str, begin: str, was: int, now: int) -> str:
    """The same for the last Content-Length of a text, whose line begins so."""
    found = list(re.finditer(rf"(?im)^{begin}content-length: {was}$", text)) if was != now else []
    if not found:
        return text
    last = found[-1]
    return text[: last.start()] + last.group().removesuffix(str(was)) + str(now) + text[last.end() :]
