"""How and under which name a request may come: Https, Hosts, Methods."""

from __future__ import annotations

from .origin import HOST
from .rights import FIELD
from .rule import Refused, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .request import Request
    from .rule import Found


class Https(Rule):
    """Only https, as trusted proxies tell it."""

    __slots__ = ()

    def check(self, request: Request) -> Found:
        """The scheme is https."""
        scheme = request.seen.scheme
        if scheme == "https":
            return None
        seen = f"scheme {scheme[:20]}"
        if (told := request.header("x-forwarded-proto")) is not None and not request.seen.trusted:
            seen += f"; X-Forwarded-Proto: {told[:20]} of {request.peer or 'a peer without address'}, which is no trusted proxy"
        return Refused("https-required", required="https", seen=seen, says="This is served over https only.")

    def _words(self) -> list[str]:
        return []


class Hosts(Rule):
    """Only these host names: "shop.example", "*.shop.example"; the port does not matter."""

    __slots__ = ("names",)
    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        self._set(names=tuple(name.lower().rstrip(".") for name in names))

    def check(self, request: Request) -> Found:
        """Host is one of them, once."""
        hosts = request.all("host")
        found = HOST.fullmatch(request.seen.host) if len(request.seen.host) < 300 and len(hosts) < 2 else None
        name = found.group(1).lower().rstrip(".") if found else ""
        if name and any(name == mine or (mine.startswith("*.") and name.endswith(mine[1:])) for mine in self.names):
            return None
        seen = (
            f"host {name}"
            if name
            else "no Host"
            if not hosts
            else f"Host {request.seen.host[:80]}"
            if len(hosts) < 2
            else "several Hosts"
        )
        return Refused("host-refused", "" if name else "malformed", 421 if name else 400, f"host {' or '.join(self.names)}", seen,
                       "This host name is not served here.")  # fmt: skip

    def flaws(self) -> list[str]:
        """Names of hosts, without scheme, port or path."""
        if not self.names:
            return ["it names no host: it can never admit"]
        return [
            f"{name!r} is no name of a host: without scheme, port or path, a star for the first label only"
            for name in self.names
            if not (found := HOST.fullmatch(name.removeprefix("*."))) or found.group(2)
        ]

    def _words(self) -> list[str]:
        return list(map(repr, self.names))


class Methods(Rule):
    """Only these methods; HEAD is admitted where GET is."""

    __slots__ = ("names",)
    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        wanted = tuple(dict.fromkeys(name.upper() for name in names))
        self._set(names=(*wanted, "HEAD") if "GET" in wanted and "HEAD" not in wanted else wanted)

    def check(self, request: Request) -> Found:
        """The method is one of them; the refusal names them in Allow (RFC 9110, section 15.5.6)."""
        if request.method in self.names:
            return None
        allow = ", ".join(self.names)
        return Refused("method-refused", "", 405, f"method {allow}", f"method {request.method[:40]}", "This method is not permitted here.",
                       (("allow", allow),))  # fmt: skip

    def flaws(self) -> list[str]:
        """Methods are tokens."""
        if not self.names:
            return ["it names no method: it can never admit"]
        return [f"{name!r} is no method" for name in self.names if not FIELD.fullmatch(name)]

    def _words(self) -> list[str]:
        return list(map(repr, self.names))
