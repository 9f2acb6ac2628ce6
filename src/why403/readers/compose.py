"""A command and what was pasted below it, as one story: the command is the request, the rest is its answer."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Case, Exchange, Request, split_url


def join(commands: Sequence[Exchange], command: Case, rest: Case) -> Case:
    """One case of a pasted command (or several, in order) and of the text around it.

    An answer whose request the text does not show gets the command's; a transcript that shows its own requests keeps them.
    """
    answers = [exchange for exchange in rest.exchanges if exchange.response or exchange.error]
    if not answers:
        exchanges = tuple(exchange._replace(index=at) for at, exchange in enumerate(commands))
        return Case(command.name, command.kind, exchanges, rest.notes, command.form, command.remarks + rest.remarks)
    joined = []
    for at, answer in enumerate(answers):
        mine = commands[min(at, len(commands) - 1)].request
        if mine is not None and _silent(answer.request):
            answer = answer._replace(request=mine)
        elif mine is not None and answer.request is not None and _same(mine, answer.request):
            answer = answer._replace(request=_filled(answer.request, mine))
        joined.append(answer._replace(index=at))
    kind = rest.kind if rest.kind not in ("text", "json") else command.kind
    return Case(command.name, kind, tuple(joined), rest.notes, command.form, command.remarks + rest.remarks)


def _silent(request: Request | None) -> bool:
    return request is None or request.headers is None


def _same(mine: Request, shown: Request) -> bool:
    return (shown.method or mine.method) == mine.method


def _filled(shown: Request, mine: Request) -> Request:
    """What a transcript leaves out of the request, from the command: the body, and how it was to be sent."""
    url = mine.url if shown.url and mine.url and shown.url.startswith("/") and shown.url in mine.url else shown.url
    if mine.headers is not None and (host := mine.headers.first("host")) and shown.url and mine.url:
        parts, own = split_url(shown.url), split_url(mine.url)
        if host in shown.url and (parts.path or "/", parts.query) == (own.path or "/", own.query):
            url = mine.url  # a Host of its own names a site; where the request went to is what the command says
    return shown._replace(url=url, body=shown.body if shown.body is not None else mine.body, options=mine.options)
