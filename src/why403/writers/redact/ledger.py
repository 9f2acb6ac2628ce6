"""What was removed, and the placeholder that stands for it: the same for equal secrets, in whatever spelling they came.

The key is the caller's, fresh for each run and forgotten with it, so that a weak secret cannot be found again by hashing
guesses. A placeholder consists of letters, digits and hyphens: it needs no quoting in a header, a cookie, a URL, JSON,
XML or a shell, and is valid base64url. Its words are none that a refusal is told by: a page that repeats a CSRF token does not
begin to speak of CSRF because a placeholder does (hence `formkey`).
"""

from __future__ import annotations

import re
from collections import Counter
from hashlib import blake2b
from urllib.parse import unquote

MARK = "why403-"
LETTERS = "bcdfghjkmnpqrtvw"  # sixteen, none of them a vowel or a digit: they spell no word, and no status
HEX_MARK = "0403040304030403"  # a signature of hexadecimal digits stays one, of the same length: it begins with these
PLACEHOLDER = re.compile(
    rf"why403(?:[-+/]|%2D)[a-z]{{2,9}}-[{LETTERS}]{{6,}}0*|{HEX_MARK}[0-9a-f]{{16,112}}", re.IGNORECASE
)
_PLACED = re.compile(
    rf"[\w.-]{{0,16}}?(?:{PLACEHOLDER.pattern})(?:\.\.\.| [{LETTERS}]{{6,8}}|@example\.invalid)?", re.IGNORECASE
)
_TO_LETTERS = str.maketrans("0123456789abcdef", LETTERS)
_HEX = re.compile(r"[0-9a-f]{32,128}")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_LONG = 24  # from so many letters on a value counts as a token by its length alone: a placeholder keeps that
_MOST = 64
# words of the protocol and its answers, as weak passwords and default values use them: taken out where they stand, not elsewhere
PLAIN = frozenset(
    [
        "accept",
        "access",
        "account",
        "action",
        "active",
        "admin",
        "administrator",
        "allowed",
        "anonymous",
        "apikey",
        "application",
        "authorization",
        "basic",
        "bearer",
        "browser",
        "cookie",
        "cookies",
        "credential",
        "credentials",
        "csrftoken",
        "default",
        "denied",
        "digest",
        "disabled",
        "disallowed",
        "document",
        "enabled",
        "error",
        "example",
        "expired",
        "failed",
        "forbidden",
        "format",
        "guest",
        "header",
        "headers",
        "incorrect",
        "internal",
        "invalid",
        "localhost",
        "logged",
        "logout",
        "missing",
        "mismatch",
        "number",
        "object",
        "origin",
        "password",
        "passwords",
        "permission",
        "please",
        "private",
        "problem",
        "public",
        "referer",
        "refused",
        "rejected",
        "remote",
        "request",
        "required",
        "response",
        "secret",
        "secrets",
        "server",
        "session",
        "sessionid",
        "signature",
        "status",
        "string",
        "success",
        "system",
        "testing",
        "timeout",
        "token",
        "tokens",
        "undefined",
        "unauthorized",
        "unknown",
        "username",
        "verify",
        "version",
        "welcome",
        "content",
        "accepted",
        "why403",
        "changeme",
        "letmein",
        "letters",
    ]
)


def canonical(value: str) -> str:
    """A value without the URL encoding in which it came, at most three deep."""
    for _ in range(3):
        if "%" not in value:
            break
        plain = unquote(value)
        if plain == value:
            break
        value = plain
    return value


def placed(value: str) -> bool:
    """Whether a value is a placeholder already, with the prefix that it kept."""
    return bool(_PLACED.fullmatch(value))


def sought(value: str, kind: str) -> bool:
    """Whether a value is looked for wherever else it may stand: it is long enough, and no word of the language."""
    if len(value) < 6 or value.lower() in PLAIN or placed(value):
        return False
    if value.isdigit():
        return len(value) >= 10
    if value.isalpha() and (value.islower() or value.isupper() or value.istitle()):
        return kind in ("password", "token", "key", "formkey", "session") and (len(value) >= 8 or kind == "password")
    return True


class Ledger:
    """Every value removed so far."""

    def __init__(self, key: bytes) -> None:
        """Take the key of this run (16 to 64 bytes)."""
        self._key = key
        self._known: dict[str, tuple[str, str]] = {}  # canonical value: kind, digest
        self._short: set[str] = set()
        self.spelled: dict[str, str] = {}  # value as it stood, or canonical: its placeholder
        self.kinds: dict[str, str] = {}  # placeholder: kind
        self.places: Counter[str] = Counter()  # by kind
        self.unsought = 0  # values too short or too plain to be looked for elsewhere

    def write(self, value: str, kind: str, prefix: str = "", *, exact: bool = False) -> str:
        """Note one occurrence of a secret; the placeholder to write in its place. `exact`: as long as the value, if that can be."""
        if placed(value):
            return value
        plain = canonical(value)
        if plain not in self._known:
            self._known[plain] = (kind, self._digest(plain))
            if not sought(plain, kind):
                self.unsought += 1
        kind, digest = self._known[plain]
        self.places[kind] += 1
        mark = prefix + self._mark(plain[len(prefix) :], kind, digest, exact=exact)
        self.kinds[mark] = kind
        if sought(plain, kind):
            self.spelled.setdefault(plain, mark)
        if _ESCAPE.search(value):  # what came URL-encoded stays so: that may be the fault
            mark = mark.replace(MARK, "why403%2D", 1)
            self.kinds[mark] = kind
        if sought(value, kind):
            self.spelled.setdefault(value, mark)
        return mark

    def _mark(self, plain: str, kind: str, digest: str, *, exact: bool) -> str:
        size = len(plain)
        if kind == "sig" and _HEX.fullmatch(plain):
            return HEX_MARK + (digest * 2)[: size - len(HEX_MARK)]
        head = f"{MARK}{kind}-"
        if exact:
            count = size - len(head)
            while count < 6:  # too short for one: of a length that base64 can have, where it had one
                count += 4
        else:
            count = 6 if size < _LONG else max(8, min(size, _MOST) - len(head))
        letters = digest.translate(_TO_LETTERS)
        return head + (letters * (count // len(letters) + 1))[:count]

    def stand_in(self, value: str, kind: str) -> str:
        """Note one occurrence of a value whose place something of its own form takes; the digits to make that of."""
        if value not in self._known:
            self._known[value] = (kind, self._digest(value))
        self.places[kind] += 1
        return self._known[value][1]

    def put(self, value: str, mark: str) -> str:
        """Note what took a value's place."""
        self.spelled.setdefault(value, mark)
        self.kinds[mark] = "ip"
        return mark

    def letters(self, value: str) -> str:
        """The letters by which this run knows a value: 64 of them."""
        return self._keyed(value).translate(_TO_LETTERS)

    def _keyed(self, value: str) -> str:
        return blake2b(canonical(value).encode("utf-8", "surrogatepass"), key=self._key, digest_size=32).hexdigest()

    def _digest(self, plain: str) -> str:
        """A digest whose first six digits nobody else of this run has."""
        digest, again = self._keyed(plain), 0
        while digest[:6] in self._short:
            again += 1
            salted = f"{again}\0{plain}".encode("utf-8", "surrogatepass")
            digest = blake2b(salted, key=self._key, digest_size=32).hexdigest()
        self._short.add(digest[:6])
        return digest

    def counts(self) -> dict[str, tuple[int, int]]:
        """By kind: how many different values, in how many places."""
        values = Counter(kind for kind, _ in self._known.values())
        return {kind: (values[kind], self.places[kind]) for kind in sorted(values)}
