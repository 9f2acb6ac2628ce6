"""Seeing without refusing: the shadow, the decision for a test, the log, the spans."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from tests.guard.play import DOORS, guard, over_asgi, play, request
from why403.guard import (
    ApiKey,
    Owner,
    Request,
    Role,
    Shadow,
)  # fmt: skip

ADA, BOB = {"X-Who": "ada roles=admin"}, {"X-Who": "bob roles=reader"}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("shadow", [True, False])
def test_shadow(door: str, shadow: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Of the whole guard, or of one rule: decided, logged, let through."""
    known = guard(Role("admin"), shadow=True) if shadow else guard(Shadow(Role("admin")))
    with caplog.at_level(logging.INFO, "why403.guard"):
        assert play(door, known, request(headers=BOB)).status == 200
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert caplog.records[0].getMessage().startswith("shadow: why403.guard refused GET /here: denial=")
    assert caplog.records[0].why403["shadow"] is True  # type: ignore[attr-defined]


def test_decide() -> None:
    """In a test: what is decided, why, and by which line."""
    decision = guard(Role("admin")).decide(
        Request.of("GET", "https://shop.example/orders", identity={"id": "ada", "roles": ["reader"]})
    )
    assert (decision.admitted, decision.status, decision.cause, decision.identity and decision.identity.id) == (
        False,
        403,
        "role-missing",
        "ada",
    )
    assert str(decision).startswith("why403.guard refused GET /orders: denial=")
    assert str(guard().decide(request())) == "admitted"


def test_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """A structured record with the denial's id, one line, masked; a rule that raised is an error, without its message."""
    secret = "-".join(("example", "key", "that", "is", "secret"))
    known = guard(ApiKey({"0" * 64: "robot"}))
    asked = request(headers={"X-API-Key": secret})
    asked.path = "/here\r\nERROR forged"
    with caplog.at_level(logging.INFO, "why403.guard"):
        came = over_asgi(known, asked)
        guard(Owner(lambda asked: json.loads(secret))).decide(request(headers=ADA))
    record, raised, refused = caplog.records
    held = record.why403  # type: ignore[attr-defined]
    assert (held["cause"], held["denial"], held["address"]) == (
        "token-invalid",
        came.header("why403-denial"),
        "192.0.2.1",
    )
    assert "\n" not in record.getMessage()
    assert secret not in caplog.text
    assert (raised.levelname, refused.levelname) == ("ERROR", "WARNING")
    assert "raised JSONDecodeError at json/decoder.py:" in raised.getMessage()
    assert all(secret not in str(vars(each)) for each in caplog.records)


def test_the_log_of_what_is_admitted(caplog: pytest.LogCaptureFixture) -> None:
    """At level DEBUG, and at no other."""
    for level, lines in ((logging.DEBUG, ["why403.guard admitted GET /here"]), (logging.INFO, [])):
        caplog.clear()
        with caplog.at_level(level, "why403.guard"):
            guard(Role("admin")).decide(request(headers=ADA))
        assert [record.getMessage() for record in caplog.records] == lines


def test_spans() -> None:
    """Where OpenTelemetry is installed the current span tells the decision."""
    from opentelemetry.sdk.trace import TracerProvider

    with TracerProvider().get_tracer("tests").start_as_current_span("request") as span:
        decision = guard(Role("admin")).decide(request(headers=BOB))
    held: Any = span
    assert held.attributes["why403.cause"] == "role-missing"
    assert held.attributes["why403.denial"] == decision.denial
    assert held.attributes["why403.rule"] == "Role('admin')"
