"""The shop in Flask: `gunicorn examples.guard.flask.app:app`."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, render_template_string, session
from flask import request as http

from examples.guard import shop
from why403.guard import (
    AllowAddresses,
    ApiKey,
    Bearer,
    Cedar,
    Csrf,
    DenyAddresses,
    Flag,
    Hide,
    Hosts,
    Https,
    Jwks,
    Methods,
    Owner,
    Preflight,
    RateLimit,
    Request,
    RequireHeader,
    Role,
    Scope,
    Session,
    Shadow,
)
from why403.guard.flask import Guard, current

shop.start()

HOME = """<!doctype html><title>Shop</title>{{ csrf_meta() }}
<form method="post" action="/orders">{{ csrf_field() }}<input name="item" value="tea"><button>Order</button></form>"""


def whose(request: Request) -> Any:
    """Whom Flask's session knows."""
    return shop.session(session.get("sid", ""))


def session_id(request: Request) -> str:
    """What the tokens against forged requests are bound to."""
    found: str = session.get("sid", "")
    return found


def owner(request: Request) -> str | None:
    """Whose order the path names."""
    return shop.ORDERS.get((http.view_args or {})["number"])


bearer = Bearer(
    jwks=Jwks(f"{shop.ISSUER}/jwks.json", pause=0.0), algorithms=["ES256"], issuer=shop.ISSUER, audience="shop", accept=shop.fresh
)  # fmt: skip

guard = Guard(
    Hosts("127.0.0.1", "localhost", "*.localhost"),
    DenyAddresses("192.0.2.66"),
    Preflight(shop.FRONTS, credentials=True),
    Csrf(trusted=shop.FRONTS, session=session_id, endpoint="/csrf"),
    key=shop.KEY,
    identity=bearer | Session(whose),
    proxies=["127.0.0.1"],
)
guard.on("/admin/**", Role("admin"))
guard.on("/internal/**", Hide(Role("admin")))
guard.on("/prices", Methods("GET"))
guard.on("/account/**", Https())
guard.on("/ops/**", AllowAddresses("10.0.0.0/8"))
guard.on("/reports/**", Cedar(shop.POLICIES))
guard.on("/draft", Shadow(Role("admin")))

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
guard.init_app(app)


@app.get("/")
def home() -> str:
    """A page whose form and scripts may order."""
    return render_template_string(HOME)


@app.post("/login")
def login() -> dict[str, str]:
    """A new session."""
    session["sid"] = shop.open_session(http.form["name"])
    return {"who": http.form["name"]}


@app.post("/orders")
def order() -> dict[str, str]:
    """The Csrf rule stands in front of it."""
    return {"ordered": http.form.get("item", "tea")}


@app.get("/orders")
@guard.requires(Scope("orders:read"))
def orders() -> dict[str, str]:
    """Everybody's own orders."""
    who = current()
    return {"of": who.id if who else ""}


@app.get("/orders/<number>")
@guard.requires(Owner(owner, "the order"))
async def one(number: str) -> dict[str, str]:
    """One order, for its owner."""
    return {"order": number}


@app.get("/profile")
@guard.requires(Session(whose))
def profile() -> dict[str, str]:
    """Whose session it is."""
    who = current()
    return {"who": who.id if who else ""}


def shown() -> dict[str, bool]:
    """What the rules let through."""
    return {"shown": True}


def shown_here(**_: str) -> dict[str, bool]:
    """What the rules on the path let through."""
    return {"shown": True}


for path, rule in {
    "/stock": Role("admin") | Scope("stock:write"),
    "/both": Role("admin") & AllowAddresses("10.0.0.0/8"),
    "/members": ~Role("guest"),
    "/quiet": Role("admin").shows("nothing"),
    "/loud": Role("admin").shows("required"),
    "/hidden": Hide(Role("admin")),
    "/beta": Flag("new-checkout"),
    "/workspace": RequireHeader("X-Workspace", "north", "south"),
    "/search": RateLimit("2/minute"),
    "/partner/feed": ApiKey(shop.PARTNERS),
    "/partner/basic": ApiKey(shop.PARTNERS, header="Authorization", prefix="ApiKey"),
    "/partner/calendar": ApiKey(shop.PARTNERS, query="key"),
}.items():
    app.add_url_rule(path, path, guard.requires(rule)(shown))

for path in (
    "/admin/stock",
    "/internal/plans",
    "/prices",
    "/account/address",
    "/ops/health",
    "/reports/<name>",
    "/draft",
):
    app.add_url_rule(path, path, shown_here)
