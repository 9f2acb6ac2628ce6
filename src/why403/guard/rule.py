"""A rule: a plain frozen object that admits a request or says why not; composed with & (all), | (any) and ~ (not)."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod

from ..model import BadCall
from ..model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator
    from typing import Any, TypeAlias, TypeVar

    from ..seal import Ring
    from .request import Request

    Made = TypeVar("Made", bound="Rule")

    Steps: TypeAlias = Generator["Want", Any, "Refused | None"]
    Found: TypeAlias = "Refused | Steps | None"

SHOWN = ("nothing", "cause", "required")
HERE = __name__.rpartition(".")[0]
# what a rule refuses where its opposite is asked for: ~AllowAddresses(...) refuses the addresses that are on the list
FAULT = "rule-failed"
ABSENT = ("missing", "nobody")  # reasons of a refusal where no credential came


class Want(NamedTuple):
    """What a rule needs before it can decide; whoever drives it (ASGI, WSGI, a test) gets it and sends it back."""

    kind: str  # body: its first `limit` bytes | wait: an awaitable's result | call: a blocking function's result
    limit: int = 0
    work: Awaitable[Any] | Callable[[], Any] | None = None


class Refused(NamedTuple):
    """A refusal, before it is written. What is seen is masked by the rule that saw it."""

    cause: str  # an id of the register
    reason: str = ""  # the rule's finer word
    status: int = 403
    required: str = ""
    seen: str = ""
    says: str = ""  # a sentence for the caller; told where the rule lets it know the cause
    headers: tuple[tuple[str, str], ...] = ()  # Allow, Retry-After, WWW-Authenticate of its own
    challenge: bool = False  # nobody is known: the answer asks for credentials
    hide: bool = False  # the answer is the application's own 404
    show: str = ""
    beside: str = ""  # what the other ways in lacked
    rule: Rule | None = None
    fault: BaseException | None = None  # the rule raised


class Rule(ABC):
    """The base of every rule. A subclass names its fields in `__slots__`, sets them by `_set` and has `check`."""

    __slots__ = ("show", "where")
    show: str
    where: str
    needs_identity = False  # whether somebody must be looked for before the rule is asked
    opposite = "policy-denied"  # the cause that ~rule refuses with

    def __new__(cls, *args: object, **named: object) -> Rule:
        """A rule that remembers the line on which it was written."""
        made = object.__new__(cls)
        object.__setattr__(made, "where", written_at())
        object.__setattr__(made, "show", "")
        return made

    @abstractmethod
    def check(self, request: Request) -> Found:
        """None admits; Refused refuses; a generator of Wants comes to one of the two. What it raises refuses, too."""

    def flaws(self) -> list[str]:
        """What is wrong with the rule as it is written, in words: it is an error when the application starts."""
        return []

    def bound(self, keys: Ring, clock: Callable[[], float]) -> Rule:
        """The rule as a guard asks it, with the guard's keys and clock where it needs them."""
        return self

    def shows(self: Made, what: str) -> Made:
        """The same rule, telling the caller nothing, the cause, or what is required, too. Raises BadCall."""
        if what not in SHOWN:
            raise BadCall(f"{what!r} cannot be shown", self.where, f"One of: {', '.join(SHOWN)}")
        twin = self._twin()
        twin._set(show=what)
        return twin

    def _twin(self: Made) -> Made:
        twin = object.__new__(type(self))
        twin._set(where=self.where, show=self.show, **{name: getattr(self, name) for name in self._names()})
        return twin

    def _set(self, **fields: object) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def _names(self) -> tuple[str, ...]:
        return tuple(
            name
            for kind in type(self).__mro__
            for name in kind.__dict__.get("__slots__", ())
            if name not in Rule.__slots__
        )

    def _fault(self, message: str, hint: str = "") -> BadCall:
        return BadCall(message, self.where, hint)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a rule is frozen: {name} cannot be set")

    def __and__(self, other: Rule) -> All:
        return All(*(self.rules if isinstance(self, All) else (self,)), other)

    def __or__(self, other: Rule) -> Any_:
        return Any_(*(self.rules if isinstance(self, Any_) else (self,)), other)

    def __invert__(self) -> Rule:
        return Not(self)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and all(getattr(self, name) == getattr(other, name) for name in self._names())

    def __hash__(self) -> int:
        return hash((type(self), repr(self)))

    def __repr__(self) -> str:
        """As it is written, without what is a secret."""
        return f"{type(self).__name__}({', '.join(self._words())})"

    def _words(self) -> list[str]:
        return [f"{name}={getattr(self, name)!r}" for name in self._names() if not name.startswith("_")]


class All(Rule):
    """Every one of them must admit; the first that refuses is the refusal."""

    __slots__ = ("rules",)
    rules: tuple[Rule, ...]

    def __init__(self, *rules: Rule) -> None:
        self._set(rules=rules)

    def check(self, request: Request) -> Steps:
        """As judge, and what this composition shows."""
        found = yield from judge(self.rules, request)
        return found and found._replace(show=found.show or self.show)

    def __repr__(self) -> str:
        return "(" + " & ".join(map(repr, self.rules)) + ")"


class Any_(Rule):  # noqa: N801  # Any is typing's
    """One of them must admit. Where none does, the first one's cause is told, and beside it what the others lacked.

    A credential that came and is not good goes before one that did not come.
    """

    __slots__ = ("rules",)
    rules: tuple[Rule, ...]

    def __init__(self, *rules: Rule) -> None:
        self._set(rules=rules)

    def check(self, request: Request) -> Steps:
        """Ask one after the other; a rule that raises is no way in."""
        refusals: list[Refused] = []
        for rule in self.rules:
            found = yield from judge((rule,), request)
            if found is None:
                return None
            refusals.append(found)
        first = refusals[0]
        if (
            first.challenge and first.reason in ABSENT
        ):  # a credential that came and is not good tells more than one that did not come
            first = next((refusal for refusal in refusals if refusal.challenge and refusal.reason not in ABSENT), first)
        shown = [refusal.show for refusal in refusals if refusal.show] + [self.show] * bool(self.show)
        return first._replace(
            rule=self,
            show=min(shown, key=SHOWN.index, default=""),
            hide=any(refusal.hide for refusal in refusals),
            required=" or ".join(dict.fromkeys(refusal.required for refusal in refusals if refusal.required)),
            beside="; ".join(f"{refusal.rule!r}: {refusal.cause}" for refusal in refusals if refusal is not first),
            fault=next((refusal.fault for refusal in refusals if refusal.fault), None),
        )

    def __repr__(self) -> str:
        return "(" + " | ".join(map(repr, self.rules)) + ")"


class Not(Rule):
    """Refuses what the rule admits, and admits what it refuses; a rule that raised, or that knows nobody, still refuses."""

    __slots__ = ("rule",)
    rule: Rule

    def __init__(self, rule: Rule) -> None:
        self._set(rule=rule)

    def check(self, request: Request) -> Steps:
        """Turn the decision round where there is one."""
        found = yield from judge((self.rule,), request)
        if found is None:
            return Refused(self.rule.opposite, "not", required=f"not {self.rule!r}", show=self.show, rule=self)
        return found if found.fault or found.challenge or found.status == 401 else None

    def __repr__(self) -> str:
        return f"~{self.rule!r}"


class Hide(Rule):
    """Where the rule refuses, the application's own 404 is the answer: nobody learns that anything is there."""

    __slots__ = ("rule",)
    rule: Rule

    def __init__(self, rule: Rule) -> None:
        self._set(rule=rule)

    def check(self, request: Request) -> Steps:
        """As the rule, and hidden."""
        found = yield from judge((self.rule,), request)
        return found and found._replace(hide=True, show="nothing")

    def __repr__(self) -> str:
        return f"Hide({self.rule!r})"


class Shadow(Rule):
    """What the rule would refuse is logged, and let through."""

    __slots__ = ("rule",)
    rule: Rule

    def __init__(self, rule: Rule) -> None:
        self._set(rule=rule)

    def check(self, request: Request) -> Steps:
        """Decide, remember, admit."""
        found = yield from judge((self.rule,), request)
        if found is not None:
            request.shadowed.append(found)
        return None

    def __repr__(self) -> str:
        return f"Shadow({self.rule!r})"


def judge(rules: tuple[Rule, ...], request: Request) -> Steps:
    """The first refusal of several rules, or None. A rule that raises refuses."""
    for rule in rules:
        try:
            if rule.needs_identity and not request.identified:
                yield from request.identify()
            found = rule.check(request)
            if found is None:
                continue
            if not isinstance(found, Refused):
                found = yield from found
                if found is None:
                    continue
            if found.rule is None:
                found = found._replace(rule=rule, show=found.show or rule.show)
            elif not found.show and rule.show:
                found = found._replace(show=rule.show)
        except Exception as fault:  # noqa: BLE001  # whatever it is: a rule that cannot decide does not admit
            seen = f"{type(fault).__name__} at {raised_at(fault)}"
            request.faults.append((rule, seen))
            return Refused("policy-denied", FAULT, seen=seen, rule=rule, show=rule.show, fault=fault)
        return found
    return None


def parts(rule: Rule) -> list[Rule]:
    """The rules of which a rule is composed, or itself."""
    inner = _inner(rule)
    return [leaf for part in inner for leaf in parts(part)] if inner else [rule]


def rebuilt(rule: Rule, leaf: Callable[[Rule], Rule]) -> Rule:
    """The same composition of other parts."""
    inner = _inner(rule)
    if not inner:
        return leaf(rule)
    twin = rule._twin()
    made = tuple(rebuilt(part, leaf) for part in inner)
    twin._set(**({"rules": made} if isinstance(rule, All | Any_) else {"rule": made[0]}))
    return twin


def _inner(rule: Rule) -> tuple[Rule, ...]:
    if isinstance(rule, All | Any_):
        return rule.rules
    return (rule.rule,) if isinstance(rule, Not | Hide | Shadow) else ()


def raised_at(fault: BaseException) -> str:
    """The file and line on which something was raised; never its message, which may hold a secret."""
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{_short(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"


def written_at() -> str:
    """The file and line of the first caller outside this room, without the folders above the application's own."""
    frame = sys._getframe(1)
    while frame.f_back and str(frame.f_globals.get("__name__", "")).startswith(HERE):
        frame = frame.f_back
    return f"{_short(frame.f_code.co_filename)}:{frame.f_lineno}"


def _short(path: str) -> str:
    return "/".join(path.replace("\\", "/").split("/")[-2:])
