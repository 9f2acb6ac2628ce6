"""Preflight: CORS (Fetch Standard, section 3.3) answered before any credential is asked for, and on every refusal."""

from __future__ import annotations

from .answer import NAMES, Answer
from .origin import Trusted, origin, trusted
from .rights import FIELD
from .rule import Refused, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .request import Request

SIMPLE = ("accept", "accept-language", "content-language", "content-type")


class Preflight(Rule):
    """The origins whose scripts may call the application.

    Args:
        origins: "https://app.example", "https://*.shop.example"; "*" for everybody, then without credentials.
        methods: The methods that they may use.
        headers: The headers that they may send beside the simple ones.
        expose: The response headers that they may read; those of a refusal are always among them.
        credentials: Whether cookies and credentials come along.
        max_age: Seconds for which a browser remembers the answer.
    """

    __slots__ = ("_trusted", "credentials", "expose", "headers", "max_age", "methods", "origins")
    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    expose: tuple[str, ...]
    credentials: bool
    max_age: int
    _trusted: Trusted | None

    def __init__(
        self,
        origins: Sequence[str],
        *,
        methods: Sequence[str] = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
        headers: Sequence[str] = ("Authorization", "Content-Type", "X-CSRF-Token"),
        expose: Sequence[str] = (),
        credentials: bool = False,
        max_age: int = 600,
    ) -> None:
        names = (origins,) if isinstance(origins, str) else tuple(origins)
        everybody = names == ("*",)
        self._set(
            origins=names, methods=tuple(method.upper() for method in methods), headers=tuple(headers), expose=tuple(expose),
            credentials=credentials, max_age=max_age, _trusted=None if everybody else trusted(names, self.where),
        )  # fmt: skip

    def check(self, request: Request) -> None:
        """It refuses nothing but preflights, and those are answered before the rules."""
        return

    def flaws(self) -> list[str]:
        """Everybody with credentials is nobody's intention, and browsers refuse it."""
        found = [] if self.origins else ["it names no origin"]
        if self._trusted is None and self.credentials:
            found.append(
                "every origin with credentials: browsers refuse that (Fetch Standard, section 3.3.5); name the origins"
            )
        found += [
            f"{name!r} is no name of a header" for name in (*self.headers, *self.expose) if not FIELD.fullmatch(name)
        ]
        return found + [f"{name!r} is no method" for name in self.methods if not FIELD.fullmatch(name)]

    @staticmethod
    def asks(request: Request) -> bool:
        """Whether a request is a preflight."""
        return (
            request.method == "OPTIONS"
            and request.header("origin") is not None
            and request.header("access-control-request-method") is not None
        )

    def answer(self, request: Request) -> Answer | Refused:
        """The answer to a preflight."""
        asked = request.header("origin") or ""
        if not self.admits(asked):
            return Refused("cors-origin-refused", required=f"an origin of {', '.join(self.origins)}", seen=f"Origin {asked[:100]}",
                           says="Scripts of this origin may not call this application.")  # fmt: skip
        method = request.header("access-control-request-method") or ""
        if method not in self.methods:
            return Refused("cors-preflight-refused", "method", required=f"method {', '.join(self.methods)}", seen=f"method {method[:40]}",
                           says="Scripts may not use this method here.")  # fmt: skip
        named = [
            name.strip().lower() for name in (request.header("access-control-request-headers") or "")[:4000].split(",")
        ]
        known = {name.lower() for name in self.headers} | set(SIMPLE)
        if other := [name for name in named if name and name not in known]:
            return Refused("cors-preflight-refused", "header", required=f"headers {', '.join(self.headers)}",
                           seen=f"header {', '.join(other)[:120]}", says="Scripts may not send one of these headers here.")  # fmt: skip
        headers = (
            *self.fields(request), ("access-control-allow-methods", ", ".join(self.methods)),
            ("access-control-allow-headers", ", ".join(self.headers)), ("access-control-max-age", str(self.max_age)),
            ("content-length", "0"),
        )  # fmt: skip
        return Answer(204, headers)

    def admits(self, asked: str) -> bool:
        """Whether an origin is one of them."""
        if self._trusted is None:
            return True
        here = origin(asked)
        return here is not None and self._trusted.holds(here)

    def fields(self, request: Request) -> tuple[tuple[str, str], ...]:
        """What every answer to this origin carries, so that the browser shows it."""
        vary = (("vary", "Origin"),)
        asked = request.header("origin")
        if self._trusted is None:
            allow: tuple[tuple[str, str], ...] = (("access-control-allow-origin", "*"),) if asked is not None else ()
        elif asked is None or not self.admits(asked):
            return vary
        else:
            allow = (*vary, ("access-control-allow-origin", asked))
        if allow and self.credentials:
            allow += (("access-control-allow-credentials", "true"),)
        if allow and request.method != "OPTIONS":
            allow += (
                ("access-control-expose-headers", ", ".join((*self.expose, *NAMES, "WWW-Authenticate", "Retry-After"))),
            )
        return allow

    def __repr__(self) -> str:
        return f"Preflight({list(self.origins)!r})"
