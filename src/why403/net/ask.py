"""Drives a probe: sends what it asks for, not faster than agreed, and gives it the answers."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from ..engine.prove import Requests
from ..model import Exchange, NetworkFailed, Request
from ..model.proof import Proof
from ..probes.experiment import Ask

Send = Callable[[Request], Exchange]
SendAsync = Callable[[Request], Awaitable[Exchange]]
PAUSE = 1.0  # seconds between two requests to one host


def drive(
    requests: Requests,
    send: Send,
    *,
    pause: float = PAUSE,
    watch: Callable[[Ask], None] | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> Proof:
    """Run a probe to its end, or to the user's interrupt.

    Args:
        requests: The probe, as `engine.prove.prove` gives it.
        send: Sends one request and gives the exchange back; raises NetworkFailed where no answer came.
        pause: Seconds from one answer to the next request.
        watch: Told of each request before it is sent.
        wait: Waits so many seconds.

    Returns:
        The proof; after a KeyboardInterrupt that of what was learned so far.
    """
    first = True
    try:
        ask = next(requests)
        while True:
            try:
                if not first or ask.pause:
                    wait(max(0.0 if first else pause, ask.pause))
                first = False
                if watch is not None:
                    watch(ask)
                answer = send(ask.request)
            except NetworkFailed as fault:
                answer = Exchange(ask.request, None, 0, error=fault.message)
            except KeyboardInterrupt as stop:
                requests.throw(stop)
                raise
            ask = requests.send(answer)
    except StopIteration as end:
        proof: Proof = end.value
        return proof


async def drive_async(
    requests: Requests,
    send: SendAsync,
    *,
    pause: float = PAUSE,
    watch: Callable[[Ask], None] | None = None,
    wait: Callable[[float], Awaitable[None]] | None = None,
) -> Proof:
    """The same for a sender that is awaited."""
    import asyncio

    sleep, first = wait or asyncio.sleep, True
    try:
        ask = next(requests)
        while True:
            if not first or ask.pause:
                await sleep(max(0.0 if first else pause, ask.pause))
            first = False
            if watch is not None:
                watch(ask)
            try:
                answer = await send(ask.request)
            except NetworkFailed as fault:
                answer = Exchange(ask.request, None, 0, error=fault.message)
            ask = requests.send(answer)
    except StopIteration as end:
        proof: Proof = end.value
        return proof
