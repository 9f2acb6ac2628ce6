"""The connection of a probe: its host by another address, its fields in their order, its time and bytes bounded."""

from __future__ import annotations

import time
from collections.abc import Iterable
from ssl import SSLContext
from typing import Any

import httpcore
from httpcore._backends.sync import SyncBackend

HEAD = 1 << 20  # bytes of heads, frames and padding beside the body


class Bounds:
    """What one exchange may take, and how its head is to be written. Set anew for each exchange."""

    def __init__(self) -> None:
        """Without an exchange there is no time."""
        self.deadline, self.left, self.names, self.remote = 0.0, 0, list[bytes](), ""

    def begin(self, seconds: float, most: int, names: list[bytes]) -> None:
        """So many seconds and bytes for the next exchange; its fields have these names, in this order."""
        self.deadline, self.left, self.names = time.monotonic() + seconds, most + HEAD, names

    def seconds(self, wanted: float | None) -> float:
        """The time that is left. Raises ReadTimeout where there is none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for one exchange is over")
        return left if wanted is None else min(wanted, left)

    def took(self, data: bytes) -> bytes:
        """Count what came. Raises ReadError where it is more than may come."""
        self.left -= len(data)
        if self.left < 0:
            raise httpcore.ReadError("the answer is too large")
        return data

    def placed(self, head: bytes) -> bytes:
        """A head of HTTP/1.1 with Host in the place in which the request has it: the writer below puts it first."""
        names = [name.lower() for name in self.names]
        begin, mark, rest = head.partition(b"\r\n\r\n")
        line, *fields = begin.split(b"\r\n")
        if b"host" not in names[1:] or not mark or not fields or not fields[0].lower().startswith(b"host:"):
            return head
        fields.insert(names.index(b"host"), fields.pop(0))
        return b"\r\n".join([line, *fields]) + mark + rest


class Stream(httpcore.NetworkStream):
    """A connection within bounds."""

    def __init__(self, inner: httpcore.NetworkStream, bounds: Bounds) -> None:
        self.inner, self.bounds = inner, bounds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes. Raises ReadTimeout or ReadError beyond the bounds."""
        return self.bounds.took(self.inner.read(max_bytes, self.bounds.seconds(timeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes; the head of a request with its fields in their order."""
        is_head = b" HTTP/1.1\r\n" in buffer[:65_536] and not buffer.startswith(b"CONNECT ")
        self.inner.write(self.bounds.placed(buffer) if is_head else buffer, self.bounds.seconds(timeout))

    def close(self) -> None:
        """Close it."""
        self.inner.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted, within the same bounds."""
        return Stream(self.inner.start_tls(ssl_context, server_hostname, self.bounds.seconds(timeout)), self.bounds)

    def get_extra_info(self, info: str) -> Any:
        """What is known of the connection."""
        return self.inner.get_extra_info(info)


class Wire(httpcore.NetworkBackend):
    """Opens connections within bounds; some hosts are known by other addresses."""

    def __init__(self, resolve: dict[str, str], bounds: Bounds) -> None:
        self.resolve, self.bounds, self.inner = resolve, bounds, SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to a host, or to the address that it is to have."""
        to = self.resolve.get(f"{host}:{port}", self.resolve.get(host, host))
        inner = self.inner.connect_tcp(to, port, self.bounds.seconds(timeout), local_address, socket_options)
        try:
            self.bounds.remote = str(inner.get_extra_info("server_addr")[0])
        except OSError:  # it was closed again already
            self.bounds.remote = ""
        return Stream(inner, self.bounds)

    def sleep(self, seconds: float) -> None:
        """Between two attempts to connect."""
        time.sleep(self.bounds.seconds(seconds))
