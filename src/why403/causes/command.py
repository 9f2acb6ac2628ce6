"""The corrected request, in the form in which it was pasted: curl stays curl, fetch stays fetch."""

from __future__ import annotations

from ..evidence import Scene
from ..fixes import advice
from ..model import Fix, Headers, Request

__all__ = ["advice", "corrected"]

WRITERS = {"curl": "curl", "curl-cmd": "curl", "fetch": "fetch", "fetch-node": "fetch", "powershell": "powershell"}
LANGUAGES = {
    "curl": "shell",
    "curl-cmd": "batch",
    "fetch": "javascript",
    "fetch-node": "javascript",
    "powershell": "powershell",
}
# what a browser or curl adds by itself; a corrected command is short
BY_ITSELF = (
    "host", "content-length", "connection", "accept-encoding", ":authority", ":method", ":path", ":scheme", "priority",
    "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site",
    "sec-fetch-user", "upgrade-insecure-requests", "dnt", "pragma", "cache-control",
)  # fmt: skip


def corrected(
    scene: Scene, summary: str, change: dict[str, str | None], url: str | None = None, method: str | None = None
) -> Fix | None:
    """The refused request with these header fields set (None: left out), as a command; None where no request is shown."""
    request = scene.exchange.request
    if request is None or not request.url or "://" not in request.url:
        return None
    headers = Headers(request.headers or ()).without(*BY_ITSELF)
    for name, value in change.items():
        headers = headers.without(name) if value is None else headers.put(name, value)
    twin = Request(method or request.method or "GET", url or request.url, headers, request.body, None, request.options)
    form = scene.case.form if scene.case.form in WRITERS else "curl"
    try:
        writer = __import__(f"why403.writers.{WRITERS[form]}", fromlist=("write",))
    except ModuleNotFoundError:
        return None
    snippet = str(writer.write(twin, form=form))
    blanks = any(value and "<" in value for value in change.values()) or "<" in (url or "")
    return Fix("caller", summary, "blanks" if blanks else "safe", LANGUAGES[form], snippet)
