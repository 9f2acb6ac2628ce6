"""The shop in FastAPI: `uvicorn examples.guard.fastapi.app:app`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI, Form, Request, Response, WebSocket
from fastapi.responses import HTMLResponse

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
    Identity,
    Jwks,
    Methods,
    Owner,
    Preflight,
    RateLimit,
    RequireHeader,
    Role,
    Scope,
    Session,
    Shadow,
    csrf_field,
    csrf_meta,
)
from why403.guard import Request as Asked
from why403.guard.fastapi import Guard

shop.start()

bearer = Bearer(
    jwks=Jwks(f"{shop.ISSUER}/jwks.json", pause=0.0), algorithms=["ES256"], issuer=shop.ISSUER, audience="shop", accept=shop.fresh
)  # fmt: skip
session = Session(shop.session, cookie="sid")

guard = Guard(
    Hosts("127.0.0.1", "localhost", "*.localhost"),
    DenyAddresses("192.0.2.66"),
    Preflight(shop.FRONTS, credentials=True),
    Csrf(trusted=shop.FRONTS, session="sid", endpoint="/csrf"),
    key=shop.KEY,
    identity=bearer | session,
    proxies=["127.0.0.1"],
)
guard.on("/admin/**", Role("admin"))
guard.on("/internal/**", Hide(Role("admin")))
guard.on("/prices", Methods("GET"))
guard.on("/account/**", Https())
guard.on("/ops/**", AllowAddresses("10.0.0.0/8"))
guard.on("/reports/**", Cedar(shop.POLICIES))
guard.on("/draft", Shadow(Role("admin")))

app = FastAPI()
guard.install(app)

Buyer = Annotated[Identity, Depends(guard.requires(Scope("orders:read")))]
Visitor = Annotated[Identity, Depends(guard.requires(session))]
Admin = Annotated[Identity, Depends(guard.requires(Role("admin")))]


def owner(request: Asked) -> str | None:
    """Whose order the path names."""
    return shop.ORDERS.get(request.scope["path_params"]["number"])


@app.get("/", response_class=HTMLResponse)
def home(request: Request) -> str:
    """A page whose form and scripts may order."""
    return (
        f"<!doctype html><title>Shop</title>{csrf_meta(request)}"
        f'<form method="post" action="/orders">{csrf_field(request)}<input name="item" value="tea"><button>Order</button></form>'
    )


@app.post("/login")
def login(response: Response, name: Annotated[str, Form()]) -> dict[str, str]:
    """A new session."""
    response.set_cookie("sid", shop.open_session(name), httponly=True, samesite="lax")
    return {"who": name}


@app.post("/orders")
def order(item: Annotated[str, Form()] = "tea") -> dict[str, str]:
    """The Csrf rule stands in front of it."""
    return {"ordered": item}


@app.get("/orders")
def orders(who: Buyer) -> dict[str, str]:
    """Everybody's own orders."""
    return {"of": who.id}


@app.get("/orders/{number}", dependencies=[Depends(guard.requires(Owner(owner, "the order")))])
def one(number: str) -> dict[str, str]:
    """One order, for its owner."""
    return {"order": number}


@app.get("/profile")
def profile(who: Visitor) -> dict[str, str]:
    """Whose session it is."""
    return {"who": who.id}


@app.get("/stock", dependencies=[Depends(guard.requires(Role("admin") | Scope("stock:write")))])
@app.get("/both", dependencies=[Depends(guard.requires(Role("admin") & AllowAddresses("10.0.0.0/8")))])
@app.get("/members", dependencies=[Depends(guard.requires(~Role("guest")))])
@app.get("/quiet", dependencies=[Depends(guard.requires(Role("admin").shows("nothing")))])
@app.get("/loud", dependencies=[Depends(guard.requires(Role("admin").shows("required")))])
@app.get("/hidden", dependencies=[Depends(guard.requires(Hide(Role("admin"))))])
@app.get("/beta", dependencies=[Depends(guard.requires(Flag("new-checkout")))])
@app.get("/workspace", dependencies=[Depends(guard.requires(RequireHeader("X-Workspace", "north", "south")))])
@app.get("/search", dependencies=[Depends(guard.requires(RateLimit("2/minute")))])
@app.get("/partner/feed", dependencies=[Depends(guard.requires(ApiKey(shop.PARTNERS)))])
@app.get(
    "/partner/basic",
    dependencies=[Depends(guard.requires(ApiKey(shop.PARTNERS, header="Authorization", prefix="ApiKey")))],
)
@app.get("/partner/calendar", dependencies=[Depends(guard.requires(ApiKey(shop.PARTNERS, query="key")))])
@app.get("/admin/stock")
@app.get("/internal/plans")
@app.get("/prices")
@app.get("/account/address")
@app.get("/ops/health")
@app.get("/reports/{name}")
@app.get("/draft")
def shown() -> dict[str, bool]:
    """What the rules let through."""
    return {"shown": True}


@app.websocket("/feed")
async def feed(socket: WebSocket, who: Admin) -> None:
    """A feed for admins."""
    await socket.accept()
    await socket.send_text(who.id)
    await socket.close()
