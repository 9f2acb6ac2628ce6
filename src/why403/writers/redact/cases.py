"""What a reader made of a text: its headers, cookies, parameters and bodies, undisguised by the quoting of the text."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Case, Headers
from . import values
from .urls import url
from .walk import Redactor


def learn(redactor: Redactor, case: Case) -> None:
    """Note every secret of a case; what is made of it is thrown away."""
    for exchange in case.exchanges:
        for message, side in ((exchange.request, "request"), (exchange.response, "response")):
            if message is None:
                continue
            _fields(redactor, message.headers, side)
            if message.body:
                redactor.text(message.body[: 8 << 20].decode("utf-8", "replace"), side)
        if exchange.request is not None:
            url(redactor, exchange.request.url or "")
            for name, value in exchange.request.options:
                if name in ("user", "proxy-user") and ":" in value:
                    values.pair(redactor, value)
                elif name == "proxy":
                    userinfo = value.rpartition("://")[2].rpartition("@")[0]
                    values.pair(redactor, userinfo)
                elif value:
                    redactor.named(name, value, "request")


def _fields(redactor: Redactor, headers: Headers | None, side: str) -> None:
    for name, value in headers or ():
        values.field(redactor, name, value, side)


def strings(case: Case) -> Iterator[str]:
    """Every string of a case in which a secret could stand."""
    for exchange in case.exchanges:
        for message in (exchange.request, exchange.response):
            if message is None:
                continue
            yield from (value for _, value in message.headers or ())
            if message.body:
                yield message.body.decode("utf-8", "replace")
        if exchange.request is not None:
            yield exchange.request.url or ""
            yield from (value for _, value in exchange.request.options)
    yield from (note.text for note in case.notes)
