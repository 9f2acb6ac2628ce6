"""`why403.probe(x)` and `await why403.aprobe(x)`: prove the cause by asking again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from ..model import BadCall, Case, Exchange, Report, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..engine.prove import Limits, Requests
    from ..model.proof import Asked, Proof
    from ..net.asgi import App as AsgiApp
    from ..net.way import Way
    from ..net.wsgi import App as WsgiApp
    from ..probes.experiment import Ask

Words = str | Iterable[str]


class Proved:
    """What asking again came to; shows itself as the terminal does."""

    __slots__ = ("proof",)

    def __init__(self, proof: Proof) -> None:
        self.proof = proof

    @property
    def outcome(self) -> str:
        """mended, passes, narrowed, unstable, stopped, exhausted or interrupted."""
        return self.proof.outcome

    @property
    def report(self) -> Report:
        """The refusal explained anew, with what the answers proved."""
        return self.proof.report

    @property
    def cause(self) -> str | None:
        """The first finding's cause; None where nothing was refused."""
        return self.report.refusals[0].findings[0].cause if self.report.refusals else None

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Each request that was sent, why, and what its answer told."""
        return self.proof.asked

    @property
    def changes(self) -> tuple[str, ...]:
        """What was changed in the request that is let through."""
        return tuple(change.says for change in self.proof.changes)

    @property
    def mended(self) -> Request | None:
        """The request that is let through, None where none was found; its secrets are masked unless they were asked for."""
        return self.proof.mended

    @property
    def letter(self) -> str:
        """The message to whoever can let it through, "" where a changed request is."""
        return self.proof.letter

    def to_dict(self) -> dict[str, Any]:
        """The proof as plain data, schema why403.probe/1."""
        from ..render.proof import data

        return data(self.proof)

    def __str__(self) -> str:
        """The proof as plain text."""
        from ..render.proof import lines
        from ..render.terminal import text

        return text(lines(self.proof))

    def __repr__(self) -> str:
        return f"<why403.Proved: {self.outcome}, {self.cause or 'nothing was refused'}, {len(self.asked)} requests>"


def probe(
    x: object,
    *,
    app: AsgiApp | WsgiApp | None = None,
    token: Words = (),
    key: Words = (),
    user: Words = (),
    cookie: Words = (),
    headers: Mapping[str, str] | None = None,
    page: str = "",
    certificate: str | tuple[str, str] = "",
    link: Words = (),
    https_port: int = 0,
    allow_unsafe: bool = False,
    budget: int = 12,
    pause: float | None = None,
    way: Way | None = None,
    watch: Callable[[Ask], None] | None = None,
    now: datetime | None = None,
    show_secrets: bool = False,
) -> Proved:
    """Prove the cause of a refusal by asking again with one thing changed at a time.

    Args:
        x: What `explain` takes, or a Request; it must show the request with a whole URL.
        app: An ASGI or WSGI application in this process to ask in place of the network.
        token: Other tokens to try.
        key: API keys to try.
        user: Users to try, "name:password": for Basic authentication, or in the fields of the login that was refused.
        cookie: Cookies to try, an admin's session for example, "name=value".
        headers: Headers that were asked for, by name: a tenant, a client id. None that tells who or where somebody else is.
        page: The page that the request came from, for its CSRF token.
        certificate: A client certificate (PEM), or it and its key, to try.
        link: Freshly signed links to the same thing: the same place and path with another query.
        https_port: The port on which the same host speaks https, where it is not the usual one.
        allow_unsafe: Whether a method that may change something (POST, PUT, DELETE, ...) is sent.
        budget: Requests at most.
        pause: Seconds between two requests; 1 over the network, 0 to an application, unless given.
        way: How requests are sent (`why403.net.way.Way`): addresses, certificates to trust, proxy, HTTP/2.
        watch: Told of each request before it is sent.
        now: The time by which expiry is judged where the input carries none; the clock's unless given.
        show_secrets: Whether tokens, cookies, keys and signatures are left unmasked.

    Returns:
        The proof. `print()` shows it as the terminal does.

    Raises:
        UnreadableInput: The input cannot be read.
        BadCall: It shows no request with a whole URL; a header would forge who or where somebody is; no such budget.
    """
    from ..net.asgi import is_asgi
    from ..net.ask import PAUSE, drive

    if app is not None and is_asgi(app):
        import asyncio

        return asyncio.run(
            aprobe(
                x, app=app, token=token, key=key, user=user, cookie=cookie, headers=headers, page=page, certificate=certificate,
                link=link, https_port=https_port,
                allow_unsafe=allow_unsafe, budget=budget, pause=pause, way=way, watch=watch, now=now, show_secrets=show_secrets,
            )
        )  # fmt: skip
    case = _case(x)
    requests = _begun(
        case,
        _limits(
            token, key, user, cookie, headers, page, certificate, link, https_port, budget, now, unsafe=allow_unsafe
        ),
    )
    if app is not None:
        from ..net.wsgi import Wsgi

        send = Wsgi(app).send  # type: ignore[arg-type]  # told apart by how it is called
        return _shown(drive(requests, send, pause=pause or 0.0, watch=watch), case, show_secrets=show_secrets)
    from ..net.send import Sender
    from ..net.way import Way

    with Sender(way or Way()) as sender:
        proof = drive(requests, sender.send, pause=PAUSE if pause is None else pause, watch=watch)
    return _shown(proof, case, show_secrets=show_secrets)


async def aprobe(
    x: object,
    *,
    app: AsgiApp | WsgiApp | None = None,
    token: Words = (),
    key: Words = (),
    user: Words = (),
    cookie: Words = (),
    headers: Mapping[str, str] | None = None,
    page: str = "",
    certificate: str | tuple[str, str] = "",
    link: Words = (),
    https_port: int = 0,
    allow_unsafe: bool = False,
    budget: int = 12,
    pause: float | None = None,
    way: Way | None = None,
    watch: Callable[[Ask], None] | None = None,
    now: datetime | None = None,
    show_secrets: bool = False,
) -> Proved:
    """As `probe`, awaited: the application or the network is asked without holding up the event loop."""
    import asyncio

    from ..net.asgi import Asgi, is_asgi
    from ..net.ask import PAUSE, drive_async

    case = _case(x)
    requests = _begun(
        case,
        _limits(
            token, key, user, cookie, headers, page, certificate, link, https_port, budget, now, unsafe=allow_unsafe
        ),
    )
    if app is not None and is_asgi(app):
        async with Asgi(app) as driver:  # type: ignore[arg-type]  # told apart by how it is called
            proof = await drive_async(requests, driver.send, pause=pause or 0.0, watch=watch)
        return _shown(proof, case, show_secrets=show_secrets)
    from ..net.send import Sender
    from ..net.way import Way
    from ..net.wsgi import Wsgi

    with Sender(way or Way()) as sender:
        sends = sender.send if app is None else Wsgi(app).send  # type: ignore[arg-type]

        async def send(request: Request) -> Exchange:
            return await asyncio.to_thread(sends, request)

        rest = PAUSE if app is None else 0.0
        proof = await drive_async(requests, send, pause=rest if pause is None else pause, watch=watch)
    return _shown(proof, case, show_secrets=show_secrets)


def _case(x: object) -> Case:
    if isinstance(x, Request):
        return Case("request", "object", (Exchange(x, None, 0),))
    from .explaining import case_of

    return case_of(x)


def _limits(
    token: Words,
    key: Words,
    user: Words,
    cookie: Words,
    headers: Mapping[str, str] | None,
    page: str,
    certificate: str | tuple[str, str],
    link: Words,
    https_port: int,
    budget: int,
    now: datetime | None,
    *,
    unsafe: bool,
) -> Limits:
    from ..engine.prove import Limits
    from ..probes.experiment import Offer

    if not 1 <= budget <= 100:
        raise BadCall(f"{budget} is no budget", "probe", "Give 1 to 100 requests")
    kinds = {"token": token, "key": key, "user": user, "cookie": cookie, "link": link}
    offers = [
        Offer(kind, value) for kind, given in kinds.items() for value in ([given] if isinstance(given, str) else given)
    ]
    offers += [Offer("header", value, name) for name, value in (headers or {}).items()]
    if certificate:
        pair = (certificate, "") if isinstance(certificate, str) else certificate
        offers.append(Offer("certificate", *pair))
    if https_port:
        if not 0 < https_port < 65536:
            raise BadCall(f"{https_port} is no port", "probe", "Give 1 to 65535")
        offers.append(Offer("https", str(https_port)))
    return Limits(budget, unsafe, tuple(offers), page, now or datetime.now(UTC))


def _begun(case: Case, limits: Limits) -> Requests:
    from ..engine.prove import prove

    try:
        return prove(case, limits)
    except ValueError as fault:
        hint = "Give a response, a command, a HAR, or the answer with its request"
        raise BadCall(str(fault), "probe", hint) from None


def _shown(proof: Proof, case: Case, *, show_secrets: bool) -> Proved:
    from ..engine.proved import shown

    return Proved(shown(proof, case, show_secrets=show_secrets))
