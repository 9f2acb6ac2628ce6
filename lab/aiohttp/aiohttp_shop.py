"""aiohttp's server in one file: HTTPForbidden, HTTPUnauthorized, aiohttp-session's login, static files. `aiohttp_shop.py PORT RUN`."""

# mypy: ignore-errors

import json
import sys
from pathlib import Path

from aiohttp import web
from aiohttp_session import SimpleCookieStorage, get_session, setup

routes = web.RouteTableDef()


@routes.get("/staff")
async def staff(request):
    """A role."""
    if request.headers.get("X-Role") != "manager":
        raise web.HTTPForbidden
    return web.Response(text="ok")


@routes.get("/orders/{owner}")
async def orders(request):
    """An object of another, from the session."""
    session = await get_session(request)
    if session.get("user") != request.match_info["owner"]:
        raise web.HTTPForbidden
    return web.Response(text="ok")


@routes.get("/account")
async def account(request):
    """Whoever is in the session."""
    if (await get_session(request)).get("user") is None:
        raise web.HTTPUnauthorized
    return web.Response(text="ok")


@routes.get("/tenant")
async def tenant(request):
    """A tenant's header, in words."""
    if "X-Tenant-ID" not in request.headers:
        raise web.HTTPForbidden(
            text=json.dumps({"error": "Missing required header: X-Tenant-ID"}), content_type="application/json"
        )
    return web.Response(text="ok")


if __name__ == "__main__":
    folder = Path(sys.argv[2]) / "files"
    (folder / "empty").mkdir(parents=True)
    (folder / "file.txt").write_text("ok\n")
    app = web.Application()
    setup(app, SimpleCookieStorage())
    app.add_routes([*routes, web.static("/files", folder)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
