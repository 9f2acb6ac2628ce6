"""The shop's guard."""

from __future__ import annotations

from examples.guard import shop
from why403.guard import (
    AllowAddresses,
    Bearer,
    Cedar,
    Csrf,
    DenyAddresses,
    Hide,
    Hosts,
    Https,
    Jwks,
    Methods,
    Preflight,
    Role,
    Session,
    Shadow,
)
from why403.guard.django import own_identity
from why403.guard.drf import Guard

shop.start()

bearer = Bearer(
    jwks=Jwks(f"{shop.ISSUER}/jwks.json", pause=0.0), algorithms=["ES256"], issuer=shop.ISSUER, audience="shop", accept=shop.fresh
)  # fmt: skip

guard = Guard(
    Hosts("127.0.0.1", "localhost", "*.localhost"),
    DenyAddresses("192.0.2.66"),
    Preflight(shop.FRONTS, credentials=True),
    Csrf(trusted=shop.FRONTS, session="sessionid", endpoint="/csrf"),
    key=shop.KEY,
    identity=bearer | Session(own_identity),
    proxies=["127.0.0.1"],
)
guard.on("/admin/**", Role("admin"))
guard.on("/internal/**", Hide(Role("admin")))
guard.on("/prices", Methods("GET"))
guard.on("/account/**", Https())
guard.on("/ops/**", AllowAddresses("10.0.0.0/8"))
guard.on("/reports/**", Cedar(shop.POLICIES))
guard.on("/draft", Shadow(Role("admin")))
guard.on("/rest/stock", Shadow(Role("admin")))  # asked before the framework knows its user: see the log
