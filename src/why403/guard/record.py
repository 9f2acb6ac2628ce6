"""The decision log: structured records through `logging`, masked, with the denial's id; attributes on OpenTelemetry's current span."""

from __future__ import annotations

import logging
from importlib.util import find_spec

from ..seal import Explanation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .identity import Identity
    from .rule import Rule

LOG = logging.getLogger("why403.guard")
DEBUG = logging.DEBUG
SPANS = find_spec("opentelemetry") is not None


def refused(explanation: Explanation, denial: str, *, shadow: bool, hidden: bool) -> None:
    """One refusal, or what would have been one."""
    level = logging.INFO if shadow else logging.WARNING
    if LOG.isEnabledFor(level):
        line = explanation.line(denial)
        data = {**explanation._asdict(), "denial": denial, "shadow": shadow, "hidden": hidden}
        LOG.log(level, "%s%s", "shadow: " if shadow else "", line, extra={"why403": data})
    if SPANS:
        _span(explanation, denial, shadow)


def admitted(method: str, path: str, identity: Identity | None) -> None:
    """One request that was let through, for those who log them all (level DEBUG)."""
    who = identity.shown if identity else "nobody"
    line = Explanation("", identity=who, method=method, path=path)
    LOG.debug("%s", line.asked("admitted"), extra={"why403": {"method": method, "path": path, "identity": who}})


def raised(rule: Rule, seen: str) -> None:
    """A rule that could not decide. What it raised is named, and where; its message may hold a secret, and is not."""
    LOG.error("why403.guard: the rule %r at %s raised %s; it refuses", rule, rule.where, seen,
              extra={"why403": {"rule": repr(rule), "where": rule.where, "raised": seen}})  # fmt: skip


def _span(explanation: Explanation, denial: str, shadow: bool) -> None:
    from opentelemetry import trace

    span = trace.get_current_span()
    if span.is_recording():
        span.set_attributes({
            "why403.decision": "shadow" if shadow else "refused", "why403.cause": explanation.cause, "why403.reason": explanation.reason,
            "why403.rule": explanation.rule, "why403.where": explanation.where, "why403.denial": denial,
        })  # fmt: skip
