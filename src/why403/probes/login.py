"""The credential in a body: the name and password of a login, a token that is handed in for another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote_plus

from ..model import query_pairs
from ..model.change import Change
from ..tokens.places import NAMES, PASSWORDS, TOKENS
from .credentials import IDENTITY, NOTHING, of_claims
from .experiment import Experiment, Given, Steps, Try, nothing

OTHERS = tuple(
    one for one in IDENTITY if one not in ("token-invalid", "credentials-missing")
)  # that another one may prove, too
DEPTH = 2  # objects within objects that are looked into

Path = tuple[str, ...]


def fields(given: Given) -> list[tuple[Path, str]]:
    """The text fields of a form or of a JSON object in the request's body, by where they stand; none of any other body."""
    body = given.request.body or b""
    kind = (given.has("content-type") or "").partition(";")[0].strip().lower()
    if body[:1] == b"{":
        try:
            return list(_members(json.loads(body), ()))
        except (ValueError, RecursionError):
            return []
    if kind in ("", "application/x-www-form-urlencoded") and b"=" in body[:200]:
        return [((name,), value) for name, value in query_pairs(body.decode("latin-1"))]
    return []


def _members(data: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, dict) and len(path) <= DEPTH:
        for name, value in data.items():
            yield from _members(value, (*path, str(name)))
    elif isinstance(data, str):
        yield path, data


def _with(given: Given, new: dict[Path, str]) -> bytes:
    """The body with these fields set, the others and their order as they were."""
    body = given.request.body or b""
    if body[:1] == b"{":
        data = json.loads(body)
        for path, value in new.items():
            inner = data
            for name in path[:-1]:
                inner = inner[name]
            inner[path[-1]] = value
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    pairs = [(name, new.get((name,), value)) for name, value in query_pairs(body.decode("latin-1"))]
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()


def _first(found: list[tuple[Path, str]], names: tuple[str, ...]) -> tuple[Path, str] | None:
    called = {path[-1].lower(): (path, value) for path, value in reversed(found)}
    return next((called[name] for name in names if name in called), None)


def _given(given: Given) -> Steps:
    """What the user gave, in the fields in which the request carries its own."""
    found = fields(given)
    tries = [attempt for offer in given.offers for attempt in _tries(given, found, offer.kind, offer.value)]
    return nothing(*tries)


def _tries(given: Given, found: list[tuple[Path, str]], kind: str, value: str) -> Iterator[Try]:
    name, password, token = (_first(found, names) for names in (NAMES, PASSWORDS, TOKENS))
    if kind == "user" and password:
        user, _, secret = value.partition(":")
        new = {password[0]: secret} | ({name[0]: user} if name else {})
        same = name is None or name[1] == user  # then nothing but the password is another
        proves = ("token-invalid",) if same else ("token-invalid", *OTHERS)
        says = f"with the given {'password' if same else 'user and password'} in {'.'.join(password[0])}"
        yield Try(
            (Change("credential", says, body=_with(given, new)),), _spoiled(password[1]) or proves, same, other=not same
        )
    elif kind in ("token", "key") and token:
        claims = of_claims(token[1], value, given)
        first, sure = claims or ("token-invalid", False)
        proves = (first, *(one for one in ("token-invalid", *OTHERS) if one != first))
        says = f"with the given one in {'.'.join(token[0])}"
        yield Try(
            (Change("credential", says, body=_with(given, {token[0]: value})),), _spoiled(token[1]) or proves, sure
        )


def _spoiled(value: str) -> tuple[str, ...]:
    """What is proved where the field held nothing, or what a program writes for nothing."""
    if not value:
        return ("credentials-missing",)
    return ("credentials-malformed",) if value.strip().lower() in NOTHING else ()


def _fits(given: Given) -> bool:
    kinds = {offer.kind for offer in given.offers}
    found = fields(given) if kinds & {"user", "token", "key"} else []
    return bool(("user" in kinds and _first(found, PASSWORDS)) or (kinds & {"token", "key"} and _first(found, TOKENS)))


EXPERIMENTS = (
    Experiment(
        "login-given",
        "the same with the user, password or token that you gave, in the fields of its body",
        "Let through: the one in the body was the obstacle. Refused the same way: it was not",
        (
            "token-invalid",
            "token-expired",
            "credentials-missing",
            "credentials-malformed",
            "account-blocked",
            "role-missing",
        ),
        1,
        _fits,
        _given,
        offered=True,
        joins=True,
    ),
)
