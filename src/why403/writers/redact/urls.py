"""A URL's secrets: userinfo, query, fragment, matrix parameters, and the segments of a path that are keys (RFC 3986)."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from .hand import Hand
from .ledger import placed
from .names import kept, of_name, opaque
from .values import pair, secret

WHOLE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{1,30}:)?//\S+|/[^\s/]\S*\?\S+")
_PARTS = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]{0,30}:)?(//)([^/?#\\]*))?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_SEPARATOR = re.compile(r"(&(?:amp;|#38;)?|;)")
# words of a path behind which a key stands, as services document their links
_BEFORE_KEY = frozenset(
    {"reset", "reset-password", "password-reset", "token", "tokens", "invite", "invitation", "verify", "confirm", "confirmation", "magic",
     "activate", "activation", "unsubscribe", "webhook", "webhooks", "hooks", "services", "secret", "share", "access", "auth", "key",
     "keys", "jwt"}
)  # fmt: skip
_TELEGRAM = re.compile(r"(bot\d{6,12}:)([\w-]{20,})")
_MATRIX = re.compile(r"(;(?:jsessionid|phpsessid|sid|session|sessionid)=)([^/;?#]+)", re.IGNORECASE)
_RESERVED = "/:@!$'()*,;?=[]"


def url(hand: Hand, text: str) -> str:
    """A URL, absolute or relative, without its secrets; what is changed in it is encoded as what was there."""
    found = _PARTS.fullmatch(text)
    if found is None:
        return text
    scheme, slashes, authority, path, query, fragment = found.groups("")
    if "@" in authority:
        authority = _authority(hand, authority)
    return (
        scheme
        + slashes
        + authority
        + _path(hand, path)
        + (query and "?" + pairs(hand, query[1:]))
        + (fragment and "#" + _fragment(hand, fragment[1:]))
    )


def _authority(hand: Hand, authority: str) -> str:
    userinfo, at, host = authority.rpartition("@")
    user, colon, word = userinfo.partition(":")
    if not colon:
        return (secret(hand, user, "token") if opaque(user) and len(user) >= 12 else user) + at + host
    plain = unquote(user)
    new = pair(hand, f"{plain}:{word}")
    name, _, rest = new.partition(":")
    return (user if name == plain else name) + ":" + rest + at + host


def _path(hand: Hand, path: str) -> str:
    if len(path) < 12:
        return path
    if ";" in path:
        path = _MATRIX.sub(lambda found: found.group(1) + secret(hand, found.group(2), "session"), path)
    if "bot" in path:
        path = _TELEGRAM.sub(lambda found: found.group(1) + secret(hand, found.group(2), "token"), path)
    parts = path.split("/")
    after = 0
    for at, part in enumerate(parts):
        if part.lower() in _BEFORE_KEY:
            after = 4
            continue
        after -= 1
        if len(part) < 16 or placed(part):
            continue
        if after > 0 and len(part) >= 20 and opaque(part) and "." not in part:
            parts[at] = secret(hand, part, "token")
        elif "%" in part:
            parts[at] = encoded(hand, part)
        elif after < 3:
            parts[at] = hand.shapes(part)
    return "/".join(parts)


def _fragment(hand: Hand, fragment: str) -> str:
    """What single-page applications and the implicit grant put behind #: parameters, or a path with a query."""
    before, mark, query = fragment.partition("?")
    if mark:
        return before + mark + pairs(hand, query)
    return pairs(hand, fragment) if "=" in fragment else hand.shapes(fragment)


def pairs(hand: Hand, query: str, side: str = "request") -> str:
    """name=value pairs of a query or a form: the values replaced whose names or shapes say so."""
    parts = _SEPARATOR.split(query)
    for at in range(0, len(parts), 2):
        name, equals, raw = parts[at].partition("=")
        if not equals:
            if len(name) >= 16:
                parts[at] = encoded(hand, name)
            continue
        if raw:
            parts[at] = name + equals + parameter(hand, unquote(name), raw, side)
    return "".join(parts)


def parameter(hand: Hand, name: str, raw: str, side: str = "request") -> str:
    """The URL-encoded value of a parameter."""
    named = of_name(name.rpartition("[")[2].rstrip("]") or name)
    if named and not kept(raw):
        plain = unquote(raw)
        if kept(plain):
            return raw
        if named.sure or (opaque(plain) and len(plain) >= (20 if len(name) < 3 else 8)):
            account, slash, scope = plain.partition("/")
            if name.lower().endswith("-credential") and slash:  # of a presigned URL: key id, date, region, service
                return quote(secret(hand, account, "key") + slash + scope, safe=_left(raw))
            if plain[:3] == "eyJ" or plain[:1] in "\"'{[":
                new = hand.named(name, plain, side)
                return raw if new == plain else quote(new, safe=_left(raw))
            return secret(hand, raw, named.kind)
    if hand.wishes.personal:
        plain = unquote(raw.replace("+", " "))
        new = hand.named(name, plain, side)
        return raw if new == plain else quote(new, safe=_left(raw))
    return encoded(hand, raw, side)


def encoded(hand: Hand, raw: str, side: str = "request") -> str:
    """A URL-encoded text, looked into, and encoded again as it was."""
    if len(raw) < 6:
        return raw
    blanks = "+" in raw and " " not in raw
    plain = unquote(raw.replace("+", " ")) if blanks and "%" in raw else unquote(raw)
    new = hand.inside(plain, side)
    if new == plain:
        return raw
    if "%" not in raw and plain == raw:
        return new
    done = quote(new, safe=_left(raw) + (" " if blanks else ""))
    return done.replace(" ", "+") if blanks else done


def _left(raw: str) -> str:
    """The reserved letters that were left unencoded in a value."""
    return "".join(letter for letter in _RESERVED if letter in raw)
