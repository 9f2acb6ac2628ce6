"""Who asks: what a credential, or the application's own way of knowing, says of the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NONE: Mapping[str, Any] = {}


class Identity(NamedTuple):
    """Somebody who is known."""

    id: str
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    by: str = ""  # what made them known: bearer, api-key, session, application
    claims: Mapping[str, Any] = NONE  # what the token or the application says beside
    user: Any = None  # the application's own object

    @property
    def shown(self) -> str:
        """The identity as a log and a sealed explanation show it."""
        return f"{self.id[:80]} ({self.by or 'application'})"


def identity_of(found: Any, by: str = "application") -> Identity | None:
    """What an application's own callable may return: None, an Identity, an id, or a mapping of id, roles and scopes. Raises TypeError."""
    if found is None or isinstance(found, Identity):
        return found
    if isinstance(found, str):
        return Identity(found, by=by) if found else None
    if isinstance(found, int) and not isinstance(found, bool):
        return Identity(str(found), by=by)
    if isinstance(found, Mapping):
        name = found.get("id", found.get("sub", found.get("username")))
        if name in (None, ""):
            raise TypeError("an identity needs an id")
        return Identity(
            str(name),
            words(found.get("roles", ())),
            words(found.get("scopes", found.get("scope", ()))),
            by,
            found,
            found.get("user"),
        )
    if getattr(found, "is_authenticated", True) is False:
        return None
    for name in ("pk", "id", "username", "name"):
        value = getattr(found, name, None)
        if isinstance(value, str | int) and value != "":
            roles, scopes = getattr(found, "roles", ()), getattr(found, "scopes", ())
            return Identity(str(value), words(roles), words(scopes), by, NONE, found)
    raise TypeError(
        f"a {type(found).__name__} is no identity: give an Identity, an id or a mapping with id, roles and scopes"
    )


def words(value: Any) -> frozenset[str]:
    """Roles or scopes: a list of them, or a text in which spaces part them (RFC 6749, section 3.3)."""
    if isinstance(value, str):
        return frozenset(value.split())
    return frozenset(map(str, value)) if isinstance(value, Iterable) else frozenset()
