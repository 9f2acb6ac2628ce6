"""What only a browser is refused: the server lets the request itself through, and the preflight decides."""

from __future__ import annotations

import json

import pytest

from tests.probes.worlds import NOW, Answer, World, has, steps, verdict
from why403.engine.prove import Limits
from why403.model import Request
from why403.readers.choose import read_bytes

URL = "https://api.example/orders"
PAGE = "https://app.example"


def har(method: str, *fields: tuple[str, str]) -> bytes:
    """What DevTools exports of a request whose preflight failed: the preflight with its Origin, the request without an answer."""

    def entry(method: str, status: int, headers: tuple[tuple[str, str], ...], error: str = "") -> dict[str, object]:
        pairs = [{"name": name, "value": value} for name, value in headers]
        answer = {
            "status": status,
            "statusText": "",
            "httpVersion": "",
            "headers": [],
            "content": {"text": "", "size": 0, "mimeType": ""},
        }
        return {
            "startedDateTime": "2026-11-20T10:00:00.000Z", "time": 1, "cache": {}, "timings": {},
            "request": {"method": method, "url": URL, "httpVersion": "", "headers": pairs, "queryString": [], "cookies": []},
            "response": {**answer, "_error": error} if error else answer,
        }  # fmt: skip

    asked = (("Origin", PAGE), ("Access-Control-Request-Method", method))
    entries = [entry("OPTIONS", 200, asked), entry(method, 0, fields, "net::ERR_FAILED")]
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "1"}, "entries": entries}}
    ).encode()


@pytest.mark.parametrize(("leave", "outcome", "told"), [
    ({}, "narrowed", "without leave for this origin"),
    ({"Access-Control-Allow-Origin": "https://other.example"}, "narrowed", "without leave for this origin"),
    ({"Access-Control-Allow-Origin": PAGE}, "narrowed", "does not list PUT"),
    ({"Access-Control-Allow-Origin": PAGE, "Access-Control-Allow-Methods": "GET, PUT"}, "narrowed", "does not list authorization"),
    ({"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "*", "Access-Control-Allow-Headers": "*"}, "narrowed",
     "does not list authorization"),
    ({"Access-Control-Allow-Origin": PAGE, "Access-Control-Allow-Methods": "put",
      "Access-Control-Allow-Headers": "Authorization, X-Tenant-ID"},
     "passes", "The preflight passes"),
])  # fmt: skip
def test_the_preflight_decides(leave: dict[str, str], outcome: str, told: str) -> None:
    def answers(request: Request, _: int) -> Answer:
        return (204, leave, b"") if request.method == "OPTIONS" else (200, {}, b"ok")

    world = World(answers)
    case = read_bytes(har("PUT", ("Authorization", "Bearer example-token"), ("X-Tenant-ID", "17"), ("sec-ch-ua", "x")))
    proof = world.prove(case, Limits(unsafe=True, now=NOW))
    assert proof.outcome == outcome, steps(proof)
    assert told in proof.asked[-1].told
    preflight = world.asked[-1]
    assert (preflight.method, has(preflight, "origin")) == ("OPTIONS", PAGE), "it is sent as the page would"
    assert has(preflight, "access-control-request-headers") == "authorization,x-tenant-id"
    if outcome == "narrowed":
        assert verdict(proof).endswith(("cors-preflight-refused", "cors-origin-refused"))
        assert "preflight" in proof.says


def test_a_program_is_not_told_of_preflights() -> None:
    world = World(lambda *_: (200, {}, b"ok"))
    proof = world.prove(f"curl {URL}\n\nHTTP/1.1 403 Forbidden\nContent-Length: 0\n", Limits(now=NOW))
    assert proof.outcome == "passes"
    assert [request.method for request in world.asked] == ["GET", "GET"]
