"""What holds for rules on a route, whatever the framework."""

from __future__ import annotations

from ..model import BadCall
from .csrf import Csrf
from .rule import Rule, parts, written_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .guard import Guard


def route_rules(guard: Guard, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules of a route, ready to be asked there. Raises BadCall, with the line."""
    if not rules:
        raise BadCall("no rule is put on this route", written_at(), "guard.requires(Role('admin'))")
    ready = guard.bound(*rules)
    for leaf in (leaf for rule in ready for leaf in parts(rule)):
        if isinstance(leaf, Csrf) and leaf.token_wanted:
            raise BadCall(
                f"{leaf!r} looks for its token before the framework reads the body: it cannot stand on a route",
                leaf.where,
                'Give it to Guard(...) or guard.on("/path", ...); on a route Csrf(token=False) can stand',
            )
    return ready
