"""Bodies: JSON by member, forms by field, multipart by part, anything else by line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import zip_longest

from ...model import Request
from .. import csrf
from .fields import TOKEN
from .names import BODY_IDS, LOGIN
from .row import Found, Left, Row, Unseen, change_of

MOST = 40  # members of a body that are told apart
LARGE = 2_000_000  # bytes of a body that are read
DEEP = 40


def bodies(working: Request, failing: Request) -> Found:
    """What differs in the bodies; where one is not shown, that."""
    ours, theirs = working.body, failing.body
    if ours == theirs:
        return
    if ours is None or theirs is None:
        if ours or theirs:
            yield Unseen("working" if ours is None else "failing", "body", "its body is not shown")
        return
    if not ours or not theirs:
        causes = ("required-header-missing", "csrf-token-missing") if not theirs else ("waf-rule", "csrf-token-missing")
        why = (
            "Only one of the two has a body: what is wanted in it, a token too, is missing"
            if not theirs
            else "Only one of the two has a body: firewalls read it"
        )
        yield Row(
            "body",
            "body",
            "",
            change_of(ours or None, theirs or None),
            _text(ours),
            _text(theirs),
            causes,
            why,
            "request.body",
        )
        return
    if max(len(ours), len(theirs)) > LARGE:
        yield _whole(ours[:LARGE], theirs[:LARGE])
        return
    yield from _members(ours, theirs, _kind(working), _kind(failing))


def _kind(request: Request) -> str:
    return (request.headers.first("content-type") or "") if request.headers is not None else ""


def _text(body: bytes) -> str | None:
    return body.decode("utf-8", "replace") if body else None


def _members(ours: bytes, theirs: bytes, left: str, right: str) -> Found:
    readers = (("JSON member", _json), ("form part", _multipart), ("form field", _form))
    for what, read in readers:
        mine, yours = read(ours, left), read(theirs, right)
        if mine is None or yours is None:
            continue
        rows = list(_compared(what, mine, yours))
        yield from rows[:MOST]
        if len(rows) > MOST:
            why = "More members differ than can be told apart here"
            yield Row(
                "body",
                "body",
                "",
                "differs",
                f"{len(mine)} members",
                f"{len(yours)} members",
                ("waf-rule",),
                why,
                "request.body",
            )
        if not rows and what != "form part":
            why = "The same values, written in another way: signatures and firewalls see the difference"
            yield Row(
                "spelling",
                "body",
                "",
                "differs",
                _text(ours),
                _text(theirs),
                ("signature-mismatch", "waf-rule"),
                why,
                "request.body",
            )
        return
    yield _whole(ours, theirs)


def _compared(what: str, mine: dict[str, str], yours: dict[str, str]) -> Iterator[Row | Left]:
    for name in dict.fromkeys((*mine, *yours)):
        if mine.get(name) != yours.get(name) and not _opened(name, mine, yours):
            bare = re.split(r"[.\[]", name.removeprefix("$.").removeprefix("$"))[-1] or name
            if BODY_IDS.match(bare):
                yield Left("request ids", name)
            else:
                yield _row(what, name, bare, mine.get(name), yours.get(name))


def _opened(name: str, mine: dict[str, str], yours: dict[str, str]) -> bool:
    """Whether a member is empty in one body and has members of its own in the other, which are told apart."""
    for one, other in ((mine, yours), (yours, mine)):
        if one.get(name) in ("{}", "[]") and any(key.startswith((f"{name}.", f"{name}[")) for key in other):
            return True
    return False


def _row(what: str, name: str, bare: str, ours: str | None, theirs: str | None) -> Row:
    change, place = change_of(ours, theirs), f"request.body#{name}"
    if bare.lower() in csrf.FIELDS:
        causes, why = TOKEN[change]
        return Row("csrf", what, name, change, ours, theirs, causes, why, place, True)
    if bare.lower() in ("scope", "audience", "resource"):
        return Row(
            "claim",
            what,
            name,
            change,
            ours,
            theirs,
            ("scope-missing", "token-wrong-audience"),
            "It decides what the token will be good for",
            place,
        )
    if LOGIN.match(bare):
        why = "It is a part of who asks"
        return Row(
            "credential",
            what,
            name,
            change,
            ours,
            theirs,
            ("token-invalid", "credentials-missing", "login-step-missing"),
            why,
            place,
        )
    says = {
        "absent": (("required-header-missing", "role-missing"), "The working request says it"),
        "extra": (("waf-rule", "role-missing"), "Firewalls read bodies, and some members may be set by few"),
        "differs": (("waf-rule", "not-owner", "role-missing"), "Firewalls read bodies, and it may name somebody else's record"),
    }  # fmt: skip
    causes2, why = says[change]
    return Row("body", what, name, change, ours, theirs, causes2, why, place)


def _whole(ours: bytes, theirs: bytes) -> Row:
    left, right = ours.splitlines(), theirs.splitlines()
    for number, (mine, yours) in enumerate(zip_longest(left, right), 1):
        if mine != yours:
            quoted = [None if line is None else line[:2000].decode("utf-8", "replace") for line in (mine, yours)]
            why = "Firewalls read bodies, and signatures cover them"
            change = change_of(*quoted)
            return Row(
                "body",
                "body, line",
                str(number),
                change,
                quoted[0],
                quoted[1],
                ("waf-rule", "signature-mismatch"),
                why,
                f"request.body:{number}",
            )
    why = "The line ends differ: signatures cover them"
    return Row(
        "body",
        "body",
        "",
        "differs",
        repr(ours[-20:]),
        repr(theirs[-20:]),
        ("signature-mismatch", "waf-rule"),
        why,
        "request.body",
    )


def _json(body: bytes, kind: str) -> dict[str, str] | None:
    if body.lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found: dict[str, str] = {}
    _flatten(data, "$", 0, found)
    return found


def _flatten(value: object, path: str, depth: int, found: dict[str, str]) -> None:
    """Every scalar, and every empty or too deep part, by its path."""
    if isinstance(value, dict) and value and depth < DEEP:
        for name, item in value.items():
            plain = re.fullmatch(r"[\w-]{1,100}", name)
            _flatten(
                item, f"{path}.{name}" if plain else f"{path}[{json.dumps(name, ensure_ascii=False)}]", depth + 1, found
            )
    elif isinstance(value, list) and value and depth < DEEP:
        for at, item in enumerate(value):
            _flatten(item, f"{path}[{at}]", depth + 1, found)
    else:
        found[path] = json.dumps(value, ensure_ascii=False)


def _form(body: bytes, kind: str) -> dict[str, str] | None:
    text = body.decode("utf-8", "replace")
    if "form-urlencoded" not in kind and not re.fullmatch(
        r"[\w.\[\]%+-]{1,100}=[^\s=]{0,10000}(?:&[\w.\[\]%+-]{1,100}=[^\s=]{0,10000}){0,500}", text
    ):
        return None
    from urllib.parse import parse_qsl

    found: dict[str, str] = {}
    for name, value in parse_qsl("&".join(text.split("&")[:2000]), keep_blank_values=True):
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _multipart(body: bytes, kind: str) -> dict[str, str] | None:
    """The parts of a multipart body (RFC 7578) by their names; a file by name, type and length."""
    mark = re.search(r"boundary=\"?([^\";]{1,200})", kind)
    if "multipart/" not in kind or mark is None:
        return None
    found: dict[str, str] = {}
    for piece in body.split(b"--" + mark.group(1).encode("utf-8", "replace"))[1:2000]:
        head, _, content = piece.partition(b"\r\n\r\n") if b"\r\n\r\n" in piece else piece.partition(b"\n\n")
        told = head.decode("utf-8", "replace")
        name = re.search(r"[; ]name=\"?([^\";\r\n]{0,200})", told)
        if name is None:
            continue
        file = re.search(r"filename=\"?([^\"\r\n]{0,300})", told)
        kind_of = re.search(r"(?i)content-type:\s{0,5}([^\r\n]{1,100})", told)
        text = content.removesuffix(b"\r\n").removesuffix(b"\n")
        value = text.decode("utf-8", "replace")
        if file:
            value = f"file {file.group(1)} {kind_of.group(1) if kind_of else ''} of {len(text)} bytes, {_print(text)}"
        found[name.group(1)] = f"{found[name.group(1)]}, {value}" if name.group(1) in found else value
    return found


def _print(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()[:8]
