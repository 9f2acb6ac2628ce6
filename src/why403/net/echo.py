"""With which address requests go out, as a page that the user names tells it."""

from __future__ import annotations

import json
import re

from ..model import BadCall, NetworkFailed, UnreadableInput
from ..rules.addresses.address import Address, address
from .get import get

WORD = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{2,39}:[0-9a-fA-F:.]{1,39})(?![\w.:])")
NAMES = ("ip", "origin", "query", "address", "ip_addr", "ipAddress", "client_ip")


def echo(url: str) -> Address:
    """The address in the page's answer. Raises BadCall, NetworkFailed, or UnreadableInput where there is none."""
    answer = get(url).response
    if answer is None or answer.status is None or not 200 <= answer.status < 300:
        raise NetworkFailed(
            f"it answered {answer.status if answer else 'nothing'}", url, "Name a page that tells your address"
        )
    text = (answer.body or b"")[:65536].decode("utf-8", "replace").strip()
    found = _of_json(text) or WORD.search(text)
    word = found if isinstance(found, str) else found.group() if found else ""
    try:
        return address(word)
    except BadCall:
        raise UnreadableInput(
            "there is no address in its answer", url, "Name a page that tells your address alone"
        ) from None


def _of_json(text: str) -> str:
    if text[:1] != "{":
        return ""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return next((str(data[name]).split(",")[0] for name in NAMES if isinstance(data.get(name), str)), "")
