"""Personal data, on request: e-mail addresses, IP addresses, telephone numbers, and what stands under known names.

What takes their place keeps the form: an address of `example.invalid` (RFC 6761), of 198.18.0.0/15 (RFC 2544), of
2001:db8::/32 (RFC 3849). Loopback and unspecified addresses stay, since they name nobody.
"""

from __future__ import annotations

import re

from .hand import Hand
from .ledger import placed

_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,64}(?:@|%40)[A-Za-z0-9-]{1,60}(?:\.[A-Za-z0-9-]{1,60}){1,5}")
_IPV4 = re.compile(r"(?<![\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.]*\d)")
_IPV6 = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}){1,6}(?![\w:])|(?<![\w:.])[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,5}::(?:[0-9A-Fa-f]{1,4}:?){0,5}(?![\w:])"
)
_PHONE = re.compile(r"(?<![\w+])\+\d{1,3}[ .(-]{0,2}\d{1,4}(?:[ .()-]{0,2}\d{2,4}){2,4}(?!\d)")


def personal(hand: Hand, text: str, kind: str = "") -> str:
    """The text without personal data; with a kind, the whole of it is one datum."""
    if kind and "@" not in text:
        return text if placed(text) or (text.isdigit() and kind != "phone") else hand.ledger.write(text, kind)
    if "@" in text or "%40" in text:
        text = _EMAIL.sub(lambda found: _email(hand, found.group()), text)
    if text.count(".") >= 3:
        text = _IPV4.sub(lambda found: _ipv4(hand, found.group()), text)
    if text.count(":") >= 2:
        text = _IPV6.sub(lambda found: _ipv6(hand, found.group()), text)
    if "+" in text:
        text = _PHONE.sub(lambda found: hand.ledger.write(found.group(), "phone"), text)
    return text


def _email(hand: Hand, address: str) -> str:
    if address.endswith("example.invalid"):
        return address
    at = "%40" if "%40" in address else "@"
    return hand.ledger.write(address, "email").replace("%2D", "-") + at + "example.invalid"


def _ipv4(hand: Hand, address: str) -> str:
    if address.startswith(("127.", "0.", "198.18.", "198.19.", "255.")):
        return address
    digest = hand.ledger.stand_in(address, "ip")
    number = int(digest[:8], 16) % (1 << 17)
    return hand.ledger.put(address, f"198.{18 + (number >> 16)}.{number >> 8 & 255}.{number & 255}")


def _ipv6(hand: Hand, address: str) -> str:
    if (
        address in ("::1", "::")
        or address.lower().startswith(("2001:db8:", "0:0:0:0:0:0:0:1"))
        or not re.search(r"[0-9A-Fa-f]{3}", address)
    ):
        return address
    digest = hand.ledger.stand_in(address, "ip")
    return hand.ledger.put(address, f"2001:db8:{digest[:4]}:{digest[4:8]}::{digest[8:12]}")
