"""Drives a probe: sends what it asks for, not faster than agreed, and gives it the answers."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from ..engine.prove import Requests
from ..model import Exchange, NetworkFailed, Request
from ..model.proof import Proof
from ..probes.experiment import Ask

Send = Callable[[Request], Exchange]
Pace = Callable[[float], None]
PAUSE = 1.0  # seconds between two requests to one host


def drive(
    requests: Requests,
    send: Send,
    *,
    pause: float = PAUSE,
    watch: Callable[[Ask], None] | None = None,
    wait: Pace = time.sleep,
) -> Proof:
    """Run a probe to its end.

    Args:
        requests: The probe, as `engine.prove.prove` gives it.
        send: Sends one request and gives the exchange back; raises NetworkFailed where no answer came.
        pause: Seconds from one request's end to the next.
        watch: Told of each request before it is sent.
        wait: Waits so many seconds.

    Returns:
        The proof.
    """
    answer: Exchange | None = None
    try:
        ask = next(requests)
        while True:
            if answer is not None:
                wait(max(pause, ask.pause))
            if watch is not None:
                watch(ask)
            try:
                answer = send(ask.request)
            except NetworkFailed as fault:
                answer = Exchange(ask.request, None, 0, error=fault.message)
            ask = requests.send(answer)
    except StopIteration as end:
        proof: Proof = end.value
        return proof


async def drive_async(
    requests: Requests,
    send: Callable[[Request], Awaitable[Exchange]],
    *,
    pause: float = PAUSE,
    wait: Callable[[float], Awaitable[None]] | None = None,
) -> Proof:
    """The same for a sender that is awaited."""
    import asyncio

    sleep = wait or asyncio.sleep
    answer: Exchange | None = None
    try:
        ask = next(requests)
        while True:
            if answer is not None:
                await sleep(max(pause, ask.pause))
            try:
                answer = await send(ask.request)
            except NetworkFailed as fault:
                answer = Exchange(ask.request, None, 0, error=fault.message)
            ask = requests.send(answer)
    except StopIteration as end:
        proof: Proof = end.value
        return proof
