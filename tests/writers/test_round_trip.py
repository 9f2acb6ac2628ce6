"""Formats that no program here can run are read back by why403's own readers, which the tests hold to DevTools' quoting."""

from __future__ import annotations

import pytest

import why403
from tests.wire.compare import differences
from tests.wire.server import Sent
from tests.wire.table import TABLE, har
from why403.readers.choose import LONG, read_bytes

HOST = "shop.example"


def read_back(made: why403.Conversion) -> Sent:
    case = read_bytes(made.data)
    assert len(case.exchanges) == 1, made.text
    request = case.exchanges[0].request
    assert request is not None
    assert request.headers is not None
    assert request.url is not None
    target = "/" + request.url.partition("://")[2].partition("/")[2]
    return Sent(request.method or "", target, tuple(request.headers), request.body or b"")


@pytest.mark.parametrize("to", ["har", "curl", "curl-cmd", "powershell"])
def test_what_is_written_is_read_as_what_was_recorded(to: str) -> None:
    compared = 0
    for number, sent in enumerate(TABLE):
        made = why403.convert(har(sent, number, HOST), to=to)
        if any("is no text" in line or "is not text" in line or "cookie without" in line for line in made.remarks):
            continue  # named: cmd.exe has no way to write such a body, PowerShell none for such a cookie
        if len(made.text) > LONG - 1000:
            continue  # longer than a paste that is read whole
        got = read_back(made)
        want = Sent(
            sent.method,
            f"/r{number}{sent.target}",
            tuple((name, HOST if name == "Host" else value) for name, value in sent.fields),
            sent.body,
        )
        if to == "powershell":
            want = want._replace(
                fields=tuple(pair for pair in want.fields if pair[0] not in ("Host", "Content-Length"))
            )
            typed = any(name == "Content-Type" for name, _ in want.fields)
            got = got._replace(fields=tuple(pair for pair in got.fields if typed or pair[0] != "Content-Type"))
        elif to == "har":
            assert got == want
        assert not differences(want, got, made.remarks), made.text
        compared += 1
    assert compared > 350
