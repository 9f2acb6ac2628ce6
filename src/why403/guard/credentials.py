"""Credentials: rules that make somebody known, or say why nobody is. Here is what they share, and the session; the others have modules."""

from __future__ import annotations

from ..tokens.masking import masked
from .identity import identity_of
from .rights import FIELD
from .rule import Refused, Rule, Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .request import Request
    from .rule import Steps

WORDS = ("undefined", "null", "none", "nan", "[object object]")  # what scripts send that had nothing to send


class Credential(Rule):
    """A rule that makes somebody known."""

    __slots__ = ()
    challenge = 'Session realm="{realm}"'

    def _none(self, required: str, seen: str = "no credential") -> Refused:
        return Refused(
            "credentials-missing",
            "missing",
            401,
            required,
            seen,
            "No credential came with the request.",
            challenge=True,
        )

    def _bad(self, cause: str, reason: str, required: str, seen: str, says: str) -> Refused:
        return Refused(cause, reason, 401, required, seen, says, challenge=True)


class Session(Credential):
    """A session of the application's.

    Args:
        load: A callable that is given the cookie's value (the Request where no cookie is named) and returns an Identity, an id, a
            mapping of id, roles and scopes, or None where there is no such session any more. It may be async.
        cookie: The name of the cookie.
    """

    __slots__ = ("cookie", "load")
    load: Callable[[Any], Any]
    cookie: str

    def __init__(self, load: Callable[[Any], Any], cookie: str = "") -> None:
        self._set(load=load, cookie=cookie)

    def check(self, request: Request) -> Steps:
        """The cookie came, and its session is there."""
        given: Any = request
        if self.cookie:
            given = request.cookie(self.cookie)
            if not given:
                return self._none(f"the cookie {self.cookie}", f"no cookie {self.cookie}")
        found = self.load(given)
        if hasattr(found, "__await__"):
            found = yield Want("wait", work=found)
        who = identity_of(found, "session")
        if who is not None:
            request.known_as(who)
            return None
        if not self.cookie:
            return self._none("a session", "no session")
        return self._bad(
            "token-expired",
            "session-gone",
            "a session that is there",
            f"session {masked(given)}",
            "The session has ended; log in again.",
        )

    def flaws(self) -> list[str]:
        """The cookie's name is one."""
        return [] if not self.cookie or FIELD.fullmatch(self.cookie) else [f"{self.cookie!r} is no name of a cookie"]

    def _words(self) -> list[str]:
        return [f"cookie={self.cookie!r}"] if self.cookie else []
