"""What the three example applications share: a shop's people, sessions, orders, partners, policies and features. Toys, all of it."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Mapping
from typing import Any

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import FlagResolutionDetails
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider

from why403.guard import ApiKey, new_key

# Where the shop's tokens come from (python -m examples.guard.issuer), and whose pages' scripts may call the shop.
ISSUER = os.environ.get("SHOP_ISSUER", "http://127.0.0.1:9000")
FRONTS = os.environ.get("SHOP_FRONTS", "http://app.shop.localhost:9000").split()
# `why403 open --new-key` makes a key to keep; without one, nobody can open the seals of this run.
KEY = os.environ.get("WHY403_SEAL_KEY") or new_key()

ROLES = {"ada": ["customer"], "bob": ["customer"], "grace": ["admin", "staff"], "guy": ["guest"]}
ORDERS = {"1": "ada", "2": "bob"}  # whose they are
REVOKED = {"revoked-1"}  # ids of tokens
PARTNERS = {ApiKey.hashed("example-partner-key"): "partner"}

POLICIES = """
@id("staff-reads-reports") permit (principal, action == Action::"GET", resource)
when { principal.roles.contains("staff") };
@id("embargo") forbid (principal, action, resource == Path::"/reports/embargo");
"""

_sessions: dict[str, str] = {}


def open_session(name: str) -> str:
    """A new session of somebody's; its id is what the cookie holds."""
    sid = secrets.token_urlsafe(18)
    _sessions[sid] = name
    return sid


def session(sid: str) -> Mapping[str, Any] | None:
    """Whose session it is, or None."""
    name = _sessions.get(sid)
    return person(name) if name else None


def person(name: str) -> Mapping[str, Any]:
    """Somebody by name."""
    return {"id": name, "roles": ROLES.get(name, ())}


def fresh(claims: Mapping[str, Any]) -> bool:
    """Whether a token has not been revoked."""
    return claims.get("jti") not in REVOKED


def _for_ada(flag: object, context: EvaluationContext) -> FlagResolutionDetails[bool]:
    return FlagResolutionDetails(context.targeting_key == "ada")


def start() -> None:
    """Log every decision, and tell OpenFeature which features the shop has: the new checkout is on for ada."""
    logging.basicConfig()
    logging.getLogger("why403.guard").setLevel(logging.INFO)
    flag = InMemoryFlag("off", {"on": True, "off": False}, context_evaluator=_for_ada)
    api.set_provider(InMemoryProvider({"new-checkout": flag}))
