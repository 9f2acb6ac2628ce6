"""What can be read out of opaque tokens without a key: the account, the workspace, the checksum. Each function is named in shapes.toml."""

from __future__ import annotations

import base64
import binascii
import json
import string
from collections.abc import Callable

from .fault import FAULT, NOTE, Fault
from .loosely import decode
from .reading import Fact
from .spans import moment, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
Read = tuple[list[Fact], list[Fault]]


def _json(text: str) -> dict[str, Any]:
    try:
        data = json.loads(decode(text) or b"")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def base62_crc(text: str) -> Read:
    """GitHub and npm: the last six letters are the CRC-32 of the random part, in base 62 (GitHub's blog, 5 April 2021)."""
    prefix, _, body = text.partition("_")
    if len(body) != 36:
        return [], []
    number, wanted = binascii.crc32(body[:-6].encode()), ""
    while number:
        number, digit = divmod(number, 62)
        wanted = BASE62[digit] + wanted
    if wanted.rjust(6, "0") == body[-6:]:
        return [Fact("checksum", "fits", "the token is whole")], []
    says = (
        f"The last six letters of a {prefix}_ token are a checksum, and they do not fit: mistyped, cut, or never issued"
    )
    grade = NOTE if prefix == "npm" else FAULT  # npm names the form, and no example to hold it to
    return [], [Fault("checksum", says, "form", "GitHub's authentication token formats", grade)]


def grafana_crc(text: str) -> Read:
    """Grafana: eight hexadecimal digits, the CRC-32 (IEEE) of what stands before the last underscore."""
    body, _, check = text.rpartition("_")
    if f"{binascii.crc32(body.encode()):08x}" == check.lower():
        return [Fact("checksum", "fits", "the token is whole")], []
    return [], []


def aws_account(text: str) -> Read:
    """AWS: ids issued since 2019 hold the account's number in bits 1 to 40 after the four letters."""
    body = text[4:]
    try:
        raw = base64.b32decode(body[:16].ljust(16, "A"))
    except (binascii.Error, ValueError):
        return [], []
    account = (int.from_bytes(raw[:6], "big") & 0x7FFFFFFFFF80) >> 7
    if (
        "EXAMPLE" in text or not raw[0] & 0x80 or account >= 10**12
    ):  # older ids, and those of the documentation, hold none
        return [], []
    return [Fact("account", f"{account:012d}", "encoded in the id")], []


def macaroon(text: str) -> Read:
    """PyPI: a macaroon in base64; its location and caveats can be read."""
    raw = decode(text.partition("-")[2]) or b""
    if raw[:2] != b"\x02\x01" or len(raw) < 3:  # the second binary form begins with the location
        return [], []
    location = raw[3 : 3 + raw[2]].decode("ascii", "replace")
    return (
        ([Fact("for", location, "uploads to this index only")], []) if location.isprintable() and location else ([], [])
    )


def slack_workspace(text: str) -> Read:
    """Slack: the workspace's number is the first part, the bot's or user's the second."""
    parts = text.split("-")
    if len(parts) > 3 and parts[1].isdigit():
        return [Fact("workspace", parts[1], "by number"), Fact("user or bot", parts[2])], []
    return [], []


def slack_app(text: str) -> Read:
    """Slack: the app's id is the second part of an app-level token."""
    parts = text.split("-")
    return ([Fact("app", parts[2])], []) if len(parts) > 3 else ([], [])


def discord_bot(text: str) -> Read:
    """Discord: the first part is the bot's id in base64; an id holds the time at which it was made, since 2015."""
    number = (decode(text.partition(".")[0]) or b"").decode("ascii", "replace")
    if not number.isdigit() or len(number) > 20:
        return [], []
    made = moment(((int(number) >> 22) + 1_420_070_400_000) / 1000)
    return [Fact("bot", number, f"made {stamp(made)}" if made else "")], []


def telegram_bot(text: str) -> Read:
    """Telegram: the bot's id stands before the colon."""
    return [Fact("bot", text.partition(":")[0])], []


def mapbox(text: str) -> Read:
    """Mapbox: the middle part is JSON with the user's name."""
    user = _json(text.split(".")[1]).get("u")
    return ([Fact("account", str(user), personal=True)], []) if user else ([], [])


def sentry(text: str) -> Read:
    """Sentry: what follows the prefix is JSON with organization, region and time."""
    data = _json(text.split("_")[1])
    found = [
        Fact(name, str(data[key]))
        for key, name in (("org", "organization"), ("region_url", "region"), ("url", "service"))
        if key in data
    ]
    if made := moment(data.get("iat")):
        found.append(Fact("issued", stamp(made)))
    return found, []


def grafana_cloud(text: str) -> Read:
    """Grafana Cloud: what follows the prefix is JSON with the organization, the name and the region."""
    data = _json(text.partition("_")[2])
    held = data.get("m")
    region = held.get("r") if isinstance(held, dict) else None
    rows = (("organization", data.get("o")), ("name", data.get("n")), ("region", region))
    return [Fact(name, str(value)) for name, value in rows if value], []


def grafana_key(text: str) -> Read:
    """Grafana's old keys: JSON with the key, its name and the organization."""
    data = _json(text)
    rows = (("name", data.get("n")), ("organization", data.get("id")))
    return [Fact(name, str(value)) for name, value in rows if value], []


READERS: dict[str, Callable[[str], Read]] = {
    reader.__name__: reader
    for reader in (base62_crc, grafana_crc, aws_account, macaroon, slack_workspace, slack_app, discord_bot, telegram_bot, mapbox, sentry,
                   grafana_cloud, grafana_key)
}  # fmt: skip
