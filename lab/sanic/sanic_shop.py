"""Sanic in one file: Forbidden, Unauthorized with a challenge, a file's folder. `sanic_shop.py PORT`."""

# mypy: ignore-errors

import sys

from sanic import Sanic, text
from sanic.exceptions import Forbidden, Unauthorized

app = Sanic("shop")
app.config.ACCESS_LOG = False
app.config.FALLBACK_ERROR_FORMAT = "auto"


@app.get("/staff")
async def staff(request):
    """A role."""
    if request.headers.get("x-role") != "manager":
        raise Forbidden("Forbidden")
    return text("ok")


@app.get("/orders/<owner>")
async def orders(request, owner):
    """Another's order."""
    if request.headers.get("x-user") != owner:
        raise Forbidden("Forbidden")
    return text("ok")


@app.get("/account")
async def account(request):
    """A bearer's token, with the challenge that Sanic writes."""
    if request.token is None:
        raise Unauthorized("Auth required.", scheme="Bearer")
    if request.token != "example-token":
        raise Unauthorized("Invalid token", scheme="Bearer", error="invalid_token")
    return text("ok")


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]), single_process=True, motd=False, verbosity=0)
