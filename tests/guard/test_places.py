"""Where rules stand: on paths, methods and routes; and that they are frozen and equal to their like."""

from __future__ import annotations

from typing import Any

import pytest

from tests.guard.play import guard, over_asgi, over_wsgi, request
from why403.guard import (
    AllowAddresses,
    GuardRefused,
    Owner,
    Role,
    Scope,
)  # fmt: skip

ADA, BOB = {"X-Who": "ada roles=admin"}, {"X-Who": "bob roles=reader"}


@pytest.mark.parametrize(
    ("pattern", "path", "held"),
    [
        ("/admin/**", "/admin", True), ("/admin/**", "/admin/", True), ("/admin/**", "/admin/a/b", True),
        ("/admin/**", "/administrator", False),
        ("/admin/**", "//admin/a", True), ("/admin/**", "/x/../admin/a", True), ("/admin/**", "/./admin", True),
        ("/admin/**", "/admin\\a", True),
        ("/admin/**", "/admin/\na", True), ("/admin/**", "/", False), ("/users/{id}", "/users/7", True), ("/users/{id}", "/users/7/", True),
        ("/users/{id}", "/users/7/posts", False), ("/users/*/posts", "/users/7/posts", True), ("/a/**/z", "/a/z", True),
        ("/a/**/z", "/a/b/c/z", True),
        ("/a/**/z", "/a/zz", False), ("/**", "/anything", True), ("/**", "/", True), ("/a.b", "/a.b", True), ("/a.b", "/aXb", False),
    ],
)  # fmt: skip
def test_paths(pattern: str, path: str, held: bool) -> None:
    """A pattern holds for every spelling of a path that applications take for one that it names."""
    asked = request()
    asked.path = path
    assert guard().on(pattern, Role("admin")).decide(asked).admitted is not held


def test_methods_of_a_place() -> None:
    """HEAD goes where GET goes; other methods are free."""
    known = guard().on("/here", Role("admin"), methods=["GET"])
    assert {method: known.decide(request(method)).admitted for method in ("GET", "HEAD", "POST")} == {
        "GET": False,
        "HEAD": False,
        "POST": True,
    }


def test_rules_are_asked_in_their_order() -> None:
    """Those of the application first, then those of the places in the order in which they were put."""
    known = guard(AllowAddresses("192.0.2.0/24")).on("/**", Scope("read")).on("/here", Role("admin"))
    assert [repr(rule) for rule in known.rules_on("GET", "/here")] == [
        "AllowAddresses('192.0.2.0/24')",
        "Scope('read')",
        "Role('admin')",
    ]
    assert known.decide(request(client="203.0.113.1")).cause == "ip-not-allowed"
    assert known.decide(request(headers={"X-Who": "ada"})).cause == "scope-missing"


def test_rules_of_a_route() -> None:
    """What a framework's door does: rules by themselves, and an answer where the middleware hears of the refusal."""
    known = guard()
    rules = known.bound(Role("admin"), Owner(lambda asked: "ada"))
    assert known.decide(request(headers=ADA), *rules).admitted
    assert known.decide(request(headers=BOB), *rules).cause == "role-missing"

    async def app(scope: Any, receive: Any, send: Any) -> None:
        decision = await known.adecide(scope["why403"], *rules)
        raise GuardRefused(decision)

    def wsgi(environ: Any, start_response: Any) -> Any:
        raise GuardRefused(known.decide(environ["why403"], *rules))

    for came in (over_asgi(known, request(headers=BOB), app), over_wsgi(known, request(headers=BOB), wsgi)):
        assert (came.status, came.header("why403-cause")) == (403, "role-missing")


def test_a_rule_is_frozen_and_equal_to_its_like() -> None:
    rule = Role("admin")
    with pytest.raises(AttributeError, match="frozen"):
        rule.roles = frozenset()
    assert rule == Role("admin") != Role("editor")
    assert rule != Scope("admin")
    assert len({rule, Role("admin"), Scope("admin")}) == 2
    assert repr((rule & Scope("a")) | ~Role("b")) == "((Role('admin') & Scope('a')) | ~Role('b'))"
    assert rule.shows("nothing") == rule
