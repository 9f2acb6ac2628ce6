"""A request as the rules see it, whether it came by ASGI, by WSGI or from a test: read once, and only what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model import split_url, unquoted
from ..model.url import query_pairs
from .identity import Identity, identity_of
from .proxies import Proxies, Seen, look
from .rule import Refused, Rule, Want, judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .csrf import Csrf
    from .rule import Steps

NOBODY = Refused(
    "credentials-missing",
    "nobody",
    401,
    required="a credential",
    says="Nobody is known for this request.",
    challenge=True,
)
LONGEST = 8192  # letters of one value that a rule reads
NO_PROXIES = Proxies()


class Request:
    """One request. `scope` is the ASGI scope or the WSGI environ that it came with; an application's callables may look there."""

    __slots__ = (
        "_fields", "_repeats", "_seen", "body", "cookies_to_set", "csrf", "faults", "identified", "identity", "kind", "method", "path",
        "peer",
        "proxies", "query_string", "raw", "scheme", "scope", "shadowed", "source", "unknown_as",
    )  # fmt: skip

    def __init__(
        self,
        method: str,
        path: str,
        raw: list[tuple[bytes, bytes]],
        *,
        query_string: bytes = b"",
        scheme: str = "http",
        peer: str = "",
        kind: str = "http",
        scope: Mapping[str, Any] | None = None,
        body: bytes = b"",
    ) -> None:
        """Take the parts as a server has them: names of fields lowered, in bytes."""
        self.method, self.path, self.raw, self.query_string = method, path, raw, query_string
        self.scheme, self.peer, self.kind, self.scope, self.body = scheme, peer, kind, scope or {}, body
        self.identity: Identity | None = None
        self.identified = False
        self.unknown_as = NOBODY  # why nobody is known
        self.source: Callable[[Request], Any] | Rule | None = None  # how somebody may be known
        self.proxies = NO_PROXIES
        self.csrf: Csrf | None = None  # whose tokens the application gets
        self.cookies_to_set: list[str] = []
        self.faults: list[tuple[Rule, str]] = []
        self.shadowed: list[Refused] = []
        self._fields: dict[bytes, bytes] | None = None
        self._repeats = False
        self._seen: Seen | None = None

    @classmethod
    def of(
        cls,
        method: str = "GET",
        url: str = "https://app.example/",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        client: str = "192.0.2.1",
        identity: object = None,
    ) -> Request:
        """A request for a test: `Request.of("POST", "https://shop.example/orders", {"Origin": "https://shop.example"})`."""
        parts = split_url(url)
        pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
        raw = [(name.lower().encode("latin-1"), value.encode("utf-8", "surrogateescape")) for name, value in pairs]
        if parts.hostname and not any(name == b"host" for name, _ in raw):
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            raw.insert(0, (b"host", (f"{host}:{parts.port}" if parts.port else host).encode()))
        made = cls(
            method,
            unquoted(parts.path) or "/",
            raw,
            query_string=parts.query.encode(),
            scheme=parts.scheme or "http",
            peer=client,
            body=body,
        )
        if identity is not None:
            made.identity, made.identified = identity_of(identity), True
        return made

    def header(self, name: str) -> str | None:
        """The value of a field, or None; several are one, apart by commas (RFC 9110, section 5.3), and so none that a rule takes."""
        fields = self._fields
        if fields is None:
            fields = self._index()
        value = fields.get(name.encode())
        return None if value is None else value.decode("latin-1")

    def _index(self) -> dict[bytes, bytes]:
        fields = self._fields = dict(self.raw)
        if len(fields) != len(self.raw):
            self._repeats = True
            values: dict[bytes, list[bytes]] = {}
            for name, value in self.raw:
                values.setdefault(name, []).append(value)
            fields.update((name, b", ".join(several)) for name, several in values.items() if len(several) > 1)
        return fields

    def all(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        fields = self._fields
        if fields is None:
            fields = self._index()
        wanted = name.encode()
        if self._repeats:
            return [value.decode("latin-1") for field, value in self.raw if field == wanted]
        value = fields.get(wanted)
        return [] if value is None else [value.decode("latin-1")]

    def cookie(self, name: str) -> str | None:
        """The first cookie of this name, or None: of several a browser sends first that of the longest path (RFC 6265, section 5.4)."""
        for line in self.all("cookie"):
            if name not in line:
                continue
            for part in line.split(";"):
                key, sign, value = part.partition("=")
                if sign and key.strip() == name:
                    return value.strip().strip('"')[:LONGEST]
        return None

    def query(self, name: str) -> str | None:
        """The first field of this name in the query, or None."""
        text = self.query_string[: LONGEST * 8].decode("latin-1")
        return next((value for key, value in query_pairs(text, 1000) if key == name), None) if name in text else None

    @property
    def seen(self) -> Seen:
        """The client, scheme and host behind the trusted proxies."""
        if self._seen is None:
            self._seen = look(self, self.proxies)
        return self._seen

    @property
    def address(self) -> str:
        """The client's address as text; "" where it cannot be told."""
        client = self.seen.client
        return client.text if client else ""

    @property
    def origin(self) -> str:
        """The request's own origin as the server sees it: scheme, host and any port that is not the scheme's."""
        from .origin import own_origin

        return own_origin(self.seen.scheme, self.seen.host)

    def known_as(self, identity: Identity) -> None:
        """Remember who asks."""
        self.identity, self.identified = identity, True

    def identify(self) -> Steps:
        """Look for somebody, once, in the way that the guard was told."""
        self.identified = True
        if isinstance(self.source, Rule):
            found = yield from judge((self.source,), self)
            if found is not None:
                self.unknown_as = found
        elif self.source is not None:
            who = self.source(self)
            if hasattr(who, "__await__"):
                who = yield Want("wait", work=who)
            self.identity = identity_of(who)
        return None

    def csrf_token(self) -> str:
        """A token for the next form or call of this browser, masked anew each time. Raises LookupError where no Csrf guards."""
        if self.csrf is None:
            raise LookupError("no Csrf rule with tokens guards this application")
        return self.csrf.token(self)
