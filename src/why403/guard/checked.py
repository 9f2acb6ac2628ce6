"""What is wrong with rules as they are written: an error when the application starts, with the line, not a refusal at midnight."""

from __future__ import annotations

from ..model import BadCall
from ..rules.addresses import Span
from .addresses import AllowAddresses, DenyAddresses
from .credentials import Credential
from .csrf import Csrf
from .preflight import Preflight
from .rule import All, Any_, Hide, Not, Rule, Shadow, parts
from .transport import Hosts, Https, Methods

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .guard import Place


def check(rules: tuple[Rule, ...], places: tuple[Place, ...], identity: object, more: tuple[Rule, ...] = ()) -> None:
    """Rules by themselves, and those that must hold together. Raises BadCall with the line of the first that is wrong."""
    every = [*rules, *more, *(rule for place in places for rule in place.rules)]
    if isinstance(identity, Rule):
        every.append(identity)
    for leaf in (leaf for rule in every for leaf in parts(rule)):
        for flaw in leaf.flaws():
            raise BadCall(f"{leaf!r}: {flaw}", leaf.where)
    _once(rules, places, [*more, identity] if isinstance(identity, Rule) else more)
    for rule in every:
        _no_shadow_within(rule)
    _known_first(rules, identity)
    _together([*rules, *more])
    for rule in every:
        for inner in _alls(rule):
            _together(list(inner.rules))
    for place in places:
        _together([*rules, *place.rules])
        for methods in (rule for rule in _flat([*rules, *place.rules]) if isinstance(rule, Methods)):
            if place.methods and not set(place.methods) & set(methods.names):
                raise BadCall(
                    f"the rules on {place.pattern!r} for {', '.join(place.methods)} can never match: "
                    f"{methods!r} at {methods.where} refuses these first",
                    place.where,
                )  # fmt: skip


def _once(rules: tuple[Rule, ...], places: tuple[Place, ...], more: Sequence[Rule]) -> None:
    """One Preflight, by itself among the application's rules; Csrf's tokens of one kind. Raises BadCall."""
    first: Preflight | None = None
    for rule in rules:
        if isinstance(rule, Preflight):
            if first is not None:
                raise BadCall(
                    f"{rule!r} can never answer: {first!r} at {first.where} does",
                    rule.where,
                    "One Preflight names all origins",
                )
            first = rule
    others = [
        *more,
        *(rule for place in places for rule in place.rules),
        *(rule for rule in rules if not isinstance(rule, Preflight)),
    ]
    for leaf in (leaf for rule in others for leaf in parts(rule)):
        if isinstance(leaf, Preflight):
            raise BadCall(
                f"{leaf!r} is asked before every rule: it stands by itself among the application's",
                leaf.where,
                "Guard(Preflight(...), ...)",
            )
    every = [leaf for rule in (*rules, *others) for leaf in parts(rule) if isinstance(leaf, Csrf) and leaf.token_wanted]
    for one in every[1:]:
        if (one.cookie, one.session) != (every[0].cookie, every[0].session):
            said = f"{one!r} can never admit a token: they are given out for the cookie and session of {every[0]!r} at {every[0].where}"
            raise BadCall(said, one.where, "Give both the same cookie and session")


def _no_shadow_within(rule: Rule, within: bool = False) -> None:
    """Shadow admits everything: as a way in it would open the others' door. Raises BadCall."""
    if isinstance(rule, Shadow) and within:
        raise BadCall(
            f"{rule!r} within | or ~ decides for the others: it admits everything",
            rule.where,
            "Put Shadow around the whole rule",
        )
    for inner in getattr(rule, "rules", ()) or ((rule.rule,) if hasattr(rule, "rule") else ()):
        _no_shadow_within(inner, within or isinstance(rule, Any_ | Not))


def _known_first(rules: tuple[Rule, ...], identity: object) -> None:
    """A rule on somebody must not be asked before the credential that makes somebody known. Raises BadCall."""
    if identity is not None:
        return
    for at, rule in enumerate(rules):
        if any(isinstance(leaf, Credential) for leaf in parts(rule)):
            return
        later = [leaf for other in rules[at + 1 :] for leaf in parts(other) if isinstance(leaf, Credential)]
        asking = next((leaf for leaf in parts(rule) if leaf.needs_identity), None)
        if asking is not None and later:
            said = (
                f"{asking!r} can never admit: it is asked before {later[0]!r} at {later[0].where} makes anybody known"
            )
            raise BadCall(said, asking.where, "Put the credential first, or give it as Guard(identity=...)")


def _alls(rule: Rule) -> Iterator[All]:
    if isinstance(rule, All):
        yield rule
    for inner in getattr(rule, "rules", ()) or ((rule.rule,) if hasattr(rule, "rule") else ()):
        yield from _alls(inner)


def _flat(rules: list[Rule]) -> Iterator[Rule]:
    for rule in rules:
        if isinstance(rule, All):
            yield from _flat(list(rule.rules))
        elif isinstance(rule, Hide):
            yield from _flat([rule.rule])
        else:
            yield rule


def _together(rules: list[Rule]) -> None:
    """Rules of which every one must admit: no two may exclude each other."""
    known = list(_flat(rules))
    for at, one in enumerate(known):
        for other in known[at + 1 :]:
            if said := _contradiction(one, other) or _contradiction(other, one):
                raise BadCall(
                    f"{other!r} contradicts {one!r} at {one.where}: {said}", other.where, "No request can meet both"
                )


def _contradiction(one: Rule, other: Rule) -> str:
    if isinstance(other, Not) and other.rule == one:
        return "one admits exactly what the other refuses"
    if isinstance(one, Methods) and isinstance(other, Methods) and not set(one.names) & set(other.names):
        return "they have no method in common"
    if (
        isinstance(one, Hosts)
        and isinstance(other, Hosts)
        and not any("*" in name for name in (*one.names, *other.names))
    ):
        return "" if set(one.names) & set(other.names) else "they have no host in common"
    if isinstance(one, AllowAddresses) and isinstance(other, AllowAddresses):
        return (
            ""
            if any(_meet(mine, yours) for mine in one.spans for yours in other.spans)
            else "they have no address in common"
        )
    if isinstance(one, AllowAddresses) and isinstance(other, DenyAddresses):
        return (
            "every address that one allows the other denies"
            if all(_covered(mine, other.spans) for mine in one.spans)
            else ""
        )
    if isinstance(one, Https) and isinstance(other, Not) and isinstance(other.rule, Https):
        return "one admits exactly what the other refuses"
    return ""


def _meet(one: Span, other: Span) -> bool:
    return one.version == other.version and one.first <= other.last and other.first <= one.last


def _covered(one: Span, spans: tuple[Span, ...]) -> bool:
    return any(one.version == other.version and other.first <= one.first and one.last <= other.last for other in spans)
