"""What somebody who is known may do: roles, scopes, ownership, features."""

from __future__ import annotations

import re

from ..model import Pattern
from .rule import Refused, Rule, Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..seal import Ring
    from .request import Request
    from .rule import Found, Steps

SCOPE = Pattern(r"[\x21\x23-\x5b\x5d-\x7e]{1,200}")  # scope-token (RFC 6749, section 3.3)
MOST = 10_000  # values of a flag that are remembered
FIELD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")  # token (RFC 9110, section 5.6.2)


def listed(names: frozenset[str] | tuple[str, ...], most: int = 12) -> str:
    """Names in one order, as many as a line bears."""
    shown = sorted(names)
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")


class Role(Rule):
    """Somebody with one of these roles."""

    __slots__ = ("roles",)
    roles: frozenset[str]
    needs_identity = True

    def __init__(self, *roles: str) -> None:
        self._set(roles=frozenset(roles))

    def check(self, request: Request) -> Found:
        """A role of the identity is one of them."""
        who = request.identity
        if who is None:
            return request.unknown_as
        if not self.roles.isdisjoint(who.roles):
            return None
        required = f"role {' or '.join(sorted(self.roles))}"
        return Refused(
            "role-missing",
            required=required,
            seen=f"roles {listed(who.roles) or 'none'}",
            says="The user's roles do not permit this.",
        )

    def flaws(self) -> list[str]:
        """No role is nobody's."""
        return [] if self.roles else ["it names no role: it can never admit"]

    def _words(self) -> list[str]:
        return list(map(repr, sorted(self.roles)))


class Scope(Rule):
    """A token with all of these scopes; the refusal is RFC 6750's insufficient_scope, with the scopes that are needed."""

    __slots__ = ("scopes",)
    scopes: tuple[str, ...]
    needs_identity = True

    def __init__(self, *scopes: str) -> None:
        self._set(scopes=tuple(dict.fromkeys(scopes)))

    def check(self, request: Request) -> Found:
        """Every scope is the identity's."""
        who = request.identity
        if who is None:
            return request.unknown_as
        lacking = [scope for scope in self.scopes if scope not in who.scopes]
        if not lacking:
            return None
        challenge = f'Bearer error="insufficient_scope", scope="{" ".join(self.scopes)}"'
        return Refused(
            "scope-missing", required=f"scope {' '.join(self.scopes)}", seen=f"scopes {listed(who.scopes) or 'none'}",
            says="The token lacks a scope that this needs.", headers=(("www-authenticate", challenge),),
        )  # fmt: skip

    def flaws(self) -> list[str]:
        """Scopes are words of RFC 6749's letters."""
        found = [] if self.scopes else ["it names no scope: it can never refuse"]
        for scope in self.scopes:
            if " " in scope.strip():
                found.append(f"{scope!r} is several scopes: write Scope({', '.join(map(repr, scope.split()))})")
            elif not SCOPE.fullmatch(scope):
                found.append(
                    f'{scope!r} is no scope: letters, digits and signs but space, " and \\ (RFC 6749, section 3.3)'
                )
        return found

    def _words(self) -> list[str]:
        return list(map(repr, self.scopes))


class Owner(Rule):
    """The object belongs to whoever asks.

    Args:
        of: A callable (it may be async) that is given the request and returns the owner's id, several ids, True or False; None where
            there is no such object (the application then answers itself).
        what: What the object is called in the explanation.
    """

    __slots__ = ("of", "what")
    of: Callable[[Request], Any]
    what: str
    needs_identity = True

    def __init__(self, of: Callable[[Request], Any], what: str = "the object") -> None:
        self._set(of=of, what=what)

    def check(self, request: Request) -> Steps:
        """Ask the application whose it is."""
        who = request.identity
        if who is None:
            return request.unknown_as
        owner = self.of(request)
        if hasattr(owner, "__await__"):
            owner = yield Want("wait", work=owner)
        if owner is None or owner is True:
            return None
        owners = (
            ()
            if owner is False
            else tuple(map(str, owner))
            if isinstance(owner, list | tuple | set | frozenset)
            else (str(owner),)
        )
        if who.id in owners:
            return None
        seen = f"{self.what} is {listed(owners)}'s" if owners else f"{self.what} is somebody else's"
        return Refused(
            "not-owner", required=f"the owner of {self.what}", seen=seen, says="This belongs to somebody else."
        )

    def __repr__(self) -> str:
        return f"Owner({getattr(self.of, '__name__', 'callable')})"


class RequireHeader(Rule):
    """A header that every request needs: a workspace, a tenant, a version.

    Args:
        name: Its name.
        values: The values that it may have; any where none is given.
    """

    __slots__ = ("name", "values")
    name: str
    values: tuple[str, ...]

    def __init__(self, name: str, *values: str) -> None:
        self._set(name=name, values=values)

    def check(self, request: Request) -> Found:
        """It is there, once, and has one of the values."""
        sent = request.all(self.name.lower())
        if len(set(sent)) > 1:
            return self._no(400, "repeated", f"{len(sent)} of them")
        if not sent or not sent[0].strip():
            return self._no(400, "missing" if not sent else "empty", "none" if not sent else "an empty one")
        if self.values and sent[0].strip() not in self.values:
            return self._no(403, "value", f"{self.name}: {sent[0][:80]}")
        return None

    def _no(self, status: int, reason: str, seen: str) -> Refused:
        required = f"{self.name}" + (f": {' or '.join(self.values)}" if self.values else "")
        return Refused(
            "required-header-missing", reason, status, required, seen, says=f"The request needs the header {self.name}."
        )

    def flaws(self) -> list[str]:
        """The name is one that a header can have."""
        return [] if FIELD.fullmatch(self.name) else [f"{self.name!r} is no name of a header"]

    def _words(self) -> list[str]:
        return [repr(self.name), *map(repr, self.values)]


class Flag(Rule):
    """A feature that is switched on for whoever asks, by OpenFeature's SDK and the provider that the application has set.

    Args:
        name: The flag's key.
        domain: The domain of OpenFeature's client, where the application has several.
        on: The value that is on: True of a boolean flag, or one of a string flag's variants.
        client: A client of OpenFeature; that of the domain unless given.
        remember: Seconds for which a value is good for the same identity and address, before the provider is asked again; 0 for none.
    """

    __slots__ = ("_client", "_clock", "_known", "domain", "name", "on", "remember")
    name: str
    domain: str
    on: bool | str
    remember: float
    _client: Any
    _clock: Callable[[], float] | None
    _known: dict[tuple[object, ...], tuple[float, bool | str]]
    needs_identity = True
    opposite = "feature-disabled"

    def __init__(
        self, name: str, *, domain: str = "", on: bool | str = True, client: Any = None, remember: float = 1.0
    ) -> None:
        self._set(name=name, domain=domain, on=on, remember=remember, _client=client, _clock=None, _known={})

    def bound(self, keys: Ring, clock: Callable[[], float]) -> Flag:
        """With the guard's clock."""
        twin = self._twin()
        twin._set(_clock=clock, _known={})
        return twin

    def check(self, request: Request) -> Found:
        """The flag's value for this identity. Where the provider cannot tell, the feature is off."""
        who = request.identity
        value: bool | str
        if self.remember and self._clock:
            now = self._clock()
            name = (who.id, who.roles, request.address) if who else (None, None, request.address)
            known = self._known.get(name)
            if known is None or known[0] < now:
                if len(self._known) >= MOST:
                    self._known.clear()
                known = self._known[name] = (now + self.remember, self._value(request))
            value = known[1]
        else:
            value = self._value(request)
        if value == self.on:
            return None
        return Refused(
            "feature-disabled", required=f"flag {self.name} is {self.on}", seen=f"it is {value!r} for {who.id[:80] if who else 'nobody'}",
            says="This feature is not switched on here.",
        )  # fmt: skip

    def _value(self, request: Request) -> bool | str:
        from openfeature import api
        from openfeature.evaluation_context import EvaluationContext

        who = request.identity
        attributes = {"address": request.address, "roles": sorted(who.roles) if who else []}
        client = self._client or api.get_client(domain=self.domain or None)
        context = EvaluationContext(who.id if who else None, attributes)
        if self.on is True or self.on is False:
            value: bool | str = client.get_boolean_value(self.name, not self.on, context)
        else:
            value = client.get_string_value(self.name, "", context)
        return value

    def flaws(self) -> list[str]:
        """OpenFeature is installed, and the flag has a name."""
        from importlib.util import find_spec

        found = [] if self.name else ["it names no flag"]
        return found if find_spec("openfeature") else [*found, "it needs openfeature-sdk: pip install 'why403[flags]'"]

    def _words(self) -> list[str]:
        return [repr(self.name)]


__all__ = ["Flag", "Owner", "RequireHeader", "Role", "Scope"]
