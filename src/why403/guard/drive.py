"""Who gets a deciding guard what it needs: a thread by itself (WSGI, tests), or an event loop."""

from __future__ import annotations

import asyncio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator
    from typing import Any, TypeVar

    from .decision import Decision
    from .rule import Want

    Body = Callable[[int], bytes]
    Result = TypeVar("Result")


def alone(steps: Generator[Want, Any, Decision], body: bytes | Body) -> Decision:
    """Decide in this thread; the first bytes of the body are given, or a function that reads so many."""
    try:
        want = next(steps)
        while True:
            try:
                got = _got(want, body)
            except Exception as fault:  # noqa: BLE001  # the rule that wanted it raises, and so refuses
                want = steps.throw(fault)
            else:
                want = steps.send(got)
    except StopIteration as end:
        decision: Decision = end.value
        return decision


def _got(want: Want, body: bytes | Body) -> Any:
    if want.kind == "body":
        return body[: want.limit] if isinstance(body, bytes) else body(want.limit)
    work: Any = want.work
    return work() if want.kind == "call" else asyncio.run(_awaited(work))


async def _awaited(work: Awaitable[Result]) -> Result:
    return await work


async def waited(
    steps: Generator[Want, Any, Decision], body: bytes | Callable[[int], Awaitable[bytes]], first: Want | None = None
) -> Decision:
    """Decide in an event loop, from the first want where that was taken already: what blocks goes to a thread."""
    try:
        want = first or next(steps)
        while True:
            work: Any = want.work
            try:
                if want.kind == "body":
                    got: Any = body[: want.limit] if isinstance(body, bytes) else await body(want.limit)
                elif want.kind == "call":
                    got = await asyncio.to_thread(work)
                else:
                    got = await work
            except Exception as fault:  # noqa: BLE001  # the rule that wanted it raises, and so refuses
                want = steps.throw(fault)
            else:
                want = steps.send(got)
    except StopIteration as end:
        decision: Decision = end.value
        return decision
