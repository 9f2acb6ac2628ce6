"""From Python, over the network and in this process: Starlette and Django applications that say why they refuse."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

import why403
from tests.probes.test_send import OK, raw
from why403.net.asgi import is_asgi
from why403.net.wsgi import environ_of

SCHEMA = json.loads((Path(__file__).parents[2] / "src/why403/probe.schema.json").read_text())
GOOD = "example-token-of-ann-0123456789"
BAD = "example-token-of-bob-0123456789"


async def orders(request: StarletteRequest) -> Response:
    """A view that wants a token."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not token:
        return JSONResponse({"detail": "Not authenticated"}, 401, {"WWW-Authenticate": "Bearer"})
    return PlainTextResponse("ok") if token == GOOD else JSONResponse({"detail": "Forbidden"}, 403)


async def broken(_: StarletteRequest) -> Response:
    raise RuntimeError("no database")


async def endless(_: StarletteRequest) -> Response:
    await asyncio.sleep(3600)
    return Response()


begun: list[str] = []


@contextlib.asynccontextmanager
async def life(_: Starlette) -> AsyncIterator[None]:
    begun.append("begun")
    yield
    begun.append("over")


ASGI = Starlette(routes=[Route("/orders", orders), Route("/broken", broken), Route("/endless", endless)], lifespan=life)


def flask_like(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI application that wants a tenant's header."""
    good = environ.get("HTTP_X_TENANT_ID") == "17"
    start("200 OK" if good else "400 Bad Request", [("Content-Type", "application/json")])
    return [b"{}" if good else b'{"error": "missing required header X-Tenant-ID"}']


@pytest.fixture(scope="module")
def django() -> Iterator[Any]:
    """A real Django application with its CSRF check on, in this process."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(
            DEBUG=False, SECRET_KEY="not-a-secret", ALLOWED_HOSTS=["shop.example"], ROOT_URLCONF=__name__, USE_TZ=True,
            MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
        )  # fmt: skip
        django.setup()
    from django.test.utils import override_settings

    with override_settings(
        ROOT_URLCONF=_urls(), ALLOWED_HOSTS=["shop.example"], DEBUG=False,
        MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
    ):  # fmt: skip
        yield django


def _urls() -> Any:
    from types import ModuleType

    from django.http import HttpRequest, HttpResponse
    from django.middleware.csrf import get_token
    from django.urls import path

    def cart(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f'<form><input name="csrfmiddlewaretoken" value="{get_token(request)}"></form>')

    found = ModuleType("urls")
    found.urlpatterns = [path("cart", cart)]  # type: ignore[attr-defined]
    return found


class TestAsgi:
    """A Starlette application."""

    def test_what_it_refuses_and_what_it_lets_through(self) -> None:
        begun.clear()
        proved = why403.probe("curl http://shop.example/orders", app=ASGI, token=GOOD)
        assert (proved.outcome, proved.cause, len(proved.asked)) == ("mended", "credentials-missing", 3)
        assert proved.changes == ("with it as Authorization: Bearer",)
        assert begun == ["begun", "over"]
        assert GOOD not in str(proved)
        assert GOOD not in json.dumps(proved.to_dict())
        assert proved.mended is not None
        assert GOOD not in repr(proved.mended)
        jsonschema.validate(proved.to_dict(), SCHEMA)

    def test_with_secrets_where_they_are_asked_for(self) -> None:
        proved = why403.probe(
            f"curl http://shop.example/orders -H 'Authorization: Bearer {BAD}'", app=ASGI, token=GOOD, show_secrets=True
        )
        assert proved.to_dict()["command"] == f"curl http://shop.example/orders -H 'Authorization: Bearer {GOOD}'"
        assert (
            proved.report.refusals[0].findings[0].confidence == "likely"
        )  # a role, or a credential that is not accepted

    def test_a_request_alone(self) -> None:
        asked = why403.Request("GET", "http://shop.example/orders", why403.Headers([("Accept", "*/*")]), b"")
        proved = asyncio.run(why403.aprobe(asked, app=ASGI, token=[GOOD]))
        assert (proved.outcome, proved.cause) == ("mended", "credentials-missing")
        assert repr(proved) == "<why403.Proved: mended, credentials-missing, 3 requests>"

    def test_a_letter_where_nothing_helps(self) -> None:
        proved = why403.probe(f"curl http://shop.example/orders -H 'Authorization: Bearer {BAD}'", app=ASGI)
        assert proved.outcome == "narrowed"
        assert "What I tried:" in proved.letter
        assert "curl http://shop.example/orders" in proved.letter
        assert BAD not in proved.letter
        jsonschema.validate(proved.to_dict(), SCHEMA)

    def test_an_application_that_raises_or_hangs(self) -> None:
        from why403.net.asgi import Asgi

        async def send(path: str) -> str:
            async with Asgi(ASGI, seconds=0.3) as driver:
                try:
                    await driver.send(why403.Request("GET", f"http://shop.example{path}", why403.Headers(), b""))
                except why403.Why403Error as fault:
                    return str(fault)
            return ""

        assert (
            asyncio.run(send("/endless"))
            == "http://shop.example/endless: the application did not answer. Nobody refused"
        )
        assert "RuntimeError: no database" in asyncio.run(send("/broken")) or asyncio.run(send("/broken")) == ""

    def test_what_is_what(self, django: Any) -> None:
        from django.core.handlers.asgi import ASGIHandler
        from django.core.handlers.wsgi import WSGIHandler

        assert is_asgi(ASGI)
        assert is_asgi(ASGIHandler())
        assert not is_asgi(WSGIHandler())
        assert not is_asgi(flask_like)


class TestWsgi:
    """A plain WSGI application, and Django."""

    def test_a_header_that_is_named_and_given(self) -> None:
        proved = why403.probe("curl http://shop.example/a", app=flask_like, headers={"X-Tenant-ID": "17"})
        assert (proved.outcome, proved.cause, len(proved.asked)) == ("mended", "required-header-missing", 3)

    def test_djangos_csrf_check(self, django: Any) -> None:
        from django.core.handlers.wsgi import WSGIHandler

        asked = "curl http://shop.example/cart -d item=7"
        with pytest.raises(why403.BadCall, match="is no budget"):
            why403.probe(asked, app=WSGIHandler(), budget=0)
        proved = why403.probe(asked, app=WSGIHandler())
        assert (proved.outcome, len(proved.asked)) == ("stopped", 0)
        assert proved.proof.says == "POST may change something: allow it with --allow-unsafe"
        proved = why403.probe(asked, app=WSGIHandler(), allow_unsafe=True)
        assert (proved.outcome, proved.cause, len(proved.asked)) == ("mended", "csrf-cookie-missing", 4)
        assert proved.changes == ("with the page's csrfmiddlewaretoken in the form and its cookie",)

    def test_djangos_host_check(self, django: Any) -> None:
        from django.core.handlers.asgi import ASGIHandler

        proved = why403.probe("curl http://shop.example/cart -H 'Host: other.example'", app=ASGIHandler())
        assert (proved.outcome, proved.cause) == ("mended", "host-refused")

    def test_an_application_that_raises(self) -> None:
        def app(*_: object) -> Iterable[bytes]:
            raise RuntimeError("no database")

        proved = why403.probe("curl http://shop.example/a", app=app)
        assert (proved.outcome, proved.proof.says) == (
            "stopped",
            "No answer came: the application raised RuntimeError: no database",
        )

    def test_the_environment_of_a_request(self) -> None:
        fields = why403.Headers(
            [
                ("Host", "a"),
                ("Cookie", "a=1"),
                ("Cookie", "b=2"),
                ("X-A", "1"),
                ("X-A", "2"),
                ("Content-Type", "text/plain"),
            ]
        )
        made = environ_of(why403.Request("post", "https://shop.example/%C3%BC?a=%20", fields, b"x"))
        wanted = {
            "REQUEST_METHOD": "POST", "PATH_INFO": "/Ã¼", "QUERY_STRING": "a=%20", "HTTP_COOKIE": "a=1; b=2", "HTTP_X_A": "1, 2",
            "CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "1", "wsgi.url_scheme": "https", "SERVER_PORT": "443", "HTTP_HOST": "a",
        }  # fmt: skip
        assert {name: made[name] for name in wanted} == wanted


class TestNetwork:
    """The same over the network."""

    def test_over_the_network_awaited_and_not(self) -> None:
        with raw(OK) as server:
            assert why403.probe(f"curl {server.url}", pause=0).outcome == "passes"
            assert asyncio.run(why403.aprobe(f"curl {server.url}", pause=0)).outcome == "passes"

    def test_what_cannot_be_probed(self) -> None:
        with pytest.raises(why403.BadCall, match="no request with a whole URL"):
            why403.probe("HTTP/1.1 403 Forbidden\n\nno")
        with pytest.raises(why403.BadCall, match="it is not forged here"):
            why403.probe("curl http://shop.example/", headers={"X-Forwarded-For": "127.0.0.1"})
