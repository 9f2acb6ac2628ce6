"""RateLimit: how often somebody may ask, counted by the library `limits` in one of its stores (memory, Redis, Memcached, MongoDB, ...)."""

from __future__ import annotations

import math
import time

from .rule import Refused, Rule, Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .request import Request
    from .rule import Steps

STRATEGIES = {
    "fixed-window": "FixedWindowRateLimiter", "moving-window": "MovingWindowRateLimiter",
    "sliding-window": "SlidingWindowCounterRateLimiter",
}  # fmt: skip


class RateLimit(Rule):
    """So many requests in so much time.

    Args:
        limit: "10/minute", "100 per hour; 1000 per day": what `limits` reads.
        by: Who is counted: address, identity (the address where nobody is known), or a callable that is given the Request.
        store: The address of the store: "memory://" for one process, "redis://host:6379" for several.
        strategy: fixed-window, moving-window or sliding-window.
        name: What is counted together: two rules of one name share their counts.
    """

    __slots__ = ("_items", "_limiter", "by", "limit", "name", "store", "strategy")
    limit: str
    by: str | Callable[[Request], str]
    store: str
    strategy: str
    name: str
    _items: tuple[Any, ...]
    _limiter: Any

    def __init__(
        self,
        limit: str,
        *,
        by: str | Callable[[Request], str] = "address",
        store: str = "memory://",
        strategy: str = "moving-window",
        name: str = "",
    ) -> None:
        self._set(
            limit=limit,
            by=by,
            store=store,
            strategy=strategy,
            name=name or f"why403 {self.where}",
            _items=(),
            _limiter=None,
        )
        if not self._missing():
            self._prepare()

    def _missing(self) -> bool:
        from importlib.util import find_spec

        return find_spec("limits") is None

    def _prepare(self) -> None:
        from limits import errors, parse_many, strategies
        from limits.storage import storage_from_string

        try:
            items = tuple(parse_many(self.limit))
            if self.strategy in STRATEGIES:
                limiter = getattr(strategies, STRATEGIES[self.strategy])(storage_from_string(self.store))
                self._set(_items=items, _limiter=limiter)
        except ValueError:
            return
        except (errors.ConfigurationError, errors.StorageError, NotImplementedError) as fault:
            said = f"the store {self.store.partition('://')[0]} cannot be used: {type(fault).__name__}"
            raise self._fault(said, "See the stores of limits") from None

    def check(self, request: Request) -> Steps:
        """Count this request; the refusal says when to come again (RFC 9110, section 10.2.3)."""
        if self.by == "identity" and not request.identified:
            yield from request.identify()
        who = self._who(request)
        over = (
            self._over(who) if self.store.startswith("memory:") else (yield Want("call", work=lambda: self._over(who)))
        )
        if over is None:
            return None
        item, wait = over
        counted = self.by if isinstance(self.by, str) else "its own count"
        return Refused("rate-limited", "", 429, f"at most {item} by {counted}",
                       f"one more; again in {wait} seconds", "Too many requests; come again later.",
                       (("retry-after", str(wait)),))  # fmt: skip

    def _who(self, request: Request) -> str:
        if callable(self.by):
            return str(self.by(request))
        if self.by == "identity" and request.identity is not None:
            return f"id {request.identity.id}"
        client = request.seen.client
        if client is None:
            return "address unknown"
        # a network gives its user 2^64 addresses of IPv6 (RFC 6177): they are counted as one
        return f"address {client.text}" if client.version == 4 else f"network {client.value >> 64:x}"

    def _over(self, who: str) -> tuple[Any, int] | None:
        for item in self._items:
            if not self._limiter.hit(item, self.name, who):
                stats = self._limiter.get_window_stats(item, self.name, who)
                return item, max(1, math.ceil(stats.reset_time - time.time()))
        return None

    def flaws(self) -> list[str]:
        """The library is installed and reads the limit."""
        if self._missing():
            return ["it needs limits: pip install 'why403[limits]'"]
        if self.strategy not in STRATEGIES:
            return [f"{self.strategy!r} is no strategy: one of {', '.join(STRATEGIES)}"]
        if isinstance(self.by, str) and self.by not in ("address", "identity"):
            return [f"by {self.by!r} nobody can be counted: address, identity or a callable"]
        return [] if self._items else [f"{self.limit!r} is no limit: write 10/minute"]

    def _words(self) -> list[str]:
        return [repr(self.limit)]
