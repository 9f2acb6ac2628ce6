"""Requests broken in one place: the place is named, in every one of them."""

from __future__ import annotations

import json

import pytest

from why403.model import Headers, Weight
from why403.readers.choose import read_bytes
from why403.rules.sigv4 import Credentials, Diagnosis, diagnose
from why403.rules.sigv4.around import around
from why403.rules.sigv4.presented import presented

from .faults import Broken, in_the_request, in_the_signer, on_the_way

ON_THE_WAY, IN_THE_REQUEST, IN_THE_SIGNER = list(on_the_way()), list(in_the_request()), list(in_the_signer())


def raw(broken: Broken) -> str:
    """The exchange as it went over the wire."""
    request = broken.shown
    target = "/" + (request.url or "").partition("://")[2].partition("/")[2]
    fields = [*(request.headers or Headers())]
    if request.body and not any(name.lower() == "content-length" for name, _ in fields):
        fields.append(("Content-Length", str(len(request.body))))
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    kind = "application/xml" if broken.answer.startswith("<") else "application/json"
    return (
        f"{request.method} {target} HTTP/1.1\r\n{head}\r\n{(request.body or b'').decode()}"
        f"{chr(13) + chr(10) if request.body else ''}HTTP/1.1 403 Forbidden\r\nDate: {broken.date}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(broken.answer.encode())}\r\n\r\n{broken.answer}"
    )


def har(broken: Broken) -> str:
    """The exchange as a browser or proxy records it."""
    request = broken.shown
    post = {"postData": {"mimeType": "", "text": (request.body or b"").decode()}} if request.body else {}
    entry = {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": {
            "method": request.method,
            "url": request.url,
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": name, "value": value} for name, value in request.headers or ()],
            **post,
        },
        "response": {
            "status": 403,
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Date", "value": broken.date}],
            "content": {"mimeType": "text/plain", "text": broken.answer},
        },
    }
    return json.dumps({"log": {"version": "1.2", "entries": [entry]}})


def diagnosed(broken: Broken, text: str) -> Diagnosis:
    """What the whole way from the text says."""
    found = around(read_bytes(text.encode(), "case"))
    assert found is not None
    given = presented(found.request)
    keys = Credentials(given.key_id if given else "", broken.key) if broken.key else None
    result = diagnose(found.request, found.texts, found.at, keys, complete=found.complete)
    assert result is not None
    return result


def named(broken: Broken) -> None:
    """The part is named first, and nothing else is named with certainty."""
    for text in (raw(broken), har(broken)):
        found = diagnosed(broken, text)
        assert found.part == broken.part, [(fault.part, fault.says) for fault in found.faults]
        assert found.faults[0].sure >= Weight.STRONG
        assert {fault.part for fault in found.faults if fault.sure == Weight.PROOF} <= {broken.part}


@pytest.mark.parametrize("broken", ON_THE_WAY, ids=lambda broken: broken.name)
def test_what_was_changed_on_the_way_is_named(broken: Broken) -> None:
    named(broken)


@pytest.mark.parametrize("broken", IN_THE_REQUEST, ids=lambda broken: broken.name)
def test_what_the_request_shows_by_itself_is_named(broken: Broken) -> None:
    named(broken)


@pytest.mark.parametrize("broken", IN_THE_SIGNER, ids=lambda broken: broken.name)
def test_what_the_signer_got_wrong_is_named_with_the_key(broken: Broken) -> None:
    named(broken)


def test_there_are_enough_of_them() -> None:
    every = ON_THE_WAY + IN_THE_REQUEST + IN_THE_SIGNER
    assert len(every) >= 400
    assert len({broken.name.partition(": ")[2] for broken in every}) >= 75
