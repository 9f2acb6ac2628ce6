"""What two places have to do with each other: a credential that went to another place, a CSRF token and its cookie."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, unquote

from ...model import Request
from .. import csrf
from .cookies import jar
from .row import Found, Row

PREFIX = re.compile(r"^(?:bearer|token|apikey|api-key|key|jwt|basic)[ :=]+", re.IGNORECASE)
SHORTEST = 6  # letters from which on two equal values are taken for the same credential


def moved(rows: list[Row]) -> list[Row]:
    """The rows, with each pair of an absent and an extra credential of one value made one row: it went to another place."""
    gone = [row for row in rows if row.change == "absent" and row.working]
    more = [row for row in rows if row.change == "extra" and row.failing]
    for old in gone:
        for new in more:
            if (
                "credential" in (old.kind, new.kind)
                and new in rows
                and old in rows
                and _bare(old.working) == _bare(new.failing) is not None
            ):
                rows = [row for row in rows if row not in (old, new)]
                rows.append(_moved(old, new))
    return rows


def _bare(value: str | None) -> str | None:
    bare = PREFIX.sub("", (value or "").strip().strip("\"'"))
    return bare if len(bare) >= SHORTEST else None


def _moved(old: Row, new: Row) -> Row:
    """One row of the two; the title tells both places."""
    causes = ("credentials-malformed",)
    why = f"The same credential stands in the {new.what} {new.name} instead of the {old.what} {old.name}"
    return old._replace(
        kind="credential", change="moved", failing=new.failing, causes=causes, why=why, where=new.where, secret=True
    )


def csrf_pair(working: Request, failing: Request) -> Found:
    """Token and cookie that match in one of the two requests, and not in the other (double submit)."""
    left, right = _match(working), _match(failing)
    if None in (left, right) or left == right:
        return
    words = {True: "they match", False: "they do not match"}
    why = "The check compares token and cookie: in one of the two requests they are not of one pair"
    yield Row(
        "pair",
        "pair of CSRF token and cookie",
        "",
        "differs",
        words[bool(left)],
        words[bool(right)],
        ("csrf-token-invalid",),
        why,
        "request.headers.cookie#csrf",
    )


def _match(request: Request) -> bool | None:
    """Whether a CSRF token of the request is the value of its CSRF cookie; None where one of the two is missing."""
    kept = {
        unquote(value) for name, values in jar(request.headers).items() if csrf.COOKIE.search(name) for value in values
    }
    sent = {unquote(value) for value in _tokens(request)}
    return bool(kept & sent) if kept and sent else None


def _tokens(request: Request) -> list[str]:
    found = [value for name, value in request.headers or () if name.lower() in csrf.HEADERS]
    body = request.body or b""
    if len(body) > 1_000_000:
        return found
    text = body.decode("utf-8", "replace")
    pairs: list[tuple[str, object]] = []
    if text[:1] == "{":
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        pairs = list(data.items()) if isinstance(data, dict) else []
    elif "=" in text:
        pairs = list(parse_qsl("&".join(text.split("&")[:1000]), keep_blank_values=True))
    return found + [str(value) for name, value in pairs if name.lower() in csrf.FIELDS]
