"""Every rule refuses and admits, over ASGI and over WSGI alike, and why403 explains each refusal, with the key and without."""

from __future__ import annotations

import json
import logging

import pytest

from tests.guard.play import DOORS, KEY, NOW, case_of, guard, over_asgi, over_wsgi, play
from tests.guard.situations import SITUATIONS, Situation
from tests.verdicts import said, said_of
from why403.guard import Hide
from why403.seal import opened, ring, unseal

REFUSING = [situation for situation in SITUATIONS if situation.cause is not None]
names = [situation.name for situation in SITUATIONS]
refused = pytest.mark.parametrize("situation", REFUSING, ids=[situation.name for situation in REFUSING])
HIDING = [
    situation for situation in REFUSING if not str(situation.cause).startswith("cors-")
]  # a preflight stands by itself
hiding = pytest.mark.parametrize("situation", HIDING, ids=[situation.name for situation in HIDING])


def test_every_situation_has_a_name_of_its_own() -> None:
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("situation", SITUATIONS, ids=names)
def test_decision(situation: Situation, door: str) -> None:
    """The caller gets the status and cause, or the application's page; the application is asked only for what is admitted."""
    came = play(door, guard(situation.rule()), situation.asked())
    if situation.cause is None:
        assert came.status in (200, 204), came
        assert came.header("why403-denial") is None
        return
    assert (came.status, came.header("why403-cause")) == (situation.status, situation.cause), came
    assert came.asked == []
    problem = json.loads(came.body)
    assert problem["type"].endswith(f"/docs/causes/{situation.cause}.md")
    assert (problem["status"], problem["cause"], problem.get("reason", "")) == (
        situation.status,
        situation.cause,
        situation.reason,
    )
    assert problem["denial"] == came.header("why403-denial")
    assert problem["sealed"] == came.header("why403-seal")
    assert len(problem["sealed"]) < 2400
    assert (came.header("www-authenticate") is not None) == (
        situation.status == 401 or situation.cause == "scope-missing"
    )


@refused
def test_the_seal_holds_the_whole_decision(situation: Situation) -> None:
    """What the caller is not told stands in the seal: the rule, where it was written, what was required and seen."""
    asked = situation.asked()
    came = over_asgi(guard(situation.rule(), show="nothing"), asked)
    held = unseal(came.header("why403-seal") or "", ring(KEY), NOW, came.header("why403-denial"))
    assert (held.cause, held.reason, held.status) == (situation.cause, situation.reason, situation.status)
    assert held.where.startswith("guard/")
    assert (held.method, held.path, held.at) == (asked.method, "/here", NOW)
    assert held.rule
    if not held.cause.startswith("cors-"):  # that is no secret
        assert held.cause not in came.body.decode()
        assert came.header("why403-cause") is None


@refused
def test_explained_without_the_key(situation: Situation) -> None:
    """What the rule lets the caller know is enough for why403 to name the cause, proven."""
    asked = situation.asked()
    came = over_wsgi(guard(situation.rule()), asked)
    assert said_of(case_of(asked, came)) == f"proven {situation.cause} in app by why403-guard"
    assert said(came.body.decode()) == f"proven {situation.cause} in app by why403-guard"


@refused
def test_explained_with_the_key_where_nothing_is_told(situation: Situation) -> None:
    """Without the key the answer is unknown, or what the request itself gives away; with the key the seal says it, proven."""
    asked = situation.asked()
    came = over_asgi(guard(situation.rule(), show="nothing"), asked)
    case = case_of(asked, came)
    assert said_of(case) == "unknown in app by why403-guard" or f" {situation.cause} in " in said_of(case)
    assert said_of(opened(case, KEY, NOW)) == f"proven {situation.cause} in app by why403-guard"


@hiding
def test_explained_by_the_log(situation: Situation, caplog: pytest.LogCaptureFixture) -> None:
    """The line of the decision log says it, proven, though the answer was hidden."""
    with caplog.at_level(logging.WARNING, "why403.guard"):
        guard(Hide(situation.rule())).decide(situation.asked())
    line = next(record.getMessage() for record in caplog.records if record.levelname == "WARNING")
    assert said(f"2026-11-18 12:00:00,000 WARNING {line}") == f"proven {situation.cause} in app by why403-guard"


@refused
@pytest.mark.parametrize("accept", ["text/html", "text/plain"])
def test_explained_in_every_form(situation: Situation, accept: str) -> None:
    """HTML and text say the same."""
    asked = situation.asked()
    asked.raw.append((b"accept", accept.encode()))
    came = over_asgi(guard(situation.rule(), show="required"), asked)
    assert (came.header("content-type") or "").startswith(accept)
    assert said(came.body.decode()) == f"proven {situation.cause} in app by why403-guard"


@hiding
@pytest.mark.parametrize("door", DOORS)
def test_hidden(situation: Situation, door: str) -> None:
    """A hidden refusal is the application's own 404 of that path: status, headers, body."""
    asked = situation.asked()
    there = play(door, guard(Hide(situation.rule())), asked)
    asked.path = "/gone"
    gone = play(door, guard(), asked)
    assert (there.status, there.headers) == (404, gone.headers)
    assert there.body.replace(b"/here", b"/gone") == gone.body
