"""The guard in FastAPI (https://fastapi.tiangolo.com/).

    from why403.guard import Csrf, Identity, Role
    from why403.guard.fastapi import Guard

    guard = Guard(Csrf(), key=os.environ["WHY403_SEAL_KEY"])
    guard.install(app)

    @app.get("/stock", dependencies=[Depends(guard.requires(Role("admin")))])
    def stock(): ...

    @app.get("/me")
    def me(who: Annotated[Identity, Depends(guard.requires(Role("admin")))]): ...

FastAPI reads a JSON body before it asks a dependency: what a Hide is to hide stands on the path (`guard.on`), before all that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection

from .identity import Identity
from .route import route_rules
from .rule import Rule
from .starlette import Installed, Refusal, csrf, current, response

__all__ = ["Guard", "Refusal", "csrf", "current", "response"]


class Guard(Installed):
    """A guard for FastAPI: `install(app)`, and `Depends(guard.requires(...))` on routes, routers and websockets."""

    def requires(self, *rules: Rule) -> Callable[[HTTPConnection], Awaitable[Identity | None]]:
        """A dependency that gives the Identity of whoever asks (None where no rule needs one), and else refuses. Raises BadCall."""
        ready = route_rules(self, rules)

        async def admitted(connection: HTTPConnection) -> Identity | None:
            return await self.admit(connection, ready)

        self.attach(admitted, *ready)
        return admitted
