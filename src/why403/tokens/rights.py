"""Scopes, roles, groups and permissions of a token, by the claims in which issuers put them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# strings of scopes with spaces between, or lists of them
SCOPES = ("scope", "scp", "scopes", "permissions", "authorities", "scopesGranted", "granted_scopes")
# names of roles and groups, as strings or lists
ROLES = (
    "roles", "role", "groups", "group", "wids", "entitlements", "cognito:groups", "cognito:roles", "user_roles", "app_roles",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "https://schemas.quickstarts.com/roles", "x-hasura-allowed-roles",
    "x-hasura-default-role", "org_role", "org_permissions", "ns_roles", "custom:role", "custom:roles", "is_admin", "admin", "superuser",
)  # fmt: skip
HOLDERS = ("app_metadata", "user_metadata", "realm_access", "resource_access", "https://hasura.io/jwt/claims", "data", "user",
           "authorization", "kubernetes.io", "o", "claims")  # fmt: skip
MOST = 500  # names that are listed


def scopes(claims: dict[str, Any]) -> tuple[str, ...]:
    """Scopes and permissions (RFC 8693, section 4.2: `scope`; `scp` at Entra ID and Okta; `permissions` at Auth0)."""
    found: list[str] = []
    for claim in ("scope", "scp", "scopes", "permissions"):
        found += _names(claims.get(claim), split=True)
    return tuple(found)


def roles(claims: dict[str, Any]) -> tuple[str, ...]:
    """Every role and group, wherever it stands."""
    return tuple(name for claim, names in rights(claims) if claim not in SCOPES for name in names)


def _names(value: object, *, split: bool) -> list[str]:
    if isinstance(value, str):
        return value.replace(",", " ").split()[:MOST] if split else [value]
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, list):
        return [item if isinstance(item, str) else _named(item) for item in value[:MOST]]
    if isinstance(value, int | float):
        return [str(value)]
    if isinstance(value, dict):  # Firebase and others: {"admin": true}; Auth0 organizations: {"name": {...}}
        return [str(name) for name, held in list(value.items())[:MOST] if held not in (False, None, 0, "")]
    return []


def _named(item: object) -> str:
    if isinstance(item, dict):
        return str(
            next(
                (item[name] for name in ("name", "id", "authority", "role", "rsname", "display") if name in item), item
            )
        )
    return str(item)


def rights(claims: dict[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(claim, names) for every claim that grants something; a claim within another by its path."""
    found: dict[str, tuple[str, ...]] = {}
    for claim, value in claims.items():
        last = claim.rpartition("/")[2]  # namespaced claims: https://shop.example/roles
        if claim in SCOPES or last in SCOPES:
            found[claim] = tuple(_names(value, split=True))
        elif claim in ROLES or last in ROLES or claim.lower() in ROLES:
            found[claim] = tuple(_names(value, split=False))
    for holder in HOLDERS:
        inside = claims.get(holder)
        if holder == "resource_access" and isinstance(inside, dict):  # Keycloak: a client's roles
            for client, access in list(inside.items())[:MOST]:
                if isinstance(access, dict):
                    found[f"resource_access.{client}.roles"] = tuple(_names(access.get("roles"), split=False))
        elif isinstance(inside, dict):
            for claim, value in inside.items():
                if claim in ROLES or claim in SCOPES:
                    found[f"{holder}.{claim}"] = tuple(_names(value, split=claim in SCOPES))
        if holder == "authorization" and isinstance(inside, dict):  # Keycloak's UMA
            for item in inside.get("permissions") or () if isinstance(inside.get("permissions"), list) else ():
                if isinstance(item, dict):
                    held = tuple(_names(item.get("scopes"), split=True))
                    found[f"authorization.permissions.{_named(item)}"] = held
    details = claims.get("authorization_details")  # RFC 9396
    if isinstance(details, list):
        kinds = tuple(str(item.get("type")) for item in details if isinstance(item, dict))
        found["authorization_details"] = kinds
    return tuple((claim, names) for claim, names in found.items() if names)
