"""A form behind asgi-csrf. `asgi_csrf_shop.py PORT`."""

# mypy: ignore-errors

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from asgi_csrf import asgi_csrf  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.responses import PlainTextResponse  # noqa: E402
from starlette.routing import Route  # noqa: E402

from lab.asgi import serve  # noqa: E402


async def ok(_):
    return PlainTextResponse("ok")


app = asgi_csrf(
    Starlette(routes=[Route("/cart", ok, methods=["GET", "POST"])]),
    signing_secret="not-a-secret-of-the-lab",
    always_set_cookie=True,
)

if __name__ == "__main__":
    serve(app, int(sys.argv[1]))
