"""ApiKey: a key in its one place, of which only the hash is kept; a known key in another place is said to be in the wrong one."""

from __future__ import annotations

import base64
from hashlib import sha256

from ..tokens.masking import masked
from .credentials import WORDS, Credential
from .identity import identity_of
from .rights import FIELD
from .rule import Refused, Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .request import Request
    from .rule import Steps


class ApiKey(Credential):
    """A key in its one place; only its SHA-256 is kept (`ApiKey.hashed("...")` makes it).

    Args:
        known: Each key's hash, and whom it makes known: an id, an Identity, or a mapping of id, roles and scopes. A callable that
            is given the hash and returns one of them or None may stand in its place; it may be async.
        header: The field that carries it.
        prefix: The word before it ("ApiKey" of `Authorization: ApiKey ...`).
        query: The query's field that carries it, in place of a header.
    """

    __slots__ = ("_known", "header", "prefix", "query")
    header: str
    prefix: str
    query: str
    _known: Mapping[str, Any] | Callable[[str], Any]
    challenge = 'ApiKey realm="{realm}"'

    def __init__(
        self,
        known: Mapping[str, Any] | Callable[[str], Any],
        *,
        header: str = "X-API-Key",
        prefix: str = "",
        query: str = "",
    ) -> None:
        self._set(_known=known, header=header, prefix=prefix, query=query)

    @staticmethod
    def hashed(key: str) -> str:
        """What is kept of a key."""
        return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()

    def check(self, request: Request) -> Steps:
        """A key in the place named; a known key in another place is said to be in the wrong one."""
        key = self._sent(request)
        if isinstance(key, Refused):
            return key
        if key is None:
            for place, other in _elsewhere(request):
                if other and (yield from self._who(other)) is not None:
                    return self._bad(
                        "credentials-malformed",
                        "wrong-place",
                        self.place,
                        f"the key in {place}",
                        f"The key belongs into {self.place}.",
                    )
            return self._none(self.place)
        if key.lower() in WORDS or not key or len(key) > 4096:
            return self._bad("credentials-malformed", "no-key", self.place, f"{key[:20]!r}", "What was sent is no key.")
        who = yield from self._who(key)
        if who is None:
            return self._bad(
                "token-invalid", "unknown-key", "a known key", f"key {masked(key)}", "This key is not known."
            )
        request.known_as(who)
        return None

    @property
    def place(self) -> str:
        """Where the key belongs."""
        return (
            f"the query's {self.query}"
            if self.query
            else f"{self.header}: {self.prefix + ' ' if self.prefix else ''}KEY"
        )

    def _sent(self, request: Request) -> str | Refused | None:
        if self.query:
            return request.query(self.query)
        sent = request.all(self.header.lower())
        if len(set(sent)) > 1:
            return self._bad(
                "credentials-malformed", "repeated", self.place, f"{len(sent)} of them", "The key came more than once."
            )
        if not sent:
            return None
        value = sent[0].strip()
        if not self.prefix:
            return value
        word, _, rest = value.partition(" ")
        return rest.strip() if word.lower() == self.prefix.lower() else None

    def _who(self, key: str) -> Any:
        known = self._known
        found = known(self.hashed(key)) if callable(known) else known.get(self.hashed(key))
        if hasattr(found, "__await__"):
            found = yield Want("wait", work=found)
        return identity_of(found, "api-key")

    def flaws(self) -> list[str]:
        """Hashes, not keys; one place."""
        found = [] if self.query or FIELD.fullmatch(self.header) else [f"{self.header!r} is no name of a header"]
        if self.query and self.prefix:
            found.append("a key in the query has no prefix")
        if not callable(self._known):
            if not self._known:
                found.append("it knows no key: it can never admit")
            if any(len(name) != 64 or not set(name) <= set("0123456789abcdef") for name in self._known):
                found.append("keys are kept as SHA-256: ApiKey.hashed(key) makes one")
        return found

    def _words(self) -> list[str]:
        return [repr(self.place)]


def _elsewhere(request: Request) -> list[tuple[str, str]]:
    """Where else people put keys."""
    word, _, rest = (request.header("authorization") or "").strip()[:5000].partition(" ")
    found = [
        (f"Authorization: {word[:20]}", rest.strip()),
        ("Authorization without a prefix", word if not rest else ""),
    ]
    for name in ("x-api-key", "api-key", "apikey", "x-auth-token", "x-access-token"):
        value = (request.header(name) or "").strip()[:4096]
        found.append((f"the header {name}", value))
        if " " in value:
            found.append((f"the header {name} with a prefix", value.rpartition(" ")[2]))
    if word.lower() == "basic":
        try:
            user, _, password = base64.b64decode(rest.strip(), validate=True).decode("latin-1").partition(":")
        except ValueError:
            user = password = ""
        found += [("Authorization: Basic, as the user", user), ("Authorization: Basic, as the password", password)]
    return found + [
        (f"the query's {name}", request.query(name) or "")
        for name in ("api_key", "apikey", "key", "token", "access_token")
    ]
