"""Cedar: policies for those who outgrow roles (https://docs.cedarpolicy.com/), evaluated by cedarpy."""

from __future__ import annotations

import json

from .rule import Refused, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .request import Request
    from .rule import Found


class Cedar(Rule):
    """The policies permit the request. The principal is `User::"id"` with roles and scopes as its attributes.

    Args:
        policies: The policies in Cedar's language, each with an `@id("...")` by which the explanation names it.
        action: A callable that gives the action's name of a Request; its method unless given.
        resource: A callable that gives the resource as Cedar writes it (`Order::"42"`); `Path::"/orders/42"` unless given.
        entities: A callable that gives further entities (Cedar's JSON form).
        context: A callable that gives the context; address and method unless given.
        schema: Cedar's schema, by which the policies are checked at the start.
    """

    __slots__ = ("_ids", "_policies", "_wrong", "action", "context", "entities", "resource")
    action: Callable[[Request], str] | None
    resource: Callable[[Request], str] | None
    entities: Callable[[Request], list[dict[str, Any]]] | None
    context: Callable[[Request], Mapping[str, Any]] | None
    _policies: Any
    _ids: Mapping[str, str]
    _wrong: str
    needs_identity = True

    def __init__(
        self,
        policies: str,
        *,
        action: Callable[[Request], str] | None = None,
        resource: Callable[[Request], str] | None = None,
        entities: Callable[[Request], list[dict[str, Any]]] | None = None,
        context: Callable[[Request], Mapping[str, Any]] | None = None,
        schema: str | None = None,
    ) -> None:
        self._set(
            action=action, resource=resource, entities=entities, context=context, _policies=None, _ids={}, _wrong=""
        )
        try:
            import cedarpy
        except ImportError:
            self._set(_wrong="it needs cedarpy: pip install 'why403[cedar]'")
            return
        try:
            held = json.loads(cedarpy.policies_to_json_str(policies))["staticPolicies"]
            self._set(
                _policies=cedarpy.PolicySet.from_str(policies),
                _ids={name: _named(name, policy) for name, policy in held.items()},
            )
            if schema is not None:
                checked = cedarpy.validate_policies(policies, schema)
                self._set(
                    _wrong="" if checked.validation_passed else "; ".join(error.error for error in checked.errors)[:400]
                )
            if not any(policy["effect"] == "permit" for policy in held.values()):
                self._set(_wrong="no policy permits anything: it can never admit")
        except ValueError as fault:
            self._set(_wrong=f"the policies cannot be read: {fault}")

    def check(self, request: Request) -> Found:
        """What the policies decide; nothing that permits is a refusal, and so is a policy that cannot be evaluated."""
        import cedarpy

        who = request.identity
        if who is None:
            return request.unknown_as
        action = self.action(request) if self.action else request.method
        path = {"type": "Path", "id": request.path}
        resource = self.resource(request) if self.resource else path
        rights = {"roles": sorted(who.roles), "scopes": sorted(who.scopes)}
        known = {"uid": {"type": "User", "id": who.id}, "attrs": rights, "parents": []}
        more = self.entities(request) if self.entities else []
        context = (
            dict(self.context(request)) if self.context else {"address": request.address, "method": request.method}
        )
        # as entities in parts, never as text: no name of a user or path can write Cedar
        asked = {
            "principal": known["uid"],
            "action": {"type": "Action", "id": action},
            "resource": resource,
            "context": context,
        }
        found = cedarpy.is_authorized(asked, self._policies, [known, *more])
        if found.allowed:
            return None
        decided = ", ".join(sorted(self._ids.get(name, name) for name in found.diagnostics.reasons))
        seen = f"User {who.id} {action} {resource if self.resource else request.path}"
        if found.diagnostics.errors:
            seen += f"; {len(found.diagnostics.errors)} policies could not be evaluated"
        return Refused("policy-denied", "forbidden" if decided else "nothing-permits", required="a policy that permits",
                       seen=f"forbidden by {decided}: {seen}" if decided else f"no policy permits: {seen}",
                       says="An access policy does not permit this.")  # fmt: skip

    def flaws(self) -> list[str]:
        """The policies can be read, meet the schema, and permit something."""
        return [self._wrong] if self._wrong else []

    def _words(self) -> list[str]:
        return list(map(repr, self._ids.values()))[:8]


def _named(name: str, policy: Mapping[str, Any]) -> str:
    return str(policy.get("annotations", {}).get("id", name))
