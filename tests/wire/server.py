"""A server that keeps the exact bytes of every request, head and body, under the number in its path (/r17/...)."""

from __future__ import annotations

import re
import socket
import threading
from types import TracebackType
from typing import NamedTuple, Self

from tests.readers.wire import body_of

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
NUMBER = re.compile(rb"^\S+ \S*?/r(\d+)(?=[/?; ])")


class Sent(NamedTuple):
    """One request: what a source means, or what came over the wire."""

    method: str
    target: str
    fields: tuple[tuple[str, str], ...]
    body: bytes = b""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field."""
        return tuple(value for field, value in self.fields if field.lower() == name)


class Server:
    """Listens on a free port of the loopback address; a thread for each connection."""

    def __init__(self) -> None:
        self.seen: dict[int, list[Sent]] = {}
        self.pages: dict[str, bytes] = {}  # answers of their own, by target
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port: int = self.listener.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.open = True
        self.threads: list[threading.Thread] = []
        self.acceptor = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self.acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.open = False
        socket.create_connection(("127.0.0.1", self.port)).close()
        self.acceptor.join(5)
        for thread in self.threads:
            thread.join(6)
        self.listener.close()

    def take(self) -> dict[int, list[Sent]]:
        """What came since the last time, by number."""
        seen, self.seen = self.seen, {}
        return seen

    def _accept(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            if not self.open:
                connection.close()
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self.threads = [one for one in self.threads if one.is_alive()] + [thread]
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            try:
                data = b""
                while b"\r\n\r\n" not in data:
                    more = connection.recv(65536)
                    if not more:
                        return
                    data += more
                head, _, rest = data.partition(b"\r\n\r\n")
                if re.search(rb"(?im)^expect: *100-continue", head):
                    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = body_of(connection, head, rest)
                number = NUMBER.search(head)
                sent = _sent(head, body)
                self.seen.setdefault(int(number[1]) if number else -1, []).append(sent)
                connection.sendall(self.pages.get(sent.target, OK))
            except OSError:
                return


def _sent(head: bytes, body: bytes) -> Sent:
    first, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    method, _, rest = first.partition(" ")
    pairs = (line.partition(":") for line in lines)
    return Sent(method, rest.rpartition(" ")[0], tuple((name, value.strip(" \t")) for name, _, value in pairs), body)
